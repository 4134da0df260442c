//! Servers in networks: attached once to each, with an address of a subnet of their zone.

use super::{
    super::{
        World,
        call::{Answer, Call},
        deed::{Deed, When},
        input::Input,
        kind::Kind,
        networks::{Network, Wish},
        refusal::Refusal,
        standard::acted,
    },
    Attachment, Server,
};
use std::net::Ipv4Addr;

pub(super) fn attach(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let wish = Wish {
        network: input.needed_id("network"),
        ip: address(&mut input),
        alias_ips: aliases(&mut input),
        ip_range: input.text("ip_range"),
    };
    input.done()?;
    let network = wish.network;
    world.find::<Network>(network)?;
    let server = world.find::<Server>(id)?;
    if server.private.iter().any(|own| own.network == network) {
        let message = "the server is already attached to the network";
        return Err(Refusal::rule("server_already_attached", message));
    }
    world.overlaps_none(network, &server.private)?;
    let zone = world.zone_of(&server.location);
    world.aliases_are_free(&wish, zone, &[])?;
    let ip = world.allocate(&wish, zone)?;
    let alias_ips = wish.alias_ips;
    world.alter(id, |server: &mut Server| {
        server.private.push(Attachment { network, ip, alias_ips, is_ready: false });
    });
    let deed = Deed::new("attach_to_network").on(Kind::Server, id).with(Kind::Network, network);
    let deed = deed
        .when(When::Failed, move |world| leave(world, id, network))
        .done(move |world| world.attachment_is_ready(id, network));
    let action = world.begin(deed);
    acted(world, action)
}

pub(super) fn detach(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let network = input.needed_id("network");
    input.done()?;
    attached(world, id, network)?;
    let deed = Deed::new("detach_from_network").on(Kind::Server, id).with(Kind::Network, network);
    let action = world.begin(deed.done(move |world| leave(world, id, network)));
    acted(world, action)
}

/// Writes all alias addresses anew.
pub(super) fn change_alias_ips(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let network = input.needed_id("network");
    if input.value("alias_ips").is_none() {
        input.refuse("alias_ips", "is required");
    }
    let alias_ips = aliases(&mut input);
    input.done()?;
    let own = attached(world, id, network)?.clone();
    let zone = world.zone_of(&world.find::<Server>(id)?.location);
    let wish = Wish { network, ip: Some(own.ip), alias_ips, ip_range: None };
    world.aliases_are_free(&wish, zone, &own.alias_ips)?;
    let deed = Deed::new("change_alias_ips").on(Kind::Server, id).with(Kind::Network, network);
    let action = world.begin(deed.done(move |world| {
        world.alter(id, |server: &mut Server| {
            for own in server.private.iter_mut().filter(|own| own.network == network) {
                own.alias_ips.clone_from(&wish.alias_ips);
            }
        });
    }));
    acted(world, action)
}

fn attached(world: &World, id: u64, network: u64) -> Result<&Attachment, Refusal> {
    let attachment = world.find::<Server>(id)?.attachment(network);
    attachment.ok_or_else(|| Refusal::missing("attachment of the server to the network"))
}

fn leave(world: &mut World, id: u64, network: u64) {
    world.alter(id, |server: &mut Server| server.private.retain(|own| own.network != network));
}

fn address(input: &mut Input<'_>) -> Option<Ipv4Addr> {
    let text = input.text("ip")?;
    let ip = text.parse().ok();
    if ip.is_none() {
        input.refuse("ip", "is not an IPv4 address");
    }
    ip
}

fn aliases(input: &mut Input<'_>) -> Vec<Ipv4Addr> {
    let texts = input.texts("alias_ips").unwrap_or_default();
    let ips: Option<Vec<Ipv4Addr>> = texts.iter().map(|text| text.parse().ok()).collect();
    if ips.is_none() {
        input.refuse("alias_ips", "must be IPv4 addresses");
    }
    ips.unwrap_or_default()
}

impl World {
    /// Shows an attachment whose action has ended.
    pub(super) fn attachment_is_ready(&mut self, id: u64, network: u64) {
        self.alter(id, |server: &mut Server| {
            for own in server.private.iter_mut().filter(|own| own.network == network) {
                own.is_ready = true;
            }
        });
    }

    /// Refuses a network that overlaps another one of a server.
    pub(super) fn overlaps_none(
        &self,
        network: u64,
        private: &[Attachment],
    ) -> Result<(), Refusal> {
        let range = self.find::<Network>(network)?.range;
        let others = private.iter().filter_map(|own| self.networks.get(&own.network));
        if others.into_iter().any(|other| other.range.overlaps(range)) {
            let message = "the network overlaps with another network of the server";
            return Err(Refusal::rule("networks_overlap", message));
        }
        Ok(())
    }
}
