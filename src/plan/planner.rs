//! The planner as a machine: asks go out in rounds, answers come in, in the end there is a plan.
//!
//! ```text
//! begin: moves, open intents, scope
//!   |
//! nodes in order --> one walk per instance:
//!   connect provider > find, import, refresh > desired > validate > facts > judge > publish
//!   |        a walk that lacks an answer waits; asks of all walks go out together
//! orphans: what is recorded and no longer configured
//!   |
//! finish: outputs, checks, impacts, order, plan
//! ```
//!
//! All state is data: a walk that was woken runs again from its beginning over what it has
//! gathered so far.

use crate::{
    options::{Fragment, PlannerInput},
    plan::{Plan, PlanMode},
};
use asks::Asks;
use generate::Generate;
use held::{HeldId, HeldSet};
use infra_model::{
    address::{Address, Generation},
    ask::{Answer, Ask, AskId},
    diagnostic::{Diagnostic, Diagnostics},
    known::Known,
    program::{Import, NodeId},
};
use links::Links;
use nodes::Nodes;
use results::Results;
use scope::Scope;
use std::collections::{BTreeMap, BTreeSet};
use walk::Walk;

mod answers;
mod asks;
mod data;
mod decide;
mod defer;
mod envelope;
mod finish;
mod generate;
mod held;
mod hosts;
mod import;
mod intents;
mod links;
mod managed;
mod moves;
mod nodes;
mod orphans;
mod publish;
mod remarks;
mod results;
mod scope;
mod unrecorded;
mod walk;

/// What the planner wants next.
#[derive(Debug)]
pub enum Next {
    /// Questions to pass on; empty while answers of the last round are still out.
    Asks(Vec<(AskId, Ask)>),
    /// The plan, and what is to be said about it. With an error among them nothing may be applied.
    Done(Box<Plan>, Diagnostics),
}

/// How far the planner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    Nodes,
    Orphans,
    Done,
}

/// Makes one plan.
pub struct Planner {
    input: PlannerInput,
    fragment: Option<Fragment>,
    phase: Phase,
    asks: Asks,
    scope: Scope,
    held: HeldSet,
    links: Links,
    nodes: Nodes,
    #[expect(
        clippy::vec_box,
        reason = "they are large: in one piece, growth would move all and double"
    )]
    walks: Vec<Box<Walk>>,
    imports: BTreeMap<Address, Import>,
    /// Nodes whose imports were not known at the beginning.
    late_imports: BTreeSet<NodeId>,
    /// Recorded instances that are not configured and not decided yet, once they are listed.
    orphans: Option<BTreeSet<HeldId>>,
    generate: Generate,
    results: Results,
    diagnostics: Diagnostics,
}

impl Planner {
    /// Returns a planner of a whole plan.
    pub fn new(input: PlannerInput) -> Self {
        Self::with(input, None)
    }

    /// Returns a planner of deferred instances at apply: it plans only them, over the final values
    /// in `known`, and may only create what was shown as deferred.
    pub fn fragment(input: PlannerInput, fragment: Fragment) -> Self {
        Self::with(input, Some(fragment))
    }

    fn with(input: PlannerInput, fragment: Option<Fragment>) -> Self {
        Self {
            input,
            fragment,
            phase: Phase::New,
            asks: Asks::default(),
            scope: Scope::default(),
            held: HeldSet::default(),
            links: Links::default(),
            nodes: Nodes::default(),
            walks: Vec::new(),
            imports: BTreeMap::new(),
            late_imports: BTreeSet::new(),
            orphans: None,
            generate: Generate::default(),
            results: Results::default(),
            diagnostics: Vec::new(),
        }
    }

    /// Returns whether an object of an instance is one that was left over.
    pub fn is_deposed(&self, address: &Address, generation: Generation) -> bool {
        let held = self.held.find(address).map(|id| self.held.get(id));
        held.is_some_and(|held| held.instance.deposed.contains(&generation))
    }

    /// Returns the data source or ephemeral resource that an ask under way is to read.
    pub fn reads(&self, id: AskId) -> Option<&Address> {
        let walk = self.asks.reader(id)?;
        Some(&self.walks[walk.0].address)
    }

    /// Takes answers and goes on as far as possible.
    ///
    /// The first call opens the planned layer of `known`; the caller ends it after `Done`, once it
    /// has read what it wants from it. A round is over when all its asks are answered, so that the
    /// order in which answers arrive cannot matter.
    pub fn step(&mut self, known: &mut Known, answers: Vec<(AskId, Answer)>) -> Next {
        if self.phase == Phase::New {
            known.begin_planning();
            self.begin(known);
            self.phase = Phase::Nodes;
        }
        for (id, answer) in answers {
            self.asks.arrive(id, answer);
        }
        let Some(round) = self.asks.round() else { return Next::Asks(Vec::new()) };
        for (id, purpose, answer) in round {
            self.take(purpose, &answer);
            // What was opened is a secret of this run and never part of a plan.
            if !matches!(answer, Answer::Opened(..)) {
                self.results.answers.push((id.0, answer));
            }
        }
        loop {
            self.go_on(known);
            self.flush();
            if self.asks.is_waiting() {
                return Next::Asks(self.asks.send());
            }
            if self.phase == Phase::Nodes {
                if !self.unpark() {
                    self.phase = Phase::Orphans;
                }
                continue;
            }
            self.phase = Phase::Done;
            return self.finish(known);
        }
    }

    /// Everything before the first node.
    fn begin(&mut self, known: &mut Known) {
        self.held = HeldSet::of(&self.input.snapshot);
        self.nodes = Nodes::of(&*self.input.program);
        self.check_replace();
        self.apply_moves(known);
        self.scope = Scope::of(&self.input, self.fragment.as_ref());
        self.upgrade_held();
        self.sort_intents();
        let mut imports = BTreeSet::new();
        if self.fragment.is_none() && self.mode() == PlanMode::Normal {
            self.load_imports(known);
            imports = self.await_imports(known);
        }
        self.nodes.begin(&*self.input.program, &imports, |node| self.scope.takes_node(node));
    }

    fn go_on(&mut self, known: &mut Known) {
        match self.phase {
            Phase::Nodes => self.walk_nodes(known),
            Phase::Orphans => {
                self.ask_generated(known);
                self.walk_orphans(known);
            }
            Phase::New | Phase::Done => {}
        }
    }

    fn mode(&self) -> PlanMode {
        self.input.options.mode
    }

    /// Returns a generation that was never given out at an address, where `newest` is the greatest
    /// that is recorded there. What has left the state, or has moved away, was begun under one below
    /// the number of the last record, so no two objects ever share a token.
    fn next_generation(&self, newest: Generation) -> Generation {
        Generation(newest.0.max(self.input.snapshot.sequence) + 1)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports what concerns an instance, with the place in the configuration where it can be told.
    fn report_at(&mut self, address: &Address, diagnostics: Diagnostics) {
        for mut diagnostic in diagnostics {
            if diagnostic.address.is_none() {
                diagnostic = diagnostic.at_address(address.to_string());
            }
            if diagnostic.labels.is_empty() {
                let path = diagnostic.path.clone().unwrap_or_default();
                if let Some(span) = self.input.program.span_of(address, &path) {
                    diagnostic = diagnostic.label(span, "");
                }
            }
            self.diagnostics.push(diagnostic);
        }
    }
}
