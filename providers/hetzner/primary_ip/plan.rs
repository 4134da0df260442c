//! What can't be done with a primary IP, how it is planned, and what a change means for servers.

use crate::{
    joined::AtServer,
    offered::location,
    rules::{self, is_given, number, one_of, text, wrong},
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, ImpactSort},
    schema::{Proposal, Schema, propose},
    text::Text,
    value::Value,
};

/// An address is where its server is.
pub(super) const AT_SERVER: AtServer = AtServer { server: "assignee_id", what: "primary IP" };

/// Judges what is desired by itself.
pub(super) fn desired(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = one_of(desired, "type", &["ipv4", "ipv6"]);
    found.extend(one_of(desired, "assignee_type", &["server"]));
    found.extend(rules::datacenter(desired));
    found
}

/// Judges an address that is to be made.
pub(super) fn change(prior: Option<&Value>, desired: &Value, facts: &Facts) -> Diagnostics {
    let is_placed =
        ["location", "datacenter", "assignee_id"].iter().any(|name| is_given(desired, name));
    if prior.is_some() || is_placed {
        return location((prior, desired), "location", facts).into_iter().collect();
    }
    let summary = "nothing says where the primary IP is to be".to_owned();
    vec![wrong("location", summary, "give `location`, or `assignee_id` of its server")]
}

/// A data center says where the address is to be, although there are none any more.
pub(super) fn planned(
    schema: &Schema,
    prior: Option<&Value>,
    desired: &Value,
    _: &Facts,
) -> Proposal {
    let located = text(desired, "datacenter").map(|old| Value::from(rules::location_of(old)));
    let (Some(located), Some(entries)) = (located, desired.entries()) else {
        return propose(schema, prior, desired);
    };
    let entry = |(name, value): &(Text, Value)| match &**name {
        "location" if value.is_null() => (name.clone(), located.clone()),
        _ => (name.clone(), value.clone()),
    };
    let filled = Value::object(entries.iter().map(entry)).with_marks(desired.marks());
    propose(schema, prior, &filled)
}

/// Tells what a change means for those who use the address.
pub(super) fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let tell = |sort, text: String| Impact { sort, text: text.into() };
    let before = change.prior.and_then(|prior| number(prior, "assignee_id"));
    let stays = change.planned.filter(|_| !change.replace);
    let mut told = Vec::new();
    if let Some(prior) = change.prior.filter(|_| stays.is_none()) {
        let ip = text(prior, "ip_address").map_or_else(String::new, ToString::to_string);
        let text = format!("{ip} is given back, and can't be had again");
        told.push(tell(ImpactSort::Irreversible, text));
    }
    let after = change.planned.and_then(|planned| number(planned, "assignee_id"));
    if stays.is_some() && before == after {
        return told;
    }
    let mut servers: Vec<i64> = before.into_iter().chain(after).collect();
    servers.dedup();
    told.extend(servers.into_iter().map(|server| {
        let text = format!("server {server} is shut down and started again: away for about 1 min");
        tell(ImpactSort::Downtime, text)
    }));
    told
}

#[cfg(test)]
mod tests {
    use super::super::{Kept, PrimaryIp};
    use super::*;

    #[test]
    fn a_data_center_is_a_location_that_is_written_anew() {
        let none = Value::null(infra_model::types::Type::String);
        let given = Value::object([("datacenter", Value::from("fsn1-dc14")), ("location", none)]);
        let kind = PrimaryIp::kind();
        let planned = kind.planned(None, &given, &Facts::new()).planned;
        assert_eq!(text(&planned, "location").map(|t| &**t), Some("fsn1"));
        let found = kind.validate(&given, &Facts::new());
        assert_eq!(found.len(), 1);
        assert!(!found[0].is_error());
        assert!(found[0].help.contains("location = \"fsn1\""));
    }

    #[test]
    fn both_servers_are_told_of_when_an_address_moves() {
        let of = |server: i64| Value::object([("assignee_id", Value::from(server))]);
        let (prior, planned, facts) = (of(1), of(2), Facts::new());
        let change = |planned| ImpactOf {
            prior: Some(&prior),
            planned: Some(planned),
            replace: false,
            facts: &facts,
        };
        assert_eq!(impact(&change(&planned)).len(), 2);
        assert_eq!(impact(&change(&prior)).len(), 0);
    }
}
