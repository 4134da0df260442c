//! The contract suite of the sdk over every resource type.

use super::{
    bench::{Bench, Ground},
    samples,
};
use infra_hetzner_simulator::Effect;
use infra_model::{address::Mode, snapshot::Object, value::Value};
use infra_sdk::{
    connection::Provider,
    contract::{self, Outside, Sample},
};
use serde_json::Value as Json;

/// What others do to the project.
struct Others<'a> {
    bench: &'a Bench,
    remove: fn(&Bench, &Object) -> bool,
}

impl Outside for Others<'_> {
    fn remove(&self, object: &Object) -> bool {
        (self.remove)(self.bench, object)
    }

    fn lose_next_create(&self) -> bool {
        self.bench.fault("POST *", Effect::CutAfter);
        true
    }
}

/// Samples of some types, and how others remove their objects.
pub(super) struct Family {
    pub(super) samples: fn(&Ground) -> Vec<Sample>,
    pub(super) remove: fn(&Bench, &Object) -> bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_keeps_the_contract() {
    let mut problems = Vec::new();
    let mut seen = Vec::new();
    for family in samples::all() {
        for at in 0..(family.samples)(&Ground::default()).len() {
            // Each has a project of its own, so that none stands in the way of another.
            let bench = Bench::start().await;
            let sample = (family.samples)(&bench.ground()).swap_remove(at);
            seen.push(sample.kind);
            problems.extend(checked(&bench, sample, family.remove).await);
            problems.extend(bench.findings());
        }
    }
    let kinds = Bench::start().await.provider.kinds();
    let managed = kinds.iter().filter(|kind| kind.mode() == Mode::Managed);
    let without = managed.filter(|kind| !seen.contains(&&*kind.name().0));
    problems.extend(without.map(|kind| format!("{}: has no sample", kind.name())));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What is not tried here: groups are of one type, and nobody logs in to servers.
const NOT_TRIED: [&str; 2] = [
    "hcloud_placement_group: no sample has `type` changed",
    "hcloud_server: no sample has `cloud_init.",
];

#[tokio::test(flavor = "multi_thread")]
async fn samples_try_every_argument() {
    let bench = Bench::start().await;
    let (ground, families) = (bench.ground(), samples::all());
    let samples: Vec<Sample> =
        families.iter().flat_map(|family| (family.samples)(&ground)).collect();
    let mut untried = contract::untried(&bench.provider.kinds(), &samples);
    untried.retain(|problem| !NOT_TRIED.iter().any(|known| problem.starts_with(known)));
    assert!(untried.is_empty(), "{}", untried.join("\n"));
}

async fn checked(
    bench: &Bench,
    sample: Sample,
    remove: fn(&Bench, &Object) -> bool,
) -> Vec<String> {
    let others = Others { bench, remove };
    let suite = contract::Bench {
        provider: &bench.provider,
        config: bench.config(),
        control: bench.control(),
        samples: vec![sample],
        outside: &others,
    };
    let found = contract::check(&suite).await;
    found.into_iter().filter(|problem| !problem.ends_with("has no sample")).collect()
}

/// Removes an object by its id; for types whose objects have one.
pub(super) fn by_id(bench: &Bench, object: &Object, path: &str) -> bool {
    let id = text(object, "id");
    bench.outside("DELETE", &format!("{path}/{id}"), &Json::Null);
    true
}

/// Returns an attribute of an object as text.
pub(crate) fn text(object: &Object, name: &str) -> String {
    let value = object.value.get(name).unwrap();
    value.as_text().map_or_else(
        || value.as_number().map(ToString::to_string).unwrap_or_default(),
        ToString::to_string,
    )
}

/// Imports by the id of an object.
pub(super) fn own_id(object: &Object) -> Value {
    Value::from(&*text(object, "id"))
}
