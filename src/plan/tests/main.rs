//! Program and planner over the fake cloud: hand-written programs, no language.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    clippy::single_match_else,
    clippy::panic,
    clippy::option_option,
    clippy::wildcard_imports
)]

mod applier;
mod builder;
mod changes;
mod costs;
mod deferral;
mod files;
mod intents;
mod lifecycle;
mod order;
mod outside;
mod program;
mod property;
mod refactor;
mod scope;
mod text;
