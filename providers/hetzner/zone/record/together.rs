//! Records of one record set that are made, changed or removed together: the API takes many at once.
//!
//! What is refused together is tried one by one, so that each is told what is wrong with it alone.

use super::{Model, ZoneRecord};
use crate::{
    client::Client,
    keyed::{Keyed, Parents, Part, left_behind, shown},
    problem::{Outcome, Problem},
};
use futures_util::stream::{self, StreamExt as _};
use hcloud::models::{
    AddRecordsToRrsetRequest, RemoveRecordsFromRrsetRequest, ResourceRecord,
    ResourceRecordWithComment, UpdateRecordsOfRrsetRequest,
};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Step, StepResult, Thing, Wanted, one_by_one},
};
use std::collections::BTreeMap;

/// How many records the API takes in one request.
pub(super) const RECORDS_MAX: usize = 50;

/// How many record sets of one call are changed at the same time.
const SETS_AT_ONCE: usize = 5;

/// The record sets that have one record: the old one goes before the new one comes.
const SINGLE: [&str; 1] = ["CNAME"];

/// Something of several steps, each with the place of its step.
type Placed<T> = Vec<(usize, T)>;

/// The outcomes of some steps.
type Results = Placed<StepResult<Model>>;

/// A record as it was, and as it is to be.
type Both = (Thing<Model>, Wanted<Model>);

/// The steps of one record set, each with its place.
#[derive(Default)]
struct OfSet {
    creates: Placed<Wanted<Model>>,
    updates: Placed<Both>,
    deletes: Placed<Thing<Model>>,
}

/// Carries out steps of any record sets, some sets at the same time.
pub(super) async fn carried_out(
    client: &Client,
    steps: Vec<Step<Model>>,
    control: &Control,
) -> Vec<StepResult<Model>> {
    if steps.len() == 1 || control.is_stopping() || control.is_late() {
        return one_by_one::<Part<ZoneRecord>>(client, steps, control).await;
    }
    let mut sets: BTreeMap<String, OfSet> = BTreeMap::new();
    for (at, step) in steps.into_iter().enumerate() {
        match step {
            Step::Create(wanted) => {
                sets.entry(wanted.model.path()).or_default().creates.push((at, wanted));
            }
            Step::Update(prior, wanted) => {
                let set = sets.entry(prior.model.path()).or_default();
                set.updates.push((at, (prior, wanted)));
            }
            Step::Delete(prior) => {
                sets.entry(prior.model.path()).or_default().deletes.push((at, prior));
            }
        }
    }
    let work = sets.into_values().map(|set| set.carried_out(client, control));
    let done: Vec<Results> = stream::iter(work).buffer_unordered(SETS_AT_ONCE).collect().await;
    let all: BTreeMap<usize, StepResult<Model>> = done.into_iter().flatten().collect();
    all.into_values().collect()
}

