//! Everybody else who uses the project: changes that no request of the client made.
//!
//! They use the same operations, without token, rate limit, locks, protection and log, and what
//! they begin is done at once.

use super::{
    World,
    call::Call,
    families::ROUTES,
    kind::Kind,
    labels::Labels,
    refusal::Refusal,
    route::{Found, find},
};
use crate::{exchange::Request, query::encoded};
use serde_json::Value;

/// The handle of everybody else.
pub struct Outside<'a> {
    world: &'a mut World,
}

impl<'a> Outside<'a> {
    pub(crate) fn of(world: &'a mut World) -> Self {
        Self { world }
    }

    /// Carries an operation out and returns status and body; `target` begins behind `/v1`.
    pub fn call(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let request = Request::new(method, &format!("/v1{target}"));
        let world = &mut *self.world;
        world.settle();
        let Found::Route(route, params) = find(ROUTES, method, &request.path) else {
            return (404, Value::Null);
        };
        let last_id = world.last_id;
        let mischief = std::mem::take(&mut world.mischief);
        world.is_outside = true;
        let Request { path, query, .. } = request;
        let reply = world.carried_out(&route, &Call { path, params, query, body: body.clone() });
        world.is_outside = false;
        let begun: Vec<u64> =
            world.actions.running().into_iter().filter(|action| *action > last_id).collect();
        world.hurry(&begun);
        world.mischief = mischief;
        match reply {
            Ok(reply) => (reply.status, reply.body),
            Err(refusal) => (refusal.status, refusal.response().value()),
        }
    }

    /// Deletes an object, protected or not; returns whether it was there.
    pub fn delete(&mut self, kind: Kind, id: u64) -> bool {
        let Some(object) = self.world.object(kind, id) else { return false };
        let (status, _) = self.call("DELETE", &path(kind, id, &object), &Value::Null);
        status < 300
    }

    /// Writes the labels of an object; returns whether it is there.
    pub fn set_labels(&mut self, kind: Kind, id: u64, labels: &Labels) -> bool {
        let head = self.world.head_of(kind, id);
        head.map(|head| head.labels.clone_from(labels)).is_some()
    }

    /// Writes the name of an object; returns whether it is there.
    pub fn rename(&mut self, kind: Kind, id: u64, name: &str) -> bool {
        let head = self.world.head_of(kind, id);
        head.map(|head| name.clone_into(&mut head.name)).is_some()
    }
}

/// Returns the path of an object, which may lie within another.
fn path(kind: Kind, id: u64, object: &Value) -> String {
    let part = |field: &str| {
        let value = &object[field];
        value.as_str().map_or_else(|| value.to_string(), encoded)
    };
    if kind == Kind::RrSet {
        return format!("/zones/{}/rrsets/{}/{}", part("zone"), part("name"), part("type"));
    }
    if object["storage_box"].is_u64() {
        return format!("/storage_boxes/{}/{}/{id}", part("storage_box"), kind.plural());
    }
    format!("/{}/{id}", kind.plural())
}

impl World {
    /// Refuses what protection forbids; nothing is protected from others.
    pub(crate) fn is_unprotected(
        &self,
        kind: Kind,
        is_protected: bool,
        what: &str,
    ) -> Result<(), Refusal> {
        if is_protected && !self.is_outside {
            return Err(Refusal::protected(kind, what));
        }
        Ok(())
    }
}
