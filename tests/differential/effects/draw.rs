//! A layout of a seed, and what becomes of it.

mod moves;
mod stages;

pub(super) use stages::{Stage, stages};

use super::layout::{
    Call, Condition, Features, Item, Keys, Layout, Module, PROVIDERS, Removed, Resource, Target,
};
use crate::sim::random::Random;

const IGNORED: [&[&str]; 7] = [
    &["input"],
    &["input.n"],
    &["input.v", "triggers_replace"],
    &["triggers_replace"],
    &["triggers_replace[0]"],
    &["all"],
    &["input.n", "triggers_replace[1]"],
];

const KEYS: [&[&str]; 5] = [&["a"], &["a", "b"], &["b", "c"], &["a", "b", "c"], &["c"]];

/// Returns the layout of a seed.
fn random(random: &mut Random) -> Layout {
    let count = 1 + random.below(3);
    let mut has = || random.chance(1, 2);
    let features = Features {
        moves: has(),
        ignores: has(),
        aliases: has(),
        conditions: has(),
        protections: has() && has(),
        arguments: has(),
    };
    let modules = vec![Module::default(); count];
    let mut layout = Layout { modules, features, ..Layout::default() };
    let mut uncalled = Vec::new();
    for index in (0..count).rev() {
        // Some are called by the one before, and all others by the root.
        let mut called: Vec<usize> =
            if index == 0 || random.chance(1, 2) { std::mem::take(&mut uncalled) } else { vec![] };
        for _ in 0..2 + random.below(if index == 0 { 4 } else { 2 }) {
            if !called.is_empty() && random.chance(1, 3) {
                let module = called.remove(0);
                add_call(&mut layout, index, module, random);
            } else {
                add_resource(&mut layout, index, random);
            }
        }
        for module in called {
            add_call(&mut layout, index, module, random);
        }
        if index == 0 && count > 1 && random.chance(1, 4) {
            add_call(&mut layout, index, count - 1, random);
        }
        let end = layout.modules[index].items.len();
        layout.modules[index].output = targets(&layout, (index, end), &mut Vec::new(), random);
        uncalled.push(index);
    }
    layout
}

/// Returns a layout that some changes were made to.
fn changed(before: &Layout, random: &mut Random) -> Layout {
    let mut layout = before.clone();
    if layout.features.moves {
        moves::add(&mut layout, random);
    }
    for index in 0..layout.modules.len() {
        for place in (0..layout.modules[index].items.len()).rev() {
            if random.chance(1, 2) {
                change(&mut layout, (index, place), random);
            }
        }
        if random.chance(1, 3) {
            add_resource(&mut layout, index, random);
        }
    }
    layout
}

/// Lets a command of some resource fail, if that is created, or a condition of it.
fn failing(layout: &Layout, random: &mut Random) -> Layout {
    let mut layout = layout.clone();
    let is_condition = layout.features.conditions && random.chance(1, 2);
    let (is_after, is_early) = (random.chance(1, 2), random.chance(1, 2));
    let items = layout.modules.iter_mut().flat_map(|module| &mut module.items);
    let mut made: Vec<&mut Resource> = items.filter_map(Item::resource).collect();
    if made.is_empty() {
        return layout;
    }
    let place = random.below(made.len());
    let chosen = &mut *made[place];
    if is_condition {
        let of = chosen.input.clone();
        let of = of.into_iter().filter(|target| !matches!(target, Target::Twin(_))).collect();
        chosen.condition = Some(Condition { is_after, is_early, holds: false, of });
    } else {
        layout.failing = Some(chosen.name.clone());
    }
    layout
}

/// Returns a layout in which nothing is protected; `None` if that is so already.
fn unprotected(layout: &Layout) -> Option<Layout> {
    let mut layout = layout.clone();
    let mut was_protected = false;
    for item in layout.modules.iter_mut().flat_map(|module| &mut module.items) {
        if let Some(made) = item.resource() {
            was_protected |= std::mem::take(&mut made.prevent_destroy);
        }
    }
    was_protected.then_some(layout)
}

