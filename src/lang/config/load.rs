//! Loading: from a directory to a configuration, through the module calls in it.
//!
//! Reads only through [`Sources`]. Parsing is handed to a closure, so that the command line can
//! parse the files of a directory on several threads; the result does not depend on it.

mod calls;

use super::{
    Configuration, Module, Place, block::Call, check, installed::Installed, json, module_call,
    output, overrides, provider, quoted, read::Reader, refactor, report::block_unknown, resource,
    settings, variable,
};
use crate::{
    functions::paths::clean,
    index::number,
    syntax::{
        parse_bytes,
        tree::{Block, File, Tree},
    },
};
use calls::Located;
use infra_model::{
    address::Mode,
    diagnostic::{Diagnostic, Diagnostics},
    source::{SourceId, SourceMap, Span},
    sources::{Sources, Stat},
    text::Text,
    value::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How deep module calls may nest.
pub const MODULE_DEPTH_MAX: usize = 64;

/// The greatest number of places that module calls may make.
pub const PLACES_MAX: usize = 100_000;

/// A file that was read but not parsed.
#[derive(Clone, Debug)]
pub struct Unparsed {
    /// The id that its spans shall carry.
    pub source: SourceId,
    /// The path as the user would type it.
    pub name: Text,
    /// Its content.
    pub bytes: Arc<[u8]>,
}

/// A parsed file with what is wrong in its text.
pub type Parsed = (File, Diagnostics);

/// Parses the files of one directory; the result is in their order.
pub type ParseFiles<'a> = dyn Fn(&[Unparsed]) -> Vec<Parsed> + 'a;

/// How to load.
#[derive(Clone, Copy, Default)]
pub struct LoadOptions<'a> {
    /// Parses files, on several threads if it likes; by default one after another.
    pub parse: Option<&'a ParseFiles<'a>>,
    /// Files that were parsed already and come first, with their names; no part of any module.
    pub beside: &'a [(Text, Arc<Tree>)],
    /// The modules that are installed; by default as the manifest beside the root module says.
    pub installed: Option<&'a Installed>,
    /// The module under test, if it is not that of the directory.
    pub called: Option<&'a Called>,
    /// Values of the root variables, for sources of modules that are made of them.
    pub variables: Option<&'a BTreeMap<Text, Value>>,
}

/// A module that the run of a test calls: it is the root of a configuration of its own.
#[derive(Clone, Debug)]
pub struct Called {
    /// The names above it in the manifest of installed modules, its own the last.
    pub under: Vec<Text>,
    /// The call, in one of the files beside.
    pub call: Call,
}

/// Loads the module of a directory and every module it calls.
pub fn load(
    sources: &dyn Sources,
    root_directory: &str,
    options: LoadOptions<'_>,
) -> (Configuration, SourceMap, Diagnostics) {
    let mut loader = Loader {
        sources,
        options,
        configuration: Configuration::default(),
        map: SourceMap::default(),
        diagnostics: Vec::new(),
        loaded: BTreeMap::new(),
        manifest: None,
        reported: BTreeSet::new(),
    };
    for (name, tree) in options.beside {
        let id = loader.map.add(name.clone(), tree.text().clone());
        debug_assert_eq!(id, tree.source(), "files beside come first");
        loader.configuration.trees.push(Arc::clone(tree));
    }
    loader.root(root_directory);
    (loader.configuration, loader.map, loader.diagnostics)
}

struct Loader<'a> {
    sources: &'a dyn Sources,
    options: LoadOptions<'a>,
    configuration: Configuration,
    map: SourceMap,
    diagnostics: Diagnostics,
    loaded: BTreeMap<Text, usize>,
    /// The manifest of the installed modules, once it was needed.
    manifest: Option<Installed>,
    /// Calls with a mistake that was reported: a module may stand in many places.
    reported: BTreeSet<Span>,
}

