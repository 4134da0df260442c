//! `moved` blocks: recorded instances get their new addresses before anything else is looked at.

mod outcome;
mod statements;

use super::{Planner, held::HeldId};
use crate::form::NoForm;
use infra_model::{
    address::{Address, InstanceKey, ModuleAddress, ModuleStep},
    diagnostic::{Diagnostic, has_errors},
    journal::{Intent, Record, Verb},
    kind::Find,
    known::Known,
    program::{Endpoint, Moved},
    source::Span,
};
use std::sync::Arc;

impl Planner {
    /// Moves everything that a `moved` block speaks of, chains to their end.
    pub(super) fn apply_moves(&mut self, known: &mut Known) {
        let program = Arc::clone(&self.input.program);
        if program.moved().is_empty() {
            return;
        }
        self.check_statements();
        // From the last link of each chain on, so that a place is left before it is taken.
        let mut wanted: Vec<(HeldId, Address, Span, usize)> = Vec::new();
        for id in self.held.ids() {
            match destination(program.moved(), &self.held.get(id).address) {
                Destination::Moves { to, span, hops } => wanted.push((id, to, span, hops)),
                Destination::Cycle(span) if !has_errors(&self.diagnostics) => {
                    self.report(move_cycle(span));
                }
                Destination::Stays | Destination::Cycle(_) => {}
            }
        }
        wanted.sort_by_key(|(id, _, _, hops)| (*hops, *id));
        let mut blocked = Vec::new();
        for (id, to, span, _) in wanted {
            if self.held.find(&to).is_some() {
                blocked.push((self.held.get(id).address.clone(), to, span));
            } else {
                self.move_held(known, id, (to, span));
            }
        }
        self.held.follow_moves();
        self.report_blocked(blocked);
        self.refuse_moves_out_of_scope();
    }

    /// Moves what was `a` to `a[0]`, or back, where `count` came or went without a `moved` block.
    pub(super) fn apply_implicit_move(&mut self, address: &Address) {
        if self.held.find(address).is_some() {
            return;
        }
        let other = match address.key {
            InstanceKey::None => InstanceKey::Index(0),
            InstanceKey::Index(0) => InstanceKey::None,
            InstanceKey::Index(_) | InstanceKey::Name(_) | InstanceKey::Any => return,
        };
        let from = address.with_key(other);
        let Some(id) = self.held.find(&from) else { return };
        let held = self.held.get(id);
        // As in Terraform: whoever writes a `moved` block for a resource says all of it there.
        let spoken_for =
            held.moved_from.is_some() || self.input.program.moved().iter().any(|m| names(m, &from));
        if held.claimed || spoken_for || !self.scope.fragment_takes(&from) {
            return;
        }
        self.results.records.push(Record::Moved { from, to: address.clone() });
        self.held.rename(id, address.clone());
    }

    fn move_held(&mut self, known: &mut Known, id: HeldId, (to, span): (Address, Span)) {
        let from = self.held.get(id).address.clone();
        let changes = from.kind != to.kind;
        if changes && !self.change_kind(id, &to, span) {
            return;
        }
        let provider = self.input.program.provider_of(&to, known).filter(|_| changes);
        self.results.records.push(Record::Moved { from, to: to.clone() });
        self.held.rename(id, to.clone());
        if changes {
            // At once, so that no record stands under an address of another type.
            for (generation, object) in &mut self.held.get_mut(id).instance.objects {
                if let Some(provider) = &provider {
                    Arc::make_mut(object).provider = provider.clone();
                }
                let (address, generation) = (to.clone(), *generation);
                let object = Arc::clone(object);
                self.results.records.push(Record::Recorded { address, generation, object });
            }
        }
    }

