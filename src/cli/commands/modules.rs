//! `infra modules`: the modules that the configuration calls, with their versions.

use crate::{
    arguments::VariableArguments, context::Context, exit::Exit, failure::Failure, project,
};
use clap::Args;
use infra_lang::config::{
    Configuration,
    installed::{Installed, MANIFEST, key},
};
use infra_model::diagnostic::has_errors;
use serde_json::{Value as Json, json};
use std::{fs, sync::Arc};

/// List the modules that the configuration calls, with sources and versions
#[derive(Debug, Args)]
pub struct Arguments {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Root variables, for sources that are made of them
    #[command(flatten)]
    pub variables: VariableArguments,
}

/// Runs the command.
///
/// # Errors
///
/// If the configuration cannot be read, or modules are not installed.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let manifest = fs::read(context.directory.join(MANIFEST));
    // No manifest: nothing is installed, which the loader tells where it matters.
    let installed =
        manifest.map_or_else(|_| Installed::default(), |bytes| Installed::parse(&bytes));
    let (configuration, map, diagnostics) =
        project::load_modules(context, &arguments.variables, &installed)?;
    if has_errors(&diagnostics) {
        return Err(Failure::new(diagnostics, Arc::new(map)));
    }
    let listing = Listing { configuration: &configuration, installed: &installed };
    let text = if arguments.json {
        let mut modules = Vec::new();
        listing.json(0, &mut modules);
        format!("{}\n", json!({ "format_version": "1.0", "modules": modules }))
    } else if configuration.places.len() < 2 {
        "No modules found in configuration.\n".to_owned()
    } else {
        let mut out = String::from("\nModules declared by configuration:\n.\n");
        listing.tree(0, "", &mut out);
        out
    };
    context.screen.print(&text);
    Ok(Exit::Done)
}

struct Listing<'a> {
    configuration: &'a Configuration,
    installed: &'a Installed,
}

impl Listing<'_> {
    fn children(&self, place: usize) -> Vec<usize> {
        let mut children: Vec<usize> =
            self.configuration.places[place].children.iter().flatten().copied().collect();
        children.sort_by_key(|child| &self.configuration.places[*child].path);
        children
    }

    fn version(&self, place: usize) -> &str {
        let module = self.installed.modules.get(&key(&self.configuration.places[place].path));
        module.and_then(|module| module.version.as_deref()).unwrap_or_default()
    }

    fn json(&self, place: usize, out: &mut Vec<Json>) {
        for child in self.children(place) {
            let at = &self.configuration.places[child];
            let name = at.path.last().map(|name| &**name);
            out.push(json!({ "key": name, "source": &*at.source, "version": self.version(child) }));
            self.json(child, out);
        }
    }

    fn tree(&self, place: usize, indent: &str, out: &mut String) {
        let children = self.children(place);
        for (index, child) in children.iter().enumerate() {
            let at = &self.configuration.places[*child];
            let is_last = index + 1 == children.len();
            let (branch, below) =
                if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
            let name = at.path.last().map_or("", |name| &**name);
            out.push_str(&format!("{indent}{branch}{name:?}[{}]", &*at.source));
            let version = self.version(*child);
            if !version.is_empty() {
                out.push_str(&format!(" {version}"));
            }
            if !at.version.is_empty() {
                out.push_str(&format!(" ({})", &*at.version));
            }
            out.push('\n');
            self.tree(*child, &format!("{indent}{below}"), out);
        }
    }
}
