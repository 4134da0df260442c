//! One step of an apply, and the questions that settle a lost one.

use crate::{
    bridge,
    connection::{DockerConnection, Sort, text, unknown},
    container::{self, lifecycle::Made},
    deadline::limited,
    failure::{Failure, Outcome, refusal},
    image, network, ownership,
    refresh::Around,
    secrets::Secrets,
    settle::{from_private, to_private},
    tag, volume,
};
use infra_model::{
    address::{InstanceKey, KindName, ModuleAddress, ProviderAddress},
    ask::{Call, CallOutcome},
    journal::{Intent, Verb},
    kind::{Facts, Kind},
    observed::Found,
    snapshot::Object,
    text::Text,
    value::Value,
};
use infra_sdk::{connection::Control, settle as sent};
use serde_json::Value as Json;
use std::{sync::Arc, time::Duration};

/// An object to record: its value, and the baseline to keep beside it.
type Record = (Value, Json);

/// Carries out one step; nothing secret is in what it says.
pub(crate) async fn step(
    connection: &DockerConnection,
    sort: Sort,
    kind: &dyn Kind,
    call: &Call,
    control: &Control,
) -> CallOutcome {
    let values = [Some(&call.desired), Some(&call.planned), call.prior.as_ref().map(|o| &o.value)];
    let secrets = Secrets::of(values.into_iter().flatten());
    let prior = call.prior.as_ref().map(|object| bridge::to_json(&object.value));
    let desired = bridge::to_json(&call.desired);
    let spec = if call.intent.verb == Verb::Delete { prior.unwrap_or_default() } else { desired };
    let block = &kind.schema().block;
    let is_known = |n: &Text| block.attributes.contains_key(n) || block.blocks.contains_key(n);
    let mut given = call.desired.entries().unwrap_or_default().iter().map(|(name, _)| name);
    if let Some(odd) = given.find(|name| !is_known(name)) {
        let summary = format!("`{}` has no attribute `{odd}`", kind.name());
        let found = refusal("infra::docker::attribute_unknown", summary);
        let help = "use the version of infra that made the plan";
        return Failure::refused(found.help(help)).outcome();
    }
    let work = async {
        if let Err(failure) = connection.engine.api().await {
            return failure.outcome();
        }
        match call.intent.verb {
            Verb::Create => create(connection, sort, kind, call, control).await,
            Verb::Update => update(connection, sort, kind, call).await,
            Verb::Delete => delete(connection, sort, call).await,
        }
    };
    match limited(work, &spec, call.intent.verb, control).await {
        CallOutcome::Failed(mut failed) => {
            failed.diagnostic = secrets.scrub_diagnostic(failed.diagnostic);
            CallOutcome::Failed(failed)
        }
        done @ CallOutcome::Done(..) => done,
    }
}

async fn create(
    connection: &DockerConnection,
    sort: Sort,
    kind: &dyn Kind,
    call: &Call,
    control: &Control,
) -> CallOutcome {
    let engine = &connection.engine;
    let block = &kind.schema().block;
    let sent = sent::known_or_null(&sent::settle(kind, call));
    let spec = bridge::to_json(&sent);
    let stamp = |labels: &mut serde_json::Map<String, Json>| {
        ownership::stamp(labels, &call.intent, &control.lineage);
    };
    let made: Outcome<Record> = match sort {
        Sort::Container => return create_container(connection, kind, &sent, call, control).await,
        Sort::Network => {
            network::create(engine, &spec, stamp).await.map(|n| network::recorded(block, &sent, &n))
        }
        Sort::Volume => {
            volume::create(engine, &spec, stamp).await.map(|v| volume::recorded(block, &sent, &v))
        }
        Sort::Image => {
            let found = image::create(engine, &spec, control).await;
            found.map(|i| (image::observed(&sent, &i), Json::Null))
        }
        Sort::Tag => tag::put(engine, &spec).await.map(|i| (tag::observed(&sent, &i), Json::Null)),
    };
    done(kind, &call.intent, made)
}

