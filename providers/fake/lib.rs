//! An in-memory cloud with seeded faults: the reference provider and the world of the simulation.
//!
//! [`world::World`] is the cloud as plain data, synchronous and deterministic. The simulation's
//! loop drives it without async, [`provider::FakeProvider`] puts it behind the provider contract,
//! and [`socket`] serves it from a process of its own, which survives a killed `infra`.
//! It is not a model of any real cloud.

pub mod catalogue;
pub mod kinds;
pub mod protocol;
pub mod provider;
pub mod socket;
pub mod translate;
pub mod world;

#[cfg(test)]
mod tests;
