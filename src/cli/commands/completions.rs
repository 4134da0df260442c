//! `infra completions`: completion scripts for shells.

use crate::{context::Context, exit::Exit, start};
use clap::Args;
use clap_complete::Shell;

/// Print a completion script
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    pub shell: Shell,
}

/// Runs the command.
pub fn run(context: &Context, arguments: &Arguments) -> Exit {
    let mut out = Vec::new();
    clap_complete::generate(arguments.shell, &mut start::command(), "infra", &mut out);
    context.screen.print(&String::from_utf8_lossy(&out));
    Exit::Done
}
