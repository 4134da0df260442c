//! The commands: one file each, and one line each where it is named, described and run.

pub mod apply;
pub mod completions;
pub mod console;
pub mod cost;
pub mod destroy;
pub mod fmt;
pub mod force_unlock;
pub mod get;
pub mod graph;
pub mod import_state;
pub mod init;
pub mod metadata;
pub mod modules;
pub mod output;
pub mod plan;
pub mod providers;
pub mod refresh;
pub mod show;
pub mod state;
pub mod taint;
pub mod test;
pub mod validate;
pub mod version;
pub mod workspace;

use crate::{
    arguments::OutputArguments, context::Context, exit::Exit, failure::Failure, ui::Screen,
};
use clap::Subcommand;

/// What is to be done.
#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "one value per process")]
pub enum Command {
    /// Prepare the directory
    Init(init::Arguments),
    /// Install the modules that the configuration calls
    Get(get::Arguments),
    /// List the modules that the configuration calls
    Modules(modules::Arguments),
    /// Check the configuration
    Validate(validate::Arguments),
    /// Rewrite files in canonical layout
    Fmt(fmt::Arguments),
    /// Show what would be done
    Plan(plan::Arguments),
    /// Carry out a plan
    Apply(apply::Arguments),
    /// Destroy everything that is recorded
    Destroy(destroy::Arguments),
    /// Record what has changed outside
    Refresh(refresh::Arguments),
    /// Show a saved plan or the recorded state
    Show(show::Arguments),
    /// Show output values
    Output(output::Arguments),
    /// Show what everything costs a month
    Cost(cost::Arguments),
    /// Evaluate expressions
    Console(console::Arguments),
    /// Read and edit the recorded state
    State(state::Arguments),
    /// Take over a state of Terraform
    ImportState(import_state::Arguments),
    /// List, choose, make and delete workspaces
    Workspace(workspace::Arguments),
    /// Have an object replaced by the next apply
    Taint(taint::Arguments),
    /// Have an object kept that was to be replaced
    Untaint(taint::Arguments),
    /// Clear the lock that a dead run left behind
    ForceUnlock(force_unlock::Arguments),
    /// Run the tests of the configuration
    Test(test::Arguments),
    /// Print the dependencies between resources
    Graph(graph::Arguments),
    /// Describe what the language has
    Metadata(metadata::Arguments),
    /// Show the providers that the configuration requires
    Providers(providers::Arguments),
    /// Show the version
    Version(version::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}

// A command that is new is for people and has no flags of its own for that, unless a list here says so.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most commands are none of the few that a list names"
)]
impl Command {
    /// Makes the screen as the flags of the command want it.
    pub fn settle(&self, screen: &mut Screen) {
        screen.machine = self.is_for_machines();
        screen.events = self.tells_events();
        if let Self::Console(console) = self {
            screen.compact_warnings = console.compact_warnings;
        }
        let Some(output) = self.output() else { return };
        screen.compact_warnings = output.compact_warnings;
        screen.may_ask &= output.input.input;
    }

    /// Whether the standard output is one JSON object a line, as Terraform's are.
    fn tells_events(&self) -> bool {
        matches!(
            self,
            Self::Init(init::Arguments { json: true, .. })
                | Self::Plan(plan::Arguments { json: true, .. })
                | Self::Apply(apply::Arguments {
                    carry: apply::CarryArguments { json: true, .. },
                    ..
                })
                | Self::Destroy(destroy::Arguments {
                    carry: apply::CarryArguments { json: true, .. },
                    ..
                })
                | Self::Refresh(refresh::Arguments { json: true, .. })
        )
    }

    /// Whether what is printed is for a program to read: nothing else may stand among it.
    fn is_for_machines(&self) -> bool {
        match self {
            Self::State(a) => a.is_for_machines(),
            Self::Workspace(a) => a.is_for_machines(),
            Self::Providers(a) => a.is_for_machines(),
            _ => self.tells_events() || self.prints_for_programs(),
        }
    }

    fn prints_for_programs(&self) -> bool {
        matches!(
            self,
            Self::Validate(validate::Arguments { json: true, .. })
                | Self::Show(show::Arguments { json: true, .. })
                | Self::Output(
                    output::Arguments { json: true, .. } | output::Arguments { raw: true, .. }
                )
                | Self::Version(version::Arguments { json: true, .. })
                | Self::Test(test::Arguments { json: true, .. })
                | Self::Modules(modules::Arguments { json: true, .. })
                | Self::Cost(cost::Arguments { json: true, .. })
                | Self::Console(_)
                | Self::Fmt(_)
                | Self::Graph(_)
                | Self::Metadata(_)
                | Self::Completions(_)
        )
    }

    fn output(&self) -> Option<&OutputArguments> {
        if let Self::Plan(plan::Arguments { output, .. })
        | Self::Apply(apply::Arguments {
            carry: apply::CarryArguments { output, .. }, ..
        })
        | Self::Destroy(destroy::Arguments {
            carry: apply::CarryArguments { output, .. },
            ..
        })
        | Self::Refresh(refresh::Arguments { output, .. })
        | Self::Cost(cost::Arguments { output, .. }) = self
        {
            return Some(output);
        }
        None
    }

    /// Runs the command.
    ///
    /// # Errors
    ///
    /// As each command says.
    pub async fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Init(a) => Box::pin(init::run(context, a)).await,
            Self::Get(a) => Box::pin(get::run(context, a)).await,
            Self::Modules(a) => modules::run(context, a),
            Self::Validate(a) => validate::run(context, a),
            Self::Fmt(a) => fmt::run(context, a),
            Self::Plan(a) => Box::pin(plan::run(context, a)).await,
            Self::Apply(a) => Box::pin(apply::run(context, a)).await,
            Self::Destroy(a) => Box::pin(destroy::run(context, a)).await,
            Self::Refresh(a) => Box::pin(refresh::run(context, a)).await,
            Self::Show(a) => show::run(context, a),
            Self::Cost(a) => Box::pin(cost::run(context, a)).await,
            Self::Output(a) => output::run(context, a),
            Self::Console(a) => Box::pin(console::run(context, a)).await,
            Self::State(a) => Box::pin(state::run(context, a)).await,
            Self::ImportState(a) => Box::pin(import_state::run(context, a)).await,
            Self::Workspace(a) => Box::pin(workspace::run(context, a)).await,
            Self::Taint(a) => taint::run(context, a, true).await,
            Self::Untaint(a) => taint::run(context, a, false).await,
            Self::ForceUnlock(a) => force_unlock::run(context, a),
            Self::Test(a) => Box::pin(test::run(context, a)).await,
            Self::Graph(a) => graph::run(context, a),
            Self::Metadata(a) => Ok(metadata::run(context, a)),
            Self::Providers(a) => providers::run(context, a).await,
            Self::Version(a) => Ok(version::run(context, a)),
            Self::Completions(a) => Ok(completions::run(context, a)),
        }
    }
}
