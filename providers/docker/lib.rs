//! The Docker provider: containers, networks, volumes, images and tags of one engine.
//!
//! Each resource type and data source is a file or folder: its schema, its pure hooks, and its verbs
//! against the contract of the sdk; `provider` lists them, one line each. bollard carries the
//! requests and is known to this crate alone. What a kind plans is pure and lies apart from what
//! reads and changes an engine (`requests`, `lifecycle`, `resource`).
//!
//! Values travel as JSON inside the crate: a desired value becomes the body of a request, an
//! inspected object becomes a value again, and both are compared in one canonical form. So the
//! many shapes in which engines answer meet the configuration in exactly one place.
//!
//! What this crate is not: it reads no environment (the command line hands it an
//! [`Environment`]), builds and pushes no images, and knows no Swarm.

mod auth;
mod bridge;
mod config;
mod connect;
mod container;
mod context;
mod deadline;
mod engine;
mod failure;
mod follow;
mod image;
mod inherited;
mod logs;
mod needs;
mod network;
mod ownership;
mod pairs;
mod plain;
mod provider;
mod reference;
mod registry_image;
mod schemas;
mod settle;
mod ssh;
mod tag;
mod tarball;
mod tls;
mod upgrade;
mod volume;

#[cfg(test)]
mod tests;

pub use config::Environment;
pub use provider::DockerProvider;
