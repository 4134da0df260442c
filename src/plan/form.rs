//! A recorded object in the form in which it is looked at today: the schema version of this
//! program, and the type that its address has after a move.
//!
//! The planner and the machine's look before the first effect both ask with this form; otherwise
//! their answers could not be compared.

use infra_model::{
    address::{InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    diagnostic::Diagnostic,
    kind::Kinds,
    snapshot::Object,
};
use std::sync::Arc;

/// Why a recorded object has no form of today.
#[derive(Clone, Debug)]
pub enum NoForm {
    /// No provider of this program has its type.
    KindUnknown,
    /// The record is of a version that cannot be brought into today's.
    NotUpgradable(Box<Diagnostic>),
    /// The wanted type does not take over objects of the recorded one.
    NotMovable,
}

/// Returns a recorded object as the wanted type of today.
///
/// # Errors
///
/// Why there is no such form.
pub fn of_today(
    kinds: &Kinds,
    mode: Mode,
    wanted: &KindName,
    object: &Arc<Object>,
) -> Result<Arc<Object>, NoForm> {
    let upgraded = upgraded(kinds, mode, object)?;
    if object.kind == *wanted {
        return Ok(upgraded);
    }
    let kind = kinds.get(mode, wanted).ok_or(NoForm::KindUnknown)?;
    let value = kind.move_from(&object.kind, &upgraded.value).ok_or(NoForm::NotMovable)?;
    let mut moved = Arc::unwrap_or_clone(upgraded);
    moved.value = kind.schema().block.mark_sensitive(value);
    moved.kind = wanted.clone();
    moved.schema_version = kind.schema().version;
    // They are bytes of another type, which this one cannot read.
    moved.private = Arc::from([]);
    if let Some(provider) =
        kinds.provider_of(mode, wanted).filter(|p| **p != moved.provider.provider)
    {
        // Its alias and key are names of the other provider.
        moved.provider = ProviderAddress {
            module: ModuleAddress::root(),
            provider: provider.clone(),
            alias: None,
            key: InstanceKey::None,
        };
    }
    Ok(Arc::new(moved))
}

fn upgraded(kinds: &Kinds, mode: Mode, object: &Arc<Object>) -> Result<Arc<Object>, NoForm> {
    let kind = kinds.get(mode, &object.kind).ok_or(NoForm::KindUnknown)?;
    let today = kind.schema().version;
    if object.schema_version == today {
        return Ok(Arc::clone(object));
    }
    let value = kind
        .upgrade(object.schema_version, object.value.clone())
        .map_err(|diagnostic| NoForm::NotUpgradable(Box::new(diagnostic)))?;
    Ok(Arc::new(Object { value, schema_version: today, ..(**object).clone() }))
}
