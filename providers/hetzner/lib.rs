//! The Hetzner provider: servers, networks, volumes, addresses, load balancers, firewalls,
//! certificates, zones and storage boxes of one project.
//!
//! Each resource type is a file: its attributes, its schema with pure hooks, what the API shows of an
//! object, and its verbs. What is the same for all lies in `kept` (objects with an id and labels)
//! and in the client, which alone knows how requests travel. What a type plans is pure.
//!
//! What this crate is not: it reads no environment (the command line hands it an [`Environment`]), and
//! it shares nothing with its simulator, which lies beside it in a crate of its own.

mod addresses;
mod adopted;
mod catalogue;
mod certificate;
mod client;
mod config;
mod consequences;
mod cost;
mod data;
mod firewall;
mod firewall_attachment;
mod floating_ip;
mod floating_ip_assignment;
mod form;
mod found;
mod joined;
mod kept;
mod keyed;
mod labels;
mod load_balancer;
mod movable;
mod network;
mod network_route;
mod network_subnet;
mod offered;
mod patience;
mod placement_group;
mod planning;
mod power;
mod primary_ip;
mod problem;
mod protection;
mod provider;
mod pure;
mod rdns;
mod rules;
mod schemas;
mod server;
mod server_network;
mod snapshot;
mod ssh_key;
mod storage_box;
mod subnet;
mod volume;
mod volume_attachment;
mod zone;

#[cfg(test)]
mod tests;

pub use config::Environment;
pub use provider::HetznerProvider;
