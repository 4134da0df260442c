//! Renames that a plan looks like: something to be destroyed and something to be created that have
//! the same configuration. It is a note for people; nothing acts upon it.
//!
//! Whole modules come before whole resources, and those before instances, so that the fewest
//! statements say it. What could be meant in more than one way is left out.

use crate::plan::{Action, Change, Plan, PlanMode, Reason};
use infra_model::{
    address::{Address, InstanceKey, Mode, ModuleAddress, ModuleStep, ProviderAddress},
    kind::Kinds,
    schema::{Attribute, Block, Usage},
    text::Text,
    value::Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// A `moved` block that would explain a destroy and a create.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggestion {
    /// The old address of a resource, an instance or a module.
    pub from: String,
    /// The new one.
    pub to: String,
}

/// Above this number of objects on one side nothing is compared.
const COMPARED_MAX: usize = 2000;

/// What an object is called within the thing that may have been renamed.
type Within = (Vec<ModuleStep>, Text, Text, InstanceKey);

/// Objects of one side that would move together, by what they are called within.
type Group<'a> = BTreeMap<Within, &'a Change>;

/// The groups of one side by the address of the thing as a person would write it.
type Groups<'a> = BTreeMap<String, (Shape, Group<'a>)>;

/// What two things must have in common to be the same one renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Call,
    Module,
    Resource,
    Instance,
}

/// Returns the `moved` blocks that a plan suggests.
pub fn moves(plan: &Plan, kinds: &Kinds) -> Vec<Suggestion> {
    if plan.mode != PlanMode::Normal || plan.partial {
        return Vec::new();
    }
    let is_managed = |change: &&Change| change.address.mode == Mode::Managed;
    let current = || plan.changes.iter().filter(is_managed);
    let mut gone: Vec<&Change> = current().filter(|change| is_gone(change)).collect();
    let mut new: Vec<&Change> = current()
        .filter(|c| c.action == Action::Create && c.reason.is_none() && c.moved_from.is_none())
        .collect();
    if gone.is_empty() || new.is_empty() || gone.len().max(new.len()) > COMPARED_MAX {
        return Vec::new();
    }
    let mut found = Vec::new();
    for shape in [Shape::Call, Shape::Module, Shape::Resource, Shape::Instance] {
        let stays = |side: &BTreeSet<&Address>| {
            current().filter(|c| !side.contains(&c.address)).map(|c| &c.address).collect()
        };
        let (olds, news) = (addresses(&gone), addresses(&new));
        let from = whole(groups(shape, &gone), &stays(&olds), shape);
        let to = whole(groups(shape, &new), &stays(&news), shape);
        for (old, young) in pairs(&from, &to, kinds) {
            let moved: BTreeSet<&Address> = addresses_in(&from[&old]);
            let made: BTreeSet<&Address> = addresses_in(&to[&young]);
            // A thing inside of one that was explained needs no block of its own.
            if moved.iter().all(|a| gone.iter().any(|c| c.address == **a)) {
                gone.retain(|change| !moved.contains(&change.address));
                new.retain(|change| !made.contains(&change.address));
                found.push(Suggestion { from: old, to: young });
            }
        }
    }
    found.sort();
    found
}

fn is_gone(change: &Change) -> bool {
    let unconfigured = matches!(
        change.reason,
        Some(Reason::NoResource | Reason::NoModule | Reason::NoKey | Reason::WrongRepetition)
    );
    change.action == Action::Delete && change.deposed.is_none() && unconfigured
}

fn addresses<'a>(changes: &[&'a Change]) -> BTreeSet<&'a Address> {
    changes.iter().map(|change| &change.address).collect()
}

fn addresses_in<'a>((_, group): &(Shape, Group<'a>)) -> BTreeSet<&'a Address> {
    group.values().map(|change| &change.address).collect()
}

/// Returns the things of one shape that changes belong to.
fn groups<'a>(shape: Shape, changes: &[&'a Change]) -> Groups<'a> {
    let mut all: Groups<'a> = BTreeMap::new();
    for change in changes {
        for (name, within) in places(shape, &change.address) {
            let (_, group) = all.entry(name).or_insert_with(|| (shape, Group::new()));
            group.insert(within, change);
        }
    }
    all
}