async fn create_container(
    connection: &DockerConnection,
    kind: &dyn Kind,
    sent: &Value,
    call: &Call,
    control: &Control,
) -> CallOutcome {
    let engine = &connection.engine;
    let spec = bridge::to_json(sent);
    let stamp = |labels: &mut serde_json::Map<String, Json>| {
        ownership::stamp(labels, &call.intent, &control.lineage);
    };
    match container::lifecycle::create(engine, &spec, stamp, control).await {
        Ok(made) => {
            let record = record_of(connection, kind, sent, &made).await;
            if bridge::is_true(&spec, "rm") && bridge::is_true(&spec, "attach") {
                let id = bridge::text(&made.inspected, "Id").unwrap_or_default();
                if let Err(failure) = container::lifecycle::delete(engine, id, &spec).await {
                    let left = object(kind, &call.intent, record);
                    return failure.with_partial(Some(left));
                }
            }
            done(kind, &call.intent, Ok(record))
        }
        Err(unmade) => {
            let mut left = None;
            if let Some(made) = &unmade.left {
                let record = record_of(connection, kind, sent, made).await;
                left = Some(Object { tainted: true, ..object(kind, &call.intent, record) });
            }
            unmade.failure.with_partial(left)
        }
    }
}

/// What is around the container may be out of reach by now: the record is made all the same.
async fn record_of(
    connection: &DockerConnection,
    kind: &dyn Kind,
    sent: &Value,
    made: &Made,
) -> Record {
    let world = Around::one(&connection.engine, text(sent, "image"), &made.inspected).await;
    let world = world.unwrap_or_default();
    let seen = (&made.inspected, &world);
    container::record::recorded(&kind.schema().block, sent, made.logs.as_deref(), seen)
}

async fn update(
    connection: &DockerConnection,
    sort: Sort,
    kind: &dyn Kind,
    call: &Call,
) -> CallOutcome {
    let engine = &connection.engine;
    let Some(prior) = &call.prior else { return unknown("an update without a record").outcome() };
    let sent = sent::known_or_null(&sent::settle(kind, call));
    let spec = bridge::to_json(&sent);
    let before = bridge::to_json(&prior.value);
    let made: Outcome<Record> = match sort {
        Sort::Container => {
            let id = text(&prior.value, "id");
            let changed = container::update::update(engine, id, &before, &spec).await;
            match changed {
                Ok(()) => updated(connection, kind, &sent, prior).await,
                Err(failure) => Err(failure),
            }
        }
        Sort::Tag => tag::put(engine, &spec).await.map(|i| (tag::observed(&sent, &i), Json::Null)),
        // Only what tells this provider how to go about it can differ: it is recorded.
        Sort::Image | Sort::Network | Sort::Volume => {
            Ok((kept_given(&sent, &prior.value), from_private(&prior.private).unwrap_or_default()))
        }
    };
    done_after(kind, &call.intent, Some(prior), made)
}

/// The baseline of what stayed open stays, so that no drift in it is taken for given.
async fn updated(
    connection: &DockerConnection,
    kind: &dyn Kind,
    sent: &Value,
    prior: &Object,
) -> Outcome<Record> {
    let id = text(&prior.value, "id");
    let found = container::lifecycle::inspect(&connection.engine, id).await?;
    let Some(inspected) = found else {
        let summary =
            format!("container `{}` is gone since it was planned", text(&prior.value, "name"));
        let found = refusal("infra::docker::container_ended", summary);
        return Err(Failure::refused(found.help("plan again: it is made anew")));
    };
    let logs = prior.value.get("container_logs").and_then(Value::as_text).map(ToString::to_string);
    let (value, mut kept) = record_of(connection, kind, sent, &Made { inspected, logs }).await;
    let old = from_private(&prior.private).unwrap_or_default();
    let was_open =
        |name: &str| prior.value.get(name).is_some_and(|v| bridge::is_nothing(&bridge::to_json(v)));
    if let Some(kept) = kept.as_object_mut() {
        kept.retain(|name, _| !was_open(name));
        kept.extend(bridge::fields(old).into_iter().filter(|(name, _)| was_open(name)));
    }
    Ok((value, kept))
}

fn kept_given(sent: &Value, prior: &Value) -> Value {
    crate::schemas::replaced(sent, |name, before| {
        before.is_null().then(|| prior.get(name).cloned()).flatten().filter(|_| {
            matches!(&**name, "id" | "image_id" | "repo_digest" | "scope" | "mountpoint")
        })
    })
}

async fn delete(connection: &DockerConnection, sort: Sort, call: &Call) -> CallOutcome {
    let engine = &connection.engine;
    let Some(prior) = &call.prior else { return CallOutcome::Done(None, Vec::new()) };
    let spec = bridge::to_json(&prior.value);
    let id = text(&prior.value, "id");
    let gone = match sort {
        Sort::Container => container::lifecycle::delete(engine, id, &spec).await,
        Sort::Network => network::delete(engine, id).await,
        Sort::Volume => volume::delete(engine, id).await,
        Sort::Image => image::delete(engine, &spec).await,
        Sort::Tag => tag::delete(engine, &spec).await,
    };
    match gone {
        Ok(()) => CallOutcome::Done(None, Vec::new()),
        Err(failure) => failure.outcome(),
    }
}

