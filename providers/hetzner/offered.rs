//! What can be ordered: sizes and places, judged before anything starts, by what Hetzner offers now.

use crate::{
    catalogue::{self, LOCATIONS},
    rules::{is_given, text, wrong},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts},
    text::Text,
    value::Value,
};

/// A resource type whose objects come in sizes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offered {
    /// The attribute that names the size.
    pub(crate) attribute: &'static str,
    /// The fact that knows all sizes.
    pub(crate) types: &'static str,
}

impl Offered {
    /// Returns the facts that a change is judged by; what stays as it is needs none.
    pub(crate) fn facts(self, prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        let mut keys = Vec::new();
        if differs(prior, desired, self.attribute) {
            keys.push(catalogue::key(self.types));
        }
        let mut places = ["location", "network_zone"].iter();
        keys.extend(places.find_map(|name| place_fact(prior, desired, name)));
        keys
    }

    /// Judges the change from what is there, or the making of something new.
    pub(crate) fn judged(
        self,
        prior: Option<&Value>,
        desired: &Value,
        facts: &Facts,
    ) -> Diagnostics {
        let mut found = Diagnostics::new();
        found.extend(location((prior, desired), "location", facts));
        // What is said of a size in a place that there is not would be said twice.
        if found.is_empty() && differs(prior, desired, self.attribute) {
            found.extend(self.size(desired, facts));
        }
        found.extend(zone((prior, desired), "network_zone", facts));
        found
    }

    fn size(self, desired: &Value, facts: &Facts) -> Option<Diagnostic> {
        let name = text(desired, self.attribute)?;
        let all = facts.get(&catalogue::key(self.types))?;
        let Some(size) = all.get(name) else {
            let summary = format!("Hetzner has no {} `{name}`", self.attribute.replace('_', " "));
            return Some(wrong(self.attribute, summary, one_of(&names(all))));
        };
        let place = text(desired, "location")?;
        let places = size.get("locations").filter(|places| !places.is_empty())?;
        if places.get(place).is_some() {
            return None;
        }
        let summary = format!("`{name}` can't be had in `{place}`");
        Some(wrong(self.attribute, summary, format!("it is to be had in {}", list(&names(places)))))
    }
}

/// Returns the fact that a location or network zone is judged by; one that stays needs none.
pub(crate) fn place_fact(
    prior: Option<&Value>,
    desired: &Value,
    attribute: &str,
) -> Option<FactKey> {
    differs(prior, desired, attribute).then(|| catalogue::key(LOCATIONS))
}

/// Judges a location that something is to be in.
pub(crate) fn location(
    (prior, desired): (Option<&Value>, &Value),
    attribute: &str,
    facts: &Facts,
) -> Option<Diagnostic> {
    let name = text(desired, attribute).filter(|_| differs(prior, desired, attribute))?;
    let all = facts.get(&catalogue::key(LOCATIONS))?;
    if all.get(name).is_some() {
        return None;
    }
    Some(wrong(attribute, format!("Hetzner has no location `{name}`"), one_of(&names(all))))
}

/// Judges a network zone that something is to be in.
pub(crate) fn zone(
    (prior, desired): (Option<&Value>, &Value),
    attribute: &str,
    facts: &Facts,
) -> Option<Diagnostic> {
    let name = text(desired, attribute).filter(|_| differs(prior, desired, attribute))?;
    let all = facts.get(&catalogue::key(LOCATIONS))?.entries()?;
    let mut zones: Vec<Text> =
        all.iter().filter_map(|(_, location)| text(location, "zone").cloned()).collect();
    zones.sort();
    zones.dedup();
    if zones.contains(name) {
        return None;
    }
    Some(wrong(attribute, format!("Hetzner has no network zone `{name}`"), one_of(&zones)))
}

/// Returns whether something is given that is not what was recorded.
pub(crate) fn differs(prior: Option<&Value>, desired: &Value, name: &str) -> bool {
    is_given(desired, name) && prior.is_none_or(|prior| prior.get(name) != desired.get(name))
}

fn names(all: &Value) -> Vec<Text> {
    all.entries().unwrap_or_default().iter().map(|(name, _)| name.clone()).collect()
}

fn one_of(names: &[Text]) -> String {
    format!("use one of {}", list(names))
}

fn list(names: &[Text]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
