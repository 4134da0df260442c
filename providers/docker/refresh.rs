//! Reading all recorded objects of a kind: one list, and details only of what is recorded.

use crate::{
    bridge,
    connection::{Sort, text},
    container::{self, seen::World},
    engine::Engine,
    failure::Outcome,
    image, inherited, network, ownership, tag, volume,
};
use futures_util::{StreamExt as _, stream};
use infra_model::{
    ask::Recorded,
    kind::{Facts, Kind},
    observed::{Marked, Observed},
    schema::Block,
    snapshot::Object,
};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// What a refresh saw.
#[derive(Debug, Default)]
pub(crate) struct Refreshed {
    /// What is there of each recorded object.
    pub(crate) observed: Vec<Observed>,
    /// Facts learned on the way.
    pub(crate) facts: Facts,
    /// What else carries the mark of the lineage.
    pub(crate) marked: Vec<Marked>,
}

/// Returns what is there of each recorded object, and what else is there of the same lineage.
pub(crate) async fn refresh(
    engine: &Engine,
    sort: Sort,
    (kind, lineage): (&dyn Kind, &str),
    recorded: &[Recorded],
) -> Outcome<Refreshed> {
    let block = &kind.schema().block;
    let (list, key) = match sort {
        Sort::Container => (container::lifecycle::list(engine).await?, "Id"),
        Sort::Network => (network::list(engine).await?, "Id"),
        Sort::Volume => (volume::list(engine).await?, "Name"),
        Sort::Image | Sort::Tag => {
            let (observed, facts) = images(engine, sort, recorded).await?;
            return Ok(Refreshed { observed, facts, ..Refreshed::default() });
        }
    };
    let ids: BTreeSet<&str> = recorded.iter().map(|r| text(&r.object.value, "id")).collect();
    let marks = list.iter().filter_map(|one| ownership::marked(one, key, (kind.name(), lineage)));
    let marked = marks.filter(|marked| !ids.contains(&*marked.id)).collect();
    let list = by(list, key);
    let (observed, facts) = match sort {
        Sort::Container => containers(engine, block, (&list, recorded)).await?,
        Sort::Network => {
            let one = |o: &Object, n: &Json| network::observed(block, &o.value, &o.private, n);
            (from_list(recorded, &list, one), Facts::new())
        }
        Sort::Volume | Sort::Image | Sort::Tag => {
            let one = |o: &Object, v: &Json| volume::observed(block, &o.value, &o.private, v);
            (from_list(recorded, &list, one), Facts::new())
        }
    };
    Ok(Refreshed { observed, facts, marked })
}

fn by(list: Vec<Json>, key: &str) -> BTreeMap<String, Json> {
    let pair = |json: Json| Some((bridge::text(&json, key)?.to_owned(), json));
    list.into_iter().filter_map(pair).collect()
}

fn from_list(
    recorded: &[Recorded],
    found: &BTreeMap<String, Json>,
    one: impl Fn(&Object, &Json) -> infra_model::value::Value,
) -> Vec<Observed> {
    let look = |r: &Recorded| match found.get(text(&r.object.value, "id")) {
        Some(json) => Observed::Present(one(&r.object, json)),
        None => Observed::Gone,
    };
    recorded.iter().map(look).collect()
}

async fn images(
    engine: &Engine,
    sort: Sort,
    recorded: &[Recorded],
) -> Outcome<(Vec<Observed>, Facts)> {
    let look = |r: &Recorded| {
        let spec = bridge::to_json(&r.object.value);
        async move {
            if sort == Sort::Tag {
                return tag::inspect(engine, &spec).await;
            }
            image::inspect(engine, &image::local_name(&spec)).await
        }
    };
    let looks: Vec<_> = recorded.iter().map(look).collect();
    let found: Vec<_> = stream::iter(looks).buffered(engine.requests_max).collect().await;
    let mut facts = Facts::new();
    let mut observed = Vec::new();
    for (recorded, found) in recorded.iter().zip(found) {
        let value = &recorded.object.value;
        let Some(found) = found? else {
            observed.push(Observed::Gone);
            continue;
        };
        let name = text(value, if sort == Sort::Tag { "target_image" } else { "name" });
        facts.insert(inherited::key(name), inherited::facts(&found));
        let is_tag = sort == Sort::Tag;
        let seen = if is_tag { tag::observed } else { image::observed };
        observed.push(Observed::Present(seen(value, &found)));
    }
    Ok((observed, facts))
}

