//! What real configurations lean on besides their clouds: `terraform_data`, `null_resource`,
//! `random_*`, `local_file`, and the `local-exec` provisioner.
//!
//! Names, attributes and import forms are those of the ecosystem's providers. Nothing here has an
//! outside object that could be orphaned: a file is written over, and the rest lives in the state.

mod digest;
mod draw;
mod local;
mod local_exec;
mod local_file;
mod null;
mod pet_words;
mod provider;
mod random;
mod terraform_data;

pub use local_exec::LocalExec;
pub use provider::{providers, providers_seeded, provisioners};

#[cfg(test)]
mod tests;
