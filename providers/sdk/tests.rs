//! The bridge, the adapter and the tokens, on a small provider in memory.

#![allow(clippy::wildcard_enum_match_arm, reason = "whatever else comes fails the test")]

mod bridge;
mod clocks;
mod notes;
mod parcels;
mod settled;
