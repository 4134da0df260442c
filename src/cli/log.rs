//! The log of the program itself, for whoever looks for a fault: off unless `INFRA_LOG` says so.
//!
//! It goes to the standard error, is about our own crates alone (libraries log bytes that may hold
//! secrets), and never carries values of attributes.

use crate::environment::Environment;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
};

/// The variable that says how much is logged: `error`, `warn`, `info`, `debug`, `trace`.
const LEVEL: &str = "INFRA_LOG";

/// Our crates: the names of all of them begin so.
const OURS: &str = "infra";

/// Starts the log if it is wanted.
pub fn start(environment: &Environment) {
    let Some(level) = environment.get(LEVEL) else { return };
    // What is no level is taken as the wish to see much.
    let level: LevelFilter = level.to_lowercase().parse().unwrap_or(LevelFilter::DEBUG);
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_target(true);
    let filter = Targets::new().with_target(OURS, level);
    let subscriber = tracing_subscriber::registry().with(filter).with(lines);
    // Somebody else set one before: then it is theirs.
    let _already_set = tracing::subscriber::set_global_default(subscriber);
}
