//! Things that get another address, told by `moved` blocks: other names, other keys, other modules.

use super::{KEYS, Random, fresh, take};
use crate::differential::effects::layout::{Call, Item, Keys, Layout, Target};

/// Moves one to three things.
pub(super) fn add(layout: &mut Layout, random: &mut Random) {
    for module in &mut layout.modules {
        // Moves of the past may stay, and be the first part of a chain.
        if random.chance(1, 3) {
            module.moved.clear();
        }
    }
    for _ in 0..=random.below(3) {
        match random.below(5) {
            0 | 1 => rename(layout, random),
            2 => change_keys(layout, random),
            _ => relocate(layout, random),
        }
    }
}

/// Returns the address of an item in its module, without a key.
pub(super) fn address(item: &Item) -> String {
    match item {
        Item::Resource(made) => format!("terraform_data.{}", made.name),
        Item::Call(made) => format!("module.{}", made.name),
    }
}

/// Returns the place of some item.
fn place(layout: &Layout, random: &mut Random) -> Option<(usize, usize)> {
    let index = random.below(layout.modules.len());
    let count = layout.modules[index].items.len();
    (count > 0).then(|| (index, random.below(count)))
}

fn rename(layout: &mut Layout, random: &mut Random) {
    let Some((index, place)) = place(layout, random) else { return };
    let letter = if let Item::Resource(_) = layout.modules[index].items[place] { "r" } else { "m" };
    let name = fresh(layout, letter);
    // A name that nothing ever had may stand between.
    let between = random.chance(1, 4).then(|| fresh(layout, letter));
    let module = &mut layout.modules[index];
    let old = module.items[place].name().to_owned();
    let from = address(&module.items[place]);
    module.items[place].set_name(&name);
    let to = address(&module.items[place]);
    module.output.iter_mut().for_each(|target| target.rename(&old, &name));
    for target in module.items.iter_mut().flat_map(Item::references).flatten() {
        target.rename(&old, &name);
    }
    match between {
        Some(between) => {
            let between = to.replace(&name, &between);
            module.moved.push((from, between.clone()));
            module.moved.push((between, to));
        }
        None => module.moved.push((from, to)),
    }
}

/// Gives an item other keys, or keys where it had none, and moves what it can.
fn change_keys(layout: &mut Layout, random: &mut Random) {
    let Some((index, place)) = place(layout, random) else { return };
    let module = &mut layout.modules[index];
    let item = &mut module.items[place];
    let (at, name) = (address(item), item.name().to_owned());
    let before = item.keys().brackets();
    let keys = match random.below(4) {
        0 => Keys::Once,
        1 => Keys::Count(1 + random.below(2)),
        _ => Keys::Each((*random.pick(&KEYS)).to_vec()),
    };
    let after = keys.brackets();
    item.set_keys(keys);
    let mut from: Vec<&String> = before.iter().filter(|key| !after.contains(key)).collect();
    let mut to: Vec<&String> = after.iter().filter(|key| !before.contains(key)).collect();
    while !from.is_empty() && !to.is_empty() {
        let (one, other) = (random.below(from.len()), random.below(to.len()));
        let (one, other) = (from.remove(one), to.remove(other));
        module.moved.push((format!("{at}{one}"), format!("{at}{other}")));
    }
    // Only what has keys has an instance of the same key.
    for target in module.items.iter_mut().flat_map(Item::references).flatten() {
        if *target == Target::Twin(name.clone()) {
            *target = Target::Resource(name.clone());
        }
    }
    for target in module.items[place].references().into_iter().flatten() {
        if let Target::Twin(name) = target {
            *target = Target::Resource(std::mem::take(name));
        }
    }
}

/// Takes a resource out of one module into another, of which the root tells.
fn relocate(layout: &mut Layout, random: &mut Random) {
    let mut paths = Vec::new();
    collect(layout, 0, "", &mut paths);
    let (index, from) = random.pick(&paths).clone();
    let (to_index, to) = random.pick(&paths).clone();
    let is_resource = |item: &Item| matches!(item, Item::Resource(_));
    let places: Vec<usize> = (0..layout.modules[index].items.len())
        .filter(|place| is_resource(&layout.modules[index].items[*place]))
        .collect();
    if index == to_index || places.is_empty() {
        return;
    }
    let mut item = take(&mut layout.modules[index], *random.pick(&places));
    item.references().into_iter().for_each(Vec::clear);
    let from = format!("{from}{}", address(&item));
    let name = fresh(layout, "r");
    item.set_name(&name);
    let to = format!("{to}{}", address(&item));
    let module = &mut layout.modules[to_index];
    module.items.push(item);
    module.output.push(Target::Resource(name));
    layout.modules[0].moved.push((from, to));
}

/// Collects the modules that are called, each with its addresses.
fn collect(layout: &Layout, index: usize, above: &str, paths: &mut Vec<(usize, String)>) {
    paths.push((index, above.to_owned()));
    for item in &layout.modules[index].items {
        if let Item::Call(Call { name, module, keys, .. }) = item {
            for key in keys.brackets() {
                collect(layout, *module, &format!("{above}module.{name}{key}."), paths);
            }
        }
    }
}
