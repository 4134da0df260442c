//! The data sources, one file per object that can be looked up.

mod servers;
mod ssh_keys;

pub(crate) use servers::Servers;
pub(crate) use ssh_keys::SshKeys;
