//! Tests of the simulator: tables of requests, each exchange judged by the API's description.

mod actions;
mod attached;
mod bench;
mod certificates;
mod faults;
mod firewalls;
mod floating_ips;
mod framework;
mod load_balancers;
mod networks;
mod pace;
mod primary_ips;
mod private;
mod python;
mod retired;
mod rrsets;
mod rules;
mod rust_client;
mod servers;
mod small;
mod socket;
mod storage_boxes;
mod volumes;
mod walk;
mod zones;
