//! `infra providers`: the providers there are, and their resource types.

use crate::{context::Context, exit::Exit, wire};
use clap::Args;

/// List the built-in providers and their resource types
#[derive(Debug, Args)]
pub struct Arguments {}

/// Runs the command.
pub fn run(context: &Context, _arguments: &Arguments) -> Exit {
    let registry = wire::registry(&context.environment);
    let kinds = wire::kinds(&registry);
    let mut out = String::new();
    for (name, facts) in kinds.providers() {
        out.push_str(&format!("{name}\n"));
        for (mode, kind) in &facts.kinds {
            let block = match mode {
                infra_model::address::Mode::Managed => "resource ",
                infra_model::address::Mode::Data => "data     ",
                infra_model::address::Mode::Ephemeral => "ephemeral",
            };
            out.push_str(&format!("  {block} {kind}\n"));
        }
    }
    context.screen.print(&out);
    Exit::Done
}
