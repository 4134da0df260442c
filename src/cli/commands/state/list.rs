//! `infra state list`.

use crate::{
    arguments::StateFlags,
    context::Context,
    exit::Exit,
    failure::Failure,
    recorded::{self, Selection, not_recorded, selected},
};
use clap::Args;

/// List the recorded instances
#[derive(Debug, Args)]
pub struct Arguments {
    /// Only these resources or modules
    pub addresses: Vec<String>,
    /// Only the instance whose `id` attribute is this
    #[arg(long)]
    pub id: Option<String>,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If the state cannot be read, or an address names nothing.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let snapshot = recorded::read(context)?.snapshot;
    let mut chosen = Vec::new();
    for name in &arguments.addresses {
        let selection = Selection::parse(name)?;
        let found = selected(&snapshot, std::slice::from_ref(&selection));
        if found.is_empty() {
            return Err(not_recorded(name, &snapshot));
        }
        chosen.push(selection);
    }
    let mut out = String::new();
    for (address, instance) in &snapshot.instances {
        let named = chosen.is_empty() || chosen.iter().any(|s| s.covers(address));
        let by_id = arguments.id.as_ref().is_none_or(|id| {
            let object = instance.current().map(|(_, object)| &object.value);
            object.and_then(|v| v.get("id")).and_then(|v| v.as_text()).is_some_and(|t| **t == **id)
        });
        if named && by_id && !instance.objects.is_empty() {
            out.push_str(&format!("{address}\n"));
        }
    }
    context.screen.print(&out);
    Ok(Exit::Done)
}
