//! States that are not the one of this working directory: files in Terraform's format and
//! directories of ours, as `terraform_remote_state`, `workspace new -state` and `import-state` name
//! them.
//!
//! They are only ever read. What is done with what was read is the business of those who ask.

pub mod http;

use crate::{context::Context, failure::Failure, statefile, wire};
use infra_model::{diagnostic::Diagnostic, snapshot::Snapshot, text::Text};
use infra_state::{DEFAULT_WORKSPACE, Workspaces};
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// The file in which Terraform keeps the state of a directory.
pub const STATE_FILE: &str = "terraform.tfstate";
/// The directory in which Terraform keeps the states of workspaces.
pub const WORKSPACE_DIRECTORY: &str = "terraform.tfstate.d";
/// The greatest size of a state file, in bytes.
const BYTES_MAX: u64 = 1 << 30;
/// A file that only a directory of ours has.
const FORMAT: &str = "format";

/// Where a state lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file in Terraform's format.
    File(PathBuf),
    /// A state directory of ours.
    Directory(PathBuf),
}

/// Where a backend of type `local` keeps its states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// The state of the default workspace.
    pub path: Option<String>,
    /// The directory of the others.
    pub workspace_dir: Option<String>,
}

impl Place {
    /// Returns the place that a path stands for: a file, a directory of ours, or a directory in
    /// which either is used.
    pub fn of(path: &Path) -> Self {
        if !path.is_dir() {
            return Self::File(path.to_owned());
        }
        let inside = path.join(wire::STATE_DIRECTORY);
        if path.join(FORMAT).is_file() {
            Self::Directory(path.to_owned())
        } else if inside.join(FORMAT).is_file() {
            Self::Directory(inside)
        } else if path.join(STATE_FILE).is_file() {
            Self::File(path.join(STATE_FILE))
        } else {
            Self::Directory(path.to_owned())
        }
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Directory(path) => path,
        }
    }
}

impl Local {
    /// Returns where the state of a workspace lies; the name must be one.
    pub fn place(&self, context: &Context, workspace: &str) -> Place {
        let base = context.directory.join(self.path.as_deref().unwrap_or(STATE_FILE));
        if workspace == DEFAULT_WORKSPACE {
            return Place::of(&base);
        }
        let named = self.workspace_dir.as_ref().map(|dir| context.directory.join(dir));
        if let Place::Directory(directory) = Place::of(&base) {
            return Place::Directory(Workspaces::new(directory, named).directory(workspace));
        }
        let others = named.unwrap_or_else(|| context.directory.join(WORKSPACE_DIRECTORY));
        let place = Place::of(&others.join(workspace));
        match place {
            // Neither is there: say the name that Terraform would use.
            Place::Directory(path) if !path.join(FORMAT).is_file() => {
                Place::File(path.join(STATE_FILE))
            }
            Place::File(path) if !path.exists() => Place::File(path.join(STATE_FILE)),
            Place::File(_) | Place::Directory(_) => place,
        }
    }
}

/// Returns a state of which only the root outputs matter; `None` if there is no state.
///
/// # Errors
///
/// If what is there cannot be read.
pub fn outputs(context: &Context, place: &Place) -> Result<Option<Snapshot>, Failure> {
    match place {
        Place::Directory(_) => snapshot(context, place),
        Place::File(path) => match text(path)? {
            None => Ok(None),
            Some(text) => statefile::outputs(&text)
                .map(Some)
                .map_err(|found| Failure::new(found, Arc::default())),
        },
    }
}

/// Returns a whole state; `None` if there is none.
///
/// # Errors
///
/// If what is there cannot be read.
pub fn snapshot(context: &Context, place: &Place) -> Result<Option<Snapshot>, Failure> {
    match place {
        Place::Directory(path) => {
            if !path.is_dir() {
                return Ok(None);
            }
            let snapshot = wire::store_in(context, path.clone())?.read()?.snapshot;
            Ok((!snapshot.lineage.is_empty()).then_some(snapshot))
        }
        Place::File(path) => match text(path)? {
            None => Ok(None),
            Some(text) => {
                let kinds = wire::kinds(&wire::registry(context));
                let read = statefile::read(&text, &kinds);
                read.map(Some).map_err(|found| Failure::new(found, Arc::default()))
            }
        },
    }
}

/// Returns the contents of a state file; `None` if there is no such file.
///
/// # Errors
///
/// If it cannot be read, or is empty, which is what an interrupted write leaves.
pub fn text(path: &Path) -> Result<Option<String>, Failure> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
    match read {
        Ok(_) if text.trim().is_empty() => Err(Failure::from(
            Diagnostic::error("infra::cli::state_file_unreadable", "The state file cannot be read")
                .detail(format!(
                    "`{}` is empty: whoever wrote it was interrupted. Nothing was changed.",
                    path.display()
                ))
                .help(format!("Terraform keeps the one before it as `{STATE_FILE}.backup`.")),
        )),
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::from(unreadable(&path.display().to_string(), &error))),
    }
}

/// Returns what is said of a file that cannot be read.
pub fn unreadable(file: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("infra::cli::file_unreadable", format!("`{file}` cannot be read"))
        .detail(format!("{error}. Nothing was changed."))
        .help("Correct the path, or make it readable; `-` is the standard input.")
}

/// Returns what is said of a place without a state.
pub fn nothing_there(place: &Place) -> Diagnostic {
    let summary = format!("There is no state in `{}`", place.path().display());
    let diagnostic = Diagnostic::error("infra::cli::state_missing", summary)
        .detail("No stored state was found there. Nothing was changed.");
    match beside(place) {
        Some(near) => diagnostic.help(format!("There is one in `{}`.", near.display())),
        None => diagnostic.help(format!(
            "Name a file in Terraform's format, such as `{STATE_FILE}`, or a state directory, such \
             as `{}`.",
            wire::STATE_DIRECTORY
        )),
    }
}

/// Returns the state directory of ours that lies beside a file of Terraform, if one does.
pub fn beside(place: &Place) -> Option<PathBuf> {
    let Place::File(path) = place else { return None };
    let ours = path.parent()?.join(wire::STATE_DIRECTORY);
    ours.join(FORMAT).is_file().then_some(ours)
}

/// Returns the state directory of ours that took a file of Terraform over, if it lies beside it:
/// then the file is not written any more.
pub fn successor(context: &Context, place: &Place, lineage: &Text) -> Option<PathBuf> {
    let ours = beside(place)?;
    // One that cannot be read has told nothing; whoever names it will hear why.
    let there = snapshot(context, &Place::Directory(ours.clone())).ok().flatten()?;
    (!lineage.is_empty() && there.lineage == *lineage).then_some(ours)
}