/// The list says what is gone; what is there is inspected, and each image once.
async fn containers(
    engine: &Engine,
    block: &Block,
    (list, recorded): (&BTreeMap<String, Json>, &[Recorded]),
) -> Outcome<(Vec<Observed>, Facts)> {
    let there = recorded.iter().filter(|r| list.contains_key(text(&r.object.value, "id")));
    let ids: BTreeSet<&str> = there.map(|r| text(&r.object.value, "id")).collect();
    let looks: Vec<_> = ids
        .iter()
        .map(|id| async move { container::lifecycle::inspect(engine, id).await })
        .collect();
    let found: Vec<_> = stream::iter(looks).buffered(engine.requests_max).collect().await;
    let mut inspected = BTreeMap::new();
    for (id, found) in ids.iter().zip(found) {
        if let Some(found) = found? {
            inspected.insert((*id).to_owned(), found);
        }
    }
    let around = Around::look(engine, list, recorded, &inspected).await?;
    let look = |r: &Recorded| {
        let value = &r.object.value;
        match inspected.get(text(value, "id")) {
            Some(json) => {
                let world = around.world(text(value, "image"), json);
                let seen = (json, &world);
                Observed::Present(container::record::observed(
                    block,
                    value,
                    &r.object.private,
                    seen,
                ))
            }
            // It ended and was removed, as it was made to: nothing is different from the record.
            None if has_ended_as_meant(&r.object) => Observed::Present(value.clone()),
            None => Observed::Gone,
        }
    };
    let observed = recorded.iter().map(look).collect();
    Ok((observed, around.facts()))
}

fn has_ended_as_meant(object: &Object) -> bool {
    let spec = bridge::to_json(&object.value);
    bridge::is_true(&spec, "rm") && !container::must_run(&spec) && !object.tainted
}

/// What containers refer to, read once for all of them.
pub(crate) struct Around {
    world: World,
    /// Images by every name and id that was asked for; null if the engine does not hold it.
    images: BTreeMap<String, Json>,
}

impl Around {
    async fn look(
        engine: &Engine,
        list: &BTreeMap<String, Json>,
        recorded: &[Recorded],
        inspected: &BTreeMap<String, Json>,
    ) -> Outcome<Self> {
        let names = recorded.iter().map(|r| text(&r.object.value, "image").to_owned());
        let ids = inspected.values().filter_map(|c| bridge::text(c, "Image").map(str::to_owned));
        Self::of(engine, list.values(), names.chain(ids).collect()).await
    }

    /// Reads what one container refers to.
    pub(crate) async fn one(engine: &Engine, image: &str, inspected: &Json) -> Outcome<World> {
        let list = container::lifecycle::list(engine).await?;
        let id = bridge::text(inspected, "Image").unwrap_or_default().to_owned();
        let around = Self::of(engine, list.iter(), BTreeSet::from([image.to_owned(), id])).await?;
        Ok(around.world(image, inspected))
    }

    async fn of(
        engine: &Engine,
        list: impl Iterator<Item = &Json>,
        images: BTreeSet<String>,
    ) -> Outcome<Self> {
        let pair = |c: &Json| {
            Some((bridge::text(c, "Id")?.to_owned(), container::lifecycle::name_of(c).to_owned()))
        };
        let world = World {
            containers: list.filter_map(pair).collect(),
            networks: container::networks::ids(engine).await?,
            ..World::default()
        };
        let names: Vec<String> = images.into_iter().filter(|name| !name.is_empty()).collect();
        let looks: Vec<_> = names.iter().map(|name| image::inspect(engine, name)).collect();
        let found: Vec<_> = stream::iter(looks).buffered(engine.requests_max).collect().await;
        let mut images = BTreeMap::new();
        for (name, found) in names.into_iter().zip(found) {
            images.insert(name, found?.unwrap_or_default());
        }
        Ok(Self { world, images })
    }

    fn world(&self, image: &str, inspected: &Json) -> World {
        let id = bridge::text(inspected, "Image").unwrap_or_default();
        let now = self.images.get(image).and_then(|found| bridge::text(found, "Id"));
        let settings = self.images.get(id).and_then(|found| found.get("Config"));
        World {
            image_id: now.map(str::to_owned),
            image: settings.cloned().unwrap_or_default(),
            ..self.world.clone()
        }
    }

    fn facts(&self) -> Facts {
        self.images.iter().map(|(n, found)| (inherited::key(n), inherited::facts(found))).collect()
    }
}
