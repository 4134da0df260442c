//! Programs: a compiled configuration, as a pure function from what is known to what is desired.
//!
//! `lang` implements [`Program`]; the planner, the machine, the console and tests drive it.
//! Nodes are static (one per block and place in the module tree), instances are dynamic.
//! The driver walks [`Program::nodes`] in order, publishes the value of each instance once its
//! action is decided, and may then ask for anything that depends on it. An instance that was not
//! published is unknown; no evaluation ever fails for want of it.

use crate::{
    address::{Address, InstanceId, Mode, ModuleAddress, ProviderAddress},
    diagnostic::Diagnostics,
    kind::{Kind, Kinds},
    known::Known,
    path::Path,
    snapshot::Check,
    source::{SourceMap, Span},
    text::Text,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

/// Numbers the nodes of a program; its index in [`Program::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A thing the program can evaluate.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub sort: NodeSort,
    /// Where it is in the tree of modules: the names of the calls, without instance keys.
    pub module: Arc<[Text]>,
    /// Its name, such as `var.size`, `docker_container.web`, `module.app`.
    pub name: Text,
    /// Nodes whose value its own evaluation needs, each once; earlier in the order.
    pub depends: Vec<NodeId>,
    /// The block says `create_before_destroy = true`. All that it needs, if only through others, is
    /// then made anew before the old goes, too, whether or not the block has instances.
    pub creates_first: bool,
    /// Nodes that it needs besides only for that: what is in modules that it names as a whole.
    pub encloses: Vec<NodeId>,
    /// The header of its block.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeSort {
    /// An input variable.
    Variable,
    /// A local value.
    Local,
    /// An output value.
    Output,
    /// A module call: its expansion and inputs.
    Module,
    /// A provider configuration.
    Provider,
    /// A resource, data source or ephemeral resource, with its type.
    Resource(Mode, crate::address::KindName),
    /// A check block.
    Check,
}

/// The instances of a resource node, over all instances of its module.
#[derive(Clone, Debug, Default)]
pub struct Expansion {
    /// Those that are known, sorted by address.
    pub instances: Vec<InstanceId>,
    /// Sets of instances that are not known yet, with a wildcard key where it is not known.
    pub unknown: Vec<UnknownExpansion>,
}

/// A set of instances that cannot be listed yet.
#[derive(Clone, Debug)]
pub struct UnknownExpansion {
    /// Its address, with [`crate::address::InstanceKey::Any`] in one place or more.
    pub address: Address,
    /// What the missing value comes from.
    pub waits_for: Vec<Address>,
    /// The expression that is not known.
    pub span: Span,
    /// The expression is an `enabled`, which must be known when planning.
    pub is_enabled: bool,
}

/// The evaluated configuration of an instance.
#[derive(Clone, Debug)]
pub struct Desired {
    /// An object of the schema's type, null where the configuration gives nothing; may be unknown
    /// in parts.
    pub value: Value,
    /// The provider instance that is responsible.
    pub provider: ProviderAddress,
    /// What it is made from: instances, or with a wildcard sets of them; direct ones only, sorted.
    pub needs: Arc<[Address]>,
    /// Those of `needs` whose changes a data source must be read after: what `depends_on` names, of it
    /// or of a module around it, and the resources its block names; sorted.
    pub awaits: Arc<[Address]>,
    /// The `lifecycle` block.
    pub lifecycle: Lifecycle,
}

/// The evaluated `lifecycle` block of an instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifecycle {
    /// A replacement creates before it deletes.
    pub create_before_destroy: bool,
    /// A delete is refused.
    pub prevent_destroy: bool,
    /// Which outside or configured changes are not acted upon.
    pub ignore_changes: Ignore,
    /// A planned change of one of these replaces this instance too.
    pub replace_triggered_by: Vec<Trigger>,
    /// A create-time provisioner follows the create.
    pub provisioned: bool,
    /// A destroy-time provisioner comes before the delete.
    pub destroy_provisioned: bool,
}

