//! The schemas against the facts about them, and the structs against the schemas.

use crate::{HetznerProvider, provider::registry};
use infra_model::{address::Mode, kind::Kind, schema::Block};
use infra_sdk::connection::Provider;
use serde_json::Value as Json;
use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

/// Attributes that this provider has beyond those of Terraform's.
const OWN: &[(&str, &[&str])] = &[(
    "hcloud_server",
    &[
        "effective_location",
        "effective_server_type",
        "location_fallbacks",
        "on_ssh_keys_change",
        "on_user_data_change",
        "server_type_fallbacks",
        "start_pending",
    ],
)];

#[test]
fn structs_fit_their_schemas() {
    let found = registry().mismatches();
    let told: Vec<String> = found.iter().map(|found| found.detail.to_string()).collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn every_type_has_the_attributes_that_are_known_of_it() {
    let Some(facts) = facts() else { return };
    let kinds = HetznerProvider::default().kinds();
    let mut problems = Vec::new();
    for (section, mode) in [("resources", Mode::Managed), ("data_sources", Mode::Data)] {
        let all = facts[section].as_object().unwrap();
        for (name, of) in all {
            let of = of["alias_of"].as_str().map_or(of, |other| &all[other]);
            let named = |kind: &&Arc<dyn Kind>| kind.mode() == mode && *kind.name().0 == **name;
            match kinds.iter().find(named) {
                None => problems.push(format!("{section}: no {name}")),
                Some(kind) => {
                    let own = OWN.iter().find(|(kind, _)| kind == name && mode == Mode::Managed);
                    let own = own.map_or(&[] as &[&str], |(_, own)| own);
                    compare(name, &kind.schema().block, (of, own), &mut problems);
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn compare(name: &str, block: &Block, (of, own): (&Json, &[&str]), problems: &mut Vec<String>) {
    let attributes = ["attributes", "blocks"].iter().filter_map(|part| of[*part].as_object());
    let mut known: BTreeSet<&str> = attributes.flatten().map(|(name, _)| &**name).collect();
    known.insert("id");
    let has = block.attributes.keys().chain(block.blocks.keys()).map(|name| &**name);
    let has: BTreeSet<&str> =
        has.filter(|name| !own.contains(name) && *name != "timeouts").collect();
    for missing in known.difference(&has) {
        let is_without = *missing == "id" && of["sdk"].as_str() != Some("v2");
        if !is_without {
            problems.push(format!("{name}: lacks `{missing}`"));
        }
    }
    for odd in has.difference(&known) {
        problems.push(format!("{name}: has `{odd}`, which is not known"));
    }
}

/// Returns the facts; none if `../shared` is not there.
#[allow(clippy::disallowed_methods, reason = "the variable says whether it must be there")]
fn facts() -> Option<Json> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas/hetzner.json");
    if !path.exists() {
        assert!(std::env::var("INFRA_REQUIRE_SHARED").is_err(), "../shared is required");
        eprintln!("SKIPPED: schemas are not compared, ../shared is not there");
        return None;
    }
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}
