//! How the bodies of two blocks become one, by the type of the blocks.

use crate::syntax::tree::{Attribute, Block, Body};
use std::collections::BTreeSet;

/// Replaces arguments by name, and nested blocks by type: what the override has of a name takes the
/// place of everything of that name, made by `dynamic` or not.
pub(super) fn replace(base: &mut Body, over: Body) {
    let names: BTreeSet<&str> = over
        .blocks
        .iter()
        .map(type_of)
        .chain(over.attributes.iter().map(|attribute| &*attribute.name.name))
        .collect();
    // In JSON a block may look like an argument until its schema is known.
    let stays = |block: &Block| !names.contains(type_of(block));
    base.blocks.retain(|block| stays(block));
    let blocks: BTreeSet<&str> = over.blocks.iter().map(type_of).collect();
    base.attributes.retain(|attribute| !blocks.contains(&*attribute.name.name));
    arguments(base, over.attributes);
    base.blocks.extend(over.blocks);
}

/// Returns the type of the blocks that a block is or makes.
fn type_of(block: &Block) -> &str {
    match (&*block.kind.name, block.labels.first()) {
        ("dynamic", Some(label)) => &label.text,
        (name, _) => name,
    }
}

/// Replaces arguments by name, each where the replaced one stood.
fn arguments(base: &mut Body, over: Vec<Attribute>) {
    for attribute in over {
        match base.attributes.iter_mut().find(|old| old.name.name == attribute.name.name) {
            Some(old) => *old = attribute,
            None => base.attributes.push(attribute),
        }
    }
}

/// Merges resources: their `lifecycle` argument by argument, all else by name.
pub(super) fn resource(base: &mut Body, mut over: Body) {
    if let Some(at) = over.blocks.iter().position(|block| &*block.kind.name == "lifecycle") {
        match base.blocks.iter_mut().find(|block| &*block.kind.name == "lifecycle") {
            // Conditions are not for overriding: those of the base stay.
            Some(old) => arguments(&mut old.body, over.blocks.remove(at).body.attributes),
            None => over.blocks[at].body.blocks.clear(),
        }
    }
    repeated(base, &mut over);
    replace(base, over);
}

/// Merges module calls.
pub(super) fn module(base: &mut Body, mut over: Body) {
    repeated(base, &mut over);
    replace(base, over);
}

/// Of `count` and `for_each` in different files, `count` wins.
fn repeated(base: &mut Body, over: &mut Body) {
    let both =
        |body: &Body| body.attribute("count").is_some() && body.attribute("for_each").is_some();
    let has = |name: &str| base.attribute(name).is_some() || over.attribute(name).is_some();
    if both(base) || both(over) || !has("count") || !has("for_each") {
        return;
    }
    for body in [base, over] {
        body.attributes.retain(|attribute| &*attribute.name.name != "for_each");
    }
}

/// Merges outputs, whose conditions are not for overriding.
pub(super) fn output(base: &mut Body, over: Body) {
    arguments(base, over.attributes);
}

/// Merges variables, whose validations are not for overriding.
pub(super) fn variable(base: &mut Body, over: Body) {
    arguments(base, over.attributes);
}
