//! Who belongs to whom, seen from the side that does not record it; and what is left behind when
//! a server or a network goes.

use super::{
    World, catalogue::Location, selector::Selector, servers::Server, store::Resource as _,
};
use serde_json::Value;
use std::net::Ipv4Addr;

impl World {
    /// Returns a location as the API shows it.
    pub(crate) fn location(&self, name: &str) -> Value {
        self.catalogue.location(name).map_or(Value::Null, Location::answer)
    }

    /// Returns the network zone of a location.
    pub(crate) fn zone_of(&self, location: &str) -> &'static str {
        self.catalogue.location(location).map_or("", |at| at.network_zone)
    }

    pub(crate) fn members_of_group(&self, group: u64) -> Vec<u64> {
        self.servers_that(|server| server.placement_group == Some(group))
    }

    pub(crate) fn servers_of_network(&self, network: u64) -> Vec<u64> {
        self.servers_that(|server| server.attachment(network).is_some())
    }

    pub(crate) fn servers_selected(&self, selector: &str) -> Vec<u64> {
        let Some(selector) = Selector::read(selector) else { return Vec::new() };
        self.servers_that(|server| selector.selects(&server.head().labels))
    }

    fn servers_that(&self, is_meant: impl Fn(&Server) -> bool) -> Vec<u64> {
        let servers = self.servers.values().filter(|server| is_meant(server));
        servers.map(|server| server.head().id).collect()
    }

    pub(crate) fn volumes_of(&self, server: u64) -> Vec<u64> {
        let volumes = self.volumes.values().filter(|volume| volume.server == Some(server));
        volumes.map(|volume| volume.head.id).collect()
    }

    pub(crate) fn floating_ips_of(&self, server: u64) -> Vec<u64> {
        let ips = self.floating_ips.values().filter(|ip| ip.server == Some(server));
        ips.map(|ip| ip.head.id).collect()
    }

    pub(crate) fn firewalls_of(&self, server: &Server) -> Vec<u64> {
        let head = server.head();
        let firewalls = self.firewalls.values();
        let firewalls = firewalls.filter(|firewall| firewall.is_for(head.id, &head.labels));
        firewalls.map(|firewall| firewall.head.id).collect()
    }

    /// Returns the addresses of a network that somebody has, or is getting.
    pub(crate) fn ips_in_use(&self, network: u64) -> Vec<Ipv4Addr> {
        let of = |server: &Server| {
            let own = server.private.iter().filter(|own| own.network == network);
            own.flat_map(|own| own.alias_ips.iter().copied().chain([own.ip])).collect::<Vec<_>>()
        };
        let mut ips: Vec<Ipv4Addr> = self.servers.values().flat_map(of).collect();
        ips.extend(self.ips_of_load_balancers(network));
        ips
    }

    /// Detaches everything from a server that goes.
    pub(crate) fn forget_server(&mut self, server: u64) {
        for volume in self.volumes.values_mut().filter(|volume| volume.server == Some(server)) {
            volume.server = None;
        }
        for ip in self.floating_ips.values_mut().filter(|ip| ip.server == Some(server)) {
            ip.server = None;
        }
        for firewall in self.firewalls.values_mut() {
            firewall.servers.remove(&server);
        }
        self.forget_target(server);
        self.forget_primary_ips(server);
        self.forget_backups(server);
    }

    /// Detaches everything from a network that goes.
    pub(crate) fn forget_network(&mut self, network: u64) {
        for server in self.servers.values_mut() {
            server.private.retain(|own| own.network != network);
        }
        self.leave_network(network);
    }
}
