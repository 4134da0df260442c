//! The contract over every type, draws by seed, files on disk, commands here and on other machines,
//! keys and certificates, archives, and what servers and programs answer.

#![allow(clippy::wildcard_enum_match_arm, reason = "whatever else comes fails the test")]

mod archives;
mod asking;
mod certificates;
mod cloud_init;
mod commands;
mod contract;
mod draws;
mod files;
mod keys;
mod makers;
mod programs;
mod remote;
mod renewal;
mod server;
mod support;
mod times;
