//! Which effects have to come before which, derived from the configuration alone.
//!
//! - What is made or changed comes after everything it refers to: after every instance, or after the
//!   one that is referred to by key.
//! - What goes comes before everything that it referred to when it was last applied.
//! - What is replaced goes first, or last with `create_before_destroy`, which those that it refers to
//!   take over. In the latter case it goes after what referred to it has changed too.

use super::{
    layout::{Condition, Item, Layout, Target},
    seen::{Effect, Verb},
};
use std::collections::{BTreeMap, BTreeSet};

/// What was applied of an instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Applied {
    needs: BTreeSet<String>,
    create_before_destroy: bool,
}

/// The instances of a layout by address.
pub(super) type Instances = BTreeMap<String, Applied>;

/// Returns the instances of a layout, and what each refers to. Blocks that a target leaves out hand
/// nothing on.
pub(super) fn instances(layout: &Layout, target: Option<&str>) -> Instances {
    let mut all = Blocks { layout, blocks: BTreeMap::new() };
    all.add_module(0, &Place::default(), &BTreeSet::new(), &BTreeSet::new());
    let is_named = |block: &Block| {
        let covers = |address: &String| target.is_none_or(|target| covers(target, address));
        block.addresses.iter().any(covers)
    };
    let named = all.blocks.iter().filter(|(_, block)| is_named(block));
    let taken: BTreeSet<String> = named.flat_map(|(path, _)| all.reach(path)).collect();
    let first = taken.iter().filter(|path| all.blocks[*path].first);
    let first: BTreeSet<String> = first.flat_map(|path| all.reach(path)).collect();
    let mut found = Instances::new();
    for (path, block) in &all.blocks {
        for address in &block.addresses {
            let needs = block.needs.iter().flat_map(|need| &all.blocks[need].addresses);
            let needs = needs.filter(|need| !elsewhere(address, need));
            let twins = block.twins.iter().flat_map(|need| &all.blocks[need].addresses);
            let twins = twins.filter(|need| !elsewhere(address, need) && key(address) == key(need));
            let needs = needs.chain(twins).cloned().collect();
            found.insert(
                address.clone(),
                Applied { needs, create_before_destroy: first.contains(path) },
            );
        }
    }
    found
}

