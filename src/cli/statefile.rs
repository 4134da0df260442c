//! Terraform's state file, format version 4: what `state pull` prints and `state push` reads.
//!
//! Values stand in clear, as in Terraform. What the format has no place for (generations, open
//! intents, `prevent_destroy`) goes into fields of our own, which Terraform ignores, so that a state
//! that was pulled can be pushed back and is the same. Fields of ours are never needed: a file that
//! Terraform wrote is read as well.

mod addresses;
mod extras;
mod format;
mod pretty;
mod read;
mod sensitive;
mod survey;
#[cfg(test)]
mod tests;
mod types;
mod values;
mod write;

pub use read::{outputs, read};
pub use survey::{LeftOut, Survey, survey};
pub use types::type_json;
pub use write::write;
