//! A state of Terraform as it can be taken over: what there are types for, in the form of today, and
//! what must be left out with the reason.
//!
//! What `state push` refuses because it must be exact is sorted out here: data sources, types that
//! do not exist here, attributes that are null and not known, older and newer schema versions.

use super::{
    format::{File, Instance, Resource},
    read::{address, interpret, parse},
    values::from_json,
};
use infra_model::{
    address::{Address, KindName, Mode},
    diagnostic::Diagnostics,
    kind::{Kind, Kinds},
    snapshot::{Object, Snapshot},
    text::Text,
    types::Type,
    value::{Value, json::to_json_text},
};
use infra_plan::form::{NoForm, of_today};
use serde_json::value::RawValue;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a state file gives.
#[derive(Clone, Debug)]
pub struct Survey {
    /// What can be taken over.
    pub snapshot: Snapshot,
    /// What cannot, in the order of the file.
    pub left_out: Vec<LeftOut>,
    /// Which version of Terraform wrote the file; may be empty.
    pub written_by: Text,
}

/// An instance that is not taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its address.
    pub address: String,
    /// Why, as a clause.
    pub why: String,
    /// Nothing is lost with it: it is read anew.
    pub is_data: bool,
}

/// Returns what a state file gives.
///
/// # Errors
///
/// With everything in it that cannot be read; then it must not be used at all.
pub fn survey(text: &str, kinds: &Kinds) -> Result<Survey, Diagnostics> {
    let mut file = parse(text)?;
    let mut left_out = leave_out(&mut file, kinds);
    let mut snapshot = interpret(&file, kinds)?;
    bring_up_to_date(&mut snapshot, kinds, &mut left_out);
    drop_dangling_needs(&mut snapshot);
    Ok(Survey { snapshot, left_out, written_by: Text::from(file.terraform_version) })
}

/// Takes out of the file what cannot be read as something that exists here.
fn leave_out(file: &mut File, kinds: &Kinds) -> Vec<LeftOut> {
    let mut left_out = Vec::new();
    for resource in &mut file.resources {
        let instances = std::mem::take(&mut resource.instances);
        for mut instance in instances {
            if let Some(why) = reason(resource, &instance, kinds) {
                let is_data = resource.mode == "data";
                left_out.push(LeftOut { address: name(resource, &instance), why, is_data });
                continue;
            }
            drop_unknown_nulls(resource, &mut instance, kinds);
            resource.instances.push(instance);
        }
    }
    file.resources.retain(|resource| !resource.instances.is_empty());
    left_out
}

fn name(resource: &Resource, instance: &Instance) -> String {
    let fallback = || format!("{}.{}", resource.kind, resource.name);
    address(resource, instance).map_or_else(|_| fallback(), |address| address.to_string())
}

/// Returns why an instance cannot be taken over, if the file alone tells.
fn reason(resource: &Resource, instance: &Instance, kinds: &Kinds) -> Option<String> {
    if resource.mode == "data" {
        return Some("a data source, which the next plan reads anew".to_owned());
    }
    if resource.mode != "managed" {
        // Told as what it is, a file that cannot be read.
        return None;
    }
    if kinds.get(Mode::Managed, &kind_name(resource)).is_none() {
        return Some(format!("there is no resource type `{}` here", resource.kind));
    }
    if instance.attributes.is_none() && instance.attributes_flat.is_some() {
        return Some("it has flat attributes, of before Terraform 0.12".to_owned());
    }
    None
}

fn kind_name(resource: &Resource) -> KindName {
    KindName(Text::from(&*resource.kind))
}

/// Removes attributes that the type does not have here and that say nothing.
fn drop_unknown_nulls(resource: &Resource, instance: &mut Instance, kinds: &Kinds) {
    let Some(kind) = kinds.get(Mode::Managed, &kind_name(resource)) else { return };
    let is_of_today = kind.schema().version == instance.schema_version;
    let Some(raw) = instance.attributes.as_ref().filter(|_| is_of_today) else { return };
    let Ok(mut attributes) = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get()) else {
        return;
    };
    let Type::Object(known) = kind.schema().block.implied_type() else { return };
    let before = attributes.len();
    attributes.retain(|name, value| value.get() != "null" || known.attributes.contains_key(name));
    if attributes.len() == before {
        return;
    }
    if let Ok(kept) = serde_json::value::to_raw_value(&attributes) {
        instance.attributes = Some(kept);
    }
}

/// Gives every object the form of its type's schema of today; what has none is left out.
fn bring_up_to_date(snapshot: &mut Snapshot, kinds: &Kinds, left_out: &mut Vec<LeftOut>) {
    let mut without_form = Vec::new();
    for (address, instance) in &mut snapshot.instances {
        for object in instance.objects.values_mut() {
            match today(kinds, address, object) {
                Ok(upgraded) => *object = upgraded,
                Err(why) => {
                    without_form.push((address.clone(), why));
                    break;
                }
            }
        }
    }
    for (address, why) in without_form {
        snapshot.instances.remove(&address);
        left_out.push(LeftOut { address: address.to_string(), why, is_data: false });
    }
}

fn today(kinds: &Kinds, address: &Address, object: &Arc<Object>) -> Result<Arc<Object>, String> {
    let upgraded = match of_today(kinds, address.mode, &address.kind, object) {
        Ok(upgraded) => upgraded,
        Err(NoForm::NotUpgradable(why)) => {
            return Err(format!("it cannot be brought up to date: {}", why.summary));
        }
        Err(NoForm::KindUnknown | NoForm::NotMovable) => {
            return Err(format!("there is no resource type `{}` here", address.kind));
        }
    };
    let Some(kind) = kinds.get(address.mode, &address.kind) else { return Ok(upgraded) };
    let value = typed(kind.as_ref(), &upgraded.value).map_err(|why| {
        format!("schema version {} cannot be upgraded: {why}", object.schema_version)
    })?;
    let value = kind.adopted(value.unwrap_or_else(|| upgraded.value.clone()));
    Ok(Arc::new(Object { value, ..Arc::unwrap_or_clone(upgraded) }))
}

/// Returns a value with the type of the schema, if it does not have it: what was read without a
/// schema has the types that its text implies.
fn typed(kind: &dyn Kind, value: &Value) -> Result<Option<Value>, String> {
    let block = &kind.schema().block;
    let ty = block.implied_type();
    if ty.accepts(&value.ty()) {
        return Ok(None);
    }
    let (plain, marks) = value.clone().unmark_paths();
    let text = to_json_text(&plain).map_err(|error| error.to_string())?;
    let raw = RawValue::from_string(text).map_err(|error| error.to_string())?;
    let converted = from_json(&raw, &ty)?;
    Ok(Some(block.mark_sensitive(converted.mark_paths(&marks))))
}

/// Drops what objects are made from where that is not taken over.
fn drop_dangling_needs(snapshot: &mut Snapshot) {
    let recorded: BTreeSet<Address> =
        snapshot.instances.keys().map(Address::without_keys).collect();
    for instance in snapshot.instances.values_mut() {
        for object in instance.objects.values_mut() {
            if object.needs.iter().all(|need| recorded.contains(&need.without_keys())) {
                continue;
            }
            let kept = object.needs.iter().filter(|need| recorded.contains(&need.without_keys()));
            let needs = kept.cloned().collect();
            *object = Arc::new(Object { needs, ..(**object).clone() });
        }
    }
}
