//! Machine-readable output in Terraform's formats: plan 1.2, state 1.0, validation 1.0.

mod beyond;
mod checks;
mod configuration;
mod cost;
mod diagnostics;
mod functions;
pub mod hooks;
pub mod lines;
mod plan;
mod prior;
mod relevant;
mod schemas;
mod state;
mod values;

pub use cost::costs;
pub use diagnostics::validation;
pub use functions::functions;
pub use plan::plan;
pub use schemas::schemas;
pub use state::state;
pub use values::{outputs, value};

use serde::Serialize;

/// Returns a document as one line with a line end.
fn document(value: &impl Serialize) -> String {
    // Only maps with keys that are no strings and failing writers fail here; there are none.
    let mut text = serde_json::to_string(value).unwrap_or_else(|error| format!("\"{error}\""));
    text.push('\n');
    text
}
