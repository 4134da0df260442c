//! Access settings: switches by name, of which a request may change some.

use crate::world::input::Input;
use serde_json::Value;
use std::collections::BTreeMap;

/// The switches of a box.
pub(super) const BOX: [&str; 5] =
    ["reachable_externally", "samba_enabled", "ssh_enabled", "webdav_enabled", "zfs_enabled"];

/// The switches of a subaccount.
pub(super) const SUBACCOUNT: [&str; 5] =
    ["reachable_externally", "samba_enabled", "ssh_enabled", "webdav_enabled", "readonly"];

/// Switches that are to be changed.
pub(super) type Changes = BTreeMap<&'static str, bool>;

/// The switches of something.
#[derive(Clone, Debug)]
pub(super) struct Access(BTreeMap<&'static str, bool>);

impl Access {
    /// Returns switches that are all off.
    pub(super) fn of(names: &[&'static str; 5]) -> Self {
        Self(names.iter().map(|name| (*name, false)).collect())
    }

    pub(super) fn change(&mut self, changes: &Changes) {
        self.0.extend(changes);
    }

    pub(super) fn answer(&self) -> Value {
        self.0.iter().map(|(name, is_on)| ((*name).to_owned(), Value::from(*is_on))).collect()
    }
}

/// Reads the switches that a request names.
pub(super) fn read(input: &mut Input<'_>, names: &[&'static str; 5]) -> Changes {
    names.iter().filter_map(|name| input.flag(name).map(|is_on| (*name, is_on))).collect()
}
