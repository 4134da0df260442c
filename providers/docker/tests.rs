//! Tests against a real engine; without one they are skipped, and say so.
//!
//! Every object carries the label of its test and is swept away by it, whatever happens.

#![expect(clippy::wildcard_enum_match_arm, reason = "what is not expected fails the test")]

mod bench;
mod container_attributes;
mod container_drift;
mod container_failures;
mod container_life;
mod container_update;
mod contract;
mod image;
mod images;
mod network;
mod reach;
mod registry;
mod schema;
mod ssh;
mod unseen;
mod volume;
