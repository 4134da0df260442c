//! Commands that read or edit the recorded state alone: no configuration, no provider.

use crate::{
    arguments::LockArguments, context::Context, failure::Failure, operation, project::Project, wire,
};
use infra_model::{
    address::{Address, ModuleAddress},
    diagnostic::Diagnostic,
    journal::Record,
    snapshot::Snapshot,
    text,
};
use infra_state::store::{Reading, RevisionInfo, RunOutcome, Writer};

/// How many instances are named where one of them must have been meant.
const NAMED_MAX: usize = 5;

/// Returns the state as it is now.
///
/// # Errors
///
/// If it cannot be read.
pub fn read(context: &Context) -> Result<Reading, Failure> {
    let backend = Project::backend(context)?;
    let reading = wire::store_at(context, &backend)?.read()?;
    context.screen.diagnostics(&reading.warnings, &infra_model::source::SourceMap::default());
    Ok(reading)
}

/// Takes the lock of the state.
///
/// # Errors
///
/// If somebody else holds it or the state cannot be written.
pub async fn lock(
    context: &Context,
    command: &str,
    arguments: LockArguments,
) -> Result<Box<dyn Writer>, Failure> {
    let backend = Project::backend(context)?;
    operation::lock(context, &backend, command, arguments).await
}

/// Appends records and closes the run; a run of its own in the history.
///
/// # Errors
///
/// If they could not be made durable: then nothing was changed.
pub fn edit(
    context: &Context,
    mut writer: Box<dyn Writer>,
    command: &str,
    records: &[Record],
) -> Result<(), Failure> {
    writer.append(records, context.now())?;
    let info = RevisionInfo {
        at: context.now(),
        command: command.into(),
        outcome: RunOutcome::Completed,
        configuration: Vec::new(),
        plan: Vec::new(),
    };
    let closed = writer.close(info)?;
    context.screen.diagnostics(&closed.warnings, &infra_model::source::SourceMap::default());
    Ok(())
}

/// What a person names: everything in a module, a resource with all its instances, or an instance.
pub enum Selection {
    /// Everything in a module.
    Module(ModuleAddress),
    /// The instances that an address stands for.
    Resource(Address),
}

impl Selection {
    /// Reads what a person names.
    ///
    /// # Errors
    ///
    /// If it is neither a module nor a resource.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        if let Ok(module) = text.parse::<ModuleAddress>() {
            return Ok(Self::Module(module));
        }
        Ok(Self::Resource(operation::address(text)?))
    }

    /// Returns whether an instance is among what was named.
    pub fn covers(&self, address: &Address) -> bool {
        use infra_model::address::InstanceKey;
        match self {
            Self::Module(module) => module.contains(&address.module),
            Self::Resource(named) if named.key == InstanceKey::None => {
                named.with_key(InstanceKey::Any).covers(address)
            }
            Self::Resource(named) => named.covers(address),
        }
    }
}

/// Returns the recorded addresses that are among what was named.
pub fn selected(snapshot: &Snapshot, selections: &[Selection]) -> Vec<Address> {
    let all = snapshot.instances.keys();
    all.filter(|a| selections.iter().any(|s| s.covers(a))).cloned().collect()
}

/// Returns the failure for a name that nothing recorded has.
pub fn not_recorded(name: &str, snapshot: &Snapshot) -> Failure {
    let known: Vec<String> = snapshot.instances.keys().map(ToString::to_string).collect();
    let diagnostic = Diagnostic::error(
        "infra::cli::instance_not_recorded",
        format!("`{name}` is not in the state"),
    )
    .detail("Nothing was changed.");
    let mut instances = instances_of(name, snapshot);
    let more = instances.len().saturating_sub(NAMED_MAX);
    instances.truncate(NAMED_MAX);
    if !instances.is_empty() {
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let named = instances.join("`, `");
        return Failure::from(diagnostic.help(format!("Its instances are: `{named}`{more}.")));
    }
    Failure::from(match text::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("Did you mean `{near}`?")),
        None => diagnostic.help("`infra state list` shows what is."),
    })
}

/// Returns the recorded instances of what was named without the key of an instance.
fn instances_of(name: &str, snapshot: &Snapshot) -> Vec<String> {
    let Ok(address) = name.parse::<Address>() else { return Vec::new() };
    let is_one = |other: &&Address| **other != address && other.without_keys() == address;
    snapshot.instances.keys().filter(is_one).map(ToString::to_string).collect()
}
