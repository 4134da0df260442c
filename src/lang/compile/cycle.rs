//! Cycles of references, reported with their path.

use super::graph::Raw;
use infra_model::diagnostic::{Diagnostic, Diagnostics};

/// How many steps of a cycle are labelled.
const LABELS_MAX: usize = 12;

/// Reports a cycle for each group of nodes that wait for one another.
pub(super) fn report(raw: &[Raw], waiting: &[u32], left: &[u32], diagnostics: &mut Diagnostics) {
    // 0: not seen, 1: on the walk at hand, 2: done.
    let mut seen = vec![0_u8; raw.len()];
    for start in left {
        let mut walk: Vec<u32> = Vec::new();
        let mut at = *start;
        while seen[at as usize] == 0 {
            seen[at as usize] = 1;
            walk.push(at);
            let next = raw[at as usize].node.depends.iter().find(|n| waiting[n.0 as usize] > 0);
            let Some(next) = next else { break };
            at = next.0;
        }
        if seen[at as usize] == 1
            && let Some(first) = walk.iter().position(|node| *node == at)
        {
            diagnostics.push(one(raw, &walk[first..]));
        }
        for node in walk {
            seen[node as usize] = 2;
        }
    }
}

fn one(raw: &[Raw], cycle: &[u32]) -> Diagnostic {
    let names: Vec<String> = cycle
        .iter()
        .map(|index| {
            let node = &raw[*index as usize].node;
            let path = node.module.iter().map(|name| format!("module.{name}."));
            format!("{}{}", path.collect::<String>(), node.name)
        })
        .collect();
    let mut shown = names.join(" → ");
    if let Some(first) = names.first() {
        shown.push_str(" → ");
        shown.push_str(first);
    }
    let mut diagnostic = Diagnostic::error("infra::lang::reference_cycle", "Cycle of references")
        .detail(format!("Each of these needs the next: {shown}."))
        .help("break the cycle, for example by moving what both need into a block of its own");
    for (position, index) in cycle.iter().take(LABELS_MAX).enumerate() {
        let next = &names[(position + 1) % names.len()];
        diagnostic = diagnostic.label(raw[*index as usize].node.span, format!("needs `{next}`"));
    }
    diagnostic
}