    /// Brings the objects into the form of another kind; returns whether that is possible.
    fn change_kind(&mut self, id: HeldId, to: &Address, span: Span) -> bool {
        let from = self.held.get(id).address.clone();
        let kinds = Arc::clone(&self.input.kinds);
        let is_local = |intent: &Intent| {
            kinds.get(from.mode, &intent.kind).is_some_and(|kind| kind.find() == Find::Local)
        };
        let mut open = self.held.get(id).instance.open.iter();
        if open.any(|intent| intent.verb == Verb::Create && !is_local(intent)) {
            self.report(not_settled(&from, to, span));
            return false;
        }
        match self.bring_up(id, &to.kind) {
            Ok(()) => true,
            Err(NoForm::NotUpgradable(why)) => {
                self.report(why.at_address(from.to_string()).label(span, "moves to another type"));
                false
            }
            Err(NoForm::KindUnknown | NoForm::NotMovable) => {
                self.report(kinds_differ(&from, to, span));
                false
            }
        }
    }
}

/// Returns whether a `moved` block names the resource of an instance, with whatever keys.
fn names(moved: &Moved, address: &Address) -> bool {
    [&moved.from, &moved.to].into_iter().any(|end| match end {
        Endpoint::Module(_) => false,
        Endpoint::Resource(end) => end.block().overlaps(&address.block()),
    })
}

enum Destination {
    Stays,
    Moves { to: Address, span: Span, hops: usize },
    Cycle(Span),
}

/// Follows the blocks from an address to where it comes to rest; each block moves it once.
fn destination(moved: &[Moved], address: &Address) -> Destination {
    let mut visited = vec![address.clone()];
    let mut used = vec![false; moved.len()];
    let mut last = None;
    loop {
        let here = &visited[visited.len() - 1];
        let Some((at, to, span)) = next_hop(moved, &used, here) else { break };
        used[at] = true;
        if visited.contains(&to) {
            return Destination::Cycle(span);
        }
        visited.push(to);
        last = Some(span);
    }
    // The fewer hops lie behind a place, the nearer it is to the end of its chain.
    match (last, visited.pop()) {
        (Some(span), Some(to)) => Destination::Moves { to, span, hops: visited.len() },
        _ => Destination::Stays,
    }
}

/// Returns the block that moves an address next, and to where. One after which another of them still
/// has something to say comes first, as in Terraform.
fn next_hop(moved: &[Moved], used: &[bool], here: &Address) -> Option<(usize, Address, Span)> {
    let leads = |from: &Address, at: usize| {
        rebased(from, &moved[at].from, &moved[at].to).filter(|to| to != from)
    };
    let unused = (0..moved.len()).filter(|at| !used[*at]);
    let all: Vec<(usize, Address)> = unused.filter_map(|at| Some((at, leads(here, at)?))).collect();
    let goes_on = |(at, to): &&(usize, Address)| {
        all.iter().any(|(other, _)| other != at && leads(to, *other).is_some())
    };
    let (at, to) = all.iter().find(goes_on).or(all.first())?.clone();
    Some((at, to, moved[at].span))
}

/// Returns the address after a move, if the move speaks of it.
pub(super) fn rebased(address: &Address, from: &Endpoint, to: &Endpoint) -> Option<Address> {
    match (from, to) {
        (Endpoint::Resource(from), Endpoint::Resource(to)) => {
            if from.mode != address.mode || from.kind != address.kind || from.name != address.name {
                return None;
            }
            let key = moved_key(&address.key, &from.key, &to.key)?;
            let module = module_of_moved(&address.module, &from.module, &to.module)?;
            Some(Address { module, key, ..to.clone() })
        }
        (Endpoint::Module(from), Endpoint::Module(to)) => {
            let module = moved_module(&address.module, from, to)?;
            Some(Address { module, ..address.clone() })
        }
        (Endpoint::Resource(_), Endpoint::Module(_))
        | (Endpoint::Module(_), Endpoint::Resource(_)) => None,
    }
}

