//! Paths as text: `abspath basename dirname pathexpand`; the separator is `/` everywhere.

use super::{
    Body, Environment, Function, Outcome, Parameter, Shape,
    arguments::{fail, string, text},
};
use infra_model::{sources::Sources, value::Value};

const PATH: &[Parameter] = &[Parameter::new("path", Shape::String)];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "abspath",
        "A path made absolute from the working directory.",
        PATH,
        Body::World(abspath),
    ),
    Function::new("basename", "The last part of a path.", PATH, Body::Plain(basename)),
    Function::new("dirname", "A path without its last part.", PATH, Body::Plain(dirname)),
    Function::new(
        "pathexpand",
        "A path with its leading ~ replaced by the home directory.",
        PATH,
        Body::World(pathexpand),
    ),
];

/// Returns the path without `.`, without `..` behind a name, and without doubled slashes.
pub(crate) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".to_owned(),
        (false, joined) => joined,
    }
}

/// Returns the cleaned path of a name in a directory.
pub(super) fn join(directory: &str, name: &str) -> String {
    match (directory, name) {
        ("", name) | (name, "") => clean(name),
        (directory, name) => clean(&format!("{directory}/{name}")),
    }
}

/// Replaces `~` at the beginning by the home directory.
pub(super) fn expanded(path: &str, sources: &dyn Sources) -> Result<String, &'static str> {
    let Some(rest) = path.strip_prefix('~') else { return Ok(path.to_owned()) };
    if !rest.is_empty() && !rest.starts_with('/') {
        return Err("cannot expand user-specific home dir");
    }
    match sources.home_directory() {
        Some(home) => Ok(join(&home, rest)),
        None => Err("the home directory is not known"),
    }
}

fn abspath(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    let path = text(arguments, 0);
    if path.starts_with('/') {
        return Ok(string(clean(path)));
    }
    Ok(string(join(&environment.sources.working_directory(), path)))
}

fn basename(arguments: &[Value]) -> Outcome {
    let path = text(arguments, 0);
    let trimmed = path.trim_end_matches('/');
    let name = trimmed.rsplit('/').next().unwrap_or("");
    Ok(string(match (path, name) {
        ("", _) => ".",
        (_, "") => "/",
        (_, name) => name,
    }))
}

fn dirname(arguments: &[Value]) -> Outcome {
    let path = text(arguments, 0);
    Ok(string(match path.rfind('/') {
        Some(end) => clean(&path[..=end]),
        None => ".".to_owned(),
    }))
}

fn pathexpand(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    expanded(text(arguments, 0), environment.sources).map_or_else(fail, |path| Ok(string(path)))
}
