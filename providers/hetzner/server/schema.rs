//! The attributes of a server.

use super::cloud_init;
use crate::schemas::{
    given, given_number, labels, number, number_or_given, off, on, required, set_of, text,
    text_or_given, timeouts,
};
use infra_model::{
    path::Path,
    schema::{Attribute, Block, Changes},
    types::Type,
};

pub(super) use crate::rules::location_of;

/// What may be done about a change that only a new disk takes over.
pub(super) const ON_CHANGE: [&str; 3] = ["ignore", "rebuild", "replace"];

/// Returns the schema.
pub(super) fn block() -> Block {
    let texts = || Attribute::optional(Type::list(Type::String));
    let with =
        |names: &[&str]| Changes::With(names.iter().map(|name| Path::attribute(*name)).collect());
    let numbers = Attribute::optional_computed(Type::set(Type::Number));
    let mut datacenter = text_or_given();
    datacenter.deprecated = Some("Hetzner removed data centers; use `location`.".into());
    let mut allow_deprecated = Attribute::optional(Type::Bool);
    allow_deprecated.deprecated = Some("It has no effect any more.".into());
    let mut backup_window = given().changes(with(&["backups"]));
    backup_window.deprecated = Some("Hetzner chooses the window.".into());
    let disk = || with(&["cloud_init", "ssh_keys", "user_data"]);
    let host_key = given()
        .changes(disk())
        .describe("The pinned host key, as `host_key` of a `connection` block takes it.");
    let status = given()
        .changes(disk())
        .describe("How cloud-init ended, where a `cloud_init` block waits for it.");
    Block::of([
        ("id", given()),
        ("name", required()),
        ("server_type", required()),
        ("server_type_fallbacks", texts()),
        ("effective_server_type", given().changes(with(&["server_type"]))),
        ("image", text_or_given().replaces()),
        ("location", text_or_given().replaces()),
        ("location_fallbacks", texts()),
        ("effective_location", given()),
        ("datacenter", datacenter),
        ("user_data", text()),
        ("on_user_data_change", text().default("replace")),
        ("ssh_keys", texts()),
        ("on_ssh_keys_change", text().default("replace")),
        ("keep_disk", off()),
        ("allow_deprecated_images", allow_deprecated),
        ("backup_window", backup_window),
        ("backups", off()),
        ("ipv4_address", given().changes(with(&["public_net"]))),
        ("ipv6_address", given().changes(with(&["public_net"]))),
        ("ipv6_network", given().changes(with(&["public_net"]))),
        ("status", given().changes(Changes::Volatile)),
        ("iso", text()),
        ("rescue", text()),
        ("labels", labels()),
        ("ignore_remote_firewall_ids", off()),
        ("firewall_ids", numbers),
        ("placement_group_id", number()),
        ("delete_protection", off()),
        ("rebuild_protection", off()),
        ("shutdown_before_deletion", off()),
        ("host_key", host_key),
        ("cloud_init_status", status),
        ("primary_disk_size", given_number().changes(with(&["server_type"]))),
        ("start_pending", Attribute::computed(Type::Bool)),
    ])
    .with([("public_net", set_of(public_net())), ("network", set_of(network()))])
    .with([("cloud_init", cloud_init::blocks()), ("timeouts", timeouts())])
}

fn public_net() -> Block {
    Block::of([
        ("ipv4_enabled", on()),
        ("ipv6_enabled", on()),
        ("ipv4", number_or_given()),
        ("ipv6", number_or_given()),
    ])
}

fn network() -> Block {
    Block::of([
        ("network_id", number_or_given()),
        ("subnet_id", text()),
        ("ip", text_or_given()),
        ("alias_ips", Attribute::optional_computed(Type::set(Type::String))),
        ("mac_address", given()),
    ])
}
