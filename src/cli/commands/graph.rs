//! `infra graph`: what depends on what, in the language of Graphviz.

use crate::{
    arguments::VariableArguments, context::Context, exit::Exit, failure::Failure, planfile,
    project::Project, wire,
};
use clap::{Args, builder::PossibleValuesParser};
use infra_model::program::{Node, NodeId, NodeSort};
use std::{collections::BTreeSet, path::PathBuf};

/// The types of Terraform's graphs, which all show every node here, and a name of our own for them.
const SORTS: [&str; 5] = ["plan", "plan-refresh-only", "plan-destroy", "apply", "full"];

/// Print the dependencies between resources for Graphviz
#[derive(Debug, Args)]
pub struct Arguments {
    /// Every node: variables, locals, outputs and module calls as well
    #[arg(long = "type", value_name = "plan|plan-refresh-only|plan-destroy|apply|full",
          value_parser = PossibleValuesParser::new(SORTS), hide_possible_values = true)]
    pub sort: Option<String>,
    /// Of the configuration that a saved plan was made from
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Accepted: a cycle is an error with its path
    #[arg(long, hide = true)]
    pub draw_cycles: bool,
}

/// Runs the command.
///
/// # Errors
///
/// If the configuration cannot be compiled.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let project = match &arguments.plan {
        Some(file) => {
            let key = wire::key(context)?;
            let saved = planfile::load(&context.named(file), key.as_ref())?;
            Project::replay(context, saved.captured, saved.inputs)?
        }
        None => Project::load(context, &VariableArguments::default())?,
    };
    let nodes = project.program.nodes();
    let full = arguments.sort.is_some();
    let mut out = String::from(
        "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n",
    );
    for node in nodes.iter().filter(|node| full || is_resource(node)) {
        let name = name(node);
        out.push_str(&format!("  {name:?} [label={name:?}];\n"));
        for needed in reached(nodes, node, full) {
            out.push_str(&format!("  {name:?} -> {:?};\n", self::name(&nodes[needed.0 as usize])));
        }
    }
    out.push_str("}\n");
    context.screen.print(&out);
    Ok(Exit::Done)
}

/// Returns the shown nodes that a node depends on, looking through those that are not shown.
fn reached(nodes: &[Node], from: &Node, full: bool) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut stack = from.depends.clone();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = &nodes[id.0 as usize];
        if full || is_resource(node) {
            found.insert(id);
        } else {
            stack.extend(&node.depends);
        }
    }
    found
}

fn is_resource(node: &Node) -> bool {
    matches!(node.sort, NodeSort::Resource(..))
}

fn name(node: &Node) -> String {
    let mut name = String::new();
    for module in &*node.module {
        name.push_str(&format!("module.{module}."));
    }
    name.push_str(&node.name);
    name
}
