//! Tests against the simulator: the contract suite over every type, and what types do in detail.

mod bench;
mod contract;
mod samples;
mod schema;
