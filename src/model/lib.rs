//! The nouns of `infra`: values, types, addresses, programs, snapshots, journal records, diagnostics.
//!
//! Everything here is data and pure functions over it.
//! This crate knows no IO, no clock, no randomness, no threads and no async; it depends on no other
//! crate of the project, and every other crate depends on it.
//! The way of the data: `lang` builds a [`program::Program`], `plan` compares what it desires with
//! a [`snapshot::Snapshot`], `exec` writes [`journal::Record`]s whose fold is the next snapshot.

pub mod address;
pub mod ask;
pub mod convert;
pub mod cost;
pub mod deflate;
pub mod diagnostic;
pub mod function;
pub mod graph;
pub mod journal;
pub mod kind;
pub mod known;
pub mod lease;
pub mod number;
pub mod observed;
pub mod path;
pub mod program;
pub mod schema;
pub mod secrets;
pub mod snapshot;
pub mod source;
pub mod sources;
pub mod text;
pub mod types;
pub mod unify;
pub mod value;
pub mod wire;
