//! The nodes of the program in their order: a node is ready once all it depends on is decided.

use super::walk::WalkId;
use infra_model::program::{NodeId, Program};
use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
};

/// How far the nodes are.
#[derive(Default)]
pub(super) struct Nodes {
    waiting: Vec<u32>,
    users: Vec<Vec<u32>>,
    ready: BinaryHeap<Reverse<u32>>,
    /// Instances of each node that are not decided yet.
    open: Vec<u32>,
    done: Vec<bool>,
    /// Walks that wait.
    pub(super) active: Vec<WalkId>,
    /// Edges walked.
    pub(super) edges: u64,
}

impl Nodes {
    pub(super) fn of(program: &dyn Program) -> Self {
        let len = program.nodes().len();
        Self {
            waiting: vec![0; len],
            users: vec![Vec::new(); len],
            open: vec![0; len],
            done: vec![false; len],
            ..Self::default()
        }
    }

    /// Counts what each node waits for; nodes that are not taken count as decided. `more` are pairs
    /// of a node and one that it waits for besides those it depends on.
    pub(super) fn begin(
        &mut self,
        program: &dyn Program,
        more: &BTreeSet<(NodeId, NodeId)>,
        takes: impl Fn(NodeId) -> bool,
    ) {
        for (index, node) in program.nodes().iter().enumerate() {
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            if !takes(NodeId(number)) {
                self.done[index] = true;
                continue;
            }
            let own = NodeId(number);
            let more = more.range((own, NodeId(0))..=(own, NodeId(u32::MAX))).map(|(_, n)| n);
            let all: BTreeSet<&NodeId> = node.depends.iter().chain(more).collect();
            for needed in all.into_iter().filter(|needed| takes(**needed)) {
                self.waiting[index] += 1;
                self.users[needed.0 as usize].push(number);
                self.edges += 1;
            }
            if self.waiting[index] == 0 {
                self.ready.push(Reverse(number));
            }
        }
    }

    /// Returns the next ready node.
    pub(super) fn next(&mut self) -> Option<NodeId> {
        self.ready.pop().map(|Reverse(number)| NodeId(number))
    }

    /// Says how many instances of a node are to be decided; none decides it.
    pub(super) fn open(&mut self, node: NodeId, instances: u32) {
        self.open[node.0 as usize] = instances;
        if instances == 0 {
            self.done(node);
        }
    }

    /// One instance of a node is decided.
    pub(super) fn decided(&mut self, node: NodeId) {
        let open = &mut self.open[node.0 as usize];
        debug_assert!(*open > 0, "an instance is decided once");
        *open -= 1;
        if *open == 0 {
            self.done(node);
        }
    }

    pub(super) fn is_done(&self, node: NodeId) -> bool {
        self.done[node.0 as usize]
    }

    fn done(&mut self, node: NodeId) {
        if std::mem::replace(&mut self.done[node.0 as usize], true) {
            return;
        }
        for user in std::mem::take(&mut self.users[node.0 as usize]) {
            self.edges += 1;
            let waiting = &mut self.waiting[user as usize];
            *waiting -= 1;
            if *waiting == 0 {
                self.ready.push(Reverse(user));
            }
        }
    }
}
