//! The provider contract: what an author writes, and the erased form that the driver calls.
//!
//! Authors write one [`Resource`](resource::Resource) per type and list it in a
//! [`Registry`](registry::Registry), which boxes it behind [`Connection`](connection::Connection).
//! A provider knows this crate and `infra-model`, and nothing else of the project.
//! What a provider gives back wrong is told by the engine, which blames it by name.

pub mod beside;
pub mod clock;
pub mod connection;
#[cfg(feature = "testing")]
pub mod contract;
pub mod convert;
pub mod dress;
pub mod failure;
pub mod kind;
pub mod registry;
pub mod resource;
pub mod sample;
pub mod settle;
pub mod token;

#[cfg(test)]
mod tests;
