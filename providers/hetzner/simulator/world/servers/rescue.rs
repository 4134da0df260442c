//! The rescue system, which the next boot brings, and passwords.

use super::{
    super::{
        World,
        call::{Answer, Call, Reply},
        deed::Deed,
        kind::Kind,
        refusal::Refusal,
        ssh_keys::SshKey,
    },
    Server,
    extras::change,
    status::Status,
};
use serde_json::json;

/// For how long the rescue system waits for a boot.
const WAITS_MS: u64 = 60 * 60 * 1000;

pub(super) fn enable_rescue(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    input.choice("type", &["linux64"]);
    let keys = input.ids("ssh_keys").unwrap_or_default();
    input.done()?;
    for key in keys {
        world.find::<SshKey>(key)?;
    }
    let deed = Deed::new("enable_rescue").on(Kind::Server, id).done(move |world| {
        let since_ms = Some(world.now_ms());
        world.alter(id, |server: &mut Server| server.rescue_since_ms = since_ms);
        let over = Deed::new("rescue").takes(WAITS_MS).hidden();
        world.begin(over.done(move |world| {
            world.alter(id, |server: &mut Server| {
                server.rescue_since_ms =
                    server.rescue_since_ms.filter(|own| Some(*own) != since_ms);
            });
        }));
    });
    with_password(world, deed)
}

pub(super) fn disable_rescue(world: &mut World, call: &Call) -> Answer {
    change(world, call, "disable_rescue", |server| server.rescue_since_ms = None)
}

pub(super) fn reset_password(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    if world.find::<Server>(id)?.life.status() != Status::Running {
        return Err(Refusal::rule("unsupported_error", "the server must be running"));
    }
    with_password(world, Deed::new("reset_password").on(Kind::Server, id))
}

#[allow(clippy::unnecessary_wraps, reason = "operations have one type")]
fn with_password(world: &mut World, deed: Deed) -> Answer {
    let action = world.begin(deed);
    let password = world.draw.word(20);
    let action = world.action(action);
    Ok(Reply::created(json!({ "action": action, "root_password": password })))
}