/// Returns whether a target is an address or something around it.
fn covers(target: &str, address: &str) -> bool {
    let rest = address.strip_prefix(target);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Returns what was applied under the addresses that it has moved to.
pub(super) fn moved(before: &Instances, moves: &BTreeMap<String, String>) -> Instances {
    let to = |address: &String| moves.get(address).unwrap_or(address).clone();
    let each = |(address, applied): (&String, &Applied)| {
        let needs = applied.needs.iter().map(to).collect();
        (to(address), Applied { needs, ..applied.clone() })
    };
    before.iter().map(each).collect()
}

/// Returns what is applied after some effects: as `after` says of what was made, and of everything
/// if nothing failed or was left out.
pub(super) fn applied(
    before: &Instances,
    after: &Instances,
    effects: &BTreeSet<Effect>,
    is_whole: bool,
) -> Instances {
    if is_whole {
        return after.clone();
    }
    let mut found = before.clone();
    found.retain(|address, applied| {
        let gone = Effect { verb: Verb::Gone, address: address.clone() };
        // Of what is left as it was nothing is known where the configuration says otherwise.
        !effects.contains(&gone) && after.get(address).is_none_or(|after| after == applied)
    });
    for Effect { address, .. } in effects.iter().filter(|effect| effect.verb == Verb::Make) {
        found.insert(address.clone(), after.get(address).cloned().unwrap_or_default());
    }
    found
}

/// Returns the pairs of effects whose order matters.
pub(super) fn expected(
    before: &Instances,
    after: &Instances,
    effects: &BTreeSet<Effect>,
) -> Vec<(Effect, Effect)> {
    let make = |address: &str| Effect { verb: Verb::Make, address: address.to_owned() };
    let gone = |address: &str| Effect { verb: Verb::Gone, address: address.to_owned() };
    let mut next: BTreeMap<Effect, BTreeSet<Effect>> = BTreeMap::new();
    let mut edge = |first: Effect, second: Effect| {
        next.entry(first).or_default().insert(second);
    };
    for (address, instance) in after {
        for need in &instance.needs {
            edge(make(need), make(address));
        }
    }
    for (address, instance) in before {
        for need in &instance.needs {
            edge(gone(address), gone(need));
        }
    }
    let goes = |address: &str| effects.contains(&gone(address));
    for address in before.keys().filter(|address| goes(address)) {
        let replaced = after.get(address);
        let first = replaced.unwrap_or(&before[address]).create_before_destroy;
        if replaced.is_some() && effects.contains(&make(address)) {
            let (one, other) = (make(address), gone(address));
            if first { edge(one, other) } else { edge(other, one) }
        }
        if first {
            let users = before.keys().filter(|user| reach(before, user).contains(address));
            for user in users.map(|user| make(user)).filter(|user| effects.contains(user)) {
                edge(user, gone(address));
            }
        }
    }
    pairs(&next, effects)
}

fn pairs(
    next: &BTreeMap<Effect, BTreeSet<Effect>>,
    effects: &BTreeSet<Effect>,
) -> Vec<(Effect, Effect)> {
    let mut found = Vec::new();
    for first in effects {
        let (mut seen, mut open) = (BTreeSet::new(), vec![first]);
        while let Some(at) = open.pop() {
            open.extend(next.get(at).into_iter().flatten().filter(|to| seen.insert(*to)));
        }
        let seconds = seen.into_iter().filter(|second| effects.contains(*second));
        found.extend(seconds.map(|second| (first.clone(), second.clone())));
    }
    found
}

/// Returns everything that an instance refers to, over others.
fn reach<'a>(all: &'a Instances, address: &str) -> BTreeSet<&'a String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![address]);
    while let Some(at) = open.pop() {
        let needs = all.get(at).map(|instance| &instance.needs);
        open.extend(needs.into_iter().flatten().filter(|need| seen.insert(*need)).map(|n| &**n));
    }
    seen
}

/// Returns the key of a resource.
fn key(address: &str) -> Option<&str> {
    address
        .rsplit_once(".terraform_data.")
        .map_or(address, |(_, own)| own)
        .split_once('[')
        .map(|p| p.1)
}

/// Returns whether two resources are in different instances of one module.
fn elsewhere(one: &str, other: &str) -> bool {
    let steps = |address: &str| -> Vec<(String, String)> {
        let steps = address.split("module.").skip(1);
        let step = |text: &str| {
            let text = text.split(".terraform_data.").next().unwrap_or(text).trim_end_matches('.');
            let (name, key) = text.split_once('[').unwrap_or((text, ""));
            (name.to_owned(), key.to_owned())
        };
        steps.map(step).collect()
    };
    let (one, other) = (steps(one), steps(other));
    let differ = one.iter().zip(&other).find(|(a, b)| a != b);
    differ.is_some_and(|(a, b)| a.0 == b.0)
}

/// Where a module is: the names of the calls, and the addresses of its instances.
#[derive(Clone, Debug)]
struct Place {
    path: String,
    addresses: Vec<String>,
}

impl Default for Place {
    fn default() -> Self {
        Self { path: String::new(), addresses: vec![String::new()] }
    }
}

/// A resource block in the place of its module.
struct Block {
    addresses: Vec<String>,
    needs: BTreeSet<String>,
    /// Of which the instance with the same key is needed.
    twins: BTreeSet<String>,
    first: bool,
}

struct Blocks<'a> {
    layout: &'a Layout,
    blocks: BTreeMap<String, Block>,
}

