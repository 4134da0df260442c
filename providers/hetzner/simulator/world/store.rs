//! Where objects are: a table per sort, and what all sorts have in common.

use super::{World, call::Call, input::Input, kind::Kind, labels::Labels, refusal::Refusal};
use serde_json::Value;
use std::collections::BTreeMap;

/// What every object has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) labels: Labels,
    pub(crate) created_ms: u64,
}

/// The objects of a sort, by id.
pub(crate) type Table<T> = BTreeMap<u64, T>;

/// An object that the API shows.
pub(crate) trait Resource: Sized + 'static {
    /// Its sort.
    const KIND: Kind;
    fn head(&self) -> &Head;
    fn head_mut(&mut self) -> &mut Head;
    fn table(world: &World) -> &Table<Self>;
    fn table_mut(world: &mut World) -> &mut Table<Self>;
    /// Returns the object as the API shows it.
    fn answer(&self, world: &World) -> Value;

    /// Returns whether the object may be deleted; the error says why not.
    fn may_go(&self, _world: &World) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Says of a sort, within its [`Resource`], that its objects have a `head` and lie in a table of the
/// world.
macro_rules! stored_in {
    ($table:ident) => {
        fn head(&self) -> &$crate::world::store::Head {
            &self.head
        }

        fn head_mut(&mut self) -> &mut $crate::world::store::Head {
            &mut self.head
        }

        fn table(world: &$crate::world::World) -> &$crate::world::store::Table<Self> {
            &world.$table
        }

        fn table_mut(world: &mut $crate::world::World) -> &mut $crate::world::store::Table<Self> {
            &mut world.$table
        }
    };
}

pub(crate) use stored_in;

/// An object that is gone, as lists that lag behind still show it.
pub(crate) struct Buried {
    pub(crate) kind: Kind,
    pub(crate) head: Head,
    pub(crate) value: Value,
    pub(crate) at_ms: u64,
}

impl World {
    pub(crate) fn find<T: Resource>(&self, id: u64) -> Result<&T, Refusal> {
        T::table(self).get(&id).ok_or_else(|| Refusal::not_found(T::KIND, id))
    }

    pub(crate) fn find_mut<T: Resource>(&mut self, id: u64) -> Result<&mut T, Refusal> {
        T::table_mut(self).get_mut(&id).ok_or_else(|| Refusal::not_found(T::KIND, id))
    }

    /// Finds the object `{id}` of a call.
    pub(crate) fn of<T: Resource>(&self, call: &Call) -> Result<&T, Refusal> {
        self.find(call.id()?)
    }

    /// Returns an object as the API shows it; null if there is none.
    pub(crate) fn show<T: Resource>(&self, id: u64) -> Value {
        T::table(self).get(&id).map_or(Value::Null, |object| object.answer(self))
    }

    /// Changes an object, if it is still there: what actions do.
    pub(crate) fn alter<T: Resource>(&mut self, id: u64, change: impl FnOnce(&mut T)) {
        if let Some(object) = T::table_mut(self).get_mut(&id) {
            change(object);
        }
    }

    /// Adds an object and returns its id.
    pub(crate) fn insert<T: Resource>(&mut self, object: T) -> u64 {
        let id = object.head().id;
        T::table_mut(self).insert(id, object);
        id
    }

    /// Takes an object away.
    pub(crate) fn remove<T: Resource>(&mut self, id: u64) -> Option<T> {
        let value = self.show::<T>(id);
        let object = T::table_mut(self).remove(&id)?;
        let (head, at_ms) = (object.head().clone(), self.now_ms());
        self.graveyard.push(Buried { kind: T::KIND, head, value, at_ms });
        Some(object)
    }

    /// Returns the head of a new object.
    pub(crate) fn head(&mut self, name: &str, labels: Labels) -> Head {
        Head { id: self.next_id(), name: name.to_owned(), labels, created_ms: self.now_ms() }
    }

    /// Refuses a name that another object of the sort has.
    pub(crate) fn name_is_free<T: Resource>(
        &self,
        name: &str,
        except: Option<u64>,
    ) -> Result<(), Refusal> {
        let others = T::table(self).values().map(T::head);
        let is_taken = |head: &Head| head.name == name && Some(head.id) != except;
        if others.into_iter().any(is_taken) {
            return Err(Refusal::taken(T::KIND, "name"));
        }
        Ok(())
    }

    /// Refuses one object more than the project may have.
    pub(crate) fn has_room_for<T: Resource>(&self) -> Result<(), Refusal> {
        let count = T::table(self).len() as u64;
        match self.limits.get(&T::KIND) {
            Some(limit) if count >= *limit => Err(Refusal::limit("project_limit")),
            _ => Ok(()),
        }
    }

    /// Finds an object that a body names by number or by name.
    pub(crate) fn by_id_or_name<T: Resource>(&self, text: &str) -> Option<&T> {
        let by_id = text.parse().ok().and_then(|id: u64| T::table(self).get(&id));
        by_id.or_else(|| T::table(self).values().find(|object| object.head().name == text))
    }
}

/// Reads a name that every object of a sort must have, of at most so many characters.
pub(crate) fn needed_name(input: &mut Input<'_>, length_max: usize) -> String {
    let name = input.needed_text("name");
    if input.value("name").is_some_and(Value::is_string) {
        check_name(input, &name, length_max);
    }
    name
}

/// Reads a new name, if one is given.
pub(crate) fn new_name(input: &mut Input<'_>, length_max: usize) -> Option<String> {
    let name = input.text("name")?;
    check_name(input, &name, length_max);
    Some(name)
}

fn check_name(input: &mut Input<'_>, name: &str, length_max: usize) {
    let count = name.chars().count();
    if count == 0 || count > length_max {
        input.refuse("name", format!("must have 1 to {length_max} characters"));
    }
}
