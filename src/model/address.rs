//! Addresses: the identity of modules, resource instances and provider instances.
//!
//! Inside a command an address is interned to an [`InstanceId`]; ids are never stored.

use crate::text::Text;
use std::{fmt, sync::Arc};

mod parse;
mod table;

pub use parse::AddressError;
pub use table::{AddressTable, InstanceId};

/// Which of several instances of one block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// The block has neither `count` nor `for_each`.
    None,
    /// An instance of `count`.
    Index(u64),
    /// An instance of `for_each`.
    Name(Text),
    /// Every instance, or instances not known yet; in dependencies, targets and deferrals only.
    Any,
}

/// One module call on the way to a module instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleStep {
    /// The name of the call.
    pub name: Text,
    /// Which instance of the call.
    pub key: InstanceKey,
}

/// The address of a module instance; empty for the root module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleAddress(Arc<[ModuleStep]>);

/// What sort of block an instance comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`: created, changed and deleted.
    Managed,
    /// `data`: only read.
    Data,
    /// `ephemeral`: opened for one run and never stored.
    Ephemeral,
}

/// The name of a resource type or data source, such as `docker_container`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindName(pub Text);

/// The address of a resource instance, or with [`InstanceKey::Any`] of a set of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The module instance it is in.
    pub module: ModuleAddress,
    /// Resource, data source or ephemeral resource.
    pub mode: Mode,
    /// Its type.
    pub kind: KindName,
    /// Its name in the configuration.
    pub name: Text,
    /// Which instance of the block.
    pub key: InstanceKey,
}

/// The address of a configured provider instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderAddress {
    /// The module whose `provider` block configures it.
    pub module: ModuleAddress,
    /// The provider's type, such as `docker`.
    pub provider: Text,
    /// The alias, if it is not the default configuration.
    pub alias: Option<Text>,
    /// Which instance, for a provider block with `for_each`.
    pub key: InstanceKey,
}

/// Numbers the objects that one address has had; the newest finished one is current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

impl ModuleAddress {
    /// Returns the address of the root module.
    pub fn root() -> Self {
        Self(Arc::from([]))
    }

    /// Returns the address of an instance of a call in this module.
    #[must_use]
    pub fn child(&self, name: impl Into<Text>, key: InstanceKey) -> Self {
        let step = ModuleStep { name: name.into(), key };
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// Returns the module that contains this one; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, parents) = self.0.split_last()?;
        Some(Self(parents.into()))
    }

    /// Returns the calls that lead here.
    pub fn steps(&self) -> &[ModuleStep] {
        &self.0
    }

    /// Returns whether this is the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether `other` is this module, is inside it, or is covered by a wildcard in it.
    pub fn contains(&self, other: &Self) -> bool {
        self.0.len() <= other.0.len()
            && self.0.iter().zip(other.0.iter()).all(|(mine, theirs)| mine.covers(theirs))
    }
}

impl ModuleStep {
    fn covers(&self, other: &Self) -> bool {
        self.name == other.name && self.key.covers(&other.key)
    }
}

impl FromIterator<ModuleStep> for ModuleAddress {
    fn from_iter<I: IntoIterator<Item = ModuleStep>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl InstanceKey {
    /// Returns whether this is `other` or stands for every instance.
    pub fn covers(&self, other: &Self) -> bool {
        *self == Self::Any || self == other
    }
}

impl Address {
    /// Returns this address with another instance key.
    #[must_use]
    pub fn with_key(&self, key: InstanceKey) -> Self {
        Self { key, ..self.clone() }
    }

    /// Returns the resource as it is written: without any key, those of modules included.
    #[must_use]
    pub fn without_keys(&self) -> Self {
        let bare = |step: &ModuleStep| ModuleStep { key: InstanceKey::None, ..step.clone() };
        let module = self.module.steps().iter().map(bare).collect();
        Self { module, key: InstanceKey::None, ..self.clone() }
    }

    /// Returns the block of this instance: the address with every key `Any`.
    #[must_use]
    pub fn block(&self) -> Self {
        let any = |step: &ModuleStep| ModuleStep { key: InstanceKey::Any, ..step.clone() };
        let module = self.module.steps().iter().map(any).collect();
        Self { module, key: InstanceKey::Any, ..self.clone() }
    }

    /// Returns whether a key of this address is `Any`, so that it stands for a set of instances.
    pub fn is_wild(&self) -> bool {
        let is_any = |key: &InstanceKey| *key == InstanceKey::Any;
        is_any(&self.key) || self.module.steps().iter().any(|step| is_any(&step.key))
    }

    /// Returns whether both stand for an instance that is the same.
    pub fn overlaps(&self, other: &Self) -> bool {
        let meets = |a: &InstanceKey, b: &InstanceKey| a.covers(b) || b.covers(a);
        let (mine, theirs) = (self.module.steps(), other.module.steps());
        self.name == other.name
            && self.kind == other.kind
            && self.mode == other.mode
            && meets(&self.key, &other.key)
            && mine.len() == theirs.len()
            && mine.iter().zip(theirs).all(|(a, b)| a.name == b.name && meets(&a.key, &b.key))
    }

    /// Returns whether `other` is this instance or one that this address stands for.
    pub fn covers(&self, other: &Self) -> bool {
        self.name == other.name
            && self.kind == other.kind
            && self.mode == other.mode
            && self.key.covers(&other.key)
            && self.module.0.len() == other.module.0.len()
            && self.module.contains(&other.module)
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => write!(f, "[{}]", quoted(name)),
            Self::Any => f.write_str("[*]"),
        }
    }
}

impl fmt::Display for ModuleAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            write!(f, "{}module.{}{}", if i == 0 { "" } else { "." }, step.name, step.key)?;
        }
        Ok(())
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        f.write_str(match self.mode {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        })?;
        write!(f, "{}.{}{}", self.kind, self.name, self.key)
    }
}

impl fmt::Display for ProviderAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "provider.{}", self.provider)?;
        if let Some(alias) = &self.alias {
            write!(f, ".{alias}")?;
        }
        write!(f, "{}", self.key)
    }
}

/// Quotes a key as HCL does, so that the address can be pasted into a configuration or a shell.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out.replace("${", "$${").replace("%{", "%%{")
}
