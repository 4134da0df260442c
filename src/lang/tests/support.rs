//! What tests of programs share: files from memory or disk, and a small set of kinds.

#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

use infra_lang::{
    compile::compile,
    config::load::{LoadOptions, load},
    program::Compiled,
};
use infra_model::{
    address::{KindName, Mode, ModuleAddress},
    diagnostic::{self, Diagnostic, Diagnostics},
    kind::{Find, Kind, Kinds, ProviderFacts},
    known::{Inputs, Known},
    path::Path,
    schema::{Attribute, Block, NestedBlock, Nesting, Schema},
    sources::{SourceError, Sources, Stat},
    text::Text,
    types::Type,
    value::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

/// Files in memory.
pub(crate) struct Memory(pub(crate) BTreeMap<String, String>);

impl Memory {
    /// Returns files from pairs of path and text.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }
}

fn absent(path: &str) -> SourceError {
    SourceError { path: path.into(), reason: "no such file".into() }
}

fn clean(path: &str) -> &str {
    let path = path.strip_prefix("./").unwrap_or(path);
    if path == "." { "" } else { path.trim_end_matches('/') }
}

impl Sources for Memory {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, SourceError> {
        let text = self.0.get(clean(path)).ok_or_else(|| absent(path))?;
        Ok(Arc::from(text.as_bytes()))
    }

    fn list(&self, path: &str) -> Result<Vec<(Text, Stat)>, SourceError> {
        let directory = clean(path);
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut found = BTreeSet::new();
        for name in self.0.keys().filter_map(|name| name.strip_prefix(&prefix)) {
            found.insert(match name.split_once('/') {
                Some((directory, _)) => (Text::from(directory), 1),
                None => (Text::from(name), 0),
            });
        }
        if found.is_empty() {
            return Err(absent(path));
        }
        let stat = |kind| if kind == 0 { Stat::File } else { Stat::Directory };
        Ok(found.into_iter().map(|(name, kind)| (name, stat(kind))).collect())
    }

    fn stat(&self, path: &str) -> Result<Stat, SourceError> {
        let path = clean(path);
        let below = format!("{path}/");
        Ok(if self.0.contains_key(path) {
            Stat::File
        } else if self.0.keys().any(|name| name.starts_with(&below)) {
            Stat::Directory
        } else {
            Stat::Absent
        })
    }

    fn working_directory(&self) -> Text {
        "/estate".into()
    }

    fn home_directory(&self) -> Option<Text> {
        Some("/home/user".into())
    }
}

/// Files below a directory of this machine.
pub(crate) struct Disk(pub(crate) PathBuf);

impl Sources for Disk {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, SourceError> {
        let read = std::fs::read(self.0.join(path));
        read.map(Arc::from)
            .map_err(|e| SourceError { path: path.into(), reason: e.to_string().into() })
    }

    fn list(&self, path: &str) -> Result<Vec<(Text, Stat)>, SourceError> {
        let entries = std::fs::read_dir(self.0.join(path));
        let entries =
            entries.map_err(|e| SourceError { path: path.into(), reason: e.to_string().into() })?;
        let mut found: Vec<(Text, Stat)> = entries
            .map(|entry| {
                let entry = entry.unwrap();
                let is_file = entry.file_type().unwrap().is_file();
                let stat = if is_file { Stat::File } else { Stat::Directory };
                (Text::from(entry.file_name().into_string().unwrap()), stat)
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(found)
    }

    fn stat(&self, path: &str) -> Result<Stat, SourceError> {
        Ok(match std::fs::metadata(self.0.join(path)) {
            Ok(found) if found.is_file() => Stat::File,
            Ok(found) if found.is_dir() => Stat::Directory,
            Ok(_) => Stat::Other,
            Err(_) => Stat::Absent,
        })
    }

    fn working_directory(&self) -> Text {
        self.0.to_string_lossy().into_owned().into()
    }

    fn home_directory(&self) -> Option<Text> {
        Some("/home/user".into())
    }
}

/// A kind that is nothing but its schema.
pub(crate) struct TestKind(KindName, Mode, Schema);

impl Kind for TestKind {
    fn name(&self) -> &KindName {
        &self.0
    }

    fn mode(&self) -> Mode {
        self.1
    }

    fn schema(&self) -> &Schema {
        &self.2
    }

    fn find(&self) -> Find {
        Find::Local
    }
}

fn kind(name: &str, mode: Mode, block: Block) -> Arc<dyn Kind> {
    Arc::new(TestKind(KindName(name.into()), mode, Schema { version: 0, block }))
}

/// Refuses a host that is known to be an FTP server.
fn no_ftp(config: &Value) -> Diagnostics {
    let host = config.get("host").and_then(Value::as_text);
    let wrong = host.filter(|host| host.starts_with("ftp://")).map(|_| {
        Diagnostic::error("infra::test::host_invalid", "No FTP here")
            .at_path(Path::attribute("host"))
    });
    wrong.into_iter().collect()
}

fn facts(config: Block) -> ProviderFacts {
    ProviderFacts {
        config: Schema { version: 0, block: config },
        objects_live_on_host: false,
        calls_in_flight_max: None,
        kinds: Vec::new(),
        validate: no_ftp,
        functions: &[],
    }
}

/// Returns the kinds of all tests: `terraform_data`, and a provider `test` with one of everything.
pub(crate) fn kinds() -> Arc<Kinds> {
    let mut kinds = Kinds::default();
    let data = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("input", Attribute::optional(Type::Dynamic)),
        ("output", Attribute::computed(Type::Dynamic)),
        ("triggers_replace", Attribute::optional(Type::Dynamic)),
    ]);
    kinds.add(
        "terraform",
        facts(Block::default()),
        vec![kind("terraform_data", Mode::Managed, data)],
    );
    let rule = Block::of([
        ("port", Attribute::required(Type::Number)),
        ("note", Attribute::optional(Type::String)),
    ]);
    let mount = Block::of([("source", Attribute::optional(Type::String))]);
    let one = Block::of([("size", Attribute::optional(Type::Number))]).with([(
        "deep",
        NestedBlock::new(Nesting::List, Block::of([("text", Attribute::optional(Type::String))])),
    )]);
    let thing = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String)),
        ("memory", Attribute::optional(Type::Number)),
        ("tags", Attribute::optional(Type::map(Type::String))),
        ("names", Attribute::optional(Type::list(Type::String))),
        ("secret", Attribute::optional(Type::String).sensitive()),
        (
            "lines",
            Attribute::optional(Type::list(Type::object([
                ("text", Type::String),
                ("more", Type::Number),
            ]))),
        ),
    ])
    .with([
        ("rule", NestedBlock::new(Nesting::List, rule).between(0, Some(3))),
        ("mount", NestedBlock::new(Nesting::Set, mount)),
        ("one", NestedBlock::new(Nesting::Single, one.clone())),
        (
            "named",
            NestedBlock::new(
                Nesting::Map,
                Block::of([("size", Attribute::optional(Type::Number))]),
            ),
        ),
    ]);
    let source = Block::of([
        ("name", Attribute::required(Type::String)),
        ("result", Attribute::computed(Type::String)),
    ]);
    let config = Block::of([
        ("host", Attribute::optional(Type::String)),
        ("token", Attribute::optional(Type::String).sensitive()),
    ]);
    let all = vec![
        kind("test_thing", Mode::Managed, thing),
        kind("test_source", Mode::Data, source.clone()),
        kind("test_opened", Mode::Ephemeral, source),
    ];
    kinds.add("test", facts(config), all);
    Arc::new(kinds)
}

