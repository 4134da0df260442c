//! SSH keys: unique by name and by fingerprint.

use super::{
    World,
    call::{Answer, Call, Reply},
    clock,
    kind::Kind,
    page::NAMES,
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, needed_name, stored_in},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/ssh_keys", list),
    Route::post("/ssh_keys", create),
    Route::get("/ssh_keys/{id}", standard::get::<SshKey>),
    Route::put("/ssh_keys/{id}", Kind::SshKey, standard::update::<SshKey>),
    Route::delete("/ssh_keys/{id}", Kind::SshKey, standard::delete::<SshKey>),
];

const NAME_MAX: usize = 128;

/// An SSH key.
#[derive(Clone, Debug)]
pub(crate) struct SshKey {
    head: Head,
    public_key: String,
    fingerprint: String,
}

impl Resource for SshKey {
    const KIND: Kind = Kind::SshKey;

    stored_in!(ssh_keys);

    fn answer(&self, _world: &World) -> Value {
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "fingerprint": self.fingerprint,
            "public_key": self.public_key,
            "labels": self.head.labels,
            "created": clock::rfc3339(self.head.created_ms),
        })
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let fingerprint = call.query("fingerprint");
    let is_meant = |key: &SshKey| fingerprint.is_none_or(|text| key.fingerprint == text);
    standard::list_where(world, call, NAMES, is_meant)
}

fn create(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    let public_key = input.needed_text("public_key");
    let labels = input.labels().unwrap_or_default();
    let fingerprint = fingerprint(&public_key);
    if !public_key.is_empty() && fingerprint.is_none() {
        input.refuse("public_key", "is not a public SSH key");
    }
    input.done()?;
    let fingerprint = fingerprint.unwrap_or_default();
    world.name_is_free::<SshKey>(&name, None)?;
    if world.ssh_keys.values().any(|key| key.fingerprint == fingerprint) {
        return Err(Refusal::taken(Kind::SshKey, "public_key"));
    }
    world.has_room_for::<SshKey>()?;
    let head = world.head(&name, labels);
    let id = world.insert(SshKey { head, public_key, fingerprint });
    Ok(Reply::created(json!({ "ssh_key": world.show::<SshKey>(id) })))
}

/// Returns the MD5 fingerprint of a public key in OpenSSH's format.
pub(crate) fn fingerprint(public_key: &str) -> Option<String> {
    let mut words = public_key.split_whitespace();
    let (algorithm, key) = (words.next()?, words.next()?);
    let bytes = STANDARD.decode(key).ok()?;
    // The key begins with the algorithm's name, behind its length.
    if bytes.get(4..4 + algorithm.len()) != Some(algorithm.as_bytes()) {
        return None;
    }
    let digest = Md5::digest(&bytes);
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"))
}
