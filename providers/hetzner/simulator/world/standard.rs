//! What most sorts of objects answer in the same way: lists, single objects, names and labels.

use super::{
    World,
    call::{Answer, Call, Reply},
    deed::Deed,
    fault::Effect,
    page::{Row, SORTS, Sorts, page},
    refusal::Refusal,
    store::{Head, Resource, new_name},
};
use serde_json::{Value, json};

/// The longest name of objects that have no rule of their own.
const NAME_MAX: usize = 128;

/// Answers the list of a sort, filtered by name, labels and what the sort has besides.
pub(crate) fn list_where<T: Resource>(
    world: &World,
    call: &Call,
    sorts: Sorts,
    keep: impl Fn(&T) -> bool,
) -> Answer {
    let rows = rows(world, call, keep, |_| true)?;
    let key = T::KIND.plural();
    page(world, call, (key.as_str(), sorts), rows, |row| world.show::<T>(row.id))
}

/// Returns the rows of a sort that its filters leave; `keep_gone` judges what lists that lag
/// behind, or stand still, show of former times.
pub(crate) fn rows<T: Resource>(
    world: &World,
    call: &Call,
    keep: impl Fn(&T) -> bool,
    keep_gone: impl Fn(&Value) -> bool,
) -> Result<Vec<Row>, Refusal> {
    let selector = call.selector()?;
    let name = call.query("name");
    let is_meant = |head: &Head| {
        name.is_none_or(|name| head.name == name)
            && selector.as_ref().is_none_or(|selector| selector.selects(&head.labels))
    };
    if world.mischief.has(&Effect::FrozenList) {
        let frozen = world.frozen.iter().filter(|b| b.kind == T::KIND && is_meant(&b.head));
        let frozen = frozen.filter(|b| keep_gone(&b.value));
        return Ok(frozen.map(|b| Row { buried: Some(b.value.clone()), ..row(&b.head) }).collect());
    }
    let objects = T::table(world).values().filter(|object| keep(object) && is_meant(object.head()));
    let mut rows: Vec<Row> = objects.map(|object| row(object.head())).collect();
    if let Some(lag_ms) = world.mischief.lag_ms() {
        let then_ms = world.now_ms().saturating_sub(lag_ms);
        rows.retain(|row| row.created_ms <= then_ms);
        let buried = world.graveyard.iter().filter(|b| b.kind == T::KIND && is_meant(&b.head));
        let buried = buried.filter(|b| keep_gone(&b.value));
        let buried = buried.filter(|b| b.at_ms > then_ms && b.head.created_ms <= then_ms);
        rows.extend(buried.map(|b| Row { buried: Some(b.value.clone()), ..row(&b.head) }));
        rows.sort_by_key(|row| row.id);
    }
    Ok(rows)
}

/// Answers the list of a sort that has no filters of its own.
pub(crate) fn list<T: Resource>(world: &mut World, call: &Call) -> Answer {
    list_where::<T>(world, call, SORTS, |_| true)
}

/// Answers a single object.
pub(crate) fn get<T: Resource>(world: &mut World, call: &Call) -> Answer {
    let id = world.of::<T>(call)?.head().id;
    Ok(single::<T>(world, id))
}

/// Writes name and labels of an object; what is not given stays.
pub(crate) fn update<T: Resource>(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    write_head::<T>(world, call, NAME_MAX)?;
    Ok(single::<T>(world, id))
}

/// Reads and writes name and labels, for sorts that have more.
pub(crate) fn write_head<T: Resource>(
    world: &mut World,
    call: &Call,
    length_max: usize,
) -> Result<(), Refusal> {
    let id = call.id()?;
    let mut input = call.input()?;
    let (name, labels) = (new_name(&mut input, length_max), input.labels());
    input.done()?;
    if let Some(name) = &name {
        world.name_is_free::<T>(name, Some(id))?;
    }
    let head = world.find_mut::<T>(id)?.head_mut();
    if let Some(name) = name {
        head.name = name;
    }
    if let Some(labels) = labels {
        head.labels = labels;
    }
    Ok(())
}

/// Deletes an object at once.
pub(crate) fn delete<T: Resource>(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    if !world.is_outside {
        world.find::<T>(id)?.may_go(world)?;
    }
    world.remove::<T>(id);
    Ok(Reply::nothing())
}

/// Begins an action on an object alone, whose end changes it.
pub(crate) fn change<T: Resource>(
    world: &mut World,
    id: u64,
    command: &'static str,
    change: impl FnOnce(&mut T) + Send + 'static,
) -> Answer {
    let deed = Deed::new(command).on(T::KIND, id);
    let action = world.begin(deed.done(move |world| world.alter(id, change)));
    acted(world, action)
}

/// Begins the action that protects an object from deletion, or not any more; what is not given stays.
pub(crate) fn protect<T: Resource>(
    world: &mut World,
    id: u64,
    is_protected: Option<bool>,
    of: fn(&mut T) -> &mut bool,
) -> Answer {
    change(world, id, "change_protection", move |object| {
        let protected = of(object);
        *protected = is_protected.unwrap_or(*protected);
    })
}

/// Returns the answer with one object in it.
pub(crate) fn single<T: Resource>(world: &World, id: u64) -> Reply {
    Reply::ok(json!({ T::KIND.word(): world.show::<T>(id) }))
}

/// Returns the answer with an action in it.
#[allow(clippy::unnecessary_wraps, reason = "operations end with it")]
pub(crate) fn acted(world: &World, action: u64) -> Answer {
    Ok(Reply::created(json!({ "action": world.action(action) })))
}

fn row(head: &Head) -> Row {
    Row { id: head.id, name: head.name.clone(), created_ms: head.created_ms, ..Row::default() }
}
