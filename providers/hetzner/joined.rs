//! What must be in one place to be joined: a volume or an address and its server, and whoever joins a
//! network and the subnet. Found while planning, where both are there already.

use crate::{
    catalogue::place_key,
    offered::differs,
    rules::{location_of, number, text, wrong},
    subnet,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts},
    text::Text,
    value::Value,
};

/// Something that is where a server is: the attribute with the server's id, and that which says where
/// the thing itself is to be, if it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtServer {
    /// The attribute with the id of the server.
    pub(crate) server: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
}

impl AtServer {
    /// Returns the facts that a change is judged by.
    pub(crate) fn facts(self, prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        let is_news = [self.server, "location", "datacenter"];
        if !is_news.iter().any(|name| differs(prior, desired, name)) {
            return Vec::new();
        }
        number(desired, self.server).map(|id| place_key("servers", id)).into_iter().collect()
    }

    /// Judges the location of something new, or the server of something that is there.
    pub(crate) fn judged(
        self,
        prior: Option<&Value>,
        desired: &Value,
        facts: &Facts,
    ) -> Option<Diagnostic> {
        let server = number(desired, self.server)?;
        let there = text(facts.get(&place_key("servers", server))?, "location")?;
        let written =
            ["location", "datacenter"].into_iter().find(|name| text(desired, name).is_some());
        let (attribute, here) = match written {
            Some(name) => (name, location_of(text(desired, name)?)),
            None => (self.server, &**text(prior?, "location")?),
        };
        (here != &**there).then(|| apart((attribute, self.what), here, (server, there)))
    }
}

/// Returns the facts by which a volume and the server that it is to be at are judged.
pub(crate) fn volume_facts(prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
    let lists = [("volume_id", "volumes"), ("server_id", "servers")];
    if !lists.iter().any(|(name, _)| differs(prior, desired, name)) {
        return Vec::new();
    }
    let keys = lists.map(|(name, list)| number(desired, name).map(|id| place_key(list, id)));
    keys.into_iter().flatten().collect()
}

/// Judges a volume and the server that it is to be at.
pub(crate) fn volume(_: Option<&Value>, desired: &Value, facts: &Facts) -> Diagnostics {
    let place = |list: &str, id: i64| text(facts.get(&place_key(list, id))?, "location");
    let apart = || {
        let (volume, server) = (number(desired, "volume_id")?, number(desired, "server_id")?);
        let (here, there) = (place("volumes", volume)?, place("servers", server)?);
        (here != there).then(|| apart(("server_id", "volume"), here, (server, there)))
    };
    apart().into_iter().collect()
}

fn apart((attribute, what): (&str, &str), here: &str, (server, there): (i64, &Text)) -> Diagnostic {
    let verb = if attribute.ends_with("_id") { "is" } else { "is to be" };
    let summary = format!("the {what} {verb} in `{here}`, and server {server} is in `{there}`");
    wrong(attribute, summary, format!("a {what} is where its server is: choose one in `{there}`"))
}

/// Who joins networks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joins {
    /// The attribute with its id.
    pub(crate) attribute: &'static str,
    /// The list that it stands in.
    pub(crate) list: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
}

impl Joins {
    /// Returns the facts that a new attachment is judged by.
    pub(crate) fn facts(self, prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        let news = [self.attribute, "network_id", "subnet_id", "ip"];
        let is_new = news.iter().any(|name| differs(prior, desired, name));
        let (Some(id), Some(network)) = (number(desired, self.attribute), subnet::network(desired))
        else {
            return Vec::new();
        };
        if is_new { vec![place_key(self.list, id), place_key("networks", network)] } else { vec![] }
    }

    /// Judges the subnet that is named, or that of the address: another may be made meanwhile, but
    /// none with the same range.
    pub(crate) fn judged(self, desired: &Value, facts: &Facts) -> Option<Diagnostic> {
        let (id, network) = (number(desired, self.attribute)?, subnet::network(desired)?);
        let here = text(facts.get(&place_key(self.list, id))?, "zone")?;
        let subnets = facts.get(&place_key("networks", network))?.get("subnets")?.entries()?;
        let named = || Some(subnet::parts(text(desired, "subnet_id")?)?.1);
        let (attribute, subnet) = match (named(), text(desired, "ip")) {
            (Some(range), _) => ("subnet_id", subnets.iter().find(|(there, _)| **there == *range)?),
            (None, Some(ip)) => ("ip", subnets.iter().find(|(range, _)| subnet::holds(range, ip))?),
            (None, None) => return None,
        };
        let (range, there) = (&subnet.0, text(&subnet.1, "zone")?);
        if here == there {
            return None;
        }
        let what = self.what;
        let summary = format!(
            "the {what} is in the network zone `{here}`, and the subnet {range} in `{there}`"
        );
        Some(wrong(attribute, summary, format!("join a subnet in the network zone `{here}`")))
    }
}
