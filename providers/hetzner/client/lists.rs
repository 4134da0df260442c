//! Lists of all objects of a type: page after page, and once for all who ask at the same time.
//!
//! A refresh asks for many types at once, and several of them are read out of the same list. Who asks
//! while a list is being fetched shares it, unless something was changed since it was begun. Nothing is
//! kept beyond that: who asks later is told what is there then.

use super::Client;
use crate::problem::{Outcome, Problem};
use infra_sdk::connection::Control;
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Mutex as Lock;

/// The greatest number of objects on a page.
const PER_PAGE: u64 = 50;

/// How often a list is fetched anew that changed while it was read.
const ATTEMPTS_MAX: u32 = 3;

/// All objects of a list.
pub(crate) type All = Arc<Vec<Json>>;

/// A list of the API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct List {
    /// Its path.
    pub(crate) path: String,
    /// The name under which the objects stand in the answer.
    pub(crate) key: &'static str,
    /// What is asked for besides the page.
    pub(crate) query: Vec<(&'static str, String)>,
    /// It has no pages: one answer holds all.
    pub(crate) is_whole: bool,
}

/// What is being fetched.
#[derive(Default)]
pub(super) struct Lists {
    slots: Mutex<BTreeMap<List, Arc<Slot>>>,
}

#[derive(Default)]
struct Slot {
    flight: Lock<Flight>,
    waiting: Mutex<u64>,
}

/// The last fetch of a list.
#[derive(Default)]
struct Flight {
    /// What had been changed when it was begun.
    changes: u64,
    all: Option<All>,
}

impl List {
    /// Returns the list of a path such as `/servers`.
    pub(crate) fn of(path: impl Into<String>, key: &'static str) -> Self {
        Self { path: path.into(), key, query: Vec::new(), is_whole: false }
    }

    /// Says that the list has no pages.
    #[must_use]
    pub(crate) fn whole(mut self) -> Self {
        self.is_whole = true;
        self
    }

    /// Asks for some of the objects.
    #[must_use]
    pub(crate) fn only(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
}

impl Lists {
    /// Returns all objects of a list.
    pub(super) async fn get(
        &self,
        client: &Client,
        list: &List,
        control: &Control,
    ) -> Outcome<All> {
        let place = Place::take(self, list);
        place.slot.shared(place.is_first, client, list, control).await
    }

    fn slot(&self, list: &List) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(list.clone()).or_default().clone()
    }

    /// Forgets a list that nobody waits for any more.
    fn sweep(&self, list: &List) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.get(list).is_some_and(|slot| *slot.waiting() == 0) {
            slots.remove(list);
        }
    }
}

/// A place among those who wait for a list; it is given up even if the wait is broken off.
struct Place<'a> {
    lists: &'a Lists,
    list: &'a List,
    slot: Arc<Slot>,
    is_first: bool,
}

impl<'a> Place<'a> {
    fn take(lists: &'a Lists, list: &'a List) -> Self {
        let slot = lists.slot(list);
        let is_first = {
            let mut waiting = slot.waiting();
            *waiting += 1;
            *waiting == 1
        };
        Self { lists, list, slot, is_first }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.slot.waiting() -= 1;
        self.lists.sweep(self.list);
    }
}

impl Slot {
    /// Returns the list of a fetch that was running when this was asked, or fetches it.
    async fn shared(
        &self,
        is_first: bool,
        client: &Client,
        list: &List,
        control: &Control,
    ) -> Outcome<All> {
        let mut flight = self.flight.lock().await;
        // Whoever was not the first to wait came while a fetch was running or about to run.
        if !is_first
            && let Some(all) = &flight.all
            && flight.changes == client.changes()
        {
            return Ok(all.clone());
        }
        let changes = client.changes();
        let all = Arc::new(fetch(client, list, control).await?);
        *flight = Flight { changes, all: Some(all.clone()) };
        Ok(all)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, u64> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fetches all pages; a list that was seen to change meanwhile is fetched again.
async fn fetch(client: &Client, list: &List, control: &Control) -> Outcome<Vec<Json>> {
    let mut attempts = 1;
    loop {
        let (all, is_whole) = pages(client, list, control).await?;
        if is_whole || attempts == ATTEMPTS_MAX {
            return Ok(all);
        }
        attempts += 1;
    }
}

/// Returns all objects once each, and whether they are as many as the API said there are.
async fn pages(client: &Client, list: &List, control: &Control) -> Outcome<(Vec<Json>, bool)> {
    let (mut all, mut ids) = (Vec::new(), BTreeSet::new());
    let (mut page, mut asked) = (1, 0);
    loop {
        let mut query = list.query.clone();
        if !list.is_whole {
            query.extend([("page", page.to_string()), ("per_page", PER_PAGE.to_string())]);
        }
        let mut answer = client.query(&list.path, &query, control).await?;
        asked += 1;
        let Some(Json::Array(items)) = answer.get_mut(list.key).map(Json::take) else {
            return Err(Problem::Unreadable {
                request: format!("GET {}", list.path),
                detail: format!("It has no list `{}`.", list.key),
            });
        };
        all.extend(items.into_iter().filter(|item| ids.insert(identity(item))));
        let place = &answer["meta"]["pagination"];
        let total = place["total_entries"].as_u64();
        match place["next_page"].as_u64() {
            // A list can't have more pages than objects; one that says so would be read for ever.
            Some(next) if next > page && asked <= total.unwrap_or(u64::MAX) => page = next,
            _ => {
                let is_whole = total.is_none_or(|total| total == all.len() as u64);
                return Ok((all, is_whole));
            }
        }
    }
}

/// Record sets have text for an id, all else numbers.
fn identity(item: &Json) -> String {
    item["id"].to_string()
}
