//! The lock of a directory: an operating-system lock that dies with its holder, and a note of who.
//!
//! The note only tells people. Readers look at the lock only if the note does not say that it was
//! given back, so that in ordinary times nobody disturbs a writer who tries for it; after a crash a
//! reader's look and a writer's try are kept apart by a second lock, on the file `format`, that
//! both hold for a moment.

use super::{disk::Disk, layout};
use crate::{
    error::StateError,
    files::{Held, Locking},
    store::{Holder, Result, Who},
};
use infra_model::{journal::Time, text::Text};
use std::collections::BTreeMap;

/// The first line of the note.
const TITLE: &str = "infra lock 1";
const RELEASED: &str = "released";

/// The lock, and the note that goes with it.
#[derive(Debug)]
pub(super) struct Lock {
    disk: Disk,
    holder: Holder,
    _held: Box<dyn Held>,
}

impl Lock {
    /// Takes the lock, or refuses at once.
    pub(super) fn take(disk: &Disk, who: Who) -> Result<Self> {
        let Some(held) = try_alone(disk)? else {
            return Err(StateError::Locked(Box::new(noted(disk).map_or_else(somebody, |n| n.0))));
        };
        let mut lock = Self { disk: disk.clone(), holder: Holder::new(who, 0), _held: held };
        // The epoch is known once the state was read; until then the name must do.
        lock.note(false)?;
        Ok(lock)
    }

    pub(super) fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Notes the epoch.
    pub(super) fn set_epoch(&mut self, epoch: u64) -> Result<()> {
        self.holder = Holder::new(self.holder.who.clone(), epoch);
        self.note(false)
    }

    fn note(&mut self, released: bool) -> Result<()> {
        write_note(&self.disk, &self.holder, released)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If this fails, the note names a dead holder, which the lock itself refutes.
        let _told_otherwise = self.note(true);
    }
}

fn try_alone(disk: &Disk) -> Result<Option<Box<dyn Held>>> {
    if let Some(held) = disk.lock(layout::LOCK, Locking::Alone)? {
        return Ok(Some(held));
    }
    // It may have been a reader's look after a crash: wait until none looks, then try again.
    let _nobody_looks = gate(disk);
    disk.lock(layout::LOCK, Locking::Alone)
}

fn gate(disk: &Disk) -> Option<Box<dyn Held>> {
    disk.lock(layout::FORMAT, Locking::Wait).ok().flatten()
}

/// Returns who holds the lock at this moment.
pub(super) fn live_holder(disk: &Disk) -> Option<Holder> {
    let (holder, released) = noted(disk)?;
    if released {
        return None;
    }
    let _one_at_a_time = gate(disk);
    // A lock that cannot be looked at, in a directory that cannot be written, is nobody's.
    match disk.lock(layout::LOCK, Locking::Probe) {
        Ok(None) => Some(holder),
        Ok(Some(_)) | Err(_) => None,
    }
}

/// Clears the note of a dead holder.
pub(super) fn clear(disk: &Disk, id: &str) -> Result<()> {
    let not_locked = || StateError::NotLocked { id: id.into() };
    let (holder, released) = noted(disk).ok_or_else(not_locked)?;
    if released || *holder.id != *id {
        return Err(not_locked());
    }
    let Some(_held) = try_alone(disk)? else {
        return Err(StateError::Locked(Box::new(holder)));
    };
    write_note(disk, &holder, true)
}

fn somebody() -> Holder {
    let unknown = || Text::from("unknown");
    let who =
        Who { user: unknown(), host: unknown(), pid: 0, command: unknown(), at: Time::default() };
    Holder::new(who, 0)
}

fn write_note(disk: &Disk, holder: &Holder, released: bool) -> Result<()> {
    let who = &holder.who;
    let line = |text: &str| text.replace(char::is_control, " ");
    let note = format!(
        "{TITLE}\nepoch {}\npid {}\nat {}\nuser {}\nhost {}\ncommand {}\n{}\n",
        holder.epoch,
        who.pid,
        who.at.0,
        line(&who.user),
        line(&who.host),
        line(&who.command),
        if released { RELEASED } else { "held" },
    );
    disk.place_lightly("", layout::HOLDER, note.as_bytes(), false).map(drop)
}

/// Returns who is noted, and whether the lock was given back since.
fn noted(disk: &Disk) -> Option<(Holder, bool)> {
    let note = String::from_utf8(disk.read(layout::HOLDER).ok()??).ok()?;
    let mut lines = note.lines();
    if lines.next() != Some(TITLE) {
        return None;
    }
    let lines: BTreeMap<&str, &str> =
        lines.map(|line| line.split_once(' ').unwrap_or((line, ""))).collect();
    let text = |name: &str| Some(Text::from(*lines.get(name)?));
    let who = Who {
        user: text("user")?,
        host: text("host")?,
        pid: lines.get("pid")?.parse().ok()?,
        command: text("command")?,
        at: Time(lines.get("at")?.parse().ok()?),
    };
    let epoch = lines.get("epoch")?.parse().ok()?;
    Some((Holder::new(who, epoch), lines.contains_key(RELEASED)))
}
