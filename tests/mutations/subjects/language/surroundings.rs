//! What a program needs around it: files in memory, and kinds that are nothing but their schemas.

use infra_model::{
    address::{KindName, Mode},
    kind::{Find, Kind, Kinds, ProviderFacts, any_config},
    schema::{Attribute, Block, NestedBlock, Nesting, Schema},
    sources::{SourceError, Sources, Stat},
    text::Text,
    types::Type,
};
use std::{collections::BTreeMap, sync::Arc};

/// Files of one directory, as bytes.
pub(super) struct Files(BTreeMap<String, Arc<[u8]>>);

impl Files {
    /// Returns files from pairs of name and bytes.
    pub(super) fn of(files: &[(&str, &[u8])]) -> Self {
        Self(files.iter().map(|(name, bytes)| ((*name).to_owned(), Arc::from(*bytes))).collect())
    }
}

fn plain(path: &str) -> &str {
    let path = path.strip_prefix("./").unwrap_or(path);
    if path == "." { "" } else { path }
}

fn absent(path: &str) -> SourceError {
    SourceError { path: path.into(), reason: "no such file or directory".into() }
}

impl Sources for Files {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, SourceError> {
        self.0.get(plain(path)).cloned().ok_or_else(|| absent(path))
    }

    fn list(&self, path: &str) -> Result<Vec<(Text, Stat)>, SourceError> {
        if !plain(path).is_empty() {
            return Err(absent(path));
        }
        Ok(self.0.keys().map(|name| (Text::from(&**name), Stat::File)).collect())
    }

    fn stat(&self, path: &str) -> Result<Stat, SourceError> {
        Ok(match plain(path) {
            "" => Stat::Directory,
            path if self.0.contains_key(path) => Stat::File,
            _ => Stat::Absent,
        })
    }

    fn working_directory(&self) -> Text {
        "/estate".into()
    }

    fn home_directory(&self) -> Option<Text> {
        None
    }
}

struct Plain(KindName, Mode, Schema);

impl Kind for Plain {
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
    Arc::new(Plain(KindName(name.into()), mode, Schema { version: 0, block }))
}

fn facts() -> ProviderFacts {
    ProviderFacts {
        config: Schema::default(),
        objects_live_on_host: false,
        calls_in_flight_max: None,
        kinds: Vec::new(),
        validate: any_config,
        functions: &[],
    }
}

/// Returns `terraform_data`, and a provider `test` whose blocks nest in every way.
pub(super) fn kinds() -> Arc<Kinds> {
    let data = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("input", Attribute::optional(Type::Dynamic)),
        ("output", Attribute::computed(Type::Dynamic)),
        ("triggers_replace", Attribute::optional(Type::Dynamic)),
    ]);
    let leaf = || {
        Block::of([
            ("port", Attribute::optional(Type::Number)),
            ("text", Attribute::optional(Type::String)),
        ])
    };
    let deep = leaf().with([("deep", NestedBlock::new(Nesting::List, leaf()))]);
    let thing = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String)),
        ("tags", Attribute::optional(Type::map(Type::String))),
        ("names", Attribute::optional(Type::set(Type::String))),
        ("secret", Attribute::optional(Type::String).sensitive()),
        ("lines", Attribute::optional(Type::list(Type::object([("text", Type::String)])))),
    ])
    .with([
        ("rule", NestedBlock::new(Nesting::List, leaf()).between(0, Some(3))),
        ("mount", NestedBlock::new(Nesting::Set, leaf())),
        ("one", NestedBlock::new(Nesting::Single, deep)),
        ("named", NestedBlock::new(Nesting::Map, leaf())),
    ]);
    let source = || {
        Block::of([
            ("name", Attribute::required(Type::String)),
            ("result", Attribute::computed(Type::String)),
        ])
    };
    let mut kinds = Kinds::default();
    kinds.add("terraform", facts(), vec![kind("terraform_data", Mode::Managed, data)]);
    let all = vec![
        kind("test_thing", Mode::Managed, thing),
        kind("test_source", Mode::Data, source()),
        kind("test_opened", Mode::Ephemeral, source()),
    ];
    kinds.add("test", facts(), all);
    Arc::new(kinds)
}
