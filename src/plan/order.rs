//! The order of a plan: which step waits for which.
//!
//! - An object is made or changed after everything it needs is.
//! - An object is destroyed after everything that was made from it is, and before what it was made
//!   from.
//! - A replaced object is destroyed first, or last with `create_before_destroy`.
//! - What stops using a destroyed object is changed before the object goes, and a provider instance
//!   is configured from final values. These two are given up where they would lead in a circle.
//! - So it is over others in between too, where they hand nothing on (`chains`).
//!
//! Needs name instances or, with a wildcard, all of a block. Many steps wait for many others through
//! a join, so that edges grow with needs and not with their product.

use crate::plan::{Action, Step, StepId, Work};
use infra_model::{
    address::{Address, Generation, KindName, Mode, ProviderAddress},
    graph::Graph,
};
use std::sync::Arc;

mod chains;
mod edges;
mod handles;

/// One decision, as far as order is concerned.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) address: Address,
    pub(crate) kind: KindName,
    pub(crate) provider: ProviderAddress,
    pub(crate) old_provider: ProviderAddress,
    pub(crate) action: Action,
    pub(crate) deposed: Option<Generation>,
    pub(crate) generation: Option<Generation>,
    pub(crate) created: Generation,
    pub(crate) create_before_destroy: bool,
    pub(crate) absent_before: bool,
    pub(crate) needs: Arc<[Address]>,
    pub(crate) old_needs: Arc<[Address]>,
    /// What the configuration of `old_provider` is made from.
    pub(crate) provider_needs: Arc<[Address]>,
}

/// The steps of one item: which make or change it, and which destroys its old object.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    makes: Option<u32>,
    destroys: Option<u32>,
}

/// The graph while it grows: a step, or a join, per node.
#[derive(Default)]
struct Draft {
    steps: Vec<Step>,
    graph: Graph,
    /// Edges that are given up where they lie on a circle.
    wishes: Vec<(u32, u32)>,
    /// The same, which are given up for the sake of `wishes` too.
    late_wishes: Vec<(u32, u32)>,
    own: Vec<Own>,
}

/// Steps in an order in which they can be done.
pub(crate) struct Ordered {
    pub(crate) steps: Vec<Step>,
    /// How many waits there are.
    pub(crate) edges: u64,
    /// What recorded needs lead around in a circle: what was made over it does not count.
    pub(crate) circular: Vec<Address>,
}

/// Returns the steps in an order in which they can be done.
///
/// # Errors
///
/// The addresses of a circle, if there is no order.
///
/// With `all_ephemeral`, those that no step needs are kept: parts that are planned later may.
pub(crate) fn steps(items: Vec<Item>, all_ephemeral: bool) -> Result<Ordered, Vec<Address>> {
    let mut draft = Draft::default();
    draft.add_steps(&items);
    let circular = edges::add(&mut draft, &items);
    drop(items);
    draft.settle_wishes();
    let order = draft.graph.order().map_err(|cycle| draft.addresses(&cycle))?;
    let order = draft.useful(order, all_ephemeral);
    let mut number = vec![None; draft.steps.len()];
    for (place, node) in (0_u32..).zip(&order) {
        number[*node as usize] = Some(StepId(place));
    }
    let mut edges = 0;
    let mut after: Vec<Vec<StepId>> = vec![Vec::new(); draft.steps.len()];
    for first in &order {
        for second in draft.graph.after(*first) {
            if let (Some(before), Some(_)) = (number[*first as usize], number[*second as usize]) {
                after[*second as usize].push(before);
                edges += 1;
            }
        }
    }
    let mut drafts: Vec<Option<Step>> = draft.steps.into_iter().map(Some).collect();
    let mut steps = Vec::with_capacity(order.len());
    for node in order {
        let at = node as usize;
        let (Some(mut step), Some(id)) = (drafts[at].take(), number[at]) else { continue };
        step.id = id;
        step.after = std::mem::take(&mut after[at]);
        step.after.sort_unstable();
        step.after.dedup();
        steps.push(step);
    }
    Ok(Ordered { steps, edges, circular })
}

