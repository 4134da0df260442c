//! The process group of a child: killed as a whole, also when its future is dropped.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// A process group that is killed when this is dropped.
pub(crate) struct Group {
    id: Option<Pid>,
}

impl Group {
    /// Returns the group that a child leads.
    pub(crate) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Self { id }
    }

    /// Kills every process of the group.
    pub(crate) fn kill(&self) {
        if let Some(id) = self.id {
            // There is nobody left to tell if they are gone already.
            kill_process_group(id, Signal::KILL).ok();
        }
    }

    /// Lets go of the group: what the command left in the background may go on.
    pub(crate) fn release(mut self) {
        self.id = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
