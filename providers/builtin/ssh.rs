//! The way to another machine: what a `connection` block says, logging in over ssh, running
//! commands there and bringing files there.
//!
//! `russh` is known in this folder alone. What is done with a connection is not decided here: that
//! is for the provisioners beside it.

mod agent;
mod connect;
mod dial;
mod hop;
mod login;
mod run;
mod settings;
mod trust;
mod upload;
mod upload_scp;
mod voice;

pub(crate) use connect::{Session, connect, in_time};
pub(crate) use run::quoted;
pub(crate) use settings::{Platform, Settings};
pub(crate) use trust::Pins;
pub(crate) use upload::{Upload, draw};
pub(crate) use voice::Voice;
