//! The data sources, one file per object that can be looked up.

mod certificates;
mod datacenters;
mod deprecation;
mod load_balancer_types;
mod load_balancers;
mod locations;
mod server_types;
mod servers;
mod ssh_keys;
mod storage_box_snapshots;
mod storage_box_subaccounts;
mod storage_box_types;
mod storage_boxes;
mod zone_rrsets;
mod zones;

pub(crate) use certificates::Certificates;
pub(crate) use datacenters::Datacenter;
pub(crate) use datacenters::Datacenters;
pub(crate) use load_balancer_types::LoadBalancerTypes;
pub(crate) use load_balancers::LoadBalancers;
pub(crate) use locations::Locations;
pub(crate) use server_types::ServerTypes;
pub(crate) use servers::Servers;
pub(crate) use ssh_keys::SshKeys;
pub(crate) use storage_box_snapshots::StorageBoxSnapshots;
pub(crate) use storage_box_subaccounts::StorageBoxSubaccounts;
pub(crate) use storage_box_types::StorageBoxTypes;
pub(crate) use storage_boxes::StorageBoxes;
pub(crate) use zone_rrsets::ZoneRrset;
pub(crate) use zone_rrsets::ZoneRrsets;
pub(crate) use zones::Zones;
