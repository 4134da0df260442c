//! The data sources, one file per object that can be looked up.

mod firewalls;
mod floating_ips;
mod images;
mod networks;
mod placement_groups;
mod primary_ips;
mod servers;
mod ssh_keys;
mod volumes;

pub(crate) use firewalls::Firewalls;
pub(crate) use floating_ips::FloatingIps;
pub(crate) use images::Images;
pub(crate) use networks::Networks;
pub(crate) use placement_groups::PlacementGroups;
pub(crate) use primary_ips::PrimaryIps;
pub(crate) use servers::Servers;
pub(crate) use ssh_keys::SshKeys;
pub(crate) use volumes::Volumes;
