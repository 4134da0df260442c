//! Firewalls: rules, and the servers that they are for, directly or by labels.

mod aims;
mod apply;
mod create;
mod rules;

use super::{
    World,
    call::{Answer, Call},
    clock,
    kind::Kind,
    labels::Labels,
    refusal::Refusal,
    route::Route,
    selector::Selector,
    standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The operations of this family. While a change runs on a firewall, others get `conflict`
/// instead of `locked`, so they look at it themselves.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/firewalls", standard::list::<Firewall>),
    Route::post("/firewalls", create::create),
    Route::get("/firewalls/{id}", standard::get::<Firewall>),
    Route::put("/firewalls/{id}", Kind::Firewall, update).unguarded(),
    Route::delete("/firewalls/{id}", Kind::Firewall, delete).unguarded(),
    Route::post("/firewalls/{id}/actions/set_rules", rules::set),
    Route::post("/firewalls/{id}/actions/apply_to_resources", apply::apply),
    Route::post("/firewalls/{id}/actions/remove_from_resources", apply::remove),
];

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

    stored_in!(firewalls);

    fn may_go(&self, _world: &World) -> Result<(), Refusal> {
        if self.servers.is_empty() && self.selectors.is_empty() {
            return Ok(());
        }
        let message = "the firewall is still applied to a resource";
        Err(Refusal::rule("resource_in_use", message))
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

fn update(world: &mut World, call: &Call) -> Answer {
    world.is_calm(Kind::Firewall, call.id()?)?;
    standard::update::<Firewall>(world, call)
}

fn delete(world: &mut World, call: &Call) -> Answer {
    world.is_calm(Kind::Firewall, call.id()?)?;
    standard::delete::<Firewall>(world, call)
}
