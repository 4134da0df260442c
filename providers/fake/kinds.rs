//! The kinds of the fake cloud: together they show every behaviour that the engine must handle.

pub mod container;
pub mod disk;
pub mod info;
pub mod lease;
pub mod lookup;
pub mod network;
pub mod record;
pub mod secret;
pub mod server;
pub mod slow;
pub mod token;
pub mod values;