impl Draft {
    fn add_steps(&mut self, items: &[Item]) {
        self.steps.reserve(items.len());
        for item in items {
            let mut own = Own::default();
            let delete = |g: Option<Generation>| (Work::Delete, g.unwrap_or_default());
            match item.action {
                Action::Create => own.makes = Some(self.step(item, create(item, None))),
                Action::Update => {
                    let generation = item.generation.unwrap_or_default();
                    own.makes = Some(self.step(item, (Work::Update, generation)));
                }
                Action::Read => own.makes = Some(self.step(item, (Work::Read, item.created))),
                Action::Delete => {
                    let generation = item.deposed.or(item.generation);
                    own.destroys = Some(self.step(item, delete(generation)));
                }
                Action::Replace => {
                    let depose = item.generation.filter(|_| item.create_before_destroy);
                    own.makes = Some(self.step(item, create(item, depose)));
                    own.destroys = Some(self.step(item, delete(item.generation)));
                }
                Action::NoOp | Action::Adopt | Action::Forget => {}
            }
            self.own.push(own);
        }
    }

    fn step(&mut self, item: &Item, (work, generation): (Work, Generation)) -> u32 {
        let old = work == Work::Delete || work == Work::Update;
        let provider = if old { &item.old_provider } else { &item.provider };
        // An update goes through the configuration of today.
        let provider = if work == Work::Update { &item.provider } else { provider };
        self.steps.push(Step {
            id: StepId(0),
            work,
            address: item.address.clone(),
            generation,
            kind: item.kind.clone(),
            provider: provider.clone(),
            after: Vec::new(),
        });
        self.graph.add()
    }

    /// Adds a join for what an address stands for.
    fn join(&mut self, address: &Address, like: &Item) -> u32 {
        self.steps.push(Step {
            id: StepId(0),
            work: Work::Join,
            address: address.clone(),
            generation: Generation::default(),
            kind: address.kind.clone(),
            provider: like.provider.clone(),
            after: Vec::new(),
        });
        self.graph.add()
    }

    /// Adds the wishes that do not lie on a circle.
    fn settle_wishes(&mut self) {
        for wishes in [std::mem::take(&mut self.wishes), std::mem::take(&mut self.late_wishes)] {
            if wishes.is_empty() {
                continue;
            }
            let mut wishful = self.graph.clone();
            for (first, second) in &wishes {
                wishful.edge(*first, *second);
            }
            let component = wishful.components();
            for (first, second) in wishes {
                if component[first as usize] != component[second as usize] {
                    self.graph.edge(first, second);
                }
            }
        }
    }

    /// Leaves out joins that nothing waits for, and ephemeral resources that nothing needs.
    fn useful(&self, order: Vec<u32>, all_ephemeral: bool) -> Vec<u32> {
        let mut wanted = vec![false; self.steps.len()];
        for node in order.iter().rev() {
            let step = &self.steps[*node as usize];
            let opens = step.address.mode == Mode::Ephemeral && step.work == Work::Read;
            let on_demand = step.work == Work::Join || opens && !all_ephemeral;
            let needed = self.graph.after(*node).iter().any(|after| wanted[*after as usize]);
            wanted[*node as usize] = !on_demand || needed;
        }
        order.into_iter().filter(|node| wanted[*node as usize]).collect()
    }

    fn addresses(&self, cycle: &[u32]) -> Vec<Address> {
        let mut all: Vec<Address> = Vec::new();
        for node in cycle {
            let step = &self.steps[*node as usize];
            if step.work != Work::Join && all.last() != Some(&step.address) {
                all.push(step.address.clone());
            }
        }
        all
    }
}

fn create(item: &Item, depose: Option<Generation>) -> (Work, Generation) {
    (Work::Create { depose, absent_before: item.absent_before }, item.created)
}