fn add_resource(layout: &mut Layout, index: usize, random: &mut Random) {
    let name = fresh(layout, "r");
    let mut resource = Resource { name, keys: keys(random), ..Resource::default() };
    resource.create_before_destroy = random.chance(1, 4);
    let place = layout.modules[index].items.len();
    refer(layout, (index, place), &mut resource, random);
    let features = layout.features;
    if features.ignores && random.chance(1, 3) {
        resource.ignores = random.pick(&IGNORED).to_vec();
    }
    resource.prevent_destroy = features.protections && random.chance(1, 6);
    resource.other_provider = features.aliases && random.chance(1, 2);
    if features.conditions && random.chance(1, 3) {
        let of = targets(layout, (index, place), &mut Vec::new(), random);
        let (is_after, is_early) = (random.chance(1, 2), random.chance(1, 2));
        resource.condition = Some(Condition { is_after, is_early, holds: true, of });
    }
    layout.modules[index].items.push(Item::Resource(resource));
}

fn add_call(layout: &mut Layout, index: usize, module: usize, random: &mut Random) {
    let name = fresh(layout, "m");
    let end = layout.modules[index].items.len();
    let mut used = Vec::new();
    let input = targets(layout, (index, end), &mut used, random);
    let depends_on =
        if random.chance(1, 2) { dependencies(layout, (index, end), random) } else { Vec::new() };
    let keys = keys(random);
    let providers = random.below(PROVIDERS.len());
    let call = Call { name, module, keys, input, depends_on, providers };
    layout.modules[index].items.push(Item::Call(call));
}

fn fresh(layout: &mut Layout, letter: &str) -> String {
    layout.names += 1;
    format!("{letter}{}", layout.names)
}

fn keys(random: &mut Random) -> Keys {
    match random.below(5) {
        0 => Keys::Count(1 + random.below(2)),
        1 => Keys::Each((*random.pick(&KEYS)).to_vec()),
        _ => Keys::Once,
    }
}

/// Lets a resource refer to some items before a place.
fn refer(layout: &Layout, at: (usize, usize), resource: &mut Resource, random: &mut Random) {
    let mut used = Vec::new();
    for _ in 0..=random.below(2) {
        let mut found = targets(layout, at, &mut used, random);
        found.truncate(1);
        match random.below(6) {
            0 | 1 => twinned(layout, at.0, resource, found, random),
            2 => resource.triggers.extend(found),
            3 => {
                found.retain(|target| matches!(target, Target::Resource(_)));
                resource.replaced_by.extend(found);
            }
            _ => {
                found.retain(|target| *target != Target::Input);
                resource.depends_on.extend(found);
            }
        }
    }
}

/// Refers in the input, and to the instance of the own key where there may be one.
fn twinned(
    layout: &Layout,
    index: usize,
    resource: &mut Resource,
    found: Vec<Target>,
    random: &mut Random,
) {
    for target in found {
        let named = |item: &&Item| Some(item.name()) == target.name();
        let item = layout.modules[index].items.iter().find(named);
        let is_each = |keys: &Keys| matches!(keys, Keys::Each(_));
        let has_twins = is_each(&resource.keys) && item.is_some_and(|item| is_each(item.keys()));
        resource.input.push(match target {
            Target::Resource(name) if has_twins && random.chance(2, 3) => Target::Twin(name),
            target @ (Target::Resource(_)
            | Target::Output(_)
            | Target::Twin(_)
            | Target::Module(_)
            | Target::Input) => target,
        });
    }
}

