//! Hands a value past serde, whose data model has no place for one.
//!
//! [`Dynamic`](super::Dynamic) inside a typed struct meets the reader and the writer of this module
//! only by way of serde's traits. Between the two calls the value waits in a slot of the thread;
//! both sides run to their end within one call, so nothing else can come between.

use infra_model::value::Value;
use std::cell::{Cell, RefCell};

thread_local! {
    static SLOT: RefCell<Option<Value>> = const { RefCell::new(None) };
    static WANTED: Cell<bool> = const { Cell::new(false) };
}

/// Calls `read`, which finds the value with [`take`].
pub(super) fn give<T>(value: &Value, read: impl FnOnce() -> T) -> T {
    SLOT.set(Some(value.clone()));
    let result = read();
    SLOT.set(None);
    result
}

/// Returns the value that waits, once.
pub(super) fn take() -> Option<Value> {
    SLOT.take()
}

/// Calls `write`, and returns what it left with [`leave`].
pub(super) fn want<E>(write: impl FnOnce() -> Result<(), E>) -> Result<Option<Value>, E> {
    WANTED.set(true);
    let written = write();
    WANTED.set(false);
    let left = SLOT.take();
    written.map(|()| left)
}

/// Leaves a value for who wants it; `false` if nobody does.
pub(super) fn leave(value: &Value) -> bool {
    let wanted = WANTED.take();
    if wanted {
        SLOT.set(Some(value.clone()));
    }
    wanted
}
