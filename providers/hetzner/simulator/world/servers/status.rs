//! The life of a server: its status, and the counters that only tests see.
//!
//! ```text
//! initializing -> starting -> running -> stopping -> off -> starting -> ...
//!                                        rebuilding, migrating -> running
//!                                        deleting -> gone
//! ```

use super::{Server, World};
use serde::Serialize;

/// What a server is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Initializing,
    Starting,
    Running,
    Stopping,
    Off,
    Deleting,
    Migrating,
    Rebuilding,
}

impl Status {
    /// Returns the API's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Initializing => "initializing",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Off => "off",
            Self::Deleting => "deleting",
            Self::Migrating => "migrating",
            Self::Rebuilding => "rebuilding",
        }
    }
}

/// What happened to a server; the API shows none of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// How often its disk was wiped.
    pub disk_epoch: u64,
    /// How often it was started, the first time included.
    pub boot_count: u64,
    /// For how long it did not run since it first did, in seconds.
    pub downtime_s: u64,
}

/// Status and counters.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    status: Status,
    disk_epoch: u64,
    boot_count: u64,
    down_ms: u64,
    /// Since when it does not run, if it ever ran.
    down_since_ms: Option<u64>,
    /// The signal to shut down that its system has heard.
    pub(crate) signal: Option<u64>,
}

impl Life {
    pub(crate) fn new() -> Self {
        Self {
            status: Status::Initializing,
            disk_epoch: 0,
            boot_count: 0,
            down_ms: 0,
            down_since_ms: None,
            signal: None,
        }
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    fn set(&mut self, status: Status, now_ms: u64) {
        let is_running = status == Status::Running;
        match (is_running, self.down_since_ms) {
            (true, Some(since_ms)) => {
                self.down_ms += now_ms - since_ms;
                self.down_since_ms = None;
            }
            (false, None) if self.status == Status::Running => self.down_since_ms = Some(now_ms),
            _ => {}
        }
        self.status = status;
    }

    fn counters(&self, now_ms: u64) -> Counters {
        let down_ms = self.down_ms + self.down_since_ms.map_or(0, |since_ms| now_ms - since_ms);
        Counters {
            disk_epoch: self.disk_epoch,
            boot_count: self.boot_count,
            downtime_s: down_ms / 1000,
        }
    }
}

impl World {
    /// Returns what happened to a server.
    pub fn counters(&self, server: u64) -> Option<Counters> {
        self.servers.get(&server).map(|server| server.life.counters(self.now_ms()))
    }

    /// Returns the `user_data` of a server, which the API does not show.
    pub fn user_data(&self, server: u64) -> Option<&str> {
        self.servers.get(&server).and_then(|server| server.user_data.as_deref())
    }

    pub(super) fn set_status(&mut self, id: u64, status: Status) {
        let now_ms = self.now_ms();
        self.alter(id, |server: &mut Server| {
            server.life.signal = None;
            server.life.set(status, now_ms);
        });
    }

    /// Lets a server run that was off, or that boots anew for so long.
    pub(super) fn boot(&mut self, id: u64, away_ms: u64) {
        self.set_status(id, Status::Running);
        self.alter(id, |server: &mut Server| {
            server.life.boot_count += 1;
            server.life.down_ms += away_ms;
            // The rescue system is booted once.
            server.rescue_since_ms = None;
        });
    }

    /// Wipes the disk of a server.
    pub(super) fn wipe(&mut self, id: u64) {
        self.alter(id, |server: &mut Server| server.life.disk_epoch += 1);
    }
}
