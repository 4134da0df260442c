//! What is wrong with `moved` blocks by themselves, whatever is recorded: circles, moves to the same
//! place, two that contradict each other, and places that are still declared.

use super::super::{Planner, scope::module_covers};
use infra_model::{
    address::{Address, InstanceKey, ModuleAddress},
    diagnostic::Diagnostic,
    known::Known,
    program::{Endpoint, Moved, NodeId, NodeSort, Program},
    source::{SourceMap, Span},
};
use std::sync::Arc;

impl Planner {
    /// Reports blocks that cannot be true together.
    pub(super) fn check_statements(&mut self) {
        let program = Arc::clone(&self.input.program);
        let (moved, sources) = (program.moved(), program.sources());
        for (at, statement) in moved.iter().enumerate() {
            if statement.from == statement.to {
                self.report(redundant(statement));
                continue;
            }
            let other = |o: &&Moved| o.from != o.to && is_call(o) == is_call(statement);
            for earlier in moved[..at].iter().filter(other) {
                match (earlier.from == statement.from, earlier.to == statement.to) {
                    (true, false) => self.report(two_destinations(earlier, statement, sources)),
                    (false, true) => self.report(two_sources(earlier, statement, sources)),
                    (true, true) | (false, false) => {}
                }
            }
        }
        for circle in circles(moved) {
            self.report(cyclic(&circle, sources));
        }
    }

    /// Reports blocks whose old place is still declared, now that all instances are known.
    pub(in super::super) fn check_moved_from(&mut self, known: &mut Known) {
        if self.scope.is_fragment() {
            return;
        }
        let program = Arc::clone(&self.input.program);
        for statement in program.moved().iter().filter(|statement| statement.from != statement.to) {
            let declared = match &statement.from {
                Endpoint::Resource(from) => declared_resource(&*program, known, from),
                Endpoint::Module(from) => declared_module(&*program, known, (from, &statement.to)),
            };
            if let Some((node, what)) = declared {
                // What keeps the place taken is said here.
                self.diagnostics.retain(|found| found.code != "infra::plan::move_blocked");
                let at = program.nodes()[node.0 as usize].span;
                self.report(still_exists(statement, what, (at, program.sources())));
            }
        }
    }
}

/// What is still declared: its name in full, and in short.
type What = (&'static str, &'static str);

fn declared_resource(
    program: &dyn Program,
    known: &mut Known,
    from: &Address,
) -> Option<(NodeId, What)> {
    let node = program.node_of(from)?;
    let everywhere = from.module.steps().iter().all(|step| step.key == InstanceKey::Any);
    if from.key == InstanceKey::Any && everywhere {
        return Some((node, ("resource", "resource")));
    }
    let (expansion, _) = program.expand(node, known);
    let mut addresses = expansion.instances.iter().map(|id| known.addresses.address(*id));
    let what = if from.key == InstanceKey::Any {
        ("resource", "resource")
    } else {
        ("resource instance", "instance")
    };
    addresses.any(|address| from.overlaps(address)).then_some((node, what))
}

