//! The books: what is recorded and what is there are the same. Nothing is orphaned, and nothing doubled.

use super::cloud::{Cloud, KINDS};
use crate::end_to_end::estate::Estate;
use infra_hetzner_simulator::Kind;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The label of objects that somebody else made and that stay theirs.
pub(super) const FOREIGN: &str = "foreign";

/// Checks that every object of the project is recorded, once, and that every recorded one is there.
#[track_caller]
pub(super) fn balance(cloud: &Cloud, estate: &Estate, told: &str) {
    let shown = estate.run("show -json").exits(0).json();
    let none = Vec::new();
    let recorded = shown["values"]["root_module"]["resources"].as_array().unwrap_or(&none);
    let mut tokens = BTreeSet::new();
    for kind in KINDS {
        let name = format!("hcloud_{}", kind.word());
        let of_kind = recorded.iter().filter(|one| one["type"] == *name);
        let mut known: Vec<String> = of_kind.map(|one| number(&one["values"]["id"])).collect();
        known.sort();
        let objects = cloud.world(|world| world.objects(kind));
        let ours = objects.iter().filter(|object| !is_of_others(kind, object));
        let mut there: Vec<String> = ours.map(|object| object["id"].to_string()).collect();
        there.sort();
        assert_eq!(known, there, "{name}: recorded, and there\n{told}");
        for token in objects.iter().filter_map(|object| object["labels"]["infra/token"].as_str()) {
            assert!(tokens.insert(token.to_owned()), "two of {name} carry {token}\n{told}");
        }
    }
}

/// Most types have their number as text.
fn number(id: &Json) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Objects of others, and addresses that come and go with a server.
fn is_of_others(kind: Kind, object: &Json) -> bool {
    let is_with_server = kind == Kind::PrimaryIp
        && object["auto_delete"] == true
        && object["assignee_id"].is_number()
        && object["labels"].get("infra/token").is_none();
    is_with_server || object["labels"].get(FOREIGN).is_some()
}
