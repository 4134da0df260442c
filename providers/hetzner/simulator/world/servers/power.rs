//! Power: on, off, the polite way, and again.

use super::{
    super::{
        World,
        call::{Answer, Call},
        deed::{Deed, When},
        durations::{BOOT_MS, SHUTDOWN_MS},
        fault::Effect,
        kind::Kind,
        standard::acted,
    },
    Server,
    status::Status,
};

pub(super) fn poweron(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let is_off = world.find::<Server>(id)?.life.status() != Status::Running;
    let mut deed = Deed::new("start_server").on(Kind::Server, id);
    if is_off {
        deed = deed
            .when(When::Begun, move |world| world.set_status(id, Status::Starting))
            .when(When::Failed, move |world| world.set_status(id, Status::Off))
            .done(move |world| world.boot(id, 0));
    }
    let action = world.begin(deed);
    acted(world, action)
}

pub(super) fn poweroff(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let before = world.find::<Server>(id)?.life.status();
    let mut deed = Deed::new("stop_server").on(Kind::Server, id);
    if before != Status::Off {
        deed = deed
            .when(When::Begun, move |world| world.set_status(id, Status::Stopping))
            .when(When::Failed, move |world| world.set_status(id, before))
            .done(move |world| world.set_status(id, Status::Off));
    }
    let action = world.begin(deed);
    acted(world, action)
}

/// Sends the signal: the action ends when it is sent, the server is off later, or never.
pub(super) fn shutdown(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let is_running = world.find::<Server>(id)?.life.status() == Status::Running;
    let is_heard = is_running && !world.mischief.has(&Effect::ShutdownIgnored);
    let mut deed = Deed::new("shutdown_server").on(Kind::Server, id);
    if is_heard {
        deed = deed.done(move |world| hear(world, id));
    }
    let action = world.begin(deed);
    acted(world, action)
}

/// The system has heard the signal and stops, unless something else happens to the server first.
fn hear(world: &mut World, id: u64) {
    let wait = Deed::new("shutdown").takes(SHUTDOWN_MS).hidden();
    world.set_status(id, Status::Stopping);
    let signal = world.last_id() + 1;
    world.alter(id, |server: &mut Server| server.life.signal = Some(signal));
    world.begin(wait.done(move |world| {
        let heard = world.find::<Server>(id).ok().and_then(|server| server.life.signal);
        if heard == Some(signal) {
            world.set_status(id, Status::Off);
        }
    }));
}

pub(super) fn reboot(world: &mut World, call: &Call) -> Answer {
    again(world, call, "reboot_server", false)
}

/// Cuts the power and gives it back, whether the server was on or off.
pub(super) fn reset(world: &mut World, call: &Call) -> Answer {
    again(world, call, "reset_server", true)
}

fn again(world: &mut World, call: &Call, command: &'static str, starts: bool) -> Answer {
    let id = call.id()?;
    let is_running = world.find::<Server>(id)?.life.status() == Status::Running;
    let away_ms = if is_running { BOOT_MS } else { 0 };
    let mut deed = Deed::new(command).on(Kind::Server, id);
    if is_running || starts {
        deed = deed.done(move |world| world.boot(id, away_ms));
    }
    let action = world.begin(deed);
    acted(world, action)
}
