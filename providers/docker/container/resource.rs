//! The life of a container: what each verb asks of the engine, and what is recorded of it.

use super::{
    Container, ContainerKind,
    around::Around,
    lifecycle::{self, Made},
    must_run, record, update,
};
use crate::{
    bridge,
    engine::Client,
    failure::{Failure as Refused, Outcome, refusal},
    ownership, schemas,
    settle::{from_private, thing, to_private},
};
use infra_model::{kind::Kind, text::Text, value::Value};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure, blame},
    mark::Mark,
    model::Attributes,
    resource::{Refreshed, Resource, Seen, Thing, Wanted},
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

impl Resource for Container {
    type Client = Client;
    type Model = Attributes;

    fn kind() -> Arc<dyn Kind> {
        Arc::new(ContainerKind::new())
    }

    async fn read(
        engine: &Client,
        recorded: Thing<Attributes>,
        control: &Control,
    ) -> Result<Option<Attributes>, Failure> {
        let mut seen = Self::refresh(engine, vec![recorded], control).await?.seen;
        match seen.pop() {
            Some(Seen::Present(model)) => Ok(Some(model)),
            Some(Seen::Gone) => Ok(None),
            Some(Seen::NotAskable(why)) => Err(Failure::from(why).unreachable()),
            None => Err(blame("docker", "It said nothing of a container").into()),
        }
    }

    /// The list says what is gone; what is there is inspected, and each image once.
    async fn refresh(
        engine: &Client,
        recorded: Vec<Thing<Attributes>>,
        control: &Control,
    ) -> Result<Refreshed<Attributes>, Failure> {
        let kind = ContainerKind::new();
        let list = lifecycle::listing(engine).await?;
        let ids = || recorded.iter().map(|thing| thing.model.text("id"));
        let inspected = inspected(engine, ids().filter(|id| list.get(id).is_some())).await?;
        let names = recorded.iter().map(|thing| thing.model.text("image").to_owned());
        let around = Around::look(engine, &list, names, &inspected).await?;
        let look = |thing: &Thing<Attributes>| {
            let Thing { model, private, .. } = thing;
            match inspected.get(model.text("id")) {
                Some(json) => {
                    let world = around.world(model.text("image"), json);
                    let (block, seen) = (&kind.schema.block, (json, &world));
                    Seen::Present(Attributes(record::observed(block, &model.0, private, seen)))
                }
                // It ended and was removed, as it was made to: nothing is different from the record.
                None if has_ended_as_meant(thing) => Seen::Present(model.clone()),
                None => Seen::Gone,
            }
        };
        Ok(Refreshed {
            seen: recorded.iter().map(look).collect(),
            facts: around.facts(),
            marked: list.strangers((&kind.name, &control.lineage), ids()),
        })
    }

    async fn create(
        engine: &Client,
        wanted: Wanted<Attributes>,
        control: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        let spec = bridge::to_json(&wanted.model.0);
        let mark = Mark::of(&wanted, control);
        match lifecycle::create(engine, &spec, &mark, control).await {
            Ok(made) => {
                let thing = recorded(engine, &wanted.model, &made).await;
                if bridge::is_true(&spec, "rm")
                    && bridge::is_true(&spec, "attach")
                    && let Err(failure) = lifecycle::delete(engine, &made.id, &spec).await
                {
                    return Err(Broken::left(failure, thing));
                }
                Ok(thing)
            }
            Err(unmade) => {
                let mut partial = None;
                if let Some(made) = &unmade.left {
                    partial = Some(recorded(engine, &wanted.model, made).await.tainted());
                }
                Err(Broken { partial, ..Broken::from(Failure::from(unmade.failure)) })
            }
        }
    }

    async fn update(
        engine: &Client,
        prior: Thing<Attributes>,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        let (before, spec) = (bridge::to_json(&prior.model.0), bridge::to_json(&wanted.model.0));
        update::update(engine, prior.model.text("id"), &before, &spec).await?;
        Ok(updated(engine, &wanted.model, &prior).await?)
    }

    async fn delete(engine: &Client, prior: Thing<Attributes>, _: &Control) -> Result<(), Failure> {
        let spec = bridge::to_json(&prior.model.0);
        Ok(lifecycle::delete(engine, prior.model.text("id"), &spec).await?)
    }

