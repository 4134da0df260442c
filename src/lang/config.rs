//! Configuration: the blocks of all modules, decoded as far as that needs neither schemas nor values.
//!
//! The way of the data: files → [`load::load`] → [`Configuration`] → [`crate::compile`]. Modules are
//! read once per directory; the tree of calls ([`Place`]) says where each is used. Expressions stay
//! unevaluated: an [`ExprAt`] is a handle into the tree of its file.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most expressions and values are none of the few that a rule is about"
)]

pub mod block;
mod check;
pub(crate) mod constant;
pub mod early;
mod enabled;
pub mod installed;
pub mod json;
mod lifecycle;
pub mod load;
mod module_call;
pub mod module_source;
mod output;
mod overrides;
mod provider;
mod provisioner;
mod quoted;
mod read;
mod refactor;
pub(crate) mod report;
mod resource;
pub mod settings;
pub mod testing;
pub mod typing;
mod variable;
pub mod version;

pub use constant::value as constant_value;
pub(crate) use read::is_name;

use crate::syntax::tree::{ExprId, Tree};
use block::{
    Backend, Call, CheckBlock, ImportBlock, LocalValue, MovedBlock, OutputBlock, ProviderBlock,
    RemovedBlock, Requirement, ResourceBlock, Variable,
};
use indexmap::IndexMap;
use infra_model::{
    address::{KindName, Mode},
    source::{SourceId, Span},
    text::Text,
};
use module_source::ModuleSource;
use std::{collections::BTreeMap, sync::Arc};
use version::Constraints;

/// An expression of one of the configuration's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExprAt {
    /// The file.
    pub source: SourceId,
    /// The expression in its tree.
    pub id: ExprId,
}

/// What names a resource in its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceName {
    /// Resource, data source or ephemeral resource.
    pub mode: Mode,
    /// Its type.
    pub kind: KindName,
    /// Its name.
    pub name: Text,
}

/// All modules of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// Modules, one per directory; the first is the root module.
    pub modules: Vec<Module>,
    /// The tree of module calls; the first is the root, parents come before children.
    pub places: Vec<Place>,
    /// The trees of all files, by [`SourceId`].
    pub trees: Vec<Arc<Tree>>,
    /// Calls of modules that are fetched, in the order of the places that make them.
    pub remote: Vec<RemoteCall>,
    /// What the provider blocks of a test see.
    pub testing: Option<Arc<testing::TestScope>>,
    /// Something that is needed for loading is made of root variables, and none were given.
    pub wants_variables: bool,
}

/// A call of a module that is fetched.
#[derive(Clone, Debug)]
pub struct RemoteCall {
    /// The names of the calls that lead to it.
    pub path: Arc<[Text]>,
    /// Where it comes from.
    pub source: ModuleSource,
    /// Versions that may be taken, for a registry.
    pub version: Option<Constraints>,
    /// The same as written.
    pub version_text: Text,
    /// The call.
    pub span: Span,
    /// The source address.
    pub source_span: Span,
    /// Why what is installed cannot be used, if so.
    pub missing: Option<Missing>,
}

/// Why an installed module cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is not there.
    Absent,
    /// It was fetched from elsewhere.
    OtherSource,
    /// It has this version, which is not accepted.
    OtherVersion(String),
}

/// What was fetched together: modules in it may call each other by path, and nothing outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its root directory.
    pub root: String,
    /// Where it comes from.
    pub address: String,
}

/// A place in the tree of module calls.
#[derive(Clone, Debug)]
pub struct Place {
    /// Index of the module in [`Configuration::modules`].
    pub module: usize,
    /// The calling place, and the index of the call in its module; `None` for the root.
    pub parent: Option<(usize, usize)>,
    /// The names of the calls that lead here.
    pub path: Arc<[Text]>,
    /// Places of the calls of this module, by the index of the call; `None` if it could not be loaded.
    pub children: Vec<Option<usize>>,
    /// The source address of the call as it is recorded; empty for the root.
    pub source: Text,
    /// The version constraint as written; empty if there is none.
    pub version: Text,
    /// The package that the module was fetched with; `None` for the user's own.
    pub package: Option<Arc<Package>>,
}

/// The blocks of one directory.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The directory, as the user would type it.
    pub directory: Text,
    /// `required_providers`, by local name.
    pub requirements: BTreeMap<Text, Requirement>,
    /// The `required_providers` block.
    pub required_at: Option<Span>,
    /// The `backend` block.
    pub backend: Option<Backend>,
    /// `provider` blocks.
    pub providers: Vec<ProviderBlock>,
    /// `variable` blocks.
    pub variables: IndexMap<Text, Variable>,
    /// Local values.
    pub locals: IndexMap<Text, LocalValue>,
    /// `output` blocks.
    pub outputs: IndexMap<Text, OutputBlock>,
    /// `module` blocks.
    pub calls: IndexMap<Text, Call>,
    /// `resource`, `data` and `ephemeral` blocks, those scoped to checks included.
    pub resources: IndexMap<ResourceName, ResourceBlock>,
    /// `moved` blocks.
    pub moved: Vec<MovedBlock>,
    /// `removed` blocks.
    pub removed: Vec<RemovedBlock>,
    /// `import` blocks.
    pub imports: Vec<ImportBlock>,
    /// `check` blocks.
    pub checks: IndexMap<Text, CheckBlock>,
}

impl Configuration {
    /// Returns the tree of a file.
    pub fn tree(&self, source: SourceId) -> &Tree {
        &self.trees[source.0 as usize]
    }

    /// Returns the place of an expression.
    pub fn span(&self, expression: ExprAt) -> Span {
        self.tree(expression.source).span(expression.id)
    }

    /// Returns the first place of each module, in which its findings are made once.
    pub fn first_places(&self) -> Vec<usize> {
        let mut first = vec![0; self.modules.len()];
        for (index, place) in self.places.iter().enumerate().rev() {
            first[place.module] = index;
        }
        first
    }

    /// Returns the module that stands at a place.
    pub fn module_at(&self, place: usize) -> &Module {
        &self.modules[self.places[place].module]
    }
}
