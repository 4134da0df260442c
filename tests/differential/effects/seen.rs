//! What was seen to happen, and in what order: by the lines that `apply -json` prints, and by the
//! log that the resources write.

use crate::differential::compare::read;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Effect {
    pub(super) verb: Verb,
    pub(super) address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    /// Created or changed.
    Make,
    Gone,
}

/// Effects with the places where they first began and last ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    times: BTreeMap<Effect, (usize, usize)>,
    /// Every end of an effect, in words, as they came.
    pub(super) ends: Vec<String>,
    /// The addresses by the ids of their objects.
    ids: BTreeMap<String, String>,
}

impl Seen {
    /// Reads lines of `apply -json`.
    pub(super) fn events(text: &str) -> Self {
        let mut seen = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = read(line);
            let hook = &line["hook"];
            let address = hook["resource"]["addr"].as_str().unwrap_or_default().to_owned();
            if let Some(id) = hook["id_value"].as_str() {
                seen.ids.insert(id.to_owned(), address.clone());
            }
            let verb = match hook["action"].as_str() {
                Some("create" | "update") => Verb::Make,
                Some("delete") => Verb::Gone,
                _ => continue,
            };
            let effect = Effect { verb, address };
            match line["type"].as_str() {
                Some("apply_start") => seen.begins(effect, at),
                Some(end @ ("apply_complete" | "apply_errored")) => {
                    seen.ends.push(format!("{end} {} {}", hook["action"], effect.address));
                    seen.stops(&effect, at);
                }
                _ => {}
            }
        }
        seen
    }

    /// Reads the log, in which an object has the address that it had when it was last changed: events
    /// tell which one it has now.
    pub(super) fn log(text: &str, events: &Self) -> Self {
        let mut seen = Self::default();
        for (at, line) in text.lines().enumerate() {
            let [edge, verb, id, old] = line.splitn(4, ' ').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let address = events.ids.get(id).map_or(old, |now| now).to_owned();
            let kind = if verb == "make" { Verb::Make } else { Verb::Gone };
            let effect = Effect { verb: kind, address };
            if edge == "begin" {
                seen.begins(effect, at);
            } else {
                seen.ends.push(format!("{verb} {old}"));
                seen.stops(&effect, at);
            }
        }
        seen
    }

    pub(super) fn sorted_ends(&self) -> Vec<&String> {
        let mut ends: Vec<&String> = self.ends.iter().collect();
        ends.sort();
        ends
    }

    /// Returns what happened.
    pub(super) fn effects(&self) -> BTreeSet<Effect> {
        self.times.keys().cloned().collect()
    }

    /// Returns which of some pairs did not come one after the other.
    pub(super) fn violations(&self, pairs: &[(Effect, Effect)]) -> Vec<String> {
        let broken = pairs.iter().filter(|(first, second)| {
            match (self.times.get(first), self.times.get(second)) {
                (Some((_, end)), Some((begin, _))) => end >= begin,
                _ => false,
            }
        });
        broken.map(|(first, second)| format!("{first:?} is not before {second:?}")).collect()
    }

    fn begins(&mut self, effect: Effect, at: usize) {
        self.times.entry(effect).or_insert((at, usize::MAX));
    }

    fn stops(&mut self, effect: &Effect, at: usize) {
        if let Some((_, end)) = self.times.get_mut(effect) {
            *end = at;
        }
    }
}
