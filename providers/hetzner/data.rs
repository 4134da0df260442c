//! The data sources, one file per object that can be looked up.

mod ssh_keys;

pub(crate) use ssh_keys::SshKeys;
