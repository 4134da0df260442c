//! Tests of the simulator: tables of requests, each exchange judged by the API's description.

mod bench;
mod faults;
mod framework;
mod small;
mod socket;
