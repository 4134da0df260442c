//! What must always hold of the world, whatever the engine does.

use super::World;
use infra_model::value::Value;
use std::collections::BTreeMap;

impl World {
    /// Returns what is wrong with the world; nothing should ever be.
    pub fn violations(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut tokens: BTreeMap<&str, &str> = BTreeMap::new();
        for object in self.objects.values() {
            if object.token.is_empty() {
                continue;
            }
            if let Some(other) = tokens.insert(&object.token, &object.id) {
                wrong.push(format!("`{other}` and `{}` share a token", object.id));
            }
        }
        for object in self.objects.values() {
            if !object.value.is_wholly_known() {
                wrong.push(format!("`{}` is not wholly known", object.id));
            }
            if let Some(host) = &object.host
                && !self.objects.contains_key(host)
            {
                wrong.push(format!("`{}` lives on `{host}`, which is gone", object.id));
            }
            wrong.extend(self.dangling(object.id.as_str()));
        }
        wrong
    }

    fn dangling(&self, id: &str) -> Vec<String> {
        let Some(object) = self.objects.get(id) else { return Vec::new() };
        let Some(behaviour) = self.catalogue.resource(&object.kind) else {
            return vec![format!("`{id}` has no kind")];
        };
        let dangles = |attribute: &str| {
            let target = object.value.get(attribute).and_then(Value::as_text)?;
            (!self.objects.contains_key(&**target))
                .then(|| format!("`{id}` needs `{target}`, which is gone"))
        };
        behaviour.references.iter().filter_map(|(attribute, _)| dangles(attribute)).collect()
    }
}
