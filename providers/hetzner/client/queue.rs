//! One queue per server, and per other object that many others are put on: while an action runs on it,
//! the API refuses every other change of it as `locked`. So changes of one object wait here for each
//! other instead of being refused there.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

/// The turn of one change; the next begins when it is dropped.
pub(crate) struct Turn {
    _held: OwnedMutexGuard<()>,
}

/// The queues of all objects.
#[derive(Default)]
pub(super) struct Queues {
    by_path: Mutex<BTreeMap<String, Arc<Lock<()>>>>,
}

impl Queues {
    /// Waits for the turn of a change of the object at a path.
    pub(super) async fn turn(&self, path: String) -> Turn {
        let lock = {
            let mut all = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(path).or_default().clone()
        };
        Turn { _held: lock.lock_owned().await }
    }
}
