//! Turning results into text and JSON; nothing here decides, reads or writes anything.

pub mod concealed;
pub mod console;
pub mod copies;
pub mod cost;
pub mod diagnostics;
pub mod diff;
pub mod json;
pub mod literal;
pub mod outputs;
pub mod plan;
pub mod requirements;
pub mod state;
