//! Addresses in networks: whoever is attached gets one from a subnet of its zone.

use super::{Network, Subnet};
use crate::world::{World, cidr::GATEWAY_OF_ALL, refusal::Refusal};
use std::net::Ipv4Addr;

/// What an attachment asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) network: u64,
    pub(crate) ip: Option<Ipv4Addr>,
    pub(crate) alias_ips: Vec<Ipv4Addr>,
    /// The subnet's range.
    pub(crate) ip_range: Option<String>,
}

impl World {
    /// Returns the address that an attachment gets; `zone` is that of who is attached.
    pub(crate) fn allocate(&self, wish: &Wish, zone: &str) -> Result<Ipv4Addr, Refusal> {
        let network = self.find::<Network>(wish.network)?;
        let used = self.ips_in_use(wish.network);
        let is_free = |ip: Ipv4Addr| {
            !used.contains(&ip)
                && !wish.alias_ips.contains(&ip)
                && ip != network.range.first_host()
                && ip != GATEWAY_OF_ALL
        };
        let none = || Refusal::rule("no_subnet_available", "no subnet or IP is available");
        let subnets = subnets(network, wish, zone);
        if subnets.is_empty() {
            return Err(none());
        }
        if let Some(ip) = wish.ip {
            let is_inside = subnets.iter().any(|subnet| subnet.range.hosts_hold(ip));
            return if is_inside && is_free(ip) { Ok(ip) } else { Err(taken()) };
        }
        let mut hosts = subnets.iter().flat_map(|subnet| subnet.range.hosts());
        hosts.find(|ip| is_free(*ip)).ok_or_else(none)
    }

    /// Refuses alias addresses that are not in a subnet of a zone, or that others have.
    pub(crate) fn aliases_are_free(
        &self,
        wish: &Wish,
        zone: &str,
        own: &[Ipv4Addr],
    ) -> Result<(), Refusal> {
        let network = self.find::<Network>(wish.network)?;
        let used = self.ips_in_use(wish.network);
        let subnets = subnets(network, &Wish { ip_range: None, ..wish.clone() }, zone);
        for (at, ip) in wish.alias_ips.iter().enumerate() {
            let is_inside = subnets.iter().any(|subnet| subnet.range.hosts_hold(*ip));
            let is_used = used.contains(ip) && !own.contains(ip);
            let is_reserved = *ip == network.range.first_host() || *ip == GATEWAY_OF_ALL;
            let is_twice = wish.alias_ips[..at].contains(ip) || wish.ip == Some(*ip);
            if !is_inside || is_used || is_reserved || is_twice {
                return Err(taken());
            }
        }
        Ok(())
    }
}

/// Returns the subnets that an attachment may be in.
fn subnets<'a>(network: &'a Network, wish: &Wish, zone: &str) -> Vec<&'a Subnet> {
    let is_meant = |subnet: &&Subnet| {
        subnet.zone == zone
            && subnet.sort != "vswitch"
            && wish.ip_range.as_ref().is_none_or(|range| subnet.range.to_string() == *range)
    };
    network.subnets.iter().filter(is_meant).collect()
}

fn taken() -> Refusal {
    Refusal::rule("ip_not_available", "the IP is not available")
}
