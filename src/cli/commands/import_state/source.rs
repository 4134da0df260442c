//! Where the state comes from: a file, a directory, an address, a backend's settings, or the standard
//! input.

use super::Arguments;
use crate::{
    clock::SystemClock,
    context::Context,
    elsewhere::{self, Local, Place, STATE_FILE, WORKSPACE_DIRECTORY, http},
    failure::Failure,
    statefile::{self, Survey},
    wire,
};
use infra_model::{diagnostic::Diagnostic, text::Text};
use std::{collections::BTreeMap, io::Read as _, sync::Arc};

/// The standard input, by the name that it has on the command line.
const INPUT: &str = "-";
/// The backend of addresses.
const HTTP: &str = "http";

/// Where the state comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The standard input.
    Input,
    /// A file or directory.
    Place(Place),
    /// An address.
    Address(Box<http::Settings>),
}

impl Source {
    /// Returns its name for people, from the working directory.
    pub(super) fn shown(&self, context: &Context) -> String {
        match self {
            Self::Input => "the standard input".to_owned(),
            Self::Address(settings) => settings.shown(),
            Self::Place(place) => {
                let path = place.path();
                path.strip_prefix(&context.directory).unwrap_or(path).display().to_string()
            }
        }
    }
}

/// Returns where the state of a workspace comes from.
pub(super) fn find(
    context: &Context,
    arguments: &Arguments,
    workspace: &str,
) -> Result<Source, Failure> {
    if let Some(backend) = &arguments.backend {
        let given = settings(backend, &arguments.backend_config)?;
        let get = |name: &str| given.get(name).cloned();
        if **backend == *HTTP {
            return address(context, get);
        }
        let local = Local { path: get("path"), workspace_dir: get("workspace_dir") };
        return Ok(Source::Place(local.place(context, workspace)));
    }
    let path = &*arguments.path;
    if path == INPUT {
        return Ok(Source::Input);
    }
    if ["http://", "https://"].iter().any(|start| path.starts_with(start)) {
        return address(context, |name| (name == "address").then(|| path.to_owned()));
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

fn address(context: &Context, given: impl Fn(&str) -> Option<String>) -> Result<Source, Failure> {
    let settings = http::Settings::of(given, &context.environment)?;
    Ok(Source::Address(Box::new(settings)))
}

/// Returns the settings of a backend by name.
fn settings(backend: &str, given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let names: Vec<&str> = match backend {
        "local" => vec!["path", "workspace_dir"],
        HTTP => http::SETTINGS.map(|(name, _)| name).to_vec(),
        _ => return Err(no_backend(backend)),
    };
    let read = |setting: &String| match setting.split_once('=') {
        Some((name, value)) if names.contains(&name) => Ok((name.to_owned(), value.to_owned())),
        // What stands behind the sign may be a secret.
        Some((name, _)) => Err(no_setting(backend, name, &names)),
        None => Err(no_setting(backend, setting, &names)),
    };
    given.iter().map(read).collect()
}

fn no_backend(backend: &str) -> Failure {
    let summary = "Invalid backend configuration";
    Failure::from(
        Diagnostic::error("infra::cli::import_backend_unknown", summary)
            .detail(format!(
                "There is no backend type named {backend:?} that can be read here. There are: local, \
                 {HTTP}. Nothing was changed."
            ))
            .help(
                "Let Terraform fetch the state and pass it on: \
                 `terraform state pull | infra import-state -`.",
            ),
    )
}

fn no_setting(backend: &str, name: &str, names: &[&str]) -> Failure {
    let summary = "Invalid backend configuration";
    Failure::from(
        Diagnostic::error("infra::cli::import_setting_unknown", summary)
            .detail(format!(
                "The backend {backend:?} has no setting {name:?}. Nothing was changed."
            ))
            .help(format!(
                "Write `-backend-config=NAME=VALUE`; the names are {}.",
                names.join(", ")
            )),
    )
}

/// Reads it as it can be taken over.
pub(super) async fn read(context: &Context, source: &Source) -> Result<Survey, Failure> {
    let text = match source {
        Source::Input => {
            let mut text = String::new();
            let read = std::io::stdin().lock().read_to_string(&mut text);
            read.map_err(|error| elsewhere::unreadable(INPUT, &error))?;
            text
        }
        Source::Address(settings) => {
            let text = http::fetch(settings, context, &SystemClock).await?;
            text.ok_or_else(|| nothing_there(source))?
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
    statefile::survey(&text, &kinds).map_err(|mut found| {
        if let Source::Address(settings) = source {
            found = found.into_iter().map(|found| http::of_address(settings, found)).collect();
        }
        Failure::new(found, Arc::default())
    })
}

fn nothing_there(source: &Source) -> Failure {
    match source {
        Source::Place(place) => Failure::from(elsewhere::nothing_there(place)),
        Source::Input => Failure::from(elsewhere::nothing_there(&Place::File(INPUT.into()))),
        Source::Address(settings) => Failure::from(
            Diagnostic::error(
                "infra::cli::state_missing",
                format!("There is no state in `{}`", settings.shown()),
            )
            .detail("No stored state was found there. Nothing was changed.")
            .help("Correct the address."),
        ),
    }
}
