//! The blocks of a module as data.

use super::ExprAt;
use crate::syntax::tree::{Body, Ident};
use infra_model::{source::Span, text::Text, types::Constraint, value::Value};

/// A `required_providers` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The source address as written, such as `kreuzwerker/docker`; empty if not given.
    pub source: Text,
    /// The version constraint as written; empty if not given.
    pub version: Text,
    /// Aliases that a caller must pass.
    pub aliases: Vec<ProviderRef>,
    /// The entry.
    pub span: Span,
}

/// A reference to a provider configuration: `docker`, `docker.prod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRef {
    /// The local name of the provider.
    pub name: Text,
    /// The alias.
    pub alias: Option<Text>,
    /// The key of a provider block with `for_each`.
    pub key: Option<ExprAt>,
    /// Where it stands.
    pub span: Span,
}

impl ProviderRef {
    /// Returns the reference as it is written, without a key.
    pub fn text(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{}.{alias}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// A `backend` block.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Its type.
    pub kind: Ident,
    /// What is inside.
    pub body: Body,
    /// Its header.
    pub span: Span,
}

/// A `provider` block.
#[derive(Clone, Debug)]
pub struct ProviderBlock {
    /// The local name.
    pub name: Ident,
    /// The alias.
    pub alias: Option<Ident>,
    /// `for_each`, which needs an alias.
    pub for_each: Option<ExprAt>,
    /// A test's mock: it has no configuration.
    pub is_mock: bool,
    /// It stands in a test file, and sees what a test sees.
    pub is_of_test: bool,
    /// What is inside, meta-arguments taken out.
    pub body: Body,
    /// Its header.
    pub span: Span,
}

/// A `variable` block.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Ident,
    /// What it accepts.
    pub constraint: Constraint,
    /// The default value, converted.
    pub default: Option<Value>,
    /// For people.
    pub description: Text,
    /// Never shown in the clear.
    pub sensitive: bool,
    /// Never stored.
    pub ephemeral: bool,
    /// Whether a type is given, be it `any`: then texts of flags are expressions.
    pub is_typed: bool,
    /// Whether null is a value of its own.
    pub nullable: bool,
    /// Why not to use it any more, if so.
    pub deprecated: Option<Text>,
    /// Its `validation` blocks.
    pub validations: Vec<Rule>,
    /// Its header.
    pub span: Span,
}

/// A condition with the message for when it does not hold.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What must be true.
    pub condition: ExprAt,
    /// What to say if it is not.
    pub message: ExprAt,
    /// The block.
    pub span: Span,
}

/// A local value.
#[derive(Clone, Debug)]
pub struct LocalValue {
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: ExprAt,
}

/// An `output` block.
#[derive(Clone, Debug)]
pub struct OutputBlock {
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: ExprAt,
    /// For people.
    pub description: Text,
    /// Never shown in the clear.
    pub sensitive: bool,
    /// Never stored.
    pub ephemeral: bool,
    /// References that must be done before.
    pub depends_on: Vec<ExprAt>,
    /// Why callers should not use it any more, if so.
    pub deprecated: Option<Text>,
    /// Its preconditions.
    pub preconditions: Vec<Rule>,
    /// Its header.
    pub span: Span,
}

/// How often a block stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// Once.
    #[default]
    Once,
    /// `count`.
    Count(ExprAt),
    /// `for_each`.
    Each(ExprAt),
    /// Once or not at all: `enabled` in the `lifecycle` block.
    When(ExprAt),
}

impl Repeat {
    /// Returns whether instances are told apart by keys.
    pub fn is_keyed(self) -> bool {
        matches!(self, Self::Count(_) | Self::Each(_))
    }
}

/// A `module` block.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its name.
    pub name: Ident,
    /// The source address.
    pub source: ExprAt,
    /// The version constraint.
    pub version: Option<ExprAt>,
    /// How often it stands.
    pub repeat: Repeat,
    /// References that must be done before.
    pub depends_on: Vec<ExprAt>,
    /// `providers`: the name inside, and the configuration outside.
    pub providers: Vec<(ProviderRef, ProviderRef)>,
    /// Inputs with their names.
    pub inputs: Vec<(Ident, ExprAt)>,
    /// Its header.
    pub span: Span,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub struct ResourceBlock {
    /// How often it stands.
    pub repeat: Repeat,
    /// The provider configuration, if named.
    pub provider: Option<ProviderRef>,
    /// References that must be done before.
    pub depends_on: Vec<ExprAt>,
    /// The `lifecycle` block.
    pub lifecycle: LifecycleBlock,
    /// Its provisioners.
    pub provisioners: Vec<ProvisionerBlock>,
    /// Its `connection` block.
    pub connection: Option<Body>,
    /// The check it is scoped to.
    pub check: Option<Text>,
    /// What is inside, meta-arguments taken out.
    pub body: Body,
    /// Where its type is written.
    pub kind_span: Span,
    /// Its header.
    pub span: Span,
}

/// A `lifecycle` block.
#[derive(Clone, Debug, Default)]
pub struct LifecycleBlock {
    /// `create_before_destroy`.
    pub create_before_destroy: Option<ExprAt>,
    /// `prevent_destroy`.
    pub prevent_destroy: Option<ExprAt>,
    /// `ignore_changes = all`.
    pub ignore_all: bool,
    /// References of `ignore_changes`.
    pub ignore: Vec<ExprAt>,
    /// References of `replace_triggered_by`.
    pub replace_triggered_by: Vec<ExprAt>,
    /// Preconditions.
    pub preconditions: Vec<Rule>,
    /// Postconditions.
    pub postconditions: Vec<Rule>,
}

impl LifecycleBlock {
    /// Returns whether it has conditions.
    pub fn has_conditions(&self) -> bool {
        !self.preconditions.is_empty() || !self.postconditions.is_empty()
    }
}

/// A `provisioner` block.
#[derive(Clone, Debug)]
pub struct ProvisionerBlock {
    /// Its type.
    pub kind: Ident,
    /// It runs before the delete, not after the create.
    pub on_destroy: bool,
    /// A failure does not fail the step.
    pub continue_on_failure: bool,
    /// Its own `connection` block.
    pub connection: Option<Body>,
    /// Its arguments.
    pub body: Body,
    /// Its header.
    pub span: Span,
}

/// A `moved` block.
#[derive(Clone, Debug)]
pub struct MovedBlock {
    /// The old place.
    pub from: ExprAt,
    /// The new place.
    pub to: ExprAt,
    /// The block.
    pub span: Span,
}

/// A `removed` block.
#[derive(Clone, Debug)]
pub struct RemovedBlock {
    /// The place.
    pub from: ExprAt,
    /// Whether objects are destroyed.
    pub destroy: bool,
    /// Its destroy-time provisioners.
    pub provisioners: Vec<ProvisionerBlock>,
    /// Its `connection` block.
    pub connection: Option<Body>,
    /// The block.
    pub span: Span,
}

/// An `import` block.
#[derive(Clone, Debug)]
pub struct ImportBlock {
    /// The instance to import to.
    pub to: ExprAt,
    /// The id, or the identifying attributes.
    pub id: ExprAt,
    /// `for_each`.
    pub for_each: Option<ExprAt>,
    /// The provider configuration, if named.
    pub provider: Option<ProviderRef>,
    /// The block.
    pub span: Span,
}

/// A `check` block; its scoped data source lies among the resources.
#[derive(Clone, Debug)]
pub struct CheckBlock {
    /// Its name.
    pub name: Ident,
    /// Its assertions.
    pub assertions: Vec<Rule>,
    /// Its header.
    pub span: Span,
}