/// A compiled configuration with what was found on the way.
pub(crate) struct Built {
    pub(crate) program: Compiled,
    pub(crate) found: Diagnostics,
}

impl Built {
    /// Loads and compiles the configuration of some sources.
    pub(crate) fn from_sources(sources: Arc<dyn Sources>) -> Self {
        let (configuration, map, mut found) = load(&*sources, ".", LoadOptions::default());
        let (program, more) = compile(configuration, map, &kinds(), sources);
        found.extend(more);
        diagnostic::sort(&mut found);
        Self { program, found }
    }

    /// Loads and compiles files in memory.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::from_sources(Arc::new(Memory::of(files)))
    }

    /// Loads and compiles one file, in which nothing may be wrong.
    pub(crate) fn good(text: &str) -> Self {
        let built = Self::new(&[("main.tf", text)]);
        assert_eq!(built.texts(&built.found), Vec::<String>::new());
        built
    }

    /// Returns `file:line: summary: detail` of findings.
    pub(crate) fn texts(&self, found: &Diagnostics) -> Vec<String> {
        use infra_model::program::Program as _;
        let map = self.program.sources();
        found
            .iter()
            .map(|d| {
                let place = d.labels.first().and_then(|label| {
                    let position = map.position(label.span.source, label.span.start)?;
                    Some(format!("{}:{}: ", map.file(label.span.source)?.name, position.line))
                });
                format!("{}{}: {}", place.unwrap_or_default(), d.summary, d.detail)
            })
            .collect()
    }
}

/// Returns a fresh knowledge with variables.
pub(crate) fn known(variables: &[(&str, Value)]) -> Known {
    let variables = variables.iter().map(|(name, value)| (Text::from(*name), value.clone()));
    Known::new(Inputs { variables: variables.collect(), ..Inputs::default() })
}

/// The root module.
pub(crate) fn root() -> ModuleAddress {
    ModuleAddress::root()
}
