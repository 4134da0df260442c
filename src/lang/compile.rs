//! Compilation: from blocks to a program, with every reference resolved once.
//!
//! What needs no values is found out here: undeclared names, arguments that a schema does not have,
//! cycles, providers. What needs values is the business of [`crate::program`]. The parts:
//! `analyse` resolves references per module, `graph` orders nodes over the tree of modules,
//! `layout` prepares schemas for decoding, `settle` finds the blocks of bodies in JSON by them, `shape` checks bodies against them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most expressions and values are none of the few that a rule is about"
)]

mod analyse;
mod context;
mod create_first;
mod cycle;
mod endpoint;
pub(crate) mod graph;
pub(crate) mod layout;
mod passing;
mod providers;
mod provision;
mod requirements;
mod resolve;
mod settle;
pub(crate) mod shape;
mod targets;

use crate::{config::Configuration, program::Compiled};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Kind, Kinds},
    program::{Moved, Removed},
    source::SourceMap,
    sources::Sources,
    text::Text,
};
use layout::Layout;
use std::{collections::BTreeMap, sync::Arc};

pub use crate::config::testing::TestScope;
pub(crate) use analyse::{FreeTargets, ModuleReferences, free as analyse_free, iterator};
pub(crate) use endpoint::{
    covers as endpoint_covers, instance as endpoint_instance, steps as endpoint_steps,
};
pub(crate) use graph::{Graph, What};
pub(crate) use providers::{KeyAt, ProviderPath, ProviderPaths, find as find_provider, type_of};
pub(crate) use provision::{connection as connection_layout, provisioner as provisioner_layout};
pub use requirements::{Required, Requirements, required_providers};
pub(crate) use targets::{Reference, Targets};

/// What is known of a resource block before anything is evaluated.
#[derive(Clone)]
pub(crate) struct ResourceFacts {
    /// Its kind; `None` if there is no such kind, which was reported.
    pub(crate) kind: Option<Arc<dyn Kind>>,
    /// The prepared schema.
    pub(crate) layout: Arc<Layout>,
    /// The type of its instances.
    pub(crate) ty: infra_model::types::Type,
    /// The schema calls parts of it sensitive.
    pub(crate) has_sensitive: bool,
}

/// Everything that compilation found out, beside the configuration itself.
pub(crate) struct Parts {
    pub(crate) targets: Targets,
    pub(crate) references: Vec<ModuleReferences>,
    pub(crate) facts: Vec<Vec<ResourceFacts>>,
    pub(crate) provider_layouts: BTreeMap<Text, Arc<Layout>>,
    pub(crate) provider_paths: ProviderPaths,
    pub(crate) graph: Graph,
    pub(crate) moved: Vec<Moved>,
    pub(crate) removed: Vec<Removed>,
}

/// Compiles a configuration; the program can be evaluated even if there are errors.
pub fn compile(
    mut configuration: Configuration,
    map: SourceMap,
    kinds: &Arc<Kinds>,
    sources: Arc<dyn Sources>,
) -> (Compiled, Diagnostics) {
    let mut diagnostics = Vec::new();
    let mut layouts = layout::Layouts::default();
    let facts = layout::facts(&configuration, kinds, &mut layouts, &mut diagnostics);
    let provider_paths = providers::resolve(&configuration, kinds, &mut diagnostics);
    settle::settle(&mut configuration, &facts, (kinds, &provider_paths), &mut diagnostics);
    let (targets, references) = analyse::analyse(&configuration, &facts, &mut diagnostics);
    let provider_layouts = layout::providers(kinds);
    shape::check(&configuration, &facts, (kinds, &provider_paths), &mut diagnostics);
    let mut graph = graph::build(&configuration, &references, &provider_paths, &mut diagnostics);
    create_first::mark(&mut graph, &configuration, &references);
    let (moved, removed) = endpoint::refactorings(&configuration, &mut diagnostics);
    let parts = Parts {
        targets,
        references,
        facts,
        provider_layouts,
        provider_paths,
        graph,
        moved,
        removed,
    };
    (Compiled::new(configuration, map, (Arc::clone(kinds), sources), parts), diagnostics)
}
