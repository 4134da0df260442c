//! What real configurations lean on besides their clouds: `terraform_data`, `null_resource`,
//! `random_*`, `time_*`, local files, and the provisioners `local-exec`, `remote-exec` and `file`.
//!
//! Names, attributes and import forms are those of the ecosystem's providers. Nothing here has an
//! outside object that could be orphaned: a file is written over, and the rest lives in the state.

mod checks;
mod digest;
mod draw;
mod file_upload;
mod hooks;
mod keepers;
mod lines;
mod local;
mod local_exec;
mod local_file;
mod null;
mod pet_words;
mod provider;
mod random;
mod remote_exec;
mod ssh;
mod terraform_data;
mod time;

pub use file_upload::FileUpload;
pub use local_exec::LocalExec;
pub use provider::{providers, providers_seeded, provisioners};
pub use remote_exec::RemoteExec;

#[cfg(test)]
mod tests;
