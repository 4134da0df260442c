//! Backups, ISOs and protection.

use super::{
    super::{
        World,
        call::{Answer, Call},
        deed::Deed,
        kind::Kind,
        refusal::Refusal,
        standard,
    },
    Server,
};

pub(super) fn enable_backup(world: &mut World, call: &Call) -> Answer {
    change(world, call, "enable_backup", |server| server.has_backups = true)
}

/// Disables backups, and deletes those that there are.
pub(super) fn disable_backup(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let deed = Deed::new("disable_backup").on(Kind::Server, id).done(move |world| {
        world.alter(id, |server: &mut Server| server.has_backups = false);
        world.forget_backups(id);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn attach_iso(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = input.needed_reference("iso");
    input.done()?;
    let is_meant = |id: u64, own: &str| own == name || id.to_string() == name;
    let iso = world.catalogue.isos.iter().find(|iso| is_meant(iso.id, iso.name));
    let iso = iso.ok_or_else(|| Refusal::missing("iso"))?;
    let server = world.of::<Server>(call)?;
    let of = world.catalogue.server_type(&server.server_type);
    if of.is_some_and(|of| of.architecture != iso.architecture) {
        return Err(Refusal::invalid("iso", "has another architecture than the server"));
    }
    let iso = iso.id;
    change(world, call, "attach_iso", move |server| server.iso = Some(iso))
}

pub(super) fn detach_iso(world: &mut World, call: &Call) -> Answer {
    change(world, call, "detach_iso", |server| server.iso = None)
}

/// Changes protection; the two kinds are one for people and must be the same.
pub(super) fn change_protection(world: &mut World, call: &Call) -> Answer {
    let server = world.of::<Server>(call)?;
    let before = (server.is_delete_protected, server.is_rebuild_protected);
    let mut input = call.input()?;
    let delete = input.flag("delete").unwrap_or(before.0);
    let rebuild = input.flag("rebuild").unwrap_or(before.1);
    if delete != rebuild {
        input.refuse("rebuild", "must be the same as delete");
    }
    input.done()?;
    change(world, call, "change_protection", move |server| {
        server.is_delete_protected = delete;
        server.is_rebuild_protected = rebuild;
    })
}

/// Begins an action whose end changes the server of a call.
pub(super) fn change(
    world: &mut World,
    call: &Call,
    command: &'static str,
    change: impl FnOnce(&mut Server) + Send + 'static,
) -> Answer {
    standard::change(world, call.id()?, command, change)
}