impl OfSet {
    /// A name that gets another record is never without one, unless it can have but one.
    async fn carried_out(self, client: &Client, control: &Control) -> Results {
        let Self { creates, updates, deletes } = self;
        let is_single = deletes.iter().any(|(_, thing)| SINGLE.contains(&thing.model.r#type()));
        let mut results = updated(client, updates, control).await;
        if is_single {
            results.extend(deleted(client, deletes, control).await);
            results.extend(created(client, creates, control).await);
        } else {
            results.extend(created(client, creates, control).await);
            results.extend(deleted(client, deletes, control).await);
        }
        results
    }
}

/// Adds records to their record set.
pub(super) async fn add(client: &Client, models: &[&Model], control: &Control) -> Outcome<()> {
    let Some(first) = models.first() else { return Ok(()) };
    let record = |model: &&Model| ResourceRecord {
        comment: model.comment.clone(),
        value: model.value.clone().unwrap_or_default(),
    };
    let body = AddRecordsToRrsetRequest::new(models.iter().map(record).collect());
    let _turn = client.set_turn(&first.path()).await;
    client.act(&first.action("add_records"), &body, control).await.map(drop)
}

/// Writes the comments of records, each as it was and as it is to be.
pub(super) async fn comment(
    client: &Client,
    models: &[(&Model, &Model)],
    control: &Control,
) -> Outcome<()> {
    let changed: Vec<_> = models.iter().filter(|(old, new)| old.comment != new.comment).collect();
    let Some((first, _)) = changed.first() else { return Ok(()) };
    let _turn = client.set_turn(&first.path()).await;
    let Some(there) = client.get(&first.path(), control).await? else { return Ok(()) };
    let record = |(old, new): &&(&Model, &Model)| {
        let comment = new.comment.clone().unwrap_or_default();
        Some(ResourceRecordWithComment { comment, value: old.as_there(&there)? })
    };
    let records: Vec<_> = changed.iter().copied().filter_map(|both| record(&both)).collect();
    if records.is_empty() {
        return Ok(());
    }
    let body = UpdateRecordsOfRrsetRequest::new(records);
    client.act(&first.action("update_records"), &body, control).await.map(drop)
}

/// Removes records; what is not there is no failure.
pub(super) async fn remove(client: &Client, models: &[&Model], control: &Control) -> Outcome<()> {
    let Some(first) = models.first() else { return Ok(()) };
    let _turn = client.set_turn(&first.path()).await;
    let Some(there) = client.get(&first.path(), control).await? else { return Ok(()) };
    let mut values: Vec<String> =
        models.iter().filter_map(|model| model.as_there(&there)).collect();
    values.sort();
    values.dedup();
    if values.is_empty() {
        return Ok(());
    }
    let records = values.into_iter().map(ResourceRecord::new).collect();
    let body = RemoveRecordsFromRrsetRequest::new(records);
    client.act_if_there(&first.action("remove_records"), &body, control).await
}

async fn created(client: &Client, steps: Placed<Wanted<Model>>, control: &Control) -> Results {
    let models: Vec<&Model> = steps.iter().map(|(_, wanted)| &wanted.model).collect();
    match add(client, &models, control).await {
        Ok(()) => {
            // What is there now is recorded, although the run may be stopped.
            let there = there(client, &models, &control.for_begun()).await;
            let uncertain = |problem| Broken::from(Failure::from(problem).after_lookup());
            told(&steps, there.into_iter().map(|made| made.map_err(uncertain)))
        }
        Err(problem) if is_for_all(&problem, steps.len()) => {
            singly(client, steps, Step::Create, control).await
        }
        Err(problem) => {
            let mut results = Vec::with_capacity(steps.len());
            for (at, wanted) in &steps {
                let left =
                    left_behind::<ZoneRecord>(client, wanted, problem.clone(), control).await;
                results.push((*at, Err(left)));
            }
            results
        }
    }
}

async fn updated(client: &Client, steps: Placed<Both>, control: &Control) -> Results {
    let both: Vec<(&Model, &Model)> =
        steps.iter().map(|(_, (prior, wanted))| (&prior.model, &wanted.model)).collect();
    if comment(client, &both, control).await.is_err() {
        // One that failed is told with what is there of it.
        let step = |(prior, wanted)| Step::Update(prior, wanted);
        return singly(client, steps, step, control).await;
    }
    let wanted: Vec<&Model> = both.iter().map(|(_, wanted)| *wanted).collect();
    let there = there(client, &wanted, &control.for_begun()).await;
    told(&steps, there.into_iter().map(|made| made.map_err(Broken::from)))
}

async fn deleted(client: &Client, steps: Placed<Thing<Model>>, control: &Control) -> Results {
    let models: Vec<&Model> = steps.iter().map(|(_, prior)| &prior.model).collect();
    match remove(client, &models, control).await {
        Ok(()) => steps.iter().map(|(at, _)| (*at, Ok(None))).collect(),
        Err(problem) if is_for_all(&problem, steps.len()) => {
            singly(client, steps, Step::Delete, control).await
        }
        Err(problem) => {
            steps.iter().map(|(at, _)| (*at, Err(Broken::from(problem.clone())))).collect()
        }
    }
}

/// Returns whether several steps were refused because one of them is, and nothing was done.
fn is_for_all(problem: &Problem, steps: usize) -> bool {
    steps > 1 && matches!(problem, Problem::Refused(refusal) if !refusal.is_of_token())
}

async fn singly<S>(
    client: &Client,
    steps: Placed<S>,
    step: impl Fn(S) -> Step<Model>,
    control: &Control,
) -> Results {
    let (places, steps): (Vec<usize>, Vec<Step<Model>>) =
        steps.into_iter().map(|(at, what)| (at, step(what))).unzip();
    places.into_iter().zip(one_by_one::<Part<ZoneRecord>>(client, steps, control).await).collect()
}

/// Returns what the record set shows of records that were just made or changed, read once.
async fn there(client: &Client, models: &[&Model], control: &Control) -> Vec<Outcome<Model>> {
    let Some(first) = models.first() else { return Vec::new() };
    let parents = Parents::alone(client, ZoneRecord::parents(first), control).await;
    let shown = |model: &&Model| match &parents {
        Ok(parents) => shown::<ZoneRecord>(model, parents),
        Err(problem) => Err(problem.clone()),
    };
    models.iter().map(shown).collect()
}

fn told<S>(
    steps: &[(usize, S)],
    made: impl Iterator<Item = Result<Model, Broken<Model>>>,
) -> Results {
    let thing = |made: Result<Model, Broken<Model>>| made.map(|model| Some(Thing::from(model)));
    steps.iter().map(|(at, _)| *at).zip(made.map(thing)).collect()
}
