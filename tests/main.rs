//! The test binary of the whole: the house style, the simulation, mutated inputs, the program as users run it, and
//! the program beside Terraform.

#![allow(
    clippy::disallowed_methods,
    clippy::manual_assert,
    clippy::format_collect,
    reason = "tests read the environment and build texts as they like"
)]

// `cfg(test)` says to clippy that these are tests, helpers included.
#[cfg(test)]
mod differential;
#[cfg(test)]
mod end_to_end;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod sim;
#[cfg(test)]
mod tidy;
