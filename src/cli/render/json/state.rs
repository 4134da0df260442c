//! The state in the format of `show -json`.

use super::{
    checks::{CheckJson, checks},
    values::{known, sensitive_shape},
};
use crate::{
    commands::version::TERRAFORM_VERSION, provider_names::provider_source,
    render::literal::Secrets, statefile::type_json,
};
use infra_model::{
    address::{Address, Generation, InstanceKey, Mode, ModuleAddress},
    snapshot::{Object, Snapshot},
    text::Text,
    types::Type,
    value::Value,
};
use serde::Serialize;
use serde_json::{Value as Json, value::RawValue};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize)]
struct StateJson<'a> {
    format_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    terraform_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Values<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckJson>,
}

/// The `values` part, which plans have as well.
#[derive(Serialize)]
pub(super) struct Values<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) outputs: BTreeMap<&'a str, OutputValue>,
    pub(super) root_module: Module<'a>,
}

#[derive(Serialize)]
pub(super) struct OutputValue {
    pub(super) sensitive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Box<RawValue>>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) ty: Option<Json>,
}

#[derive(Default, Serialize)]
pub(super) struct Module<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    child_modules: Vec<Self>,
}

/// One resource instance.
#[derive(Serialize)]
pub(super) struct Resource<'a> {
    pub(super) address: String,
    pub(super) mode: &'static str,
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<Json>,
    pub(super) provider_name: String,
    pub(super) schema_version: u64,
    #[serde(skip_serializing_if = "is_empty")]
    pub(super) values: Option<Box<RawValue>>,
    pub(super) sensitive_values: Json,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) depends_on: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) tainted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deposed_key: Option<String>,
}

/// Returns a state as JSON; of one without objects and outputs nothing but the format is told, as in
/// Terraform.
pub fn state(snapshot: &Snapshot, secrets: Secrets) -> String {
    let is_empty = snapshot.is_empty();
    super::document(&StateJson {
        format_version: "1.0",
        terraform_version: (!is_empty).then_some(TERRAFORM_VERSION),
        values: (!is_empty).then(|| values(snapshot, secrets)),
        checks: if is_empty { Vec::new() } else { checks(&snapshot.checks) },
    })
}

/// Returns the values of a snapshot.
pub(super) fn values(snapshot: &Snapshot, secrets: Secrets) -> Values<'_> {
    let mut resources = BTreeMap::<&ModuleAddress, Vec<Resource<'_>>>::new();
    for (address, instance) in &snapshot.instances {
        let list = resources.entry(&address.module).or_default();
        for wanted in [false, true] {
            for (generation, object) in &instance.objects {
                let is_deposed = instance.deposed.contains(generation);
                if is_deposed == wanted {
                    let deposed = is_deposed.then_some(*generation);
                    list.push(resource(address, object, (deposed, secrets)));
                }
            }
        }
    }
    for list in resources.values_mut() {
        list.sort_by_key(|resource| resource.mode != mode(Mode::Data));
    }
    let outputs = snapshot.outputs.iter().map(|(name, o)| (&**name, output(&o.value, secrets)));
    let outputs = outputs.collect();
    Values { outputs, root_module: modules(resources) }
}

/// Returns an output; value and type are told once all of it is known.
pub(super) fn output(value: &Value, secrets: Secrets) -> OutputValue {
    let is_known = value.is_wholly_known();
    OutputValue {
        sensitive: value.has_sensitive(),
        value: if is_known { known(value, secrets) } else { None },
        // A null output is recorded nowhere, and so has lost its type.
        ty: is_known.then(|| type_json(&if value.is_null() { Type::Dynamic } else { value.ty() })),
    }
}

fn resource<'a>(
    address: &'a Address,
    object: &'a Object,
    (deposed, secrets): (Option<Generation>, Secrets),
) -> Resource<'a> {
    Resource {
        values: known(&object.value, secrets),
        sensitive_values: sensitive_shape(&object.value),
        schema_version: object.schema_version,
        depends_on: depends_on(&object.needs),
        tainted: object.tainted,
        deposed_key: deposed.map(|generation| format!("{:08x}", generation.0)),
        ..bare(address, &object.provider.provider)
    }
}

/// Returns what an object is made from as Terraform knows it: resources without keys.
fn depends_on(needs: &[Address]) -> Vec<String> {
    let names: BTreeSet<String> =
        needs.iter().map(|need| need.without_keys().to_string()).collect();
    names.into_iter().collect()
}

/// Whether there is no attribute to tell: as in Terraform, the member is then left out.
#[expect(clippy::ref_option, reason = "serde's signature")]
fn is_empty(values: &Option<Box<RawValue>>) -> bool {
    values.as_ref().is_none_or(|values| values.get() == "{}")
}

/// Returns a resource of which only the identity is filled in.
pub(super) fn bare<'a>(address: &'a Address, provider: &'a Text) -> Resource<'a> {
    Resource {
        address: address.to_string(),
        mode: mode(address.mode),
        kind: &address.kind.0,
        name: &address.name,
        index: index(&address.key),
        provider_name: provider_source(provider),
        schema_version: 0,
        values: None,
        sensitive_values: Json::Object(serde_json::Map::new()),
        depends_on: Vec::new(),
        tainted: false,
        deposed_key: None,
    }
}

/// Returns the mode of a resource.
pub(super) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "managed",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    }
}

/// Returns the key of an instance.
pub(super) fn index(key: &InstanceKey) -> Option<Json> {
    match key {
        InstanceKey::None | InstanceKey::Any => None,
        InstanceKey::Index(index) => Some(Json::from(*index)),
        InstanceKey::Name(name) => Some(Json::from(&**name)),
    }
}

/// Puts resources into the tree of their modules.
pub(super) fn modules<'a>(resources: BTreeMap<&ModuleAddress, Vec<Resource<'a>>>) -> Module<'a> {
    let mut root = Module::default();
    for (address, list) in resources {
        let mut module = &mut root;
        let mut path = ModuleAddress::root();
        for step in address.steps() {
            path = path.child(step.name.clone(), step.key.clone());
            let name = path.to_string();
            let known = module.child_modules.iter().position(|m| m.address.as_ref() == Some(&name));
            let at = known.unwrap_or_else(|| {
                module.child_modules.push(Module { address: Some(name), ..Module::default() });
                module.child_modules.len() - 1
            });
            module = &mut module.child_modules[at];
        }
        module.resources = list;
    }
    root
}
