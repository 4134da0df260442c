//! The contract over every type, draws by seed, files on disk, and commands.

#![allow(clippy::wildcard_enum_match_arm, reason = "whatever else comes fails the test")]

mod commands;
mod contract;
mod draws;
mod files;
mod support;
mod times;
