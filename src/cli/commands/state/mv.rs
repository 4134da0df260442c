//! `infra state mv`.

use crate::{
    arguments::{LockArguments, StateFlags},
    context::Context,
    exit::Exit,
    failure::Failure,
    recorded::{self, Selection, not_recorded, selected},
};
use clap::Args;
use infra_model::{
    address::{Address, InstanceKey, ModuleAddress},
    diagnostic::Diagnostic,
    journal::Record,
};

/// Give an instance, resource or module another address
#[derive(Debug, Args)]
pub struct Arguments {
    /// The present address
    pub from: String,
    /// The new address
    pub to: String,
    /// Only show what would be moved
    #[arg(long)]
    pub dry_run: bool,
    /// The lock
    #[command(flatten)]
    pub lock: LockArguments,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If the addresses do not fit each other, name nothing, or are taken; then nothing was changed.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let (from, to) = (Selection::parse(&arguments.from)?, Selection::parse(&arguments.to)?);
    let writer = recorded::lock(context, "state mv", arguments.lock).await?;
    let found = selected(writer.snapshot(), std::slice::from_ref(&from));
    if found.is_empty() {
        return Err(not_recorded(&arguments.from, writer.snapshot()));
    }
    let mut records = Vec::new();
    let mut lines = String::new();
    for address in found {
        let target = renamed(&address, &from, &to).ok_or_else(|| mismatch(arguments))?;
        if writer.snapshot().instances.contains_key(&target) {
            return Err(Failure::from(occupied(&target)));
        }
        lines.push_str(&format!("Move \"{address}\" to \"{target}\"\n"));
        records.push(Record::Moved { from: address, to: target });
    }
    if arguments.dry_run {
        context.screen.print(&lines.replace("Move ", "Would move "));
        return Ok(Exit::Done);
    }
    let count = records.len();
    recorded::edit(context, writer, "state mv", &records)?;
    context.screen.print(&lines);
    context.screen.print(&format!("Successfully moved {count} object(s).\n"));
    Ok(Exit::Done)
}

/// Returns the new address of an instance that is among what is moved.
fn renamed(address: &Address, from: &Selection, to: &Selection) -> Option<Address> {
    match (from, to) {
        (Selection::Module(from), Selection::Module(to)) => {
            let below = address.module.steps().get(from.steps().len()..)?;
            let module: ModuleAddress = to.steps().iter().chain(below).cloned().collect();
            Some(Address { module, ..address.clone() })
        }
        (Selection::Resource(from), Selection::Resource(to)) => {
            let fits = to.kind == address.kind && to.mode == address.mode;
            let whole = from.key == InstanceKey::None && to.key == InstanceKey::None;
            let key = if whole { address.key.clone() } else { to.key.clone() };
            fits.then(|| to.with_key(key))
        }
        (Selection::Module(_), Selection::Resource(_))
        | (Selection::Resource(_), Selection::Module(_)) => None,
    }
}

fn mismatch(arguments: &Arguments) -> Failure {
    Failure::from(
        Diagnostic::error("infra::cli::move_mismatch", "The two addresses do not fit each other")
            .detail(format!(
                "`{}` cannot become `{}`: a module moves to a module, a resource to one of the same type. \
                 Nothing was changed.",
                arguments.from, arguments.to
            ))
            .help("Name two modules, or two resources of one type."),
    )
}

fn occupied(target: &Address) -> Diagnostic {
    Diagnostic::error("infra::cli::move_occupied", format!("`{target}` is already recorded"))
        .detail("Nothing was changed.")
        .help("Move or remove what is there first.")
}
