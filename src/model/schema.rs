//! Schemas: which attributes and blocks a kind or a provider configuration has, and how each behaves.
//!
//! A schema is facts; what a kind does beyond them are the hooks of [`crate::kind::Kind`].

use crate::{path::Path, text::Text, types::Type, value::Value};
use std::collections::BTreeMap;

mod implied;
mod propose;

pub use propose::{Proposal, propose};

/// The schema of a kind or of a provider configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Version of the recorded form; older records pass through the kind's `upgrade`.
    pub version: u64,
    /// The attributes and blocks.
    pub block: Block,
}

/// The inside of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Attributes by name.
    pub attributes: BTreeMap<Text, Attribute>,
    /// Nested blocks by type.
    pub blocks: BTreeMap<Text, NestedBlock>,
    /// For people.
    pub description: Text,
    /// Why not to use it any more, if so.
    pub deprecated: Option<Text>,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The type; objects may have optional attributes.
    pub ty: Type,
    /// Who gives the value.
    pub usage: Usage,
    /// The value where the configuration gives none.
    pub default: Option<Value>,
    /// Never shown in the clear.
    pub sensitive: bool,
    /// Names of attributes of the objects in it that are never shown in the clear.
    pub sensitive_parts: Vec<Text>,
    /// Sent but never recorded.
    pub write_only: bool,
    /// A change needs a new object.
    pub replaces: bool,
    /// When the provider may give another value than the recorded one.
    pub changes: Changes,
    /// For people.
    pub description: Text,
    /// Why not to use it any more, if so.
    pub deprecated: Option<Text>,
}

/// Who gives the value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// The configuration must.
    Required,
    /// The configuration may; otherwise it is null or the default.
    Optional,
    /// The configuration may; otherwise the provider does.
    OptionalComputed,
    /// The provider alone.
    Computed,
}

/// When the value that the provider gives to an attribute may change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Changes {
    /// Never in the life of the object.
    #[default]
    Stable,
    /// With a planned change of any of these attributes.
    With(Vec<Path>),
    /// With any planned update.
    OnUpdate,
    /// At any time; a difference is no drift and no reason to refuse a plan.
    Volatile,
}

/// A nested block: how often it may stand and what is inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NestedBlock {
    /// The shape of the value that the blocks become.
    pub nesting: Nesting,
    /// What is inside.
    pub block: Block,
    /// The least number of blocks.
    pub min: u64,
    /// The greatest number of blocks; `None` is unbounded.
    pub max: Option<u64>,
    /// A change of anything inside needs a new object.
    pub replaces: bool,
    /// Where the configuration gives none, the provider does.
    pub computed: bool,
}

/// The shape of the value that blocks of one type become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most one; an object, null if absent.
    Single,
    /// At most one; an object with null attributes if absent.
    Group,
    /// Any number, in order; a list of objects.
    List,
    /// Any number, without order; a set of objects.
    Set,
    /// Any number with one label each; a map of objects.
    Map,
}

impl Attribute {
    /// Returns an attribute of a type and a usage, with nothing special about it.
    pub fn new(ty: Type, usage: Usage) -> Self {
        Self {
            ty,
            usage,
            default: None,
            sensitive: false,
            sensitive_parts: Vec::new(),
            write_only: false,
            replaces: false,
            changes: Changes::Stable,
            description: Text::from(""),
            deprecated: None,
        }
    }

    /// Returns a required attribute.
    pub fn required(ty: Type) -> Self {
        Self::new(ty, Usage::Required)
    }

    /// Returns an optional attribute.
    pub fn optional(ty: Type) -> Self {
        Self::new(ty, Usage::Optional)
    }

    /// Returns an attribute that the provider alone gives.
    pub fn computed(ty: Type) -> Self {
        Self::new(ty, Usage::Computed)
    }

    /// Returns an attribute that the provider gives where the configuration does not.
    pub fn optional_computed(ty: Type) -> Self {
        Self::new(ty, Usage::OptionalComputed)
    }

    /// Says that a change needs a new object.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Says that it is never shown in the clear.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Says that these attributes of the objects in it are never shown in the clear.
    #[must_use]
    pub fn sensitive_parts<N: Into<Text>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.sensitive_parts.extend(names.into_iter().map(Into::into));
        self
    }

    /// Gives the value where the configuration gives none.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Says when the provider may give another value.
    #[must_use]
    pub fn changes(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }

    /// Describes it for people.
    #[must_use]
    pub fn describe(mut self, text: impl Into<Text>) -> Self {
        self.description = text.into();
        self
    }

    /// Returns whether the configuration may give a value.
    pub fn is_configurable(&self) -> bool {
        self.usage != Usage::Computed
    }

    /// Returns whether the provider gives a value where the configuration does not.
    pub fn is_computed(&self) -> bool {
        matches!(self.usage, Usage::Computed | Usage::OptionalComputed)
    }
}

impl NestedBlock {
    /// Returns a nested block with a shape, any number of times.
    pub fn new(nesting: Nesting, block: Block) -> Self {
        Self { nesting, block, min: 0, max: None, replaces: false, computed: false }
    }

    /// Limits how often it may stand.
    #[must_use]
    pub fn between(mut self, min: u64, max: Option<u64>) -> Self {
        self.min = min;
        self.max = max;
        self
    }

    /// Says that a change of anything inside needs a new object.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }
}

impl Block {
    /// Returns a block with these attributes.
    pub fn of<N: Into<Text>>(attributes: impl IntoIterator<Item = (N, Attribute)>) -> Self {
        Self {
            attributes: attributes.into_iter().map(|(n, a)| (n.into(), a)).collect(),
            ..Self::default()
        }
    }

    /// Adds nested blocks.
    #[must_use]
    pub fn with<N: Into<Text>>(
        mut self,
        blocks: impl IntoIterator<Item = (N, NestedBlock)>,
    ) -> Self {
        self.blocks.extend(blocks.into_iter().map(|(n, b)| (n.into(), b)));
        self
    }
}
