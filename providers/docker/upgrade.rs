//! Recorded values of older schema versions.
//!
//! The versions are those of the ecosystem's provider, whose states can be taken over: what changed
//! between them is that labels were a map and are blocks.

use crate::{bridge, failure::refusal};
use infra_model::{diagnostic::Diagnostic, schema::Schema, value::Value};
use serde_json::{Value as Json, json};

/// Returns a recorded value in the form of a schema.
pub(crate) fn upgraded(schema: &Schema, version: u64, value: Value) -> Result<Value, Diagnostic> {
    if version == schema.version {
        return Ok(value);
    }
    if version > schema.version {
        let summary = format!("the record has schema version {version}");
        let found = refusal("infra::docker::record_newer", summary);
        let detail = format!("This program knows versions up to {}.", schema.version);
        return Err(found.detail(detail).help("use a newer version of this program"));
    }
    let (plain, marks) = value.unmark_paths();
    let mut json = bridge::to_json(&plain);
    if let Some(labels) = json.get("labels").and_then(Json::as_object) {
        let block = |(label, value): (&String, &Json)| json!({"label": label, "value": value});
        json["labels"] = labels.iter().map(block).collect();
    }
    Ok(bridge::object_from_json(&schema.block, &json).mark_paths(&marks))
}

#[cfg(test)]
mod tests {
    use super::upgraded;
    use crate::{container::Container, network::Network, plain::PlainResource as _};
    use infra_model::{types::Type, value::Value};
    use infra_sdk::resource::Resource as _;

    #[test]
    fn labels_become_blocks_and_secrets_stay_secret() {
        let labels = Value::map(Type::String, [("a", Value::from("b"))]);
        let old = Value::object([("name", Value::from("n").sensitive()), ("labels", labels)]);
        let network = Network::kind();
        let new = upgraded(network.schema(), 0, old.clone()).unwrap();
        let block = &new.get("labels").unwrap().items().unwrap()[0];
        assert_eq!(block.get("value"), Some(&Value::from("b")));
        assert!(new.get("name").unwrap().has_sensitive());
        assert!(upgraded(Container::kind().schema(), 9, old).is_err());
    }
}
