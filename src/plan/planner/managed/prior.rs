//! What there is of a managed instance before the decision: as recorded, and as observed.

use crate::planner::{Planner, decide, held::HeldId, walk::WalkId};
use infra_model::{
    address::Generation,
    kind::{Facts, Kind},
    observed::Observed,
    program::Desired,
    snapshot::Object,
    value::Value,
};
use std::sync::Arc;

/// The current object of an instance, as recorded and as observed.
#[derive(Clone)]
pub(in crate::planner) struct Prior {
    pub(in crate::planner) generation: Generation,
    pub(in crate::planner) object: Arc<Object>,
    /// What the provider said, if it was asked.
    pub(in crate::planner) observed: Option<Value>,
    /// Canonical, with the marks of the record.
    pub(in crate::planner) value: Value,
    pub(in crate::planner) drifted: bool,
    /// It was found by a lookup: no configuration has marked it.
    pub(in crate::planner) adopted: bool,
}

impl Planner {
    /// A found object whose provisioners may not have run is not whole.
    pub(super) fn taint_adopted(&mut self, walk: WalkId, desired: &Desired) {
        let Some(id) = self.walks[walk.0].held.filter(|_| desired.lifecycle.provisioned) else {
            return;
        };
        let held = self.held.get_mut(id);
        for intent in &held.adopted {
            if let Some(object) = held.instance.objects.get_mut(&intent.generation) {
                Arc::make_mut(object).tainted = true;
            }
        }
    }

    /// Returns the object of an instance as far as it is known before the hooks have their facts.
    pub(super) fn recorded_value(&self, walk: WalkId) -> Option<Value> {
        let held = self.held.get(self.walks[walk.0].held?);
        let (generation, object) = held.instance.current()?;
        match held.seen(generation) {
            Some(Observed::Gone) => None,
            Some(Observed::Present(value)) => Some(value.clone()),
            Some(Observed::NotAskable(_)) | None => Some(object.value.clone()),
        }
    }

    /// Returns the current object of an instance, `None` if there is none or it is gone.
    pub(in crate::planner) fn prior(
        &self,
        id: HeldId,
        kind: &dyn Kind,
        facts: &Facts,
    ) -> Option<Prior> {
        let held = self.held.get(id);
        let (generation, object) = held.instance.current()?;
        let object = Arc::clone(object);
        let seen = match held.seen(generation) {
            Some(Observed::Gone) => return None,
            Some(Observed::Present(value)) => Some(value.clone()),
            Some(Observed::NotAskable(_)) | None => None,
        };
        let Some(observed) = seen else {
            let value = object.value.clone();
            let (drifted, adopted) = (false, false);
            return Some(Prior { generation, object, observed: None, value, drifted, adopted });
        };
        let schema = kind.schema();
        let (_, marks) = object.value.clone().unmark_paths();
        let value = kind.normalise(observed.clone().unmark_deep().0, facts);
        let value = crate::finalise::without_write_only(schema, value).mark_paths(&marks);
        let value = schema.block.mark_sensitive(value);
        let recorded = kind.normalise(object.value.clone(), facts);
        let adopted = held.adopted.iter().any(|intent| intent.generation == generation);
        let drifted = !held.imported && !adopted && decide::has_drifted(schema, &recorded, &value);
        // Without a difference the record stays as it is, byte for byte.
        let value = if drifted || held.imported || adopted { value } else { object.value.clone() };
        Some(Prior { generation, object, observed: Some(observed), value, drifted, adopted })
    }
}
