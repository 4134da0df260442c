//! Small programs as data.

use infra_model::{
    address::{Address, Mode},
    path::Path,
    program::{Endpoint, Ignore, Lifecycle, Moved, Removed, Trigger},
    source::{SourceId, Span},
    value::Value,
};

/// An expression of a test program.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// A constant.
    Is(Value),
    /// An attribute of an instance, such as `fake_network.a` and `id`.
    Of(&'static str, &'static str),
    /// `each.key` or `count.index`.
    Key,
    /// The same attribute of the instance with the same key.
    Same(&'static str, &'static str),
    /// The set of an attribute over all instances of a block.
    All(&'static str, &'static str),
    /// Texts joined.
    Join(Vec<Self>),
    /// A map with one entry.
    Map(&'static str, Box<Self>),
}

/// How many instances a block has.
#[derive(Clone, Debug)]
pub(crate) enum Each {
    Single,
    Keys(Vec<&'static str>),
    Count(u64),
    /// One instance per element of a text `a,b,c`.
    From(Expr),
}

/// A block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) mode: Mode,
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    pub(crate) each: Each,
    pub(crate) given: Vec<(&'static str, Expr)>,
    pub(crate) depends_on: Vec<&'static str>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) precondition: Option<bool>,
}

/// A configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    pub(crate) blocks: Vec<Block>,
    /// The server that `fakehost` connects to.
    pub(crate) host: Option<Expr>,
    pub(crate) fail: Option<&'static str>,
    pub(crate) outputs: Vec<(&'static str, Expr)>,
    pub(crate) moved: Vec<Moved>,
    pub(crate) removed: Vec<Removed>,
    pub(crate) imports: Vec<(&'static str, Expr)>,
}

pub(crate) fn is(value: impl Into<Value>) -> Expr {
    Expr::Is(value.into())
}

pub(crate) fn of(address: &'static str, attribute: &'static str) -> Expr {
    Expr::Of(address, attribute)
}

pub(crate) fn block(kind: &'static str, name: &'static str) -> Block {
    let (mode, kind) = match (kind.strip_prefix("data."), kind.strip_prefix("ephemeral.")) {
        (Some(kind), _) => (Mode::Data, kind),
        (_, Some(kind)) => (Mode::Ephemeral, kind),
        _ => (Mode::Managed, kind),
    };
    Block {
        mode,
        kind,
        name,
        each: Each::Single,
        given: Vec::new(),
        depends_on: Vec::new(),
        lifecycle: Lifecycle::default(),
        precondition: None,
    }
}

pub(crate) fn network(name: &'static str) -> Block {
    block("fake_network", name).with("name", is(name))
}

pub(crate) fn server(name: &'static str) -> Block {
    block("fake_server", name).with("name", is(name)).with("image", is("debian-12"))
}

pub(crate) fn disk(name: &'static str) -> Block {
    block("fake_disk", name).with("name", is(name)).with("size", is(10))
}

pub(crate) fn container(name: &'static str) -> Block {
    block("fakehost_container", name).with("name", is(name)).with("image", is("nginx"))
}

impl Block {
    pub(crate) fn with(mut self, name: &'static str, value: Expr) -> Self {
        self.given.retain(|(given, _)| *given != name);
        self.given.push((name, value));
        self
    }

    pub(crate) fn keys(mut self, keys: &[&'static str]) -> Self {
        self.each = Each::Keys(keys.to_vec());
        self
    }

    pub(crate) fn count(mut self, count: u64) -> Self {
        self.each = Each::Count(count);
        self
    }

    pub(crate) fn each(mut self, of: Expr) -> Self {
        self.each = Each::From(of);
        self
    }

    pub(crate) fn after(mut self, address: &'static str) -> Self {
        self.depends_on.push(address);
        self
    }

    pub(crate) fn create_first(mut self) -> Self {
        self.lifecycle.create_before_destroy = true;
        self
    }

    pub(crate) fn protected(mut self) -> Self {
        self.lifecycle.prevent_destroy = true;
        self
    }

    pub(crate) fn provisioned(mut self) -> Self {
        self.lifecycle.provisioned = true;
        self
    }

    pub(crate) fn ignoring(mut self, attribute: &'static str) -> Self {
        self.lifecycle.ignore_changes = match attribute {
            "all" => Ignore::All,
            name => Ignore::Paths(vec![Path::attribute(name)]),
        };
        self
    }

    pub(crate) fn triggered_by(mut self, address: &'static str, attribute: &'static str) -> Self {
        let path = if attribute.is_empty() { Path::default() } else { Path::attribute(attribute) };
        let trigger = Trigger { address: at(address), path, span: span() };
        self.lifecycle.replace_triggered_by.push(trigger);
        self
    }

    pub(crate) fn requires(mut self, holds: bool) -> Self {
        self.precondition = Some(holds);
        self
    }
}

impl Config {
    pub(crate) fn of(blocks: impl IntoIterator<Item = Block>) -> Self {
        Self { blocks: blocks.into_iter().collect(), ..Self::default() }
    }

    pub(crate) fn host(mut self, host: Expr) -> Self {
        self.host = Some(host);
        self
    }

    pub(crate) fn output(mut self, name: &'static str, value: Expr) -> Self {
        self.outputs.push((name, value));
        self
    }

    pub(crate) fn moved(mut self, from: &str, to: &str) -> Self {
        let (from, to) = (Endpoint::Resource(at(from)), Endpoint::Resource(at(to)));
        self.moved.push(Moved { from, to, span: span() });
        self
    }

    pub(crate) fn removed(mut self, from: &str, destroy: bool) -> Self {
        self.removed.push(Removed { from: Endpoint::Resource(at(from)), destroy, span: span() });
        self
    }

    pub(crate) fn import(self, to: &'static str, id: &'static str) -> Self {
        self.import_of(to, is(id))
    }

    pub(crate) fn import_of(mut self, to: &'static str, id: Expr) -> Self {
        self.imports.push((to, id));
        self
    }
}

pub(crate) fn at(address: &str) -> Address {
    address.parse().unwrap()
}

pub(crate) fn span() -> Span {
    Span::new(SourceId(0), 0, 1)
}
