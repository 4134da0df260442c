//! What others do to the cloud behind the engine's back: drift, for tests and simulation.

use super::{CloudObject, World};
use crate::protocol::{Instance, Listed};
use infra_model::value::Value;

impl World {
    /// Changes an attribute of an object; returns whether there was such an object.
    pub fn set(&mut self, id: &str, attribute: &str, value: Value) -> bool {
        let Some(object) = self.objects.get_mut(id) else { return false };
        let mut entries = object.value.entries().unwrap_or_default().to_vec();
        if let Some(entry) = entries.iter_mut().find(|(name, _)| **name == *attribute) {
            entry.1 = value;
        }
        let changed = Value::object(entries);
        object.before = Some(std::mem::replace(&mut object.value, changed));
        object.revision += 1;
        true
    }

    /// Removes an object and what lives on it, whatever still needs it; returns whether it was there.
    pub fn remove(&mut self, id: &str) -> bool {
        let was_there = self.objects.contains_key(id);
        self.bury(id);
        was_there
    }

    /// Puts an object there that a person or another tool made.
    pub fn insert(&mut self, object: CloudObject) {
        self.objects.insert(object.id.clone(), object);
    }

    /// Returns the objects of a kind, by id.
    pub fn objects_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a CloudObject> {
        self.objects.values().filter(move |object| *object.kind.0 == *kind)
    }

    /// Returns what a watcher sees.
    pub(super) fn listed(&self) -> Vec<Listed> {
        self.objects.values().map(listed).collect()
    }

    /// Returns the objects of a kind that carry the lineage of an instance and are not these.
    pub(super) fn marked(&self, instance: &Instance, kind: &str, ids: &[String]) -> Vec<Listed> {
        let lineage = &instance.lineage;
        let own = |object: &&CloudObject| {
            // What lives on another host is not seen from here.
            let here = object.host.is_none() || object.host == instance.server_id;
            here && !lineage.is_empty() && object.lineage == *lineage && !ids.contains(&object.id)
        };
        self.objects_of(kind).filter(own).map(listed).collect()
    }

    /// Returns the object that was created for an address and is still there.
    pub fn at_address(&self, address: &str) -> Option<&CloudObject> {
        self.objects.values().find(|object| object.address == address)
    }
}

fn listed(object: &CloudObject) -> Listed {
    Listed {
        kind: object.kind.0.to_string(),
        id: object.id.clone(),
        token: object.token.clone(),
        address: object.address.clone(),
    }
}
