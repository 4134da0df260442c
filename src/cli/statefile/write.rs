//! From a snapshot to the file.

use super::{
    addresses::{read_dependencies, write_dependencies, write_provider},
    extras::Extras,
    format::{Check, CheckObject, File, Instance, Output, Resource, VERSION},
    pretty::pretty,
    sensitive::unmark,
    types::type_json,
    values::to_json,
};
use crate::commands::version::TERRAFORM_VERSION;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use infra_model::{
    address::{Address, Generation, InstanceKey, Mode, ProviderAddress},
    diagnostic::Diagnostic,
    kind::Kinds,
    snapshot::{self, CheckStatus, Object, Snapshot},
    types::Type,
    value::Value,
};
use serde_json::{Value as Json, value::RawValue};
use std::collections::BTreeSet;

/// Returns a snapshot as a state file, secrets in clear.
///
/// # Errors
///
/// If a value has no JSON form.
pub fn write(snapshot: &Snapshot, kinds: &Kinds) -> Result<String, Diagnostic> {
    let outputs = snapshot.outputs.iter().map(|(name, found)| {
        let shown = output(&found.value).map_err(|why| unwritable(&format!("output.{name}"), &why));
        Ok((name.to_string(), shown?))
    });
    let file = File {
        version: VERSION,
        terraform_version: TERRAFORM_VERSION.to_owned(),
        serial: snapshot.sequence,
        lineage: snapshot.lineage.to_string(),
        outputs: outputs.collect::<Result<_, Diagnostic>>()?,
        resources: resources(snapshot, kinds)?,
        check_results: checks(snapshot),
        infra: Extras::of(snapshot)
            .to_text()
            .map_err(|error| unwritable("an open intent", &error.to_string()))?,
    };
    let text = serde_json::to_string(&file);
    text.map(|text| pretty(&text)).map_err(|error| unwritable("the file", &error.to_string()))
}

fn unwritable(what: &str, why: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::state_unwritable", "The state cannot be written as JSON")
        .detail(format!("`{what}`: {why}. Nothing was changed."))
        .help("Report this: it is a fault of infra.")
}

fn raw(json: String) -> Result<Box<RawValue>, String> {
    RawValue::from_string(json).map_err(|error| error.to_string())
}

fn output(value: &Value) -> Result<Output, String> {
    let (plain, paths) = unmark(value);
    let ty = plain.ty();
    let whole = paths.len() == 1 && paths[0].is_empty();
    Ok(Output {
        value: raw(to_json(&plain, &ty)?)?,
        ty: type_json(&ty),
        sensitive: !paths.is_empty(),
        sensitive_paths: (!paths.is_empty() && !whole).then_some(paths),
    })
}

/// One entry per resource and provider instance, in the order of addresses.
fn resources(snapshot: &Snapshot, kinds: &Kinds) -> Result<Vec<Resource>, Diagnostic> {
    // An instance with an open intent only has no line in the file, and is not there for its reader.
    let with_objects = snapshot.instances.iter().filter(|(_, found)| !found.objects.is_empty());
    let recorded: BTreeSet<Address> = with_objects.map(|(address, _)| address.clone()).collect();
    let mut resources: Vec<Resource> = Vec::new();
    let mut last: Option<(Address, ProviderAddress)> = None;
    for (address, found) in &snapshot.instances {
        for (generation, object) in &found.objects {
            let of = (address.with_key(InstanceKey::None), object.provider.clone());
            if last.as_ref() != Some(&of) {
                resources.push(resource(address, &object.provider));
                last = Some(of);
            }
            let written = instance((address, *generation, object), found, (kinds, &recorded))
                .map_err(|why| unwritable(&address.to_string(), &why))?;
            if let Some(resource) = resources.last_mut() {
                resource.instances.push(written);
            }
        }
    }
    Ok(resources)
}

fn resource(address: &Address, provider: &ProviderAddress) -> Resource {
    let mode = match address.mode {
        Mode::Managed => "managed",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    };
    Resource {
        module: address.module.to_string(),
        mode: mode.to_owned(),
        kind: address.kind.to_string(),
        name: address.name.to_string(),
        provider: write_provider(provider),
        instances: Vec::new(),
    }
}

fn instance(
    (address, generation, object): (&Address, Generation, &Object),
    of: &snapshot::Instance,
    (kinds, recorded): (&Kinds, &BTreeSet<Address>),
) -> Result<Instance, String> {
    let (plain, sensitive_attributes) = unmark(&object.value);
    let schema_type = schema_type(kinds, address, object, &plain);
    let ty = schema_type.clone().unwrap_or_else(|| plain.ty());
    let dependencies = write_dependencies(&object.needs);
    let said = read_dependencies(&dependencies, recorded);
    let exact = said.is_some_and(|said| *said == *object.needs);
    let deposed = of.deposed.contains(&generation);
    Ok(Instance {
        index_key: match &address.key {
            InstanceKey::None | InstanceKey::Any => None,
            InstanceKey::Index(index) => Some(Json::from(*index)),
            InstanceKey::Name(name) => Some(Json::from(&**name)),
        },
        status: if object.tainted { "tainted".to_owned() } else { String::new() },
        deposed: if deposed { format!("{:08x}", generation.0) } else { String::new() },
        schema_version: object.schema_version,
        attributes: Some(raw(to_json(&plain, &ty)?)?),
        attributes_flat: None,
        sensitive_attributes,
        private: STANDARD.encode(&object.private),
        needs: (!exact).then(|| object.needs.iter().map(ToString::to_string).collect()),
        dependencies,
        create_before_destroy: object.create_before_destroy,
        generation: Some(generation.0),
        prevent_destroy: object.prevent_destroy,
        attributes_type: schema_type.is_none().then(|| type_json(&ty)),
    })
}

/// Returns the type that the schema gives, if the object has the form of that schema.
fn schema_type(kinds: &Kinds, address: &Address, object: &Object, plain: &Value) -> Option<Type> {
    let schema = kinds.get(address.mode, &object.kind)?.schema();
    let ty = schema.block.implied_type();
    (schema.version == object.schema_version && ty.accepts(&plain.ty())).then_some(ty)
}

fn checks(snapshot: &Snapshot) -> Option<Vec<Check>> {
    let status = |status: CheckStatus| match status {
        CheckStatus::Pass => "pass",
        CheckStatus::Fail => "fail",
        CheckStatus::Error => "error",
        CheckStatus::Unknown => "unknown",
    };
    let check = |(address, check): (&infra_model::text::Text, &snapshot::Check)| Check {
        object_kind: object_kind(address).to_owned(),
        config_addr: address.to_string(),
        status: status(check.status).to_owned(),
        objects: Some(vec![CheckObject {
            object_addr: address.to_string(),
            status: status(check.status).to_owned(),
            failure_messages: check.messages.iter().map(ToString::to_string).collect(),
        }]),
    };
    (!snapshot.checks.is_empty()).then(|| snapshot.checks.iter().map(check).collect())
}

fn object_kind(address: &str) -> &'static str {
    let local = address
        .rsplit_once("module.")
        .map_or(address, |(_, rest)| rest.split_once('.').map_or(rest, |(_, rest)| rest));
    match local.split('.').next() {
        Some("output") => "output_value",
        Some("check") => "check",
        Some("var") => "var",
        Some(_) | None => "resource",
    }
}