impl Blocks<'_> {
    /// Adds the resources of a module, and returns what its output is made of.
    fn add_module(
        &mut self,
        index: usize,
        place: &Place,
        input: &BTreeSet<String>,
        always: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut scope = Scope { input: input.clone(), ..Scope::default() };
        let module = &self.layout.modules[index];
        for item in &module.items {
            let path = format!("{}/{}", place.path, item.name());
            let brackets = item.keys().brackets();
            match item {
                Item::Resource(made) => {
                    let is_twin = |target: &&Target| matches!(target, Target::Twin(_));
                    let twins = scope.values(made.input.iter().filter(is_twin));
                    let lists = [&made.input, &made.triggers, &made.replaced_by];
                    let condition = made.condition.iter().flat_map(Condition::needs);
                    let whole = lists
                        .into_iter()
                        .flatten()
                        .chain(condition)
                        .filter(|target| !is_twin(target));
                    let mut needs = scope.values(whole);
                    needs.extend(scope.all(&made.depends_on));
                    needs.extend(always.clone());
                    let at = format!("terraform_data.{}", made.name);
                    let addresses = addresses(place, &at, &brackets);
                    let block =
                        Block { addresses, needs, twins, first: made.create_before_destroy };
                    self.blocks.insert(path.clone(), block);
                    let own: BTreeSet<String> = [path].into();
                    scope.add(item.name(), own.clone(), own);
                }
                Item::Call(made) => {
                    let depends_on = scope.all(&made.depends_on);
                    let always = always.union(&depends_on).cloned().collect();
                    let at = format!("module.{}", made.name);
                    let prefix = format!("{path}/");
                    let inner = Place { addresses: addresses(place, &at, &brackets), path };
                    let input = scope.values(&made.input);
                    let value = self.add_module(made.module, &inner, &input, &always);
                    let within = self.blocks.keys().filter(|key| key.starts_with(&prefix));
                    let whole = within.chain(&value).chain(&always).cloned().collect();
                    scope.add(item.name(), value, whole);
                }
            }
        }
        let mut output = scope.values(&module.output);
        output.extend(always.clone());
        output
    }

    /// Returns a block and everything that it refers to, over others.
    fn reach(&self, path: &str) -> Vec<String> {
        let mut seen: BTreeSet<String> = [path.to_owned()].into();
        let mut open = vec![path.to_owned()];
        while let Some(at) = open.pop() {
            let block = &self.blocks[&at];
            let needs = block.needs.iter().chain(&block.twins);
            open.extend(needs.filter(|need| seen.insert((*need).clone())).cloned());
        }
        seen.into_iter().collect()
    }
}

fn addresses(place: &Place, at: &str, brackets: &[String]) -> Vec<String> {
    let each = |above: &String| {
        let dot = if above.is_empty() { "" } else { "." };
        brackets.iter().map(move |key| format!("{above}{dot}{at}{key}")).collect::<Vec<_>>()
    };
    place.addresses.iter().flat_map(each).collect()
}

/// What names within a module stand for, in resource blocks.
#[derive(Default)]
struct Scope {
    input: BTreeSet<String>,
    /// By name: what its value is made of, and all that is waited for by `depends_on`.
    known: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>,
}

impl Scope {
    fn add(&mut self, name: &str, value: BTreeSet<String>, whole: BTreeSet<String>) {
        self.known.insert(name.to_owned(), (value, whole));
    }

    fn values<'a>(&self, targets: impl IntoIterator<Item = &'a Target>) -> BTreeSet<String> {
        let known = |target: &Target| match target.name() {
            Some(name) => self.known[name].0.clone(),
            None => self.input.clone(),
        };
        targets.into_iter().flat_map(known).collect()
    }

    fn all(&self, targets: &[Target]) -> BTreeSet<String> {
        let names = targets.iter().filter_map(Target::name);
        names.flat_map(|name| self.known[name].1.clone()).collect()
    }
}