/// How long the engine may go on with a request whose sender has died, in milliseconds.
const SETTLE_MS: u64 = 4_000;

/// Waits until no cut-off create can still be on its way inside the engine: a lookup before that
/// would call absent what appears a moment later.
async fn settled(intents: &[Intent], control: &Control) {
    let youngest = intents.iter().map(|intent| intent.at.0).max().unwrap_or(0);
    let age = control.clock.now_ms().saturating_sub(youngest);
    control.clock.sleep(Duration::from_millis(SETTLE_MS.saturating_sub(age))).await;
}

/// Looks up creates whose answers were lost.
pub(crate) async fn find(
    connection: &DockerConnection,
    intents: Vec<Intent>,
    control: &Control,
) -> Outcome<Vec<Found>> {
    settled(&intents, control).await;
    let mut all = Vec::with_capacity(intents.len());
    for intent in intents {
        all.push(match find_one(connection, &intent).await {
            Ok(Some(object)) => Found::Adopt(Box::new(object)),
            Ok(None) => Found::Absent,
            Err(failure) if failure.unreachable => return Err(failure),
            Err(failure) => Found::Uncertain(*failure.diagnostic),
        });
    }
    Ok(all)
}

async fn find_one(connection: &DockerConnection, intent: &Intent) -> Outcome<Option<Object>> {
    let engine = &connection.engine;
    let Some((sort, kind)) = connection.kind(&intent.kind) else {
        return Err(unknown(&intent.kind.0));
    };
    let planned = kind.planned(None, &intent.desired, &Facts::new()).planned;
    let sent = sent::known_or_null(&planned);
    let spec = bridge::to_json(&sent);
    let block = &kind.schema().block;
    let has_token = |json: &Json| ownership::token(json.get("Labels")) == Some(&*intent.token);
    let record: Option<Record> = match sort {
        Sort::Container => {
            let listed = container::lifecycle::list(engine).await?.into_iter().find(has_token);
            let Some(id) = listed.as_ref().and_then(|c| bridge::text(c, "Id")) else {
                return Ok(None);
            };
            let Some(inspected) = container::lifecycle::inspect(engine, id).await? else {
                return Ok(None);
            };
            // One that was made and never started is not wholly there.
            let was_started =
                inspected.pointer("/State/Status").and_then(Json::as_str) != Some("created");
            let tainted = !was_started && spec.get("start").and_then(Json::as_bool) != Some(false);
            let made = Made { inspected, logs: None };
            let record = record_of(connection, kind.as_ref(), &sent, &made).await;
            return Ok(Some(Object { tainted, ..object(kind.as_ref(), intent, record) }));
        }
        Sort::Network => {
            let found = network::list(engine).await?.into_iter().find(has_token);
            found.map(|n| network::recorded(block, &sent, &n))
        }
        Sort::Volume => {
            let found = volume::list(engine).await?.into_iter().find(has_token);
            found.map(|v| volume::recorded(block, &sent, &v))
        }
        Sort::Image => {
            let found = image::inspect(engine, &image::local_name(&spec)).await?;
            found.map(|i| (image::observed(&sent, &i), Json::Null))
        }
        Sort::Tag => {
            // A tag that points elsewhere is not the one that was asked for; putting it on again
            // does no harm.
            let source = image::inspect(engine, text(&sent, "source_image")).await?;
            let found = tag::inspect(engine, &spec).await?;
            let is_it = |i: &Json| source.as_ref().is_some_and(|s| s.get("Id") == i.get("Id"));
            found.filter(is_it).map(|i| (tag::observed(&sent, &i), Json::Null))
        }
    };
    Ok(record.map(|record| object(kind.as_ref(), intent, record)))
}

