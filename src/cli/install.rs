//! Installation of modules: from the calls in a configuration to directories under `.infra/modules`.
//!
//! What is loaded here is only what calls modules: installing goes in rounds, since a fetched module
//! may call others. One process installs at a time; each package is made complete beside its place
//! and moved there at once. The lock file and the manifest are written when all is in place, so that
//! a run that was killed is finished by the next one. Not here: how modules are found when a
//! configuration is loaded, which is `infra_lang::config::load`'s business.

mod archive;
mod calls;
mod cli_config;
mod digest;
mod fetch;
mod git;
mod http;
mod landing;
mod limits;
mod lockfile;
mod manifest;
mod place;
mod problem;
mod registry;
mod rounds;
mod sink;
mod template;
mod tests;
mod watch;

pub(crate) use http::{reason, safe_redirects};
pub use landing::refuse_unfinished;
pub use place::unfinished_modules;
pub use rounds::{Options, Outcome, install};
pub use template::{copy as copy_module, finish as finish_copy, has_configuration};
