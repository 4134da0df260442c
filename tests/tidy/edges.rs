//! Which crate may use which: the table of ARCHITECTURE.md, compared with what cargo says.
//!
//! The table is written there alone; a provider that is new needs no line of its own in it.

use super::architecture::rows;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

/// The root package may use every crate.
const ROOT: &str = "infra";

/// The heading that the table stands below.
const TABLE: &str = "Allowed edges";

/// A crate of ours.
struct Package {
    name: String,
    is_provider: bool,
    /// The crates of ours that it uses, tests aside.
    uses: Vec<String>,
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let allowed = allowed();
    let packages = packages();
    for package in packages.iter().filter(|package| package.name != ROOT) {
        let Package { name, is_provider, uses } = package;
        let row = if *is_provider { "each provider" } else { name.as_str() };
        let table = allowed.get(row).unwrap_or_else(|| panic!("`{name}` is not in the table"));
        for used in uses {
            assert!(table.contains(used), "`{name}` must not use `{used}`");
        }
    }
    let is_there = |row: &String| row == "each provider" || packages.iter().any(|p| p.name == *row);
    let stale: Vec<&String> = allowed.keys().filter(|row| !is_there(row)).collect();
    assert!(stale.is_empty(), "the table has crates that are not there: {stale:?}");
}

#[test]
fn every_crate_is_in_the_code_map() {
    let map = rows("Code map");
    let inside = |package: &Path| {
        let path = package.strip_prefix(super::root()).unwrap().display().to_string();
        map.iter().any(|row| row[0] == format!("`{path}`"))
    };
    let missing: Vec<_> = manifests().into_iter().filter(|path| !inside(path)).collect();
    assert!(missing.is_empty(), "the code map of ARCHITECTURE.md lacks {missing:?}");
}

#[test]
fn every_provider_runs_the_contract_suite() {
    let is_provider =
        |path: &&PathBuf| path.parent().unwrap().ends_with("providers") && !path.ends_with("sdk");
    let suite = |path: &PathBuf| {
        let path = path.strip_prefix(super::root()).unwrap().join("tests");
        let mut tests = super::rust_files().into_iter().filter(|file| file.starts_with(&path));
        tests.any(|file| {
            let text = super::read(&file);
            text.contains("infra_sdk") && text.contains("contract::") && text.contains("Sample::")
        })
    };
    let without: Vec<PathBuf> =
        manifests().iter().filter(is_provider).filter(|path| !suite(path)).cloned().collect();
    assert!(without.is_empty(), "no test runs the contract suite over {without:?}");
}

/// Returns the crates that each row of the table may use.
fn allowed() -> BTreeMap<String, Vec<String>> {
    let package = |word: &str| match word.trim() {
        "each provider" => "each provider".to_owned(),
        "infra (cli)" => ROOT.to_owned(),
        word => format!("infra-{word}"),
    };
    let mut allowed = BTreeMap::new();
    for row in rows(TABLE) {
        let uses: Vec<String> = match row[1].as_str() {
            "nothing of ours" => Vec::new(),
            uses => uses.split(',').map(package).collect(),
        };
        allowed.extend(row[0].split(',').map(|name| (package(name), uses.clone())));
    }
    allowed
}

/// Returns the directories of all crates but the root's.
fn manifests() -> Vec<PathBuf> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let directory = |package: &serde_json::Value| {
        Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
    };
    packages.map(directory).filter(|path| *path != super::root()).collect()
}

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(super::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn packages() -> Vec<Package> {
    let metadata = metadata();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let providers = super::root().join("providers");
    let package = |package: &serde_json::Value| {
        let uses = package["dependencies"].as_array().unwrap().iter();
        let uses = uses.filter(|used| used["kind"].as_str() != Some("dev"));
        let name = text(&package["name"]);
        let is_below =
            Path::new(package["manifest_path"].as_str().unwrap()).starts_with(&providers);
        Package {
            is_provider: is_below && name != "infra-sdk",
            name,
            uses: uses
                .map(|used| text(&used["name"]))
                .filter(|name| name.starts_with("infra-"))
                .collect(),
        }
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}
