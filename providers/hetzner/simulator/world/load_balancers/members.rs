//! Which servers a load balancer reaches, and whose an address is.

use super::{
    LoadBalancer,
    target::{Aim, Target},
};
use crate::world::World;
use std::net::{IpAddr, Ipv4Addr};

/// Where root servers of the owner of the project are: 192.0.2.0/24 is for documentation.
const OWNED: [u8; 3] = [192, 0, 2];

impl World {
    /// Returns whether a load balancer gets to a server on one of its sides.
    pub(super) fn is_reachable(&self, of: &LoadBalancer, server: u64, is_private: bool) -> bool {
        if !is_private {
            return self.primary_ip_of(server, false).is_some();
        }
        of.place.as_ref().is_some_and(|place| self.is_in(server, place.network))
    }

    /// Returns the servers that a target is or selects.
    pub(super) fn target_members(&self, of: &LoadBalancer, target: &Target) -> Vec<u64> {
        match &target.aim {
            Aim::Server(server) => vec![*server],
            Aim::Ip(_) => Vec::new(),
            Aim::Selector(text) => {
                let mut servers = self.servers_selected(text);
                servers.retain(|server| self.is_reachable(of, *server, target.uses_private_ip));
                servers
            }
        }
    }

    /// Returns the load balancers that have a server as a target, directly or by its labels.
    pub(crate) fn load_balancers_of(&self, server: u64) -> Vec<u64> {
        let has = |of: &&LoadBalancer| {
            of.targets.iter().any(|target| self.target_members(of, target).contains(&server))
        };
        self.load_balancers.values().filter(has).map(|of| of.head.id).collect()
    }

    /// Returns whether a load balancer reaches a server by its public address.
    pub(crate) fn is_public_target(&self, server: u64) -> bool {
        self.load_balancers.values().any(|of| {
            let mut public = of.targets.iter().filter(|target| !target.uses_private_ip);
            public.any(|target| self.target_members(of, target).contains(&server))
        })
    }

    /// Returns the load balancers that are attached to a network.
    pub(crate) fn load_balancers_of_network(&self, network: u64) -> Vec<u64> {
        let all = self.load_balancers.values();
        all.filter(|of| of.network() == Some(network)).map(|of| of.head.id).collect()
    }

    /// Returns the addresses of a network that load balancers have, or are getting.
    pub(crate) fn ips_of_load_balancers(&self, network: u64) -> Vec<Ipv4Addr> {
        let places = self.load_balancers.values().filter_map(|of| of.place.as_ref());
        places.filter(|place| place.network == network).map(|place| place.ip).collect()
    }

    /// Takes a server that goes out of the targets.
    pub(crate) fn forget_target(&mut self, server: u64) {
        for of in self.load_balancers.values_mut() {
            of.targets.retain(|target| target.aim != Aim::Server(server));
        }
    }

    /// Detaches load balancers from a network that goes.
    pub(crate) fn leave_network(&mut self, network: u64) {
        let all = self.load_balancers.values_mut();
        for of in all.filter(|of| of.place.as_ref().is_some_and(|p| p.network == network)) {
            of.place = None;
        }
    }

    /// Returns whether an address is that of a server or of a load balancer.
    pub(super) fn is_of_cloud(&self, ip: IpAddr) -> bool {
        self.primary_ips.values().any(|own| own.address.holds(ip))
            || self.floating_ips.values().any(|own| own.address.holds(ip))
            || self.load_balancers.values().any(|of| of.ipv4.ip == ip || of.ipv6 == ip)
    }
}

/// Returns whether an address is that of a root server of the owner of the project.
pub(super) fn is_owned(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.octets()[..3] == OWNED)
}
