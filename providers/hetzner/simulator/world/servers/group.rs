//! Servers in placement groups.

use super::{
    super::{
        World,
        call::{Answer, Call},
        kind::Kind,
        placement_groups::PlacementGroup,
        refusal::Refusal,
    },
    Server,
    extras::change,
};

pub(super) fn add(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let group = input.needed_id("placement_group");
    input.done()?;
    let server = world.of::<Server>(call)?;
    let id = server.head.id;
    if server.placement_group.is_some() {
        let message = "the server is already in a placement group";
        return Err(Refusal::rule("already_in_placement_group", message));
    }
    if !server.is_off() {
        return Err(Refusal::rule("server_not_stopped", "the server must be off"));
    }
    world.find::<PlacementGroup>(group)?;
    world.group_has_room(group)?;
    let answer = change(world, call, "add_to_placement_group", |_| {});
    // The place is taken at once, so that no two servers get the last one.
    world.alter(id, |server: &mut Server| server.placement_group = Some(group));
    answer
}

pub(super) fn remove(world: &mut World, call: &Call) -> Answer {
    let server = world.of::<Server>(call)?;
    if server.placement_group.is_none() {
        return Err(Refusal::missing(&format!("placement group of the {}", Kind::Server.word())));
    }
    change(world, call, "remove_from_placement_group", |server| server.placement_group = None)
}
