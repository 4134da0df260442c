//! `cargo fuzz run variables`

#![no_main]
#![allow(dead_code, reason = "each target uses one of the subjects")]

#[path = "../../tests/mutations/subjects/language.rs"]
mod language;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| language::variables(bytes));
