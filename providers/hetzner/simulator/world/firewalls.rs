//! Firewalls: rules, and the servers that they are for, directly or by labels.

use super::{
    World, clock,
    kind::Kind,
    labels::Labels,
    selector::Selector,
    store::{Head, Resource, Table},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A firewall.
#[derive(Clone, Debug)]
pub(crate) struct Firewall {
    pub(crate) head: Head,
    /// The rules as the API shows them.
    pub(crate) rules: Vec<Value>,
    /// The servers that it is applied to directly.
    pub(crate) servers: BTreeSet<u64>,
    /// The label selectors that it is applied to.
    pub(crate) selectors: Vec<String>,
}

impl Firewall {
    /// Returns whether a server with such labels is below it.
    pub(crate) fn is_for(&self, server: u64, labels: &Labels) -> bool {
        let selects = |text: &String| Selector::read(text).is_some_and(|s| s.selects(labels));
        self.servers.contains(&server) || self.selectors.iter().any(selects)
    }
}

impl Resource for Firewall {
    const KIND: Kind = Kind::Firewall;

    fn head(&self) -> &Head {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    fn table(world: &World) -> &Table<Self> {
        &world.firewalls
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.firewalls
    }

    fn answer(&self, world: &World) -> Value {
        let server = |id: &u64| json!({ "type": "server", "server": { "id": id } });
        let selector = |text: &String| {
            let selected = world.servers_selected(text);
            json!({
                "type": "label_selector",
                "label_selector": { "selector": text },
                "applied_to_resources": selected.iter().map(server).collect::<Vec<_>>(),
            })
        };
        let mut applied_to: Vec<Value> = self.servers.iter().map(server).collect();
        applied_to.extend(self.selectors.iter().map(selector));
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "labels": self.head.labels,
            "created": clock::rfc3339(self.head.created_ms),
            "rules": self.rules,
            "applied_to": applied_to,
        })
    }
}
