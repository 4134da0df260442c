//! What real configurations lean on besides their clouds: `terraform_data`, `null_resource`,
//! `random_*`, `time_*`, local files, `tls_*`, `http`, `external`, `archive_file`,
//! `cloudinit_config`, and the provisioners `local-exec`, `remote-exec` and `file`.
//!
//! Names, attributes and import forms are those of the ecosystem's providers. Nothing here has an
//! outside object that could be orphaned: a file is written over, and the rest lives in the state.

mod archive_file;
mod cloudinit_config;
mod digest;
mod draw;
mod external;
mod file_upload;
mod hooked;
mod http;
mod keepers;
mod local;
mod local_exec;
mod local_file;
mod null;
mod pet_words;
mod provider;
mod proxies;
mod random;
mod remote_exec;
mod rules;
mod terraform_data;
mod time;
mod tls;
mod trust;
mod voice;

pub use file_upload::FileUpload;
pub use local_exec::LocalExec;
pub use provider::{providers, providers_seeded, providers_through, provisioners};
pub use proxies::{Proxies, url_of};
pub use remote_exec::RemoteExec;
pub use rustls::ClientConfig as TlsConfig;
pub use trust::{Distrust, Stranger, Trust, config as tls_config, stranger};

#[cfg(test)]
mod tests;
