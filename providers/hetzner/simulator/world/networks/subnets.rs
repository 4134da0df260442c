//! Subnets: inside their network, beside each other and beside routes.

use super::{Network, Subnet, changed, free};
use crate::world::{
    World,
    call::{Answer, Call},
    cidr::Cidr,
    input::Input,
    refusal::Refusal,
};

/// Smaller subnets are none.
const BITS_MAX: u32 = 30;

/// What a subnet has that is given no range.
const BITS_OF_FREE: u32 = 24;

/// A subnet as it is asked for.
pub(super) struct Wanted {
    sort: String,
    range: Option<Cidr>,
    zone: String,
    vswitch: Option<u64>,
}

pub(super) fn read(input: &mut Input<'_>) -> Wanted {
    let sort = input.needed_choice("type", &["cloud", "server", "vswitch"]);
    let zone = input.needed_text("network_zone");
    let vswitch = input.id("vswitch_id");
    let text = input.text("ip_range");
    let range = text.as_deref().and_then(Cidr::read);
    if text.is_some() && range.is_none() {
        input.refuse("ip_range", "is not an IPv4 range");
    }
    if range.is_some_and(|range| range.bits > BITS_MAX) {
        input.refuse("ip_range", format!("must be at least a /{BITS_MAX}"));
    }
    if (sort == "vswitch") != vswitch.is_some() {
        input.refuse("vswitch_id", "is for subnets of type vswitch, which need it");
    }
    Wanted { sort, range, zone, vswitch }
}

/// Returns the subnet in its place; the error says why it has none.
pub(super) fn placed(world: &World, network: &Network, wanted: Wanted) -> Result<Subnet, Refusal> {
    let wrong = |message: &str| Refusal::invalid("ip_range", message);
    if !world.catalogue.locations.iter().any(|at| at.network_zone == wanted.zone) {
        return Err(Refusal::invalid("network_zone", "is not a network zone"));
    }
    let is_taken = |range: Cidr| {
        network.subnets.iter().any(|subnet| subnet.range.overlaps(range))
            || network.routes.iter().any(|route| is_routed(route.destination, range))
    };
    let range = match wanted.range {
        Some(range) if !network.range.contains(range) => {
            return Err(wrong("is not within the network"));
        }
        Some(range) if is_taken(range) => return Err(wrong("overlaps another subnet or route")),
        Some(range) => range,
        None => {
            let mut parts = network.range.parts(BITS_OF_FREE);
            parts.find(|part| !is_taken(*part)).ok_or_else(|| wrong("there is none left"))?
        }
    };
    let Wanted { sort, zone, vswitch, .. } = wanted;
    Ok(Subnet { sort, range, zone, vswitch })
}

/// The default route overlaps everything and is meant to.
fn is_routed(destination: Cidr, range: Cidr) -> bool {
    destination.bits > 0 && destination.overlaps(range)
}

pub(super) fn add(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let mut input = call.input()?;
    let wanted = read(&mut input);
    input.done()?;
    let subnet = placed(world, world.find::<Network>(id)?, wanted)?;
    changed(world, id, "add_subnet", |network| network.subnets.push(subnet))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let mut input = call.input()?;
    let text = input.needed_text("ip_range");
    input.done()?;
    let network = world.find::<Network>(id)?;
    let found = network.subnets.iter().find(|subnet| subnet.range.to_string() == text);
    let range = found.ok_or_else(|| Refusal::missing("subnet"))?.range;
    if world.ips_in_use(id).iter().any(|ip| range.holds(*ip)) {
        return Err(Refusal::conflict("resources are attached to the subnet"));
    }
    changed(world, id, "delete_subnet", move |network| {
        network.subnets.retain(|subnet| subnet.range != range);
    })
}
