//! Tests against the simulator: the contract suite over every type, and what types do in detail.

mod addresses;
mod bench;
mod certificates;
mod cloud_init;
mod contract;
mod costs;
mod firewalls;
mod joined;
mod judged;
mod load_balancers;
mod lookups;
mod lookups_of_basics;
mod mistakes;
mod networks;
mod project;
mod requests;
mod samples;
mod schema;
mod servers;
mod storage_boxes;
mod tokens;
mod volumes;
mod zones;