/// How the instances of a resource are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keying {
    /// There is one, without a key.
    Single,
    /// By number: `count`.
    Count,
    /// By name: `for_each`.
    Each,
}

/// Which changes are not acted upon.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Ignore {
    /// None.
    #[default]
    Nothing,
    /// Those at or under these paths.
    Paths(Vec<Path>),
    /// All.
    All,
}

/// A reference of `replace_triggered_by`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// An instance, or with a wildcard all of a resource.
    pub address: Address,
    /// The part of it whose change counts; empty for any change.
    pub path: Path,
    /// The reference.
    pub span: Span,
}

/// When a provisioner runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// After the create.
    Create,
    /// Before the delete.
    Destroy,
}

/// An evaluated provisioner.
#[derive(Clone, Debug)]
pub struct Provision {
    /// Its type, such as `local-exec`.
    pub kind: Text,
    /// Its evaluated arguments, an object.
    pub config: Value,
    /// The moment it is for.
    pub when: When,
    /// The evaluated `connection` block, null if there is none.
    pub connection: Value,
    /// A failure does not fail the step.
    pub continue_on_failure: bool,
    /// The header of its block.
    pub span: Span,
}

/// What a set of conditions belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conditioned {
    /// The preconditions of an instance, before its action.
    Before(InstanceId),
    /// The postconditions of an instance, with `self` as its value.
    After(InstanceId),
    /// The preconditions of an output node, or the assertions of a check node.
    Node(NodeId),
}

/// A `moved` block: what an address was and is now. Endpoints without a key stand for a whole block
/// or module and keep the keys below.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The old place.
    pub from: Endpoint,
    /// The new place.
    pub to: Endpoint,
    /// The block.
    pub span: Span,
}

/// A `removed` block: what is no longer in the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// The place, in every instance of the modules on the way.
    pub from: Endpoint,
    /// Whether the objects are destroyed or only forgotten.
    pub destroy: bool,
    /// The block.
    pub span: Span,
}

/// A resource, a resource instance, or a module as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A module or module instance and everything in it.
    Module(ModuleAddress),
    /// A resource (key `Any`) or an instance of it.
    Resource(Address),
}

/// An evaluated `import` block.
#[derive(Clone, Debug)]
pub struct Import {
    /// The instance to import to.
    pub to: Address,
    /// The import id: a string, or an object of identifying attributes.
    pub id: Value,
    /// The provider instance to ask.
    pub provider: ProviderAddress,
    /// The provider argument of the block as it is written, such as `docker.remote`.
    pub argument: Option<Text>,
    /// The block has a `for_each`.
    pub repeated: bool,
    /// The block.
    pub span: Span,
}

/// An `import` block, or one of its instances, of which something is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownImport {
    /// The part that is not known.
    pub part: ImportPart,
    /// The instance to import to; keys that are not known are wildcards.
    pub to: Address,
    /// What the unknown part comes from, instances or with a wildcard sets of them.
    pub waits_for: Vec<Address>,
    /// The expression of the part.
    pub span: Span,
}

/// A part of an `import` block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportPart {
    /// `for_each`.
    ForEach,
    /// A key in `to`.
    To,
    /// `id` or `identity`.
    Id,
}

/// A compiled configuration.
pub trait Program: Send + Sync {
    /// Returns all nodes, each behind everything it depends on.
    fn nodes(&self) -> &[Node];

    /// Returns the sources that spans point into.
    fn sources(&self) -> &SourceMap;

    /// Returns the instances of a resource node; evaluated once and remembered in `known`.
    fn expand(&self, node: NodeId, known: &mut Known) -> (Expansion, Diagnostics);

    /// Returns the node of an instance, if the configuration still has one; keys are not judged.
    fn node_of(&self, address: &Address) -> Option<NodeId>;

    /// Returns how the configuration tells the instances of a resource apart; `None` if it has no
    /// such resource, or if that cannot be said.
    fn keying(&self, _address: &Address) -> Option<Keying> {
        None
    }

