//! The schemas hold every attribute of the ecosystem's provider, under its names.

use crate::DockerProvider;
use infra_model::{address::Mode, schema::Block};
use infra_sdk::connection::Provider as _;
use serde_json::Value as Json;

/// Where the facts lie beside a checkout.
const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/schemas/docker.json");

#[test]
fn knows_every_attribute_of_the_ecosystem() {
    let Ok(text) = std::fs::read_to_string(FACTS) else {
        return println!("SKIPPED: {FACTS} is not there");
    };
    let facts: Json = serde_json::from_str(&text).unwrap();
    let mut missing = Vec::new();
    for kind in DockerProvider::default().kinds() {
        let section = if kind.mode() == Mode::Data { "data_sources" } else { "resources" };
        let attributes = &facts[section][&*kind.name().0]["attributes"];
        compare(&kind.name().0, attributes, &kind.schema().block, &mut missing);
    }
    let provider = DockerProvider::default().facts();
    compare("provider", &facts["provider"], &provider.config.block, &mut missing);
    assert!(missing.is_empty(), "{missing:#?}");
}

fn compare(at: &str, facts: &Json, block: &Block, missing: &mut Vec<String>) {
    let facts = facts.as_object().unwrap_or_else(|| panic!("{at} has facts"));
    for (name, fact) in facts {
        let at = format!("{at}.{name}");
        let inner = fact.get("block").filter(|inner| inner.is_object());
        match (block.attributes.get(&**name), block.blocks.get(&**name), inner) {
            (Some(_), _, None) => {}
            (_, Some(nested), Some(inner)) => compare(&at, inner, &nested.block, missing),
            // A block that the provider alone gives is an attribute here.
            (Some(attribute), _, Some(_)) if !attribute.is_configurable() => {}
            _ => missing.push(at.clone()),
        }
        if let (Some(attribute), None) = (block.attributes.get(&**name), inner) {
            let is_required = fact.get("required") == Some(&Json::Bool(true));
            let here = attribute.usage == infra_model::schema::Usage::Required;
            let by_environment = fact.get("default_from_env").is_some();
            if is_required != here && !by_environment {
                missing.push(format!("{at}: required differs"));
            }
        }
    }
}

#[test]
fn structs_fit_their_schemas() {
    assert_eq!(crate::provider::registry().mismatches(), []);
}