/// Returns the module that a resource moves to: wildcards, which stand for the instances of the
/// module with the block, keep their keys in order.
fn module_of_moved(
    module: &ModuleAddress,
    from: &ModuleAddress,
    to: &ModuleAddress,
) -> Option<ModuleAddress> {
    if module.steps().len() != from.steps().len() {
        return None;
    }
    let mut kept = Vec::new();
    for (step, pattern) in module.steps().iter().zip(from.steps()) {
        if step.name != pattern.name || !pattern.key.covers(&step.key) {
            return None;
        }
        if pattern.key == InstanceKey::Any {
            kept.push(step.key.clone());
        }
    }
    let mut kept = kept.into_iter();
    let steps = to.steps().iter().map(|step| {
        let key = if step.key == InstanceKey::Any { kept.next()? } else { step.key.clone() };
        Some(ModuleStep { name: step.name.clone(), key })
    });
    steps.collect()
}

/// An end without a key stands for all instances if the other end has none either.
fn moved_key(key: &InstanceKey, from: &InstanceKey, to: &InstanceKey) -> Option<InstanceKey> {
    use InstanceKey::{Any, None as NoKey};
    let whole = |end: &InstanceKey| matches!(end, Any | NoKey);
    match (whole(from), whole(to)) {
        (true, true) => Some(key.clone()),
        (true, false) => (*key == NoKey).then(|| to.clone()),
        (false, true) => (key == from).then_some(NoKey),
        (false, false) => (key == from).then(|| to.clone()),
    }
}

/// Exchanges the front of a module path; wildcards in both ends keep the keys in order.
fn moved_module(
    module: &ModuleAddress,
    from: &ModuleAddress,
    to: &ModuleAddress,
) -> Option<ModuleAddress> {
    let (here, from, to) = (module.steps(), from.steps(), to.steps());
    if here.len() < from.len() {
        return None;
    }
    let mut kept = Vec::new();
    let last_key = match (from.last(), to.last()) {
        (Some(from), Some(to)) => Some((from.key.clone(), to.key.clone())),
        _ => None,
    };
    let mut last = None;
    for (index, (step, pattern)) in here.iter().zip(from).enumerate() {
        if step.name != pattern.name {
            return None;
        }
        if index + 1 == from.len() && pattern.key != InstanceKey::Any {
            let (from, to) = last_key.as_ref()?;
            last = Some(moved_key(&step.key, from, to)?);
        } else if pattern.key == InstanceKey::Any {
            kept.push(step.key.clone());
        } else if pattern.key != step.key {
            return None;
        }
    }
    let mut kept = kept.into_iter();
    let mut front: Vec<ModuleStep> = Vec::with_capacity(here.len());
    for (index, step) in to.iter().enumerate() {
        let own_last = if index + 1 == to.len() { last.clone() } else { None };
        let key = match (own_last, &step.key) {
            (Some(key), _) => key,
            (None, InstanceKey::Any) => kept.next()?,
            (None, key) => key.clone(),
        };
        front.push(ModuleStep { name: step.name.clone(), key });
    }
    front.extend(here[from.len()..].iter().cloned());
    Some(front.into_iter().collect())
}

fn move_cycle(span: Span) -> Diagnostic {
    Diagnostic::error("infra::plan::move_cycle", "These `moved` blocks lead in a circle")
        .detail("An object cannot come to rest anywhere, so nothing is planned for it.")
        .label(span, "leads back to where it began")
        .help("Remove one of the blocks of the circle.")
}

fn kinds_differ(from: &Address, to: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::move_kind",
        format!("`{}` cannot become `{}`", from.kind, to.kind),
    )
    .detail(format!("The type `{}` does not say how to take over such an object.", to.kind))
    .label(span, "moves to another type")
    .help("Keep the type, or use `removed` with `destroy = false` and `import`.")
}

fn not_settled(from: &Address, to: &Address, span: Span) -> Diagnostic {
    Diagnostic::error("infra::plan::move_kind", format!("`{from}` cannot become `{to}` yet"))
        .detail("A create of it was cut off, and what became of it has to be looked up first.")
        .label(span, "moves to another type")
        .help("Apply once without this block, then with it.")
}
