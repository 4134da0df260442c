//! What instances will be once a plan is carried out, as far as it tells: for those who evaluate
//! expressions over a plan instead of carrying it out.

use infra_model::{address::Address, snapshot::Snapshot, value::Value};
use infra_plan::plan::Plan;
use std::collections::BTreeMap;

/// Returns the planned values of all instances, recorded ones where the plan says nothing.
pub fn planned_values(plan: &Plan, snapshot: &Snapshot) -> BTreeMap<Address, Value> {
    let mut values = BTreeMap::new();
    for (address, instance) in &snapshot.instances {
        if let Some((_, object)) = instance.current() {
            values.insert(address.clone(), object.value.clone());
        }
    }
    values.extend(plan.values.iter().cloned());
    for change in plan.changes.iter().filter(|change| change.deposed.is_none()) {
        match &change.planned {
            Some(value) => {
                values.insert(change.address.clone(), value.clone());
            }
            None => {
                values.remove(&change.address);
            }
        }
    }
    values
}