/// Returns one or two things that can be referred to before a place, and were not used.
fn targets(
    layout: &Layout,
    (index, place): (usize, usize),
    used: &mut Vec<Target>,
    random: &mut Random,
) -> Vec<Target> {
    let items = layout.modules[index].items[..place].iter();
    let mut all: Vec<Target> = items
        .map(|item| match item {
            Item::Resource(made) => Target::Resource(made.name.clone()),
            Item::Call(made) => Target::Module(made.name.clone()),
        })
        .collect();
    if index > 0 {
        all.push(Target::Input);
    }
    let mut found = Vec::new();
    for _ in 0..=random.below(2) {
        all.retain(|target| !used.contains(target));
        if all.is_empty() {
            break;
        }
        let target = random.pick(&all).clone();
        used.push(target.clone());
        found.push(match target {
            Target::Resource(name) if random.chance(1, 3) => Target::Output(name),
            target @ (Target::Resource(_)
            | Target::Output(_)
            | Target::Twin(_)
            | Target::Module(_)
            | Target::Input) => target,
        });
    }
    found
}

fn dependencies(layout: &Layout, at: (usize, usize), random: &mut Random) -> Vec<Target> {
    let mut found = targets(layout, at, &mut Vec::new(), random);
    found.retain(|target| *target != Target::Input);
    found
}

fn change(layout: &mut Layout, (index, place): (usize, usize), random: &mut Random) {
    let fresh = layout.names + random.below(1000);
    let dependencies = dependencies(layout, (index, place), random);
    let features = layout.features;
    match &mut layout.modules[index].items[place] {
        Item::Call(call) => match random.below(5) {
            4 => call.providers = random.below(PROVIDERS.len()),
            0 => change_keys(&mut call.keys, random),
            1 => call.depends_on = dependencies,
            2 => call.input.clear(),
            _ => remove(layout, (index, place), random),
        },
        Item::Resource(resource) => match random.below(13) {
            10 if features.ignores => resource.ignores = random.pick(&IGNORED).to_vec(),
            10 if features.protections => resource.prevent_destroy = !resource.prevent_destroy,
            11 if features.aliases => resource.other_provider = !resource.other_provider,
            11 => {
                resource.ignores.clear();
                resource.condition = None;
            }
            12 => (resource.value, resource.trigger) = (fresh, fresh),
            0 | 1 => resource.value = fresh,
            2 | 3 => resource.trigger = fresh,
            4 => {
                resource.trigger = fresh;
                resource.create_before_destroy = !resource.create_before_destroy;
            }
            5 => change_keys(&mut resource.keys, random),
            6 => resource.depends_on = dependencies,
            7 => {
                resource.input.clear();
                resource.depends_on.clear();
            }
            8 => {
                resource.triggers.clear();
                resource.replaced_by.clear();
            }
            _ => remove(layout, (index, place), random),
        },
    }
}

fn change_keys(keys: &mut Keys, random: &mut Random) {
    match keys {
        Keys::Once => {}
        Keys::Count(count) => *count = 1 + random.below(3),
        Keys::Each(keys) => *keys = (*random.pick(&KEYS)).to_vec(),
    }
}

/// Removes an item and what refers to it, now and then with a block that says so.
fn remove(layout: &mut Layout, (index, place): (usize, usize), random: &mut Random) {
    let item = take(&mut layout.modules[index], place);
    if layout.features.moves && random.chance(1, 2) {
        // Of those in other modules Terraform forgets the commands.
        let may_tell = matches!(item, Item::Resource(_)) && index == 0;
        layout.modules[index].removed.push(Removed {
            from: moves::address(&item),
            destroy: random.chance(1, 2),
            tells: may_tell && random.chance(1, 2),
        });
    }
}

/// Takes an item out of a module, and what refers to it.
fn take(module: &mut Module, place: usize) -> Item {
    let taken = module.items.remove(place);
    let name = taken.name().to_owned();
    let others = |target: &Target| target.name() != Some(&name);
    module.output.retain(others);
    for item in &mut module.items {
        for references in item.references() {
            references.retain(others);
        }
    }
    taken
}
