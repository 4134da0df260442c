//! Schemas prepared for decoding: names in order, with the value that stands where nothing is given.

use super::ResourceFacts;
use crate::config::Configuration;
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kinds,
    schema::{self, Block, Nesting},
    source::Span,
    text::{Text, nearest},
    types::Type,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

/// A prepared block of a schema.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// Entries sorted by name.
    pub(crate) entries: Vec<Entry>,
}

/// An attribute or a type of nested block.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: Text,
    /// What stands where nothing is given.
    pub(crate) empty: Value,
    /// What it is.
    pub(crate) slot: Slot,
}

/// What an entry is.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// An attribute.
    Attribute(Box<schema::Attribute>),
    /// Nested blocks.
    Block(Box<Nested>),
}

/// A type of nested block.
#[derive(Clone, Debug)]
pub(crate) struct Nested {
    /// The shape of its value.
    pub(crate) nesting: Nesting,
    /// The least number of blocks.
    pub(crate) min: u64,
    /// The greatest number of blocks.
    pub(crate) max: Option<u64>,
    /// What is inside.
    pub(crate) layout: Layout,
    /// The type of one block's object.
    pub(crate) object: Type,
}

impl Layout {
    /// Prepares a block of a schema.
    pub(crate) fn of(block: &Block) -> Self {
        let attributes = block.attributes.iter().map(|(name, attribute)| Entry {
            name: name.clone(),
            empty: Value::null(attribute.ty.without_optional()),
            slot: Slot::Attribute(Box::new(attribute.clone())),
        });
        let blocks = block.blocks.iter().map(|(name, nested)| {
            let layout = Self::of(&nested.block);
            let object = nested.block.implied_type();
            let slot = Nested {
                nesting: nested.nesting,
                min: nested.min,
                max: nested.max,
                layout,
                object,
            };
            Entry { name: name.clone(), empty: slot.empty(), slot: Slot::Block(Box::new(slot)) }
        });
        let mut entries: Vec<Entry> = attributes.chain(blocks).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Self { entries }
    }

    /// Returns the index of an entry.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| (*entry.name).cmp(name)).ok()
    }

    /// Returns whether there is an entry of a name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Returns the names of all entries.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.name)
    }

    /// Returns the object of a block in which nothing is given.
    pub(crate) fn empty(&self) -> Value {
        Value::object(self.entries.iter().map(|entry| (entry.name.clone(), entry.empty.clone())))
    }
}

impl Nested {
    /// Returns what stands where no block is given.
    fn empty(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::null(self.object.clone()),
            Nesting::Group => self.layout.empty(),
            Nesting::List => Value::list(self.object.clone(), Vec::new()),
            Nesting::Set => Value::set(self.object.clone(), Vec::new()),
            Nesting::Map => Value::map(self.object.clone(), std::iter::empty::<(Text, Value)>()),
        }
    }
}

/// Layouts that were made already, by kind.
#[derive(Default)]
pub(super) struct Layouts(BTreeMap<(Mode, KindName), ResourceFacts>);

/// Finds the kinds of all resources.
pub(super) fn facts(
    configuration: &Configuration,
    kinds: &Kinds,
    layouts: &mut Layouts,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<ResourceFacts>> {
    let mut all = Vec::with_capacity(configuration.modules.len());
    for module in &configuration.modules {
        let mut of_module = Vec::with_capacity(module.resources.len());
        for (name, block) in &module.resources {
            let key = (name.mode, name.kind.clone());
            let made =
                layouts.0.entry(key).or_insert_with_key(|(mode, kind)| of_kind(kinds, *mode, kind));
            if made.kind.is_none() {
                diagnostics.push(kind_unknown(kinds, (name.mode, &name.kind), block.kind_span));
            }
            of_module.push(made.clone());
        }
        all.push(of_module);
    }
    all
}

fn of_kind(kinds: &Kinds, mode: Mode, name: &KindName) -> ResourceFacts {
    let Some(kind) = kinds.get(mode, name) else {
        let (layout, ty) = (Arc::new(Layout::default()), Type::Dynamic);
        return ResourceFacts { kind: None, layout, ty, has_sensitive: false };
    };
    let block = &kind.schema().block;
    ResourceFacts {
        kind: Some(Arc::clone(kind)),
        layout: Arc::new(Layout::of(block)),
        ty: block.implied_type(),
        has_sensitive: block.has_sensitive(),
    }
}

fn kind_unknown(kinds: &Kinds, (mode, kind): (Mode, &KindName), span: Span) -> Diagnostic {
    let (what, word) = match mode {
        Mode::Managed => ("resource", "resource type"),
        Mode::Data => ("data source", "data source"),
        Mode::Ephemeral => ("ephemeral resource", "ephemeral resource type"),
    };
    let prefix = kind.0.split('_').next().unwrap_or("");
    let diagnostic = if kinds.provider(prefix).is_some() {
        Diagnostic::error("infra::config::kind_unknown", format!("Invalid {word}"))
            .detail(format!("The provider {prefix} does not support {word} {:?}.", &*kind.0))
    } else {
        let have: Vec<&str> = kinds.providers().map(|(name, _)| &**name).collect();
        Diagnostic::error("infra::config::kind_unknown", format!("Unknown {what} `{}`", kind.0))
            .detail(format!("No provider here has it. There are: {}.", have.join(", ")))
    };
    let diagnostic = diagnostic.label(span, format!("no such {word}"));
    let names: Vec<Text> =
        kinds.iter().filter(|k| k.mode() == mode).map(|k| k.name().0.clone()).collect();
    match nearest(&kind.0, names.iter().map(|name| &**name)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("`infra providers list` lists the types there are"),
    }
}

/// Prepares the configuration schemas of all providers.
pub(super) fn providers(kinds: &Kinds) -> BTreeMap<Text, Arc<Layout>> {
    let prepared = |(name, facts): (&Text, &infra_model::kind::ProviderFacts)| {
        (name.clone(), Arc::new(Layout::of(&facts.config.block)))
    };
    kinds.providers().map(prepared).collect()
}
