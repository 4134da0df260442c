//! The current workspace: what `TF_WORKSPACE` says, else what was selected, else the default one.

use crate::{context::Context, failure::Failure, project::Backend, state_place, wire};
use infra_model::{diagnostic::Diagnostic, text::Text};
use infra_state::{DEFAULT_WORKSPACE, StateError, is_workspace_name};
use std::path::PathBuf;

/// The variable that names the workspace for one command.
const VARIABLE: &str = "TF_WORKSPACE";
/// The variable that names another directory for what belongs to a working directory.
const DATA_DIRECTORY: &str = "TF_DATA_DIR";
/// The note of the selected workspace.
const NOTE: &str = "environment";

/// The current workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Its name.
    pub name: Text,
    /// Who says so.
    pub chosen: Chosen,
}

/// Who says which workspace is the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Nobody: it is the default one.
    Nowhere,
    /// `infra workspace select` or `new`.
    Selected,
    /// The environment.
    Environment,
}

/// Returns the current workspace.
///
/// # Errors
///
/// If the environment or the note of the selected one hold no name.
pub fn current(context: &Context) -> Result<Current, Failure> {
    if let Some(name) = context.environment.get(VARIABLE) {
        if !is_workspace_name(name) {
            return Err(Failure::from(variable_invalid(name)));
        }
        return Ok(Current { name: Text::from(name), chosen: Chosen::Environment });
    }
    let note = note(context);
    match infra_state::selected(&note) {
        Ok(Some(name)) => Ok(Current { name, chosen: Chosen::Selected }),
        Ok(None) => Ok(Current { name: Text::from(DEFAULT_WORKSPACE), chosen: Chosen::Nowhere }),
        Err(StateError::Damaged { .. }) => Err(Failure::from(note_damaged(&note))),
        Err(error) => Err(error.into()),
    }
}

/// Makes a workspace the current one, durably.
///
/// # Errors
///
/// If it cannot be noted; then the old one stays.
pub fn select(context: &Context, name: &str) -> Result<(), Failure> {
    let note = note(context);
    if let Some(directory) = note.parent() {
        state_place::make(directory).map_err(|error| {
            let what = format!("`{}` cannot be made ready", directory.display());
            Diagnostic::error("infra::cli::file_unwritable", what)
                .detail(format!("{error}. The workspace was not changed."))
                .help("Make the directory writable, and run the command again.")
        })?;
    }
    Ok(infra_state::select(&note, name)?)
}

impl Current {
    /// Returns a backend with this workspace.
    ///
    /// # Errors
    ///
    /// If it was selected and is not there any more: to go on as if nothing were recorded would make
    /// everything anew.
    pub fn enter(self, context: &Context, backend: Backend) -> Result<Backend, Failure> {
        let backend = Backend { workspace: self.name, ..backend };
        let is_there = wire::workspaces(context, &backend).has(&backend.workspace)?;
        if self.chosen == Chosen::Selected && !is_there {
            return Err(Failure::from(gone(&backend.workspace)));
        }
        Ok(backend)
    }
}

/// Returns the path of the note: beside the working directory's own things, not beside the state,
/// which other working directories may share.
fn note(context: &Context) -> PathBuf {
    let directory = context.environment.get(DATA_DIRECTORY).unwrap_or(wire::STATE_DIRECTORY);
    context.directory.join(directory).join(NOTE)
}

fn variable_invalid(name: &str) -> Diagnostic {
    let summary = format!("Invalid workspace name set using {VARIABLE}");
    Diagnostic::error("infra::cli::workspace_variable_invalid", summary)
        .detail(format!(
            "The workspace name {name:?} is not allowed. The name must contain only URL safe \
             characters, and no path separators. Nothing was changed."
        ))
        .help(format!("Correct {VARIABLE}, or unset it."))
}

fn note_damaged(note: &std::path::Path) -> Diagnostic {
    let summary = "The selected workspace cannot be told";
    Diagnostic::error("infra::cli::workspace_note_damaged", summary)
        .detail(format!(
            "`{}` does not hold the name of a workspace. Nothing was changed.",
            note.display()
        ))
        .help(format!("Remove the file and run `infra workspace select NAME`; or set {VARIABLE}."))
}

fn gone(name: &str) -> Diagnostic {
    let summary = format!("The currently selected workspace ({name}) does not exist");
    Diagnostic::error("infra::cli::workspace_gone", summary)
        .detail(
            "It was deleted from another working directory, or the state lies elsewhere now. \
             Nothing was changed.",
        )
        .help(
            "Choose another with `infra workspace select NAME`; `infra workspace list` names them.",
        )
}
