//! Tests of the simulator: tables of requests, each exchange judged by the API's description.

mod bench;
mod certificates;
mod faults;
mod framework;
mod rrsets;
mod small;
mod socket;
mod zones;
