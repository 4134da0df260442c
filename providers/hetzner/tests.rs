//! Tests against the simulator: the contract suite over every type, and what types do in detail.

mod bench;
mod certificates;
mod contract;
mod load_balancers;
mod lookups;
mod project;
mod requests;
mod samples;
mod schema;
mod storage_boxes;
mod zones;
