//! Carrying out: the machine that decides what happens next, and the driver that makes it happen.
//!
//! [`machine::Machine`] is pure: events with their time go in, effects come out. It runs a planner,
//! a plan, or a planner beside a running plan (deferred parts). Nothing is decided elsewhere: the
//! [`driver`] only calls providers, appends to the journal, sleeps, and brings back what happened.

pub mod driver;
pub mod event;
pub mod machine;
pub mod report;
pub mod status;
