//! Which crate may use which: the table of ARCHITECTURE.md, compared with what cargo says.

use std::{collections::BTreeMap, process::Command};

/// A crate and the crates of ours that it may use.
const EDGES: [(&str, &[&str]); 9] = [
    ("infra-model", &[]),
    ("infra-lang", &["infra-model"]),
    ("infra-plan", &["infra-model"]),
    ("infra-state", &["infra-model"]),
    ("infra-sdk", &["infra-model"]),
    ("infra-fake", &["infra-model", "infra-sdk"]),
    ("infra-builtin", &["infra-model", "infra-sdk"]),
    ("infra-docker", &["infra-model", "infra-sdk"]),
    ("infra-exec", &["infra-model", "infra-plan", "infra-sdk", "infra-state"]),
];

/// The root package may use every crate.
const ROOT: &str = "infra";

#[test]
fn crates_use_only_what_the_table_allows() {
    let packages = packages();
    let allowed: BTreeMap<&str, &[&str]> = EDGES.into_iter().collect();
    for (name, uses) in &packages {
        if name == ROOT {
            continue;
        }
        let table =
            allowed.get(name.as_str()).unwrap_or_else(|| panic!("`{name}` is not in the table"));
        for used in uses {
            assert!(table.contains(&used.as_str()), "`{name}` must not use `{used}`");
        }
    }
}

/// Packages of the workspace and the packages of ours that each uses, tests aside.
fn packages() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(super::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let uses = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|d| d["kind"].as_str() != Some("dev"))
                .map(|d| text(&d["name"]))
                .filter(|name| name.starts_with("infra-"))
                .collect();
            (text(&package["name"]), uses)
        })
        .collect()
}
