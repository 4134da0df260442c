//! `infra state show`.

use crate::{
    arguments::StateFlags,
    context::Context,
    exit::Exit,
    failure::Failure,
    operation,
    recorded::{self, not_recorded},
    render::{literal::Secrets, state},
    wire,
};
use clap::Args;

/// Show what is recorded of an instance, secrets masked
#[derive(Debug, Args)]
pub struct Arguments {
    /// The instance
    pub address: String,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If the state cannot be read, or the address names nothing.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let address = operation::address(&arguments.address)?;
    let snapshot = recorded::read(context)?.snapshot;
    let instance =
        snapshot.instance(&address).ok_or_else(|| not_recorded(&arguments.address, &snapshot))?;
    let kinds = wire::kinds(&wire::registry(context));
    context.screen.print(&state::instance(&address, instance, (&kinds, Secrets::Masked)));
    Ok(Exit::Done)
}