/// Returns the things of a shape that an address belongs to, and what it is called within.
fn places(shape: Shape, address: &Address) -> Vec<(String, Within)> {
    let (kind, name, key) = (address.kind.0.clone(), address.name.clone(), address.key.clone());
    let steps = address.module.steps();
    let nothing = Text::from("");
    match shape {
        Shape::Instance => {
            vec![(address.to_string(), (Vec::new(), kind, nothing, InstanceKey::None))]
        }
        Shape::Resource => {
            let whole = address.with_key(InstanceKey::None).to_string();
            vec![(whole, (Vec::new(), kind, nothing, key))]
        }
        Shape::Call | Shape::Module => (0..steps.len())
            .map(|at| {
                let mut front: Vec<ModuleStep> = steps[..=at].to_vec();
                let mut rest = steps[at + 1..].to_vec();
                if shape == Shape::Call {
                    // The key of the call stays as it is.
                    let key = std::mem::replace(&mut front[at].key, InstanceKey::None);
                    rest.insert(0, ModuleStep { name: nothing.clone(), key });
                }
                let module: ModuleAddress = front.into_iter().collect();
                let within = (rest, kind.clone(), name.clone(), key.clone());
                (module.to_string(), within)
            })
            .collect(),
    }
}

/// Keeps the things of which everything goes or comes.
fn whole<'a>(mut all: Groups<'a>, others: &BTreeSet<&Address>, shape: Shape) -> Groups<'a> {
    for other in others {
        for (name, _) in places(shape, other) {
            all.remove(&name);
        }
    }
    all
}

/// Returns the things that fit together and nothing else.
fn pairs(from: &Groups<'_>, to: &Groups<'_>, kinds: &Kinds) -> Vec<(String, String)> {
    let mut fits: Vec<(&String, &String)> = Vec::new();
    for (old, (_, before)) in from {
        for (young, (_, after)) in to {
            if old != young && before.keys().eq(after.keys()) && same(before, after, kinds) {
                fits.push((old, young));
            }
        }
    }
    let only = |(old, young): &(&String, &String)| {
        let olds = fits.iter().filter(|(other, _)| other == old).count();
        let news = fits.iter().filter(|(_, other)| other == young).count();
        olds == 1 && news == 1
    };
    fits.iter().filter(|pair| only(pair)).map(|(a, b)| ((*a).clone(), (*b).clone())).collect()
}

fn same(before: &Group<'_>, after: &Group<'_>, kinds: &Kinds) -> bool {
    before.iter().all(|(within, old)| {
        let (Some(new), Some(kind)) = (after.get(within), kinds.get(Mode::Managed, &old.kind))
        else {
            return false;
        };
        let (Some(recorded), Some(planned)) = (&old.prior, &new.planned) else { return false };
        // What another provider instance made is not to be found through this one. The module of a
        // provider may be renamed with its resources.
        let by = |change: &Change| {
            let ProviderAddress { provider, alias, key, .. } = change.provider.clone();
            (provider, alias, key)
        };
        old.kind == new.kind
            && by(old) == by(new)
            && same_block(&kind.schema().block, recorded, planned)
    })
}

/// Returns whether everything that is configured and known is what is recorded.
fn same_block(block: &Block, recorded: &Value, planned: &Value) -> bool {
    let settable =
        |attribute: &Attribute| attribute.usage != Usage::Computed && !attribute.write_only;
    block.attributes.iter().filter(|(_, attribute)| settable(attribute)).all(|(name, _)| {
        match (recorded.get(name), planned.get(name)) {
            (Some(old), Some(new)) => agrees(old, new),
            (old, new) => old.is_none() && new.is_none(),
        }
    }) && block.blocks.keys().all(|name| match (recorded.get(name), planned.get(name)) {
        (Some(old), Some(new)) => agrees(old, new),
        (old, new) => old.is_none() && new.is_none(),
    })
}

/// Returns whether a planned value may become the recorded one: what is not known agrees.
fn agrees(recorded: &Value, planned: &Value) -> bool {
    let (old, _) = recorded.clone().unmark_deep();
    let (new, _) = planned.clone().unmark_deep();
    agrees_plain(&old, &new)
}

fn agrees_plain(old: &Value, new: &Value) -> bool {
    if !new.is_known() {
        return true;
    }
    if new.is_wholly_known() {
        return old == new;
    }
    match (old.entries(), new.entries(), old.items(), new.items()) {
        (Some(a), Some(b), _, _) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((x, v), (y, w))| x == y && agrees_plain(v, w))
        }
        (_, _, Some(a), Some(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(v, w)| agrees_plain(v, w))
        }
        _ => false,
    }
}