impl Loader<'_> {
    fn root(&mut self, directory: &str) {
        let located = match self.options.called {
            None => Some(Located::beside(directory)),
            Some(called) => self.called(&called.call),
        };
        let span = self.options.called.map(|called| self.configuration.span(called.call.source));
        let module = located.as_ref().and_then(|found| self.module(&found.directory, span));
        let module = module.unwrap_or_else(|| self.no_module());
        let located = located.unwrap_or_else(|| Located::beside(directory));
        self.configuration.places.push(Place {
            module,
            parent: None,
            path: Arc::from([]),
            children: Vec::new(),
            source: located.source,
            version: located.version,
            package: located.package,
        });
        let mut next = 0;
        while next < self.configuration.places.len() {
            self.children(next);
            next += 1;
        }
    }

    fn no_module(&mut self) -> usize {
        self.configuration.modules.push(Module::default());
        self.configuration.modules.len() - 1
    }

    /// Returns the module of a directory, loading it at the first call.
    fn module(&mut self, directory: &str, span: Option<Span>) -> Option<usize> {
        if let Some(index) = self.loaded.get(directory) {
            return Some(*index);
        }
        let files = self.files(directory, span)?;
        let mut module = Module { directory: directory.into(), ..Module::default() };
        for file in files {
            let mut reader = Reader { tree: &file.tree, diagnostics: &mut self.diagnostics };
            read_file(&mut reader, &mut module, &file);
            self.configuration.trees.push(file.tree);
        }
        module.resources.shrink_to_fit();
        self.configuration.modules.push(module);
        let index = self.configuration.modules.len() - 1;
        self.loaded.insert(directory.into(), index);
        Some(index)
    }

    fn files(&mut self, directory: &str, span: Option<Span>) -> Option<Vec<File>> {
        let unparsed = match self.read_directory(directory) {
            Ok(unparsed) => unparsed,
            Err(diagnostic) => {
                let diagnostic = match span {
                    Some(span) => diagnostic.label(span, "called here"),
                    None => *diagnostic,
                };
                self.diagnostics.push(diagnostic);
                return None;
            }
        };
        let parsed = match self.options.parse {
            Some(parse) => parse(&unparsed),
            None => unparsed.iter().map(parse).collect(),
        };
        let overriding = unparsed.iter().position(|file| overrides::is_override(&file.name));
        let mut files = Vec::new();
        for (unparsed, (file, diagnostics)) in unparsed.into_iter().zip(parsed) {
            self.sources.share(&unparsed.name, file.tree.text());
            let id = self.map.add(unparsed.name, file.tree.text().clone());
            debug_assert_eq!(id, unparsed.source, "files are added in the order they were read");
            self.diagnostics.extend(diagnostics);
            files.push(file);
        }
        overrides::apply(&mut files, overriding.unwrap_or(usize::MAX), &mut self.diagnostics);
        Some(files)
    }

    fn read_directory(&self, directory: &str) -> Result<Vec<Unparsed>, Box<Diagnostic>> {
        let unreadable = |error: infra_model::sources::SourceError| {
            let summary = "Module cannot be read";
            let diagnostic = Diagnostic::error("infra::config::module_unreadable", summary);
            let detail = format!("{}: {}.", error.path, error.reason);
            Box::new(diagnostic.detail(detail).help("correct the path, or make it readable"))
        };
        let path = shown(directory);
        let mut names = self.sources.list(path).map_err(unreadable)?;
        // What overrides comes behind what it overrides.
        names.sort_by_key(|(name, _)| overrides::is_override(name));
        let mut files = Vec::new();
        for (name, stat) in names {
            if stat != Stat::File || !is_configuration(&name) {
                continue;
            }
            let path = join(directory, &name);
            let bytes = self.sources.read(&path).map_err(unreadable)?;
            let id = number(self.map.files().len() + files.len());
            files.push(Unparsed { source: SourceId(id), name: path.into(), bytes });
        }
        if files.is_empty() {
            let diagnostic =
                Diagnostic::error("infra::config::module_empty", "No configuration files").detail(
                    format!(
                        "The directory `{path}` has no files that end in .tf, .tf.json or .hcl."
                    ),
                );
            let help = if directory.is_empty() {
                "go to the directory of the configuration, or name it with `-chdir=DIR`"
            } else {
                "name the directory that holds the files of the module"
            };
            let diagnostic = diagnostic.help(help);
            return Err(Box::new(diagnostic));
        }
        Ok(files)
    }
}

