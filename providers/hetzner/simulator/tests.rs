//! Tests of the simulator: tables of requests, each exchange judged by the API's description.

mod actions;
mod attached;
mod bench;
mod faults;
mod firewalls;
mod floating_ips;
mod framework;
mod networks;
mod pace;
mod primary_ips;
mod private;
mod retired;
mod rrsets;
mod rules;
mod servers;
mod small;
mod small;
mod socket;
mod socket;
mod volumes;
mod zones;
