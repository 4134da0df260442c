//! One queue per server: while an action runs on a server, the API refuses every other change of it
//! as `locked`. So changes of one server wait here for each other instead of being refused there.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

/// The turn of one change; the next begins when it is dropped.
pub(crate) struct Turn {
    _held: OwnedMutexGuard<()>,
}

/// The queues of all servers.
#[derive(Default)]
pub(super) struct Queues {
    by_server: Mutex<BTreeMap<i64, Arc<Lock<()>>>>,
}

impl Queues {
    /// Waits for the turn of a change of a server.
    pub(super) async fn turn(&self, server: i64) -> Turn {
        let lock = {
            let mut all = self.by_server.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(server).or_default().clone()
        };
        Turn { _held: lock.lock_owned().await }
    }
}