fn declared_module(
    program: &dyn Program,
    known: &mut Known,
    (from, to): (&ModuleAddress, &Endpoint),
) -> Option<(NodeId, What)> {
    let (last, above) = from.steps().split_last()?;
    let last_of_to = match to {
        Endpoint::Module(to) => to.steps().last(),
        Endpoint::Resource(_) => None,
    };
    let names: Vec<_> = above.iter().map(|step| step.name.clone()).collect();
    let name = format!("module.{}", last.name);
    let nodes = || (0_u32..).zip(program.nodes());
    let (call, _) = nodes().find(|(_, node)| {
        node.sort == NodeSort::Module && *node.module == *names && *node.name == *name
    })?;
    let is_call = whole(&last.key) && last_of_to.is_some_and(|to| whole(&to.key));
    if is_call && above.iter().all(|step| step.key == InstanceKey::Any) {
        return Some((NodeId(call), ("module call", "call")));
    }
    let inside: Vec<_> = from.steps().iter().map(|step| step.name.clone()).collect();
    let resources: Vec<NodeId> = nodes()
        .filter(|(_, node)| matches!(node.sort, NodeSort::Resource(..)))
        .filter(|(_, node)| node.module.starts_with(&inside))
        .map(|(number, _)| NodeId(number))
        .collect();
    let stands = resources.into_iter().any(|node| {
        let (expansion, _) = program.expand(node, known);
        let mut addresses = expansion.instances.iter().map(|id| known.addresses.address(*id));
        addresses.any(|address| {
            let steps = address.module.steps();
            module_covers(from, &address.module)
                && (is_call || steps.get(above.len()).is_some_and(|step| step.key == last.key))
        })
    });
    let what = if is_call { ("module call", "call") } else { ("module instance", "instance") };
    stands.then_some((NodeId(call), what))
}

/// Returns the groups of blocks that lead back to where they began, each in the order of the files.
fn circles(moved: &[Moved]) -> Vec<Vec<&Moved>> {
    let follows = |a: usize, b: usize| {
        a != b && moved[a].from != moved[a].to && leads(&moved[a].to, &moved[b].from)
    };
    let count = moved.len();
    let reach = |from: usize| {
        let mut seen = vec![false; count];
        let mut next = vec![from];
        while let Some(at) = next.pop() {
            for other in (0..count).filter(|other| follows(at, *other)) {
                if !std::mem::replace(&mut seen[other], true) {
                    next.push(other);
                }
            }
        }
        seen
    };
    let mut found: Vec<Vec<usize>> = Vec::new();
    let reached: Vec<Vec<bool>> = (0..count).map(reach).collect();
    for at in (0..count).filter(|at| reached[*at][*at]) {
        if found.iter().all(|circle| !circle.contains(&at)) {
            let both = |other: &usize| reached[at][*other] && reached[*other][at];
            found.push((0..count).filter(both).collect());
        }
    }
    found.into_iter().map(|circle| circle.into_iter().map(|at| &moved[at]).collect()).collect()
}

/// Returns whether a call of a module is moved, with all its instances. A move to a key is one of the
/// instance without a key, which is something else than the call: both may be moved.
fn is_call(statement: &Moved) -> bool {
    let is_whole = |end: &Endpoint| match end {
        Endpoint::Module(module) => module.steps().last().is_some_and(|step| whole(&step.key)),
        Endpoint::Resource(_) => false,
    };
    is_whole(&statement.from) && is_whole(&statement.to)
}

fn whole(key: &InstanceKey) -> bool {
    matches!(key, InstanceKey::None | InstanceKey::Any)
}

/// Returns whether what arrived at one end is what another block moves on.
fn leads(to: &Endpoint, from: &Endpoint) -> bool {
    match (to, from) {
        (Endpoint::Resource(to), Endpoint::Resource(from)) => to == from,
        (Endpoint::Module(to), Endpoint::Module(from)) => from.steps().starts_with(to.steps()),
        (Endpoint::Module(to), Endpoint::Resource(from)) => {
            from.module.steps().starts_with(to.steps())
        }
        (Endpoint::Resource(_), Endpoint::Module(_)) => false,
    }
}

/// Returns the name of an end as people write it: a wildcard is left away.
pub(in super::super) fn written(end: &Endpoint) -> String {
    let text = match end {
        Endpoint::Module(module) => module.to_string(),
        Endpoint::Resource(address) => address.to_string(),
    };
    text.replace("[*]", "")
}

fn sort_of(end: &Endpoint) -> &'static str {
    match end {
        Endpoint::Resource(address) if address.key == InstanceKey::Any => "resource",
        Endpoint::Resource(_) => "resource instance",
        Endpoint::Module(module) => match module.steps().last().map(|step| &step.key) {
            Some(InstanceKey::None | InstanceKey::Any) | None => "module call",
            Some(InstanceKey::Index(_) | InstanceKey::Name(_)) => "module instance",
        },
    }
}

