//! Terraform's own settings: tokens of registries, and services of hosts.
//!
//! Read from `TF_TOKEN_<host>`, from the file that `TF_CLI_CONFIG_FILE` names or `~/.terraformrc`, and
//! from what `terraform login` leaves in `~/.terraform.d/credentials.tfrc.json`.

use super::problem::Outcome;
use crate::environment::Environment;
use infra_lang::syntax::{
    parse_bytes,
    tree::{Block, Expr, ExprId, ObjectKey, Tree},
};
use infra_model::{
    diagnostic::{Diagnostic, has_errors},
    source::SourceId,
};
use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// What was set.
#[derive(Default)]
pub(super) struct CliConfig {
    tokens: BTreeMap<String, String>,
    /// URLs of services, by host and by the name of the service.
    services: BTreeMap<String, BTreeMap<String, String>>,
}

impl fmt::Debug for CliConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CliConfig").field("services", &self.services).finish_non_exhaustive()
    }
}

impl CliConfig {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// If a file that is there cannot be read.
    pub(super) fn read(environment: &Environment) -> Outcome<Self> {
        let mut config = Self::default();
        let home = environment.get("HOME").map(PathBuf::from);
        if let Some(home) = &home {
            config.login(&home.join(".terraform.d/credentials.tfrc.json"))?;
        }
        match environment.get("TF_CLI_CONFIG_FILE") {
            Some(file) => config.file(Path::new(file))?,
            None => {
                if let Some(home) = &home {
                    config.file(&home.join(".terraformrc"))?;
                }
            }
        }
        Ok(config)
    }

    /// Returns the token for a host; the environment wins.
    pub(super) fn token<'a>(&'a self, host: &str, environment: &'a Environment) -> Option<&'a str> {
        // In the name of a variable a dot is `_`, and a dash is `__`.
        let plain = host.replace('-', "__").replace(['.', ':'], "_");
        let dashed = host.replace(['.', ':'], "_");
        let named = [plain, dashed].map(|name| format!("TF_TOKEN_{name}"));
        let given = named.iter().find_map(|name| environment.get(name));
        given.or_else(|| self.tokens.get(host).map(String::as_str))
    }

    /// Returns the URL of a service that the settings give for a host.
    pub(super) fn service(&self, host: &str, service: &str) -> Option<&str> {
        self.services.get(host)?.get(service).map(String::as_str)
    }

    /// Takes over the tokens that `terraform login` wrote.
    fn login(&mut self, path: &Path) -> Outcome<()> {
        let Some(bytes) = bytes(path)? else { return Ok(()) };
        let json: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|_| invalid(path, "it is no JSON"))?;
        for (host, entry) in json["credentials"].as_object().into_iter().flatten() {
            if let Some(token) = entry["token"].as_str() {
                self.tokens.insert(host.to_lowercase(), token.to_owned());
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Outcome<()> {
        let Some(bytes) = bytes(path)? else { return Ok(()) };
        let (file, found) = parse_bytes(SourceId(u32::MAX), &bytes);
        if has_errors(&found) {
            // The text may hold tokens: only what is wrong is told.
            let first = found.first().map_or("it has errors", |found| &*found.summary);
            return Err(invalid(path, first));
        }
        for block in &file.body.blocks {
            let Some(host) = block.labels.first().map(|label| label.text.to_lowercase()) else {
                continue;
            };
            match &*block.kind.name {
                "credentials" => {
                    self.tokens.extend(text(&file.tree, block, "token").map(|token| (host, token)));
                }
                "host" => self.host(&file.tree, block, host),
                _ => {}
            }
        }
        Ok(())
    }

    fn host(&mut self, tree: &Tree, block: &Block, host: String) {
        let Some(services) = block.body.attribute("services") else { return };
        let Expr::Object(items) = tree.expr(services.value) else { return };
        let entries = tree.items(items).iter().filter_map(|item| {
            let name = match item.key {
                ObjectKey::Name(symbol) => tree.symbol(symbol).to_string(),
                ObjectKey::Expression(key) => literal(tree, key)?,
            };
            Some((name, literal(tree, item.value)?))
        });
        self.services.insert(host, entries.collect());
    }
}

fn text(tree: &Tree, block: &Block, name: &str) -> Option<String> {
    literal(tree, block.body.attribute(name)?.value)
}

fn literal(tree: &Tree, id: ExprId) -> Option<String> {
    if let Expr::String(symbol) = tree.expr(id) {
        return Some(tree.symbol(symbol).to_string());
    }
    None
}

fn bytes(path: &Path) -> Outcome<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(invalid(path, &error.to_string())),
    }
}

fn invalid(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::error("infra::install::settings_invalid", "Settings cannot be read")
        .detail(format!(
            "{} may hold tokens of registries: {why}. Nothing was changed.",
            path.display()
        ))
        .help("mend the file, or set TF_CLI_CONFIG_FILE to another, such as /dev/null")
}
