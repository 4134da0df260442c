//! JSON syntax: text to values with their places, and values to expressions of the same tree that
//! the native syntax makes.
//!
//! Which members of an object are arguments and which are blocks is not known here: that depends on
//! what stands where, which is for the configuration stage ([`crate::config::json`]). The way of
//! the data: text → [`scanner`] → [`parser`] → [`document::Value`]s → [`build::Builder`] → tree.

pub(crate) mod build;
pub(crate) mod document;
mod faults;
mod parser;
mod scanner;
pub(super) mod strings;

pub(crate) use build::{Builder, Mode};
pub(crate) use parser::parse;
