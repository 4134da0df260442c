//! The language: from HCL files to a program.
//!
//! The way of the data: text → [`syntax`] → blocks ([`config`]) → references resolved and ordered
//! ([`compile`]) → a program that is evaluated by demand ([`program`]), which calls [`functions`].
//! Beside it, text → [`mod@format`] → text in canonical layout.
//! No IO but through `Sources` of the model, no clock, no randomness.

pub mod compile;
pub mod config;
mod evaluate;
pub mod format;
pub mod functions;
mod index;
pub mod program;
pub mod secrets;
pub mod syntax;
