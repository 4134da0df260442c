//! What every command is given: environment, terminal, directory and time.

use crate::{clock::SystemClock, counters::Counters, environment::Environment, ui::Screen};
use infra_model::journal::Time;
use infra_sdk::connection::Clock;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The surroundings of one command.
#[derive(Clone, Debug)]
pub struct Context {
    /// The environment.
    pub environment: Environment,
    /// The terminal.
    pub screen: Screen,
    /// The directory of the root module.
    pub directory: PathBuf,
    /// How much work it is.
    pub counters: Arc<Counters>,
}

impl Context {
    /// Returns the path of a file that was named, short where it needs no directory before it.
    pub fn named(&self, file: &Path) -> PathBuf {
        if self.directory == self.environment.directory {
            return file.to_owned();
        }
        self.directory.join(file)
    }

    /// Returns the time of this moment.
    pub fn now(&self) -> Time {
        Time(SystemClock.now_ms())
    }
}
