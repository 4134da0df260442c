//! The fake cloud keeps the contract, its own rules, and its promises about faults.

#![allow(clippy::wildcard_enum_match_arm, reason = "whatever else comes fails the test")]

mod contract;
mod faults;
mod rules;
mod sockets;
mod support;
