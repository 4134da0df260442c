//! The command line of `infra`: the only part that knows the terminal, the environment and the
//! file system of a configuration, and that names providers and stores.
//!
//! The way of a command: [`start`] reads arguments, [`project`] loads and compiles the files,
//! [`wire`] names providers and opens the store, [`operation`] drives the machine, and [`render`]
//! turns results into text.

pub mod arguments;
pub mod clock;
pub mod commands;
pub mod context;
pub mod counters;
pub mod dashes;
pub mod elsewhere;
pub mod environment;
pub mod exit;
pub mod failure;
pub mod files;
pub mod generate;
pub mod install;
pub mod log;
pub mod operation;
pub mod panics;
pub mod planfile;
pub mod planned;
pub mod project;
pub mod provider_names;
pub mod recorded;
pub mod remote_state;
pub mod render;
pub mod scope;
pub mod signals;
pub mod start;
pub mod state_place;
pub mod statefile;
pub mod testing;
pub mod ui;
pub mod variables;
pub mod whole;
pub mod wire;
pub mod workspace;