/// Returns `file:line,column` of the beginning of a span.
fn place(sources: &SourceMap, span: Span) -> String {
    let file = sources.file(span.source).map_or("", |file| &*file.name);
    match sources.position(span.source, span.start) {
        Some(at) => format!("{file}:{},{}", at.line, at.column),
        None => file.to_owned(),
    }
}

fn redundant(statement: &Moved) -> Diagnostic {
    Diagnostic::error("infra::plan::move_redundant", "Redundant move statement")
        .detail(format!(
            "This statement declares a move from {} to the same address, which is the same as not \
             declaring this move at all.",
            written(&statement.from)
        ))
        .label(statement.span, "moves nothing")
        .help("Remove the block. Nothing was changed.")
}

fn two_destinations(earlier: &Moved, statement: &Moved, sources: &SourceMap) -> Diagnostic {
    let sort = sort_of(&statement.from);
    ambiguous(earlier, statement).detail(format!(
        "A statement at {} declared that {} moved to {}, but this statement instead declares that \
         it moved to {}.\n\nEach {sort} can move to only one destination {sort}.",
        place(sources, earlier.span),
        written(&earlier.from),
        written(&earlier.to),
        written(&statement.to),
    ))
}

fn two_sources(earlier: &Moved, statement: &Moved, sources: &SourceMap) -> Diagnostic {
    let sort = sort_of(&statement.to);
    ambiguous(earlier, statement).detail(format!(
        "A statement at {} declared that {} moved to {}, but this statement instead declares that \
         {} moved there.\n\nEach {sort} can have moved from only one source {sort}.",
        place(sources, earlier.span),
        written(&earlier.from),
        written(&earlier.to),
        written(&statement.from),
    ))
}

fn ambiguous(earlier: &Moved, statement: &Moved) -> Diagnostic {
    Diagnostic::error("infra::plan::move_ambiguous", "Ambiguous move statements")
        .label(statement.span, "says otherwise")
        .label(earlier.span, "the statement before")
        .help("Remove one of the two blocks. Nothing was changed.")
}

fn cyclic(circle: &[&Moved], sources: &SourceMap) -> Diagnostic {
    let lines: Vec<String> = circle
        .iter()
        .map(|m| format!("  - {}: {} → {}", place(sources, m.span), listed(&m.from), listed(&m.to)))
        .collect();
    let mut diagnostic =
        Diagnostic::error("infra::plan::move_cycle", "Cyclic dependency in move statements")
            .detail(format!(
                "The following chained move statements form a cycle, and so there is no final \
                 location to move objects to:\n{}\n\nA chain of move statements must end with an \
                 address that doesn't appear in any other statements, and which typically also \
                 refers to an object still declared in the configuration.",
                lines.join("\n")
            ))
            .help("Remove one of the blocks of the circle. Nothing was changed.");
    for statement in circle {
        diagnostic = diagnostic.label(statement.span, "part of the circle");
    }
    diagnostic
}

fn listed(end: &Endpoint) -> String {
    match end {
        Endpoint::Module(module) => module.to_string(),
        Endpoint::Resource(address) => address.to_string(),
    }
}

fn still_exists(
    statement: &Moved,
    (what, short): What,
    (at, sources): (Span, &SourceMap),
) -> Diagnostic {
    Diagnostic::error("infra::plan::move_exists", "Moved object still exists")
        .detail(format!(
            "This statement declares a move from {}, but that {what} is still declared at \
             {}.\n\nChange your configuration so that this {short} will be declared as {} instead.",
            written(&statement.from),
            place(sources, at),
            written(&statement.to),
        ))
        .label(statement.span, "says that it has moved")
        .label(at, "still declared")
        .help("Remove what is still declared, or the `moved` block. Nothing was changed.")
}
