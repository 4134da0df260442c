//! Where the state comes from: a file, a directory, a backend's settings, or the standard input.

use super::Arguments;
use crate::{
    context::Context,
    elsewhere::{self, Local, Place, STATE_FILE, WORKSPACE_DIRECTORY},
    failure::Failure,
    statefile::{self, Survey},
    wire,
};
use infra_model::{diagnostic::Diagnostic, text::Text};
use std::{io::Read as _, sync::Arc};

/// The standard input, by the name that it has on the command line.
const INPUT: &str = "-";

/// Where the state comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The standard input.
    Input,
    /// A file or directory.
    Place(Place),
}

impl Source {
    /// Returns its name for people, from the working directory.
    pub(super) fn shown(&self, context: &Context) -> String {
        let Self::Place(place) = self else { return "the standard input".to_owned() };
        let path = place.path();
        path.strip_prefix(&context.directory).unwrap_or(path).display().to_string()
    }
}

/// Returns where the state of a workspace comes from.
pub(super) fn find(
    context: &Context,
    arguments: &Arguments,
    workspace: &str,
) -> Result<Source, Failure> {
    if let Some(backend) = &arguments.backend {
        let local = settings(backend, &arguments.backend_config)?;
        return Ok(Source::Place(local.place(context, workspace)));
    }
    let path = &*arguments.path;
    if path == INPUT {
        return Ok(Source::Input);
    }
    let full = match path {
        "." => context.directory.clone(),
        path => context.directory.join(path),
    };
    if !full.is_dir() || full.join("format").is_file() {
        return Ok(Source::Place(Place::of(&full)));
    }
    // Where Terraform was used its own files count, even if a state of ours lies there by now.
    let inside = |name: &str| Some(full.join(name).display().to_string());
    let local = Local { path: inside(STATE_FILE), workspace_dir: inside(WORKSPACE_DIRECTORY) };
    Ok(Source::Place(local.place(context, workspace)))
}

fn settings(backend: &str, given: &[String]) -> Result<Local, Failure> {
    if backend != "local" {
        return Err(Failure::from(
            Diagnostic::error(
                "infra::cli::import_backend_unknown",
                "Invalid backend configuration",
            )
            .detail(format!(
                "There is no backend type named {backend:?} that can be read here. There are: \
                     local. Nothing was changed."
            ))
            .help(
                "Let Terraform fetch the state and pass it on: \
                     `terraform state pull | infra import-state -`.",
            ),
        ));
    }
    let mut local = Local::default();
    for setting in given {
        match setting.split_once('=') {
            Some(("path", value)) => local.path = Some(value.to_owned()),
            Some(("workspace_dir", value)) => local.workspace_dir = Some(value.to_owned()),
            Some(_) | None => {
                return Err(Failure::from(
                    Diagnostic::error(
                        "infra::cli::import_setting_unknown",
                        "Invalid backend configuration",
                    )
                    .detail(format!(
                        "The backend \"local\" has no setting {setting:?}. Nothing was changed."
                    ))
                    .help(
                        "Write `-backend-config=path=FILE` or `-backend-config=workspace_dir=DIR`.",
                    ),
                ));
            }
        }
    }
    Ok(local)
}

/// Reads it as it can be taken over.
pub(super) fn read(context: &Context, source: &Source) -> Result<Survey, Failure> {
    let text = match source {
        Source::Input => {
            let mut text = String::new();
            let read = std::io::stdin().lock().read_to_string(&mut text);
            read.map_err(|error| elsewhere::unreadable(INPUT, &error))?;
            text
        }
        Source::Place(Place::File(path)) => match elsewhere::text(path)? {
            Some(text) => text,
            None => return Err(nothing_there(source)),
        },
        Source::Place(place @ Place::Directory(_)) => {
            let Some(snapshot) = elsewhere::snapshot(context, place)? else {
                return Err(nothing_there(source));
            };
            return Ok(Survey { snapshot, left_out: Vec::new(), written_by: Text::from("") });
        }
    };
    let kinds = wire::kinds(&wire::registry(context));
    statefile::survey(&text, &kinds).map_err(|found| Failure::new(found, Arc::default()))
}

fn nothing_there(source: &Source) -> Failure {
    match source {
        Source::Place(place) => Failure::from(elsewhere::nothing_there(place)),
        Source::Input => Failure::from(elsewhere::nothing_there(&Place::File(INPUT.into()))),
    }
}