/// Reads an object that somebody else made.
pub(crate) async fn import(
    connection: &DockerConnection,
    name: &KindName,
    id: &Value,
) -> Outcome<Vec<Object>> {
    let engine = &connection.engine;
    let Some((sort, kind)) = connection.kind(name) else { return Err(unknown(&name.0)) };
    let block = &kind.schema().block;
    let wanted = id.as_text().map_or_else(|| text(id, "id").to_owned(), ToString::to_string);
    let empty = bridge::object_from_json(block, &Json::Null);
    let empty = kind.planned(None, &empty, &Facts::new()).planned;
    let empty = sent::known_or_null(&empty);
    let record: Option<Record> = match sort {
        Sort::Container => match container::lifecycle::inspect(engine, &wanted).await? {
            Some(inspected) => {
                // Its image may have another name by now, or that name another image.
                let named = inspected.pointer("/Config/Image").and_then(Json::as_str);
                let world = Around::one(engine, named.unwrap_or_default(), &inspected).await?;
                Some(container::record::imported(block, &inspected, &world))
            }
            None => None,
        },
        Sort::Network => {
            let found = network::inspect(engine, &wanted).await?;
            found.map(|n| {
                let value = network::observed(block, &empty, &[], &n);
                (network::recorded(block, &value, &n).0, Json::Null)
            })
        }
        Sort::Volume => {
            let found = volume::inspect(engine, &wanted).await?;
            found.map(|v| (volume::observed(block, &empty, &[], &v), Json::Null))
        }
        Sort::Image => {
            let named = with_text(&empty, "name", &wanted);
            let found =
                image::inspect(engine, &image::local_name(&bridge::to_json(&named))).await?;
            found.map(|i| (image::observed(&named, &i), Json::Null))
        }
        Sort::Tag => {
            let named = with_text(&empty, "target_image", &wanted);
            let found = tag::inspect(engine, &bridge::to_json(&named)).await?;
            found.map(|i| {
                let id = bridge::text(&i, "Id").unwrap_or_default().to_owned();
                (tag::observed(&with_text(&named, "source_image", &id), &i), Json::Null)
            })
        }
    };
    Ok(record.map(|record| unowned(kind.as_ref(), record)).into_iter().collect())
}

/// Says what holds the name of a desired object already.
pub(crate) async fn exists(
    connection: &DockerConnection,
    name: &KindName,
    desired: &Value,
) -> Outcome<Option<Text>> {
    let engine = &connection.engine;
    let Some((sort, _)) = connection.kind(name) else { return Err(unknown(&name.0)) };
    let spec = bridge::to_json(desired);
    let own_name = text(desired, "name");
    let there = match sort {
        Sort::Container => container::lifecycle::inspect(engine, own_name).await?.is_some(),
        Sort::Network => !network::named(engine, own_name).await?.is_empty(),
        Sort::Volume => !own_name.is_empty() && volume::inspect(engine, own_name).await?.is_some(),
        Sort::Image => image::inspect(engine, &image::local_name(&spec)).await?.is_some(),
        Sort::Tag => tag::inspect(engine, &spec).await?.is_some(),
    };
    let what = if sort == Sort::Tag { text(desired, "target_image") } else { own_name };
    Ok(there.then(|| format!("`{what}` is on this engine already").into()))
}

fn with_text(value: &Value, name: &str, text: &str) -> Value {
    crate::schemas::replaced(value, |attribute, _| {
        (&**attribute == name).then(|| Value::from(text))
    })
}

fn done(kind: &dyn Kind, intent: &Intent, made: Outcome<Record>) -> CallOutcome {
    done_after(kind, intent, None, made)
}

fn done_after(
    kind: &dyn Kind,
    intent: &Intent,
    prior: Option<&Arc<Object>>,
    made: Outcome<Record>,
) -> CallOutcome {
    match made {
        Ok(record) => {
            let mut object = object(kind, intent, record);
            if let Some(prior) = prior {
                object.prevent_destroy = prior.prevent_destroy;
                object.create_before_destroy = prior.create_before_destroy;
            }
            CallOutcome::Done(Some(Box::new(object)), Vec::new())
        }
        Err(failure) => failure.outcome(),
    }
}

fn object(kind: &dyn Kind, intent: &Intent, record: Record) -> Object {
    Object {
        provider: intent.provider.clone(),
        needs: intent.needs.clone(),
        ..unowned(kind, record)
    }
}

/// The engine that asked fills in which provider instance it belongs to.
fn unowned(kind: &dyn Kind, (value, kept): Record) -> Object {
    Object {
        kind: kind.name().clone(),
        provider: ProviderAddress {
            module: ModuleAddress::root(),
            provider: "docker".into(),
            alias: None,
            key: InstanceKey::None,
        },
        value,
        private: to_private(&kept).into(),
        schema_version: kind.schema().version,
        tainted: false,
        needs: Arc::from([]),
        prevent_destroy: false,
        create_before_destroy: false,
    }
}
