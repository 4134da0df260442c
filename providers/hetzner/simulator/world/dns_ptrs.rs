//! Names of addresses (PTR records), which primary and floating IPs have alike.

use super::refusal::Refusal;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

/// An address with what it is called; an IPv6 one is a whole /64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The address; of IPv6 the first of the network.
    pub(crate) ip: IpAddr,
    names: BTreeMap<IpAddr, String>,
}

impl Address {
    pub(crate) fn new(ip: IpAddr) -> Self {
        Self { ip, names: BTreeMap::new() }
    }

    pub(crate) fn is_v6(&self) -> bool {
        self.ip.is_ipv6()
    }

    /// Returns the word of its type.
    pub(crate) fn word(&self) -> &'static str {
        if self.is_v6() { "ipv6" } else { "ipv4" }
    }

    /// Returns the address as the API shows it.
    pub(crate) fn text(&self) -> String {
        if self.is_v6() { format!("{}/64", self.ip) } else { self.ip.to_string() }
    }

    /// Returns whether an address belongs to this one.
    pub(crate) fn holds(&self, ip: IpAddr) -> bool {
        match (self.ip, ip) {
            (IpAddr::V6(own), IpAddr::V6(ip)) => network(own) == network(ip),
            (own, ip) => own == ip,
        }
    }

    /// Returns the name of an IPv4 address, which it has from the beginning.
    pub(crate) fn name(&self) -> String {
        self.names.get(&self.ip).cloned().unwrap_or_else(|| {
            let parts = self.ip.to_string();
            let parts: Vec<&str> = parts.split('.').rev().collect();
            format!("static.{}.clients.your-server.de", parts.join("."))
        })
    }

    /// Returns names as lists of the API have them.
    pub(crate) fn names(&self) -> Vec<Value> {
        if !self.is_v6() {
            return vec![json!({ "ip": self.ip, "dns_ptr": self.name() })];
        }
        self.names.iter().map(|(ip, name)| json!({ "ip": ip, "dns_ptr": name })).collect()
    }

    /// Refuses an address that does not belong to this one.
    pub(crate) fn read(&self, ip: &str) -> Result<IpAddr, Refusal> {
        let ip = ip.parse().ok().filter(|ip| self.holds(*ip));
        ip.ok_or_else(|| Refusal::invalid("ip", "is not an IP of this resource"))
    }

    /// Writes the name of an address; none gives back the one from the beginning.
    pub(crate) fn set_name(&mut self, ip: IpAddr, name: Option<String>) {
        match name {
            Some(name) => self.names.insert(ip, name),
            None => self.names.remove(&ip),
        };
    }
}

fn network(ip: Ipv6Addr) -> [u16; 4] {
    let [a, b, c, d, ..] = ip.segments();
    [a, b, c, d]
}