    /// Returns whether the configuration has a module instance, or may have it; `None` if this
    /// cannot say.
    fn module_stands(&self, _module: &ModuleAddress, _known: &mut Known) -> Option<bool> {
        None
    }

    /// Returns the provider instance of a resource node in a module instance, without evaluating it.
    fn provider_of(&self, address: &Address, known: &mut Known) -> Option<ProviderAddress>;

    /// Returns whether the configuration has no such provider instance: its block, or its key, is
    /// gone. Only a default configuration of the root module needs no block.
    fn lacks_provider(&self, _provider: &ProviderAddress, _known: &mut Known) -> bool {
        false
    }

    /// Returns what an instance should be; `None` if that cannot be said, which an error explains.
    fn desired(&self, instance: InstanceId, known: &mut Known) -> (Option<Desired>, Diagnostics);

    /// Returns the place in the configuration that gives an attribute of an instance its value, or
    /// the header of its block.
    fn span_of(&self, address: &Address, path: &Path) -> Option<Span>;

    /// Returns the configuration of a provider instance and what it is made from. A provider
    /// without a block has an object of nulls.
    fn provider(
        &self,
        provider: &ProviderAddress,
        known: &mut Known,
    ) -> (ProviderConfig, Diagnostics);

    /// Evaluates conditions; `object` is the value that `self` stands for.
    fn conditions(
        &self,
        of: &Conditioned,
        object: Option<&Value>,
        known: &mut Known,
    ) -> (BTreeMap<Text, Check>, Diagnostics);

    /// Returns the provisioners of an instance; `object` is the value that `self` stands for.
    fn provisioners(
        &self,
        instance: InstanceId,
        when: When,
        object: &Value,
        known: &mut Known,
    ) -> (Vec<Provision>, Diagnostics);

    /// Returns the root outputs.
    fn outputs(&self, known: &mut Known) -> (BTreeMap<Text, Value>, Diagnostics);

    /// Returns the `import` blocks that are known, expanded.
    fn imports(&self, known: &mut Known) -> (Vec<Import>, Diagnostics);

    /// Returns what of the `import` blocks is not known. What depends on a resource becomes known
    /// when that is decided; the planner asks again before it opens the resource to import to.
    fn unknown_imports(&self, _known: &mut Known) -> Vec<UnknownImport> {
        Vec::new()
    }

    /// Returns the `moved` blocks.
    fn moved(&self) -> &[Moved];

    /// Returns the `removed` blocks.
    fn removed(&self) -> &[Removed];

    /// Evaluates every block once with what is known, for `validate`: reports all mistakes that can
    /// be found without a state and without a provider.
    fn validate(&self, kinds: &Kinds, known: &mut Known) -> Diagnostics;

    /// Returns whether [`Program::validate`] finds a mistake in a block that may have no instance:
    /// such a block is judged by nothing else.
    fn has_hidden_mistakes(&self, _kinds: &Kinds, _known: &mut Known) -> bool {
        false
    }

    /// Evaluates a free expression in the scope of a module, for the console and tests.
    fn free(
        &self,
        expression: &str,
        module: &ModuleAddress,
        known: &mut Known,
    ) -> (Value, Diagnostics);
}

/// The evaluated configuration of a provider instance.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// An object of the provider's configuration schema; may be unknown in parts.
    pub value: Value,
    /// What it is made from.
    pub needs: Arc<[Address]>,
    /// Its block, if it has one.
    pub span: Option<Span>,
}

/// Returns the kind of a resource node, for drivers that hold both.
pub fn kind_of<'a>(node: &Node, kinds: &'a Kinds) -> Option<&'a Arc<dyn Kind>> {
    match &node.sort {
        NodeSort::Resource(mode, kind) => kinds.get(*mode, kind),
        NodeSort::Variable
        | NodeSort::Local
        | NodeSort::Output
        | NodeSort::Module
        | NodeSort::Provider
        | NodeSort::Check => None,
    }
}
