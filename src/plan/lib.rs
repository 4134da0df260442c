//! The planner: compares what a program desires with what is recorded and observed, and orders it.
//!
//! A resumable machine without IO. It asks, is answered, and in the end yields a [`plan::Plan`].
//! The audit checks finished plans and shares no code with the planner.
//!
//! ```text
//! Program --nodes()--> Planner --Asks--> machine --> providers
//! Snapshot ----------^   ^------Answers-----'
//!                        '--Done--> Plan --audit--> Findings
//! Plan + final values --finalise--> what is sent, and what may be recorded
//! ```

pub mod audit;
pub mod cost;
pub mod digest;
pub mod file;
pub mod finalise;
pub mod form;
mod ignore;
pub mod natural_key;
pub mod options;
mod order;
pub mod plan;
pub mod planner;
pub mod suggest;

pub use options::{Options, PlannerInput, Target};
pub use planner::{Next, Planner};
