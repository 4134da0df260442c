//! Changing the names of addresses (PTR records): the same operation for all that have addresses.

use super::{
    World,
    call::{Answer, Call},
    deed::Deed,
    dns_ptrs::Address,
    refusal::Refusal,
    standard,
    store::Resource,
};

const NAME_MAX: usize = 253;
const PART_MAX: usize = 63;

/// What an address is to be called.
pub(crate) struct Naming {
    pub(crate) ip: String,
    /// None gives back the name from the beginning, or takes it away.
    pub(crate) name: Option<String>,
}

/// Reads what an address is to be called.
pub(crate) fn naming(call: &Call) -> Result<Naming, Refusal> {
    let mut input = call.input()?;
    let ip = input.needed_text("ip");
    let name = input.text("dns_ptr");
    if name.as_ref().is_some_and(|name| !is_host_name(name)) {
        input.refuse("dns_ptr", "is not a host name");
    }
    input.done()?;
    Ok(Naming { ip, name })
}

/// Changes the name of an address of an object that has one of its own.
pub(crate) fn change<T: Resource>(
    world: &mut World,
    call: &Call,
    address: fn(&mut T) -> &mut Address,
) -> Answer {
    let id = call.id()?;
    let Naming { ip, name } = naming(call)?;
    let ip = address(world.find_mut::<T>(id)?).read(&ip)?;
    let deed = Deed::new("change_dns_ptr").on(T::KIND, id).done(move |world| {
        world.alter(id, |object: &mut T| address(object).set_name(ip, name));
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

fn is_host_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= PART_MAX
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    text.len() <= NAME_MAX && text.split('.').all(is_part)
}
