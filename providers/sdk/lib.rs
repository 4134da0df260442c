//! The provider contract: what an author writes, and the erased form that the driver calls.
//!
//! Authors write one [`Resource`](resource::Resource), [`DataSource`](data::DataSource) or
//! [`Ephemeral`](ephemeral::Ephemeral) per type and list it in a [`Registry`](registry::Registry),
//! which boxes it behind [`Connection`](connection::Connection).
//! A provider knows this crate and `infra-model`, and nothing else of the project.
//! What a provider gives back wrong is told by the engine, which blames it by name.

pub mod beside;
pub mod clock;
pub mod connection;
#[cfg(feature = "testing")]
pub mod contract;
pub mod convert;
pub mod data;
mod deadline;
pub mod dress;
pub mod durations;
pub mod ephemeral;
pub mod failure;
#[cfg(feature = "http")]
pub mod http;
pub mod kind;
pub mod lines;
pub mod listing;
pub mod mark;
pub mod model;
pub mod proxies;
pub mod registry;
pub mod resource;
pub mod sample;
pub mod schemas;
pub mod settle;
#[cfg(feature = "ssh")]
pub mod ssh;
pub mod token;

#[cfg(test)]
mod tests;
