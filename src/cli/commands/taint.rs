//! `infra taint` and `infra untaint`: whether an object is to be replaced.

use crate::{
    arguments::{LockArguments, StateFlags},
    context::Context,
    exit::Exit,
    failure::Failure,
    operation,
    recorded::{self, not_recorded},
};
use clap::Args;
use infra_model::{address::Address, diagnostic::Diagnostic, journal::Record};
use std::sync::Arc;

/// Say that an object must (taint) or need not (untaint) be replaced
#[derive(Debug, Args)]
pub struct Arguments {
    /// The instance
    pub address: String,
    /// It is no error if the instance is not recorded
    #[arg(long)]
    pub allow_missing: bool,
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
/// If the address names nothing, or the state cannot be written; then nothing was changed.
pub async fn run(context: &Context, arguments: &Arguments, tainted: bool) -> Result<Exit, Failure> {
    let command = if tainted { "taint" } else { "untaint" };
    let address = operation::address(&arguments.address)?;
    let writer = recorded::lock(context, command, arguments.lock).await?;
    let Some(instance) = writer.snapshot().instance(&address) else {
        if arguments.allow_missing {
            return Ok(Exit::Done);
        }
        return Err(not_recorded(&arguments.address, writer.snapshot()));
    };
    let mut records: Vec<Record> = Vec::new();
    if !tainted {
        // A person vouches for what is there: an update or delete whose outcome was open is settled.
        records.extend(
            instance.open.iter().filter(|i| instance.objects.contains_key(&i.generation)).map(
                |intent| Record::Abandoned {
                    address: address.clone(),
                    generation: intent.generation,
                },
            ),
        );
    }
    if !tainted && records.is_empty() && !instance.current().is_some_and(|(_, o)| o.tainted) {
        return if arguments.allow_missing { Ok(Exit::Done) } else { Err(not_tainted(&address)) };
    }
    if let Some((generation, object)) = instance.current() {
        let mut object = Arc::unwrap_or_clone(object.clone());
        object.tainted = tainted;
        records.push(Record::Recorded {
            address: address.clone(),
            generation,
            object: Arc::new(object),
        });
    }
    recorded::edit(context, writer, command, &records)?;
    let text = if tainted {
        format!("Resource instance {address} has been marked as tainted.\n")
    } else {
        format!("Resource instance {address} has been successfully untainted.\n")
    };
    context.screen.print(&text);
    Ok(Exit::Done)
}

fn not_tainted(address: &Address) -> Failure {
    let found =
        Diagnostic::error("infra::cli::instance_not_tainted", "Resource instance is not tainted");
    Failure::from(
        found
            .detail(format!(
                "Resource instance {address} is not currently tainted, and so it cannot be \
                 untainted. Nothing was changed."
            ))
            .help("`infra plan` shows what is to be replaced."),
    )
}
