//! The way to another machine: what a `connection` block says, logging in over ssh, running
//! commands there and bringing files there.
//!
//! `russh` is known in this folder alone. What is done with a connection is not decided here, nor
//! how a failure is told: that is for provisioners and providers.

mod agent;
mod connect;
mod dial;
mod hop;
mod login;
mod run;
#[cfg(feature = "testing")]
pub mod server;
mod settings;
mod trust;
mod upload;
mod upload_scp;

pub use agent::is_there as has_agent;
pub use connect::{Session, Unconnected, Witness, connect};
pub use hop::{check_private_key, host_key_line};
pub use run::quoted;
pub use settings::{Platform, Settings};
pub use trust::{Pins, Scope, Trust};
pub use upload::{Upload, draw};
