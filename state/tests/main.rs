//! The store's tests from outside: engines, crashes, faults, damage, processes, figures.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "helpers of tests are tests, which clippy cannot know of a test target"
)]

mod clock;
mod concurrent;
mod conformance;
mod crash;
mod damage;
mod faults;
mod figures;
mod fixture;
mod processes;
mod recording;
mod sealing;
mod workspaces;
