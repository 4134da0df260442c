//! `infra providers`: which providers the configuration and the state require, and what they have.

mod simulate;

use crate::{
    arguments::VariableArguments,
    context::Context,
    exit::Exit,
    failure::Failure,
    project::Project,
    provider_names::provider_source,
    render::{json, requirements},
    wire,
};
use clap::{Args, Subcommand};
use infra_model::{address::Mode, diagnostic, text::Text};
use std::collections::BTreeSet;

/// Show the providers that the configuration and the state require
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<ProvidersCommand>,
    /// Accepted as Terraform's
    #[arg(long, hide = true)]
    test_directory: Option<String>,
}

#[derive(Debug, Subcommand)]
enum ProvidersCommand {
    /// Print the schemas of the providers in use
    Schema(SchemaArguments),
    /// List the built-in providers and their types
    List,
    /// Answer the API of a provider with its simulator, on this machine
    Simulate(simulate::Arguments),
}

#[derive(Debug, Args)]
struct SchemaArguments {
    /// Print as JSON, which is the only form
    #[arg(long, required = true)]
    json: bool,
}

impl Arguments {
    /// Returns whether a program reads the standard output.
    pub fn is_for_machines(&self) -> bool {
        matches!(self.command, Some(ProvidersCommand::Schema(_)))
    }
}

/// Runs the command.
///
/// # Errors
///
/// If the state cannot be read, or a simulator can't answer.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(ProvidersCommand::List) => {
            list(context);
            return Ok(Exit::Done);
        }
        Some(ProvidersCommand::Simulate(simulated)) => {
            return simulate::run(context, simulated).await;
        }
        Some(ProvidersCommand::Schema(_)) | None => {}
    }
    let (project, diagnostics) = Project::compile(context, &VariableArguments::default())?;
    if diagnostic::has_errors(&diagnostics) {
        context.screen.diagnostics(&diagnostics, project.program.sources());
        return Ok(Exit::Failed);
    }
    let snapshot = wire::store(context, &project)?.read()?.snapshot;
    let objects = snapshot.instances.values().flat_map(|instance| instance.objects.values());
    let recorded: BTreeSet<Text> = objects.map(|object| object.provider.provider.clone()).collect();
    let required = project.required_providers();
    if arguments.command.is_some() {
        let used = required.iter().flat_map(|module| module.providers.keys().cloned());
        let names = used.chain(recorded).collect();
        context.screen.print(&json::schemas(&project.kinds, &names));
    } else {
        let sources: Vec<String> = recorded.iter().map(|name| provider_source(name)).collect();
        context.screen.print(&requirements::requirements(&required, &sources));
    }
    Ok(Exit::Done)
}

fn list(context: &Context) {
    let registry = wire::registry(context);
    let kinds = wire::kinds(&registry);
    let mut out = String::new();
    for (name, facts) in kinds.providers() {
        out.push_str(&format!("{name}\n"));
        for (mode, kind) in &facts.kinds {
            let block = match mode {
                Mode::Managed => "resource ",
                Mode::Data => "data     ",
                Mode::Ephemeral => "ephemeral",
            };
            out.push_str(&format!("  {block} {kind}\n"));
        }
    }
    context.screen.print(&out);
}
