//! Directed graphs over small numbers: order, cycles, and nothing about what the numbers mean.
//!
//! An edge leads from what comes first to what comes after it. Every walk is iterative, so that
//! depth is limited by memory alone, and every answer depends only on the numbers.

use std::{cmp::Reverse, collections::BinaryHeap};

/// A graph of nodes `0..len`.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    after: Vec<Vec<u32>>,
}

impl Graph {
    /// Returns a graph without edges.
    pub fn new(len: usize) -> Self {
        Self { after: vec![Vec::new(); len] }
    }

    /// Adds a node and returns its number.
    pub fn add(&mut self) -> u32 {
        self.after.push(Vec::new());
        number(self.after.len() - 1)
    }

    /// Says that `first` comes before `second`; repetitions are harmless.
    pub fn edge(&mut self, first: u32, second: u32) {
        debug_assert!((second as usize) < self.after.len(), "an edge leads to a node");
        self.after[first as usize].push(second);
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.after.len()
    }

    /// Returns whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.after.is_empty()
    }

    /// Returns the number of edges, repetitions included.
    pub fn edges(&self) -> usize {
        self.after.iter().map(Vec::len).sum()
    }

    /// Returns what comes directly after a node.
    pub fn after(&self, node: u32) -> &[u32] {
        &self.after[node as usize]
    }

    /// Returns the nodes in order, of several possible ones the smallest first.
    ///
    /// # Errors
    ///
    /// One cycle, from its smallest node on, if there is no order.
    pub fn order(&self) -> Result<Vec<u32>, Vec<u32>> {
        let mut before = vec![0_u32; self.len()];
        for second in self.after.iter().flatten() {
            before[*second as usize] += 1;
        }
        let free = before.iter().enumerate().filter(|(_, count)| **count == 0);
        let mut ready: BinaryHeap<Reverse<u32>> = free.map(|(i, _)| Reverse(number(i))).collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(Reverse(node)) = ready.pop() {
            order.push(node);
            for second in self.after(node) {
                before[*second as usize] -= 1;
                if before[*second as usize] == 0 {
                    ready.push(Reverse(*second));
                }
            }
        }
        if order.len() == self.len() { Ok(order) } else { Err(self.cycle()) }
    }

    /// Returns for each node the number of its component: nodes that lie on a common cycle share one.
    pub fn components(&self) -> Vec<u32> {
        Components::of(self)
    }

    /// Returns the cycle through the smallest node that lies on one, shortest first; empty if none.
    fn cycle(&self) -> Vec<u32> {
        let component = self.components();
        let inside = |a: u32, b: u32| component[a as usize] == component[b as usize];
        let start = (0..number(self.len()))
            .find(|node| self.after(*node).iter().any(|next| next == node || inside(*node, *next)));
        let Some(start) = start else { return Vec::new() };
        let mut from: Vec<Option<u32>> = vec![None; self.len()];
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for next in self.after(node).iter().copied().filter(|next| inside(node, *next)) {
                if next == start {
                    return path_back(&from, start, node);
                }
                if from[next as usize].is_none() {
                    from[next as usize] = Some(node);
                    queue.push_back(next);
                }
            }
        }
        Vec::new()
    }
}

fn path_back(from: &[Option<u32>], start: u32, end: u32) -> Vec<u32> {
    let mut path = vec![end];
    let mut node = end;
    while node != start {
        let Some(before) = from[node as usize] else { break };
        node = before;
        path.push(node);
    }
    path.reverse();
    path
}

/// Tarjan's components, with an own stack in place of recursion.
struct Components<'a> {
    graph: &'a Graph,
    /// Order of discovery, from 1; 0 is not seen yet.
    seen: Vec<u32>,
    low: Vec<u32>,
    stack: Vec<u32>,
    on_stack: Vec<bool>,
    component: Vec<u32>,
    seen_count: u32,
    component_count: u32,
}

impl<'a> Components<'a> {
    fn of(graph: &'a Graph) -> Vec<u32> {
        let len = graph.len();
        let mut this = Self {
            graph,
            seen: vec![0; len],
            low: vec![0; len],
            stack: Vec::new(),
            on_stack: vec![false; len],
            component: vec![0; len],
            seen_count: 0,
            component_count: 0,
        };
        for node in 0..number(len) {
            if this.seen[node as usize] == 0 {
                this.walk(node);
            }
        }
        this.component
    }

    fn walk(&mut self, root: u32) {
        let mut path = vec![(root, 0_usize)];
        self.discover(root);
        while let Some((node, at)) = path.last_mut() {
            let node = *node;
            let Some(next) = self.graph.after(node).get(*at).copied() else {
                path.pop();
                self.leave(node, path.last().map(|(parent, _)| *parent));
                continue;
            };
            *at += 1;
            if self.seen[next as usize] == 0 {
                self.discover(next);
                path.push((next, 0));
            } else if self.on_stack[next as usize] {
                let low = self.low[node as usize].min(self.seen[next as usize]);
                self.low[node as usize] = low;
            }
        }
    }

    fn discover(&mut self, node: u32) {
        self.seen_count += 1;
        self.seen[node as usize] = self.seen_count;
        self.low[node as usize] = self.seen_count;
        self.stack.push(node);
        self.on_stack[node as usize] = true;
    }

    fn leave(&mut self, node: u32, parent: Option<u32>) {
        if self.low[node as usize] == self.seen[node as usize] {
            while let Some(top) = self.stack.pop() {
                self.on_stack[top as usize] = false;
                self.component[top as usize] = self.component_count;
                if top == node {
                    break;
                }
            }
            self.component_count += 1;
        }
        if let Some(parent) = parent {
            let low = self.low[parent as usize].min(self.low[node as usize]);
            self.low[parent as usize] = low;
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Graph;
    use proptest::prelude::*;

    fn graph(len: usize, edges: &[(u32, u32)]) -> Graph {
        let mut graph = Graph::new(len);
        for (first, second) in edges {
            graph.edge(*first, *second);
        }
        graph
    }

    #[test]
    fn orders_by_edges_and_then_by_number() {
        assert_eq!(graph(4, &[(3, 0), (2, 0), (0, 1)]).order(), Ok(vec![2, 3, 0, 1]));
    }

    #[test]
    fn reports_the_cycle_from_its_smallest_node() {
        assert_eq!(graph(5, &[(0, 3), (3, 2), (2, 4), (4, 3)]).order(), Err(vec![2, 4, 3]));
        assert_eq!(graph(2, &[(1, 1)]).order(), Err(vec![1]));
    }

    #[test]
    fn walks_long_chains_without_recursion() {
        let edges: Vec<(u32, u32)> = (0..99_999).map(|n| (n, n + 1)).collect();
        let chain = graph(100_000, &edges);
        assert_eq!(chain.order().map(|o| o.len()), Ok(100_000));
        assert_eq!(chain.components().len(), 100_000);
    }

    proptest! {
        #[test]
        fn an_order_respects_every_edge_or_there_is_a_cycle(
            edges in prop::collection::vec((0_u32..12, 0_u32..12), 0..30)
        ) {
            let graph = graph(12, &edges);
            match graph.order() {
                Ok(order) => {
                    let place = |n: u32| order.iter().position(|o| *o == n);
                    prop_assert!(edges.iter().all(|(a, b)| place(*a) < place(*b)));
                }
                Err(cycle) => {
                    prop_assert!(!cycle.is_empty());
                    for (i, node) in cycle.iter().enumerate() {
                        let next = cycle[(i + 1) % cycle.len()];
                        prop_assert!(graph.after(*node).contains(&next));
                    }
                }
            }
        }
    }
}
