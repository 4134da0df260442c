//! The fields of the file, in the order in which Terraform writes them.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, value::RawValue};
use std::collections::BTreeMap;

/// The version of the format.
pub(super) const VERSION: u64 = 4;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) version: u64,
    #[serde(default)]
    pub(super) terraform_version: String,
    #[serde(default)]
    pub(super) serial: u64,
    #[serde(default)]
    pub(super) lineage: String,
    #[serde(default)]
    pub(super) outputs: BTreeMap<String, Output>,
    #[serde(default)]
    pub(super) resources: Vec<Resource>,
    #[serde(default)]
    pub(super) check_results: Option<Vec<Check>>,
    /// Ours: open intents and counters, opaque.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) infra: Option<String>,
}

/// What tells another version or an encrypted file before the rest is looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) version: Option<u64>,
    pub(super) encrypted_data: Option<Json>,
    /// Terraform's note of where the state is, which lies in `.terraform` under the same name.
    pub(super) backend: Option<Json>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Output {
    pub(super) value: Box<RawValue>,
    #[serde(rename = "type")]
    pub(super) ty: Json,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) sensitive: bool,
    /// Ours: where inside the value, if not all of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sensitive_paths: Option<Vec<Vec<PathStep>>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Resource {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) module: String,
    pub(super) mode: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) provider: String,
    #[serde(default)]
    pub(super) instances: Vec<Instance>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Instance {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) index_key: Option<Json>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) status: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) deposed: String,
    #[serde(default)]
    pub(super) schema_version: u64,
    #[serde(default)]
    pub(super) attributes: Option<Box<RawValue>>,
    /// Terraform before 0.12: flat attributes, which only its own upgrade reads.
    #[serde(default, skip_serializing)]
    pub(super) attributes_flat: Option<Json>,
    #[serde(default)]
    pub(super) sensitive_attributes: Vec<Vec<PathStep>>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) private: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) dependencies: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) create_before_destroy: bool,
    /// Ours: what the object is made from, where `dependencies` cannot say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) needs: Option<Vec<String>>,
    /// Ours: the number of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) generation: Option<u64>,
    /// Ours: a delete is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) prevent_destroy: bool,
    /// Ours: the type of the attributes, where no schema tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) attributes_type: Option<Json>,
}

/// One step of a path, as cty writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub(super) enum PathStep {
    GetAttr(String),
    Index(Key),
}

/// The key of an index step with its type.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) value: Json,
    #[serde(rename = "type")]
    pub(super) ty: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Check {
    pub(super) object_kind: String,
    pub(super) config_addr: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) objects: Option<Vec<CheckObject>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CheckObject {
    pub(super) object_addr: String,
    pub(super) status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) failure_messages: Vec<String>,
}
