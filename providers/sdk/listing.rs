//! All objects of a kind as one request lists them: most refreshes and lookups need no other.

use crate::{
    mark::Mark,
    resource::{Refreshed, Seen, Thing},
};
use infra_model::{address::KindName, observed::Marked};
use std::collections::{BTreeMap, BTreeSet};

/// What was listed, in the order in which it came.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    items: Vec<Listed<T>>,
    by_id: BTreeMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Listed<T> {
    id: String,
    item: T,
    mark: Option<Mark>,
}

impl<T> Listing<T> {
    /// Returns a listing of objects with their ids and marks; what has no id is left out.
    pub fn new(
        items: impl IntoIterator<Item = T>,
        id: impl Fn(&T) -> Option<&str>,
        mark: impl Fn(&T) -> Option<Mark>,
    ) -> Self {
        let listed = |item: T| {
            let (id, mark) = (id(&item)?.to_owned(), mark(&item));
            Some(Listed { id, item, mark })
        };
        let items: Vec<_> = items.into_iter().filter_map(listed).collect();
        let by_id = items.iter().enumerate().map(|(at, one)| (one.id.clone(), at)).collect();
        Self { items, by_id }
    }

    /// Returns the object of an id.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.by_id.get(id).and_then(|at| self.items.get(*at)).map(|one| &one.item)
    }

    /// Returns all objects.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|one| &one.item)
    }

    /// Returns the object that carries a token.
    pub fn with_token(self, token: &str) -> Option<T> {
        let is_it = |one: &Listed<T>| one.mark.as_ref().is_some_and(|mark| *mark.token == *token);
        self.items.into_iter().find(is_it).map(|one| one.item)
    }

    /// Returns what a refresh of recorded objects saw: each as observed, those that are not listed
    /// gone, and what else carries the mark of the lineage.
    pub fn refreshed<M>(
        &self,
        recorded: &[Thing<M>],
        about: (&KindName, &str),
        id: impl Fn(&M) -> &str,
        observed: impl Fn(&Thing<M>, &T) -> M,
    ) -> Refreshed<M> {
        let marked = self.strangers(about, recorded.iter().map(|thing| id(&thing.model)));
        Refreshed { marked, ..self.seen(recorded, &id, observed).into() }
    }

    /// Returns what was seen of recorded objects: those that are not listed are gone.
    pub fn seen<M>(
        &self,
        recorded: &[Thing<M>],
        id: impl Fn(&M) -> &str,
        observed: impl Fn(&Thing<M>, &T) -> M,
    ) -> Vec<Seen<M>> {
        let look = |thing: &Thing<M>| match self.get(id(&thing.model)) {
            Some(item) => Seen::Present(observed(thing, item)),
            None => Seen::Gone,
        };
        recorded.iter().map(look).collect()
    }

    /// Returns what else carries the mark of a lineage, besides the recorded ids.
    pub fn strangers<'a>(
        &self,
        (kind, lineage): (&KindName, &str),
        recorded: impl IntoIterator<Item = &'a str>,
    ) -> Vec<Marked> {
        let recorded: BTreeSet<&str> = recorded.into_iter().collect();
        let others = self.items.iter().filter(|one| !recorded.contains(&*one.id));
        let ours = others.filter_map(|one| {
            let mark = one.mark.clone().filter(|mark| mark.is_of(lineage))?;
            Some(mark.marked(kind, &one.id))
        });
        ours.collect()
    }
}