    async fn find(
        engine: &Client,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let listed = lifecycle::listing(engine).await?.with_token(&wanted.token);
        let Some(id) = listed.as_ref().and_then(|c| bridge::text(c, "Id")) else {
            return Ok(None);
        };
        let Some(inspected) = lifecycle::inspect(engine, id).await? else { return Ok(None) };
        // One that was made and never started is not wholly there.
        let was_started =
            inspected.pointer("/State/Status").and_then(Json::as_str) != Some("created");
        let is_meant = wanted.model.0.get("start").and_then(Value::as_bool) != Some(false);
        let made = Made { id: id.to_owned(), inspected, logs: None };
        let thing = recorded(engine, &wanted.model, &made).await;
        Ok(Some(if is_meant && !was_started { thing.tainted() } else { thing }))
    }

    async fn exists(
        engine: &Client,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Text>, Failure> {
        let name = wanted.model.text("name");
        let there = lifecycle::inspect(engine, name).await?;
        Ok(there.map(|_| ownership::is_there(name)))
    }

    async fn import(
        engine: &Client,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let found = lifecycle::inspect(engine, schemas::import_id(id)).await?;
        let Some(inspected) = found else { return Ok(None) };
        // Its image may have another name by now, or that name another image.
        let named = inspected.pointer("/Config/Image").and_then(Json::as_str);
        let world = Around::one(engine, named.unwrap_or_default(), &inspected).await?;
        let block = &ContainerKind::new().schema.block;
        Ok(Some(thing(record::imported(block, &inspected, &world))))
    }
}

async fn inspected<'a>(
    engine: &Client,
    ids: impl Iterator<Item = &'a str>,
) -> Outcome<BTreeMap<String, Json>> {
    let ids: BTreeSet<&str> = ids.collect();
    let looks = ids.iter().map(|id| lifecycle::inspect(engine, id)).collect();
    let found = ids.iter().zip(engine.together(looks).await?);
    Ok(found.filter_map(|(id, json)| Some(((*id).to_owned(), json?))).collect())
}

fn has_ended_as_meant(thing: &Thing<Attributes>) -> bool {
    let spec = bridge::to_json(&thing.model.0);
    bridge::is_true(&spec, "rm") && !must_run(&spec) && !thing.tainted
}

/// What is around the container may be out of reach by now: the record is made all the same.
async fn recorded(engine: &Client, sent: &Attributes, made: &Made) -> Thing<Attributes> {
    let world = Around::one(engine, sent.text("image"), &made.inspected).await;
    let world = world.unwrap_or_default();
    let block = &ContainerKind::new().schema.block;
    thing(record::recorded(block, &sent.0, made.logs.as_deref(), (&made.inspected, &world)))
}

/// The baseline of what stayed open stays, so that no drift in it is taken for given.
async fn updated(
    engine: &Client,
    sent: &Attributes,
    prior: &Thing<Attributes>,
) -> Outcome<Thing<Attributes>> {
    let id = prior.model.text("id").to_owned();
    let found = lifecycle::inspect(engine, &id).await?;
    let Some(inspected) = found else {
        let name = prior.model.text("name");
        let summary = format!("container `{name}` is gone since it was planned");
        let found = refusal("infra::docker::container_ended", summary);
        return Err(Refused::refused(found.help("plan again: it is made anew")));
    };
    let before = |name: &str| prior.model.0.get(name);
    let logs = before("container_logs").and_then(Value::as_text).map(ToString::to_string);
    let thing = recorded(engine, sent, &Made { id, inspected, logs }).await;
    let was_open =
        |name: &str| before(name).is_some_and(|v| bridge::is_nothing(&bridge::to_json(v)));
    let mut kept = bridge::fields(from_private(&thing.private).unwrap_or_default());
    kept.retain(|name, _| !was_open(name));
    let old = bridge::fields(from_private(&prior.private).unwrap_or_default());
    kept.extend(old.into_iter().filter(|(name, _)| was_open(name)));
    Ok(thing.private(to_private(&Json::Object(kept))))
}