/// The blocks that may stand outermost in a file.
const BLOCKS: [&str; 13] = [
    "terraform",
    "provider",
    "variable",
    "locals",
    "output",
    "module",
    "resource",
    "data",
    "ephemeral",
    "moved",
    "removed",
    "import",
    "check",
];

fn read_file(reader: &mut Reader<'_>, module: &mut Module, file: &File) {
    for attribute in &file.body.attributes {
        let known = BLOCKS.iter().copied();
        let is_block = BLOCKS.contains(&&*attribute.name.name);
        reader.unknown(&attribute.name, known, is_block);
    }
    for block in &file.body.blocks {
        read_block(reader, module, block);
    }
}

fn read_block(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    match &*block.kind.name {
        "terraform" => settings::read(reader, module, block),
        "provider" => provider::read(reader, module, block),
        "variable" => variable::read(reader, module, block),
        "locals" => output::read_locals(reader, module, block),
        "output" => output::read(reader, module, block),
        "module" => module_call::read(reader, module, block),
        "resource" => resource::read(reader, module, block, (Mode::Managed, None)),
        "data" => resource::read(reader, module, block, (Mode::Data, None)),
        "ephemeral" => resource::read(reader, module, block, (Mode::Ephemeral, None)),
        "moved" => refactor::read_moved(reader, module, block),
        "removed" => refactor::read_removed(reader, module, block),
        "import" => refactor::read_import(reader, module, block),
        "check" => check::read(reader, module, block),
        _ => reader.report(block_unknown(&block.kind, BLOCKS.into_iter(), false)),
    }
}

/// Parses a file in the syntax that its name says.
pub fn parse(file: &Unparsed) -> Parsed {
    if file.name.ends_with(".tftest.json") {
        json::parse_test(file.source, &file.bytes)
    } else if file.name.ends_with(".tfmock.json") {
        json::parse_mocks(file.source, &file.bytes)
    } else if is_json(&file.name) {
        json::parse_bytes(file.source, &file.bytes)
    } else {
        let (mut read, mut found) = parse_bytes(file.source, &file.bytes);
        quoted::settle(&mut read, &mut found);
        (read, found)
    }
}

/// Returns whether a file is in JSON syntax.
#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "Terraform reads endings in lower case only"
)]
pub(crate) fn is_json(name: &str) -> bool {
    name.ends_with(".json")
}

/// Returns whether a file belongs to the configuration of its directory.
#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "Terraform reads endings in lower case only"
)]
pub fn is_configuration(name: &str) -> bool {
    let hidden = name.starts_with('.') || name.starts_with('#') || name.ends_with('~');
    let name = name.strip_suffix(".json").unwrap_or(name);
    let ending = name.ends_with(".tf") || name.ends_with(".hcl");
    let other = name.ends_with(".tftest.hcl")
        || name.ends_with(".lock.hcl")
        || name.ends_with(".tfmock.hcl");
    ending && !hidden && !other
}

/// Returns a directory as the user would type it.
fn shown(directory: &str) -> &str {
    if directory.is_empty() { "." } else { directory }
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() || directory == "." {
        name.to_owned()
    } else {
        format!("{}/{name}", directory.trim_end_matches('/'))
    }
}

/// Returns a cleaned path, that of the root module being empty.
fn normalised(path: &str) -> String {
    let cleaned = clean(path);
    if cleaned == "." { String::new() } else { cleaned }
}

#[cfg(test)]
mod tests {
    use super::{is_configuration, join, normalised};

    #[test]
    fn paths_are_normalised() {
        assert_eq!(normalised("."), "");
        assert_eq!(normalised("a/./b/../c"), "a/c");
        assert_eq!(normalised("../x"), "../x");
        assert_eq!(normalised("/a//b/"), "/a/b");
        assert_eq!(join("", "main.tf"), "main.tf");
    }

    #[test]
    fn configuration_files_are_told_from_others() {
        assert!(is_configuration("main.tf") && is_configuration("a.hcl"));
        assert!(is_configuration("main.tf.json") && is_configuration("a.hcl.json"));
        for other in [".terraform.lock.hcl", "a.tftest.hcl", "x.tfvars", ".x.tf", "a.tf~", "a.json"]
        {
            assert!(!is_configuration(other), "{other}");
        }
    }
}
