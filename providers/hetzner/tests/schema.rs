//! The schemas against the facts about them, and the structs against the schemas.

use crate::{HetznerProvider, provider::registry};
use infra_model::{
    address::Mode,
    kind::Kind,
    path::{Path, Step},
    schema::Block,
};
use infra_sdk::{connection::Provider, sample::populated};
use serde_json::Value as Json;
use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

/// Attributes that this provider has beyond those of Terraform's.
const OWN: &[(&str, &[&str])] = &[(
    "hcloud_server",
    &[
        "cloud_init",
        "cloud_init_status",
        "effective_location",
        "effective_server_type",
        "host_key",
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

/// What is secret although the facts do not say so.
const SECRET: &[&str] = &["tsig_key", "token"];

#[test]
fn what_is_secret_is_shown_nowhere() {
    let Some(facts) = facts() else { return };
    let mut names: BTreeSet<String> = SECRET.iter().map(|name| (*name).to_owned()).collect();
    note_sensitive(&facts, &mut names);
    assert!(names.contains("password") && names.contains("private_key"), "{names:?}");
    let provider = HetznerProvider::default();
    let kinds = provider.kinds();
    let mut blocks: Vec<(String, Block)> =
        kinds.iter().map(|kind| (kind.name().to_string(), kind.schema().block.clone())).collect();
    blocks.push(("the provider".to_owned(), provider.facts().config.block));
    let mut shown = Vec::new();
    for (name, block) in blocks {
        let value = block.mark_sensitive(populated(&block));
        let marked = value.clone().unmark_paths().1;
        let is_hidden =
            |path: &Path| marked.iter().any(|(hidden, _)| path.0.starts_with(&hidden.0));
        let _same = value.transform(&mut |path, part| {
            let is_secret = matches!(
                path.0.last(), Some(Step::Attribute(last)) if names.contains(&**last)
            );
            if is_secret && !is_hidden(path) {
                shown.push(format!("{name}: {path}"));
            }
            part
        });
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// Collects the names of attributes that the facts call sensitive.
fn note_sensitive(facts: &Json, names: &mut BTreeSet<String>) {
    let members = facts.as_object().into_iter().flatten();
    for (name, inner) in members {
        if inner["sensitive"] == true {
            names.insert(name.clone());
        }
        note_sensitive(inner, names);
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
