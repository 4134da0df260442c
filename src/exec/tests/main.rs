//! Machine and driver over the language, a store in memory, and providers in this process.

#![allow(clippy::unwrap_used, clippy::panic, clippy::wildcard_imports)]

mod bench;
mod files;
mod hosts;
mod imports;
mod marks;
mod modules;
mod moves;
mod panics;
mod purpose;
