//! `cargo fuzz run --features recorded state`

#![no_main]
#![allow(dead_code, reason = "each target uses one of the subjects")]

#[path = "../../tests/mutations/subjects/recorded.rs"]
mod recorded;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| recorded::state(bytes));
