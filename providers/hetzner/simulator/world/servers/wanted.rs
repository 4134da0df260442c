//! A server as a request wants it: the body read, nothing looked up.

use super::super::{call::Call, input::Input, labels::Labels, refusal::Refusal};

/// The longest `user_data`.
pub(super) const USER_DATA_MAX: usize = 32 * 1024;

const NAME_MAX: usize = 253;

/// A server as a request wants it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) server_type: String,
    pub(super) image: String,
    pub(super) location: Option<String>,
    pub(super) starts: bool,
    pub(super) placement_group: Option<u64>,
    pub(super) ssh_keys: Vec<String>,
    pub(super) volumes: Vec<u64>,
    pub(super) networks: Vec<u64>,
    pub(super) firewalls: Vec<u64>,
    pub(super) user_data: Option<String>,
    pub(super) labels: Labels,
    pub(super) v4: Public,
    pub(super) v6: Public,
}

/// What a server wants of a version of the public net.
#[derive(Clone, Copy, Debug)]
pub(super) struct Public {
    pub(super) is_wanted: bool,
    /// A primary IP that there is.
    pub(super) id: Option<u64>,
}

pub(super) fn read(call: &Call) -> Result<Wanted, Refusal> {
    let mut input = call.input()?;
    let name = input.needed_text("name");
    check_name(&mut input, &name);
    let server_type = input.needed_reference("server_type");
    let image = input.needed_reference("image");
    if input.has("datacenter") {
        input.refuse("datacenter", "was removed on 2026-07-01, use location");
    }
    let user_data = user_data(&mut input);
    // It says whether volumes are mounted by the system, which is not simulated.
    input.flag("automount");
    let any = Public { is_wanted: true, id: None };
    let (v4, v6) = input.nested("public_net", public_net).unwrap_or((any, any));
    let wanted = Wanted {
        name,
        server_type,
        image,
        location: input.reference("location"),
        starts: input.flag("start_after_create").unwrap_or(true),
        placement_group: input.id("placement_group"),
        ssh_keys: input.references("ssh_keys").unwrap_or_default(),
        volumes: input.ids("volumes").unwrap_or_default(),
        networks: input.ids("networks").unwrap_or_default(),
        firewalls: input.each("firewalls", |f| f.needed_id("firewall")).unwrap_or_default(),
        user_data,
        labels: input.labels().unwrap_or_default(),
        v4,
        v6,
    };
    let is_private = !wanted.v4.is_wanted && !wanted.v6.is_wanted;
    if is_private && wanted.networks.is_empty() && wanted.starts {
        input.refuse("public_net", "a server without any network must not be started");
    }
    input.done()?;
    Ok(wanted)
}

/// Reads `user_data`, which is limited.
pub(super) fn user_data(input: &mut Input<'_>) -> Option<String> {
    let user_data = input.text("user_data");
    if user_data.as_ref().is_some_and(|text| text.len() > USER_DATA_MAX) {
        input.refuse("user_data", "must not be longer than 32 KiB");
    }
    user_data
}

/// Reads a new name, if one is given, and checks it.
pub(super) fn new_name(input: &mut Input<'_>) {
    if let Some(name) = input.text("name") {
        check_name(input, &name);
    }
}

fn public_net(input: &mut Input<'_>) -> (Public, Public) {
    let mut public = |enable: &str, id: &str| {
        let id_given = input.id(id);
        let is_wanted = input.flag(enable).unwrap_or(true);
        if id_given.is_some() && !is_wanted {
            input.refuse(id, format!("must not be given if {enable} is false"));
        }
        Public { is_wanted, id: id_given }
    };
    (public("enable_ipv4", "ipv4"), public("enable_ipv6", "ipv6"))
}

fn check_name(input: &mut Input<'_>, name: &str) {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_host = name.len() <= NAME_MAX && name.split('.').all(is_part);
    if !is_host && input.value("name").is_some_and(serde_json::Value::is_string) {
        input.refuse("name", "must be a valid hostname as per RFC 1123");
    }
}
