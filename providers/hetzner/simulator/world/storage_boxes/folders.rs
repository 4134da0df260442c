//! Folders of a box: those that homes of subaccounts have made.

use super::StorageBox;
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    input::Input,
    refusal::Refusal,
};
use serde_json::json;
use std::collections::BTreeSet;

/// Reads a home directory; one that is not there yet will be made.
pub(super) fn read_home(input: &mut Input<'_>) -> String {
    let home = input.needed_text("home_directory");
    let is_inside = |c: char| c.is_ascii_alphanumeric() || " ./_-".contains(c);
    if input.value("home_directory").is_none() {
        return home;
    }
    if home.is_empty() || home.len() > 999 || !home.chars().all(is_inside) {
        input.refuse("home_directory", "must have 1 to 999 letters, digits or one of ' ./_-'");
    } else if home.starts_with('/') {
        input.refuse("home_directory", "must not begin with a slash");
    }
    home
}

/// Makes a folder with all above it.
pub(super) fn make(of: &mut StorageBox, path: &str) {
    let mut made = String::new();
    for part in parts(path) {
        if !made.is_empty() {
            made.push('/');
        }
        made.push_str(part);
        of.folders.insert(made.clone());
    }
}

pub(super) fn list(world: &mut World, call: &Call) -> Answer {
    let of = world.of::<StorageBox>(call)?;
    let path = parts(call.query("path").unwrap_or_default()).collect::<Vec<_>>().join("/");
    if !path.is_empty() && !of.folders.contains(&path) {
        return Err(Refusal::missing("folder"));
    }
    let above = if path.is_empty() { path } else { format!("{path}/") };
    let below = of.folders.iter().filter_map(|folder| folder.strip_prefix(&above));
    let folders: BTreeSet<&str> = below.filter(|folder| !folder.contains('/')).collect();
    Ok(Reply::ok(json!({ "folders": folders })))
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}
