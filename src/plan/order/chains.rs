//! What hangs together over something else: what was made from what was made from a destroyed
//! object.
//!
//! Needs are recorded as they stand in the configuration, one step deep. Something between two
//! objects may have no step that hands the order on; here it is handed on without one. Like all that
//! looks at recorded needs alone, it is given up where it leads in a circle with what must be; and
//! where recorded needs themselves lead in a circle, which is told: a deposed object and what
//! replaced it share an address, and states that were brought from elsewhere say what they say.

use super::{
    Draft, Item,
    handles::{Index, bundle},
};
use crate::plan::Action;
use infra_model::{address::Address, graph::Graph};
use std::collections::BTreeMap;

/// Adds the waits, and returns the addresses that recorded needs lead around in a circle.
pub(super) fn add(draft: &mut Draft, items: &[Item], index: &Index<'_>) -> Vec<Address> {
    if draft.own.iter().all(|own| own.destroys.is_none()) {
        return Vec::new();
    }
    let mut links = Links::of(items, index);
    let (order, circular) = links.order();
    let mut handles =
        Handles { above: vec![None; items.len()], needs: vec![Need::default(); links.needs.len()] };
    for node in order {
        match (node as usize).checked_sub(items.len()) {
            None => handles.item(draft, items, (&links, node as usize)),
            Some(need) => handles.need(draft, items, (&links, need)),
        }
    }
    let mut circular: Vec<Address> =
        circular.into_iter().map(|at| items[at].address.clone()).collect();
    circular.sort();
    circular.dedup();
    circular
}

/// Who needs what: items, and the addresses that they name.
struct Links<'a> {
    /// An address and the items that need it.
    needs: Vec<(&'a Address, Vec<usize>)>,
    /// The addresses among `needs` that an item is meant by.
    meant: Vec<Vec<usize>>,
}

impl<'a> Links<'a> {
    fn of(items: &'a [Item], index: &Index<'_>) -> Self {
        let mut users: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            for need in item.old_needs.iter() {
                users.entry(need).or_default().push(at);
            }
        }
        let needs: Vec<_> = users.into_iter().collect();
        let mut meant = vec![Vec::new(); items.len()];
        for (number, (need, _)) in needs.iter().enumerate() {
            for of in index.all(need, items) {
                meant[of].push(number);
            }
        }
        Self { needs, meant }
    }

    /// Returns items and, numbered behind them, addresses: users first; and the items on circles,
    /// which hand nothing on to each other.
    fn order(&mut self) -> (Vec<u32>, Vec<usize>) {
        let graph = self.graph();
        if let Ok(order) = graph.order() {
            return (order, Vec::new());
        }
        let (component, count) = (graph.components(), self.meant.len());
        let mut circular = Vec::new();
        for (item, needs) in self.meant.iter_mut().enumerate() {
            let before = needs.len();
            needs.retain(|need| component[count + need] != component[item]);
            circular.extend((needs.len() < before).then_some(item));
        }
        let graph = self.graph();
        // Every circle went through one of the links that are gone; if one were left, nothing would
        // be handed on, and all would be told of.
        match graph.order() {
            Ok(order) => (order, circular),
            Err(_) => (Vec::new(), (0..count).collect()),
        }
    }

    fn graph(&self) -> Graph {
        let count = self.meant.len();
        let mut graph = Graph::new(count + self.needs.len());
        for (need, (_, users)) in self.needs.iter().enumerate() {
            for user in users {
                graph.edge(number(*user), number(count + need));
            }
        }
        for (item, needs) in self.meant.iter().enumerate() {
            for need in needs {
                graph.edge(number(count + need), number(item));
            }
        }
        graph
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// After what all that was made from an item has ended, and has turned elsewhere.
#[derive(Clone, Copy, Debug, Default)]
struct Above {
    ended: Option<u32>,
    turned: Option<u32>,
}

/// The same of an address: of its users themselves, and of what is above them.
#[derive(Clone, Copy, Debug, Default)]
struct Need {
    all: Above,
    deep: Above,
}

struct Handles {
    above: Vec<Option<Above>>,
    needs: Vec<Need>,
}

impl Handles {
    fn item(&mut self, draft: &mut Draft, items: &[Item], (links, at): (&Links<'_>, usize)) {
        let item = &items[at];
        let (mut ended, mut turned) = (Vec::new(), Vec::new());
        for need in &links.meant[at] {
            let need = self.needs[*need];
            ended.extend(need.all.ended);
            turned.extend(need.all.turned);
            let Some(destroys) = draft.own[at].destroys else { continue };
            let anew = item.action == Action::Replace && !item.create_before_destroy;
            let turned = need.deep.turned.filter(|_| !anew);
            let before = need.deep.ended.into_iter().chain(turned);
            draft.late_wishes.extend(before.map(|node| (node, destroys)));
        }
        self.above[at] = Some(Above {
            ended: bundle(draft, ended, &item.address, item),
            turned: bundle(draft, turned, &item.address, item),
        });
    }

    fn need(&mut self, draft: &mut Draft, items: &[Item], (links, at): (&Links<'_>, usize)) {
        let (address, users) = &links.needs[at];
        let Some(like) = users.first().map(|first| &items[*first]) else { return };
        let [mut ended, mut turned, mut deep_ended, mut deep_turned] = [const { Vec::new() }; 4];
        for user in users {
            let (own, above) = (draft.own[*user], self.above[*user].unwrap_or_default());
            if let Some(destroys) = own.destroys {
                ended.push(destroys);
            } else {
                ended.extend(above.ended);
                deep_ended.extend(above.ended);
            }
            turned.extend(own.makes);
            turned.extend(above.turned);
            deep_turned.extend(above.turned);
        }
        let mut bundled = |nodes| bundle(draft, nodes, address, like);
        let all = Above { ended: bundled(ended), turned: bundled(turned) };
        let deep = Above { ended: bundled(deep_ended), turned: bundled(deep_turned) };
        self.needs[at] = Need { all, deep };
    }
}
