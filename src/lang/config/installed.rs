//! The manifest of installed modules, in Terraform's format.

use infra_model::value::{Value, json};
use std::collections::BTreeMap;

/// The directory that modules are installed in, beside the root module.
pub const DIRECTORY: &str = ".infra/modules";

/// The manifest.
pub const MANIFEST: &str = ".infra/modules/modules.json";

/// Installed modules by their key: the names of the calls that lead to them, joined by points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installed {
    /// The modules.
    pub modules: BTreeMap<String, InstalledModule>,
}

/// One installed module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledModule {
    /// The source address as it is recorded.
    pub source: String,
    /// The version, of a module from a registry.
    pub version: Option<String>,
    /// The directory of its files, from the root module.
    pub directory: String,
}

impl Installed {
    /// Returns what a manifest holds; what cannot be read counts as not installed.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let Ok(value) = json::from_json_text(text) else { return Self::default() };
        let Some(modules) = value.get("Modules").and_then(Value::items) else {
            return Self::default();
        };
        let entry = |module: &Value| {
            let text = |name: &str| {
                let member = module.get(name)?;
                member.as_text().map(ToString::to_string)
            };
            let found = InstalledModule {
                source: text("Source")?,
                version: text("Version"),
                directory: text("Dir")?,
            };
            Some((text("Key")?, found))
        };
        Self { modules: modules.iter().filter_map(entry).collect() }
    }
}

/// Returns the key of a module.
pub fn key<T: AsRef<str>>(path: &[T]) -> String {
    path.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(".")
}
