//! The contract over every type, draws by seed, files on disk, commands here and on other machines.

#![allow(clippy::wildcard_enum_match_arm, reason = "whatever else comes fails the test")]

mod commands;
mod contract;
mod draws;
mod files;
mod remote;
mod ssh_server;
mod support;
mod times;
