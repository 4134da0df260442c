//! What containers refer to: other containers, networks, images.

use super::{lifecycle, networks, seen::World};
use crate::{bridge, engine::Engine, failure::Outcome, image, inherited};
use infra_model::kind::Facts;
use infra_sdk::listing::Listing;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// What containers refer to, read once for all of them.
pub(super) struct Around {
    world: World,
    /// Images by every name and id that was asked for; null if the engine does not hold it.
    images: BTreeMap<String, Json>,
}

impl Around {
    /// Reads what listed containers refer to, which were recorded with images of these names.
    pub(super) async fn look(
        engine: &Engine,
        list: &Listing<Json>,
        names: impl Iterator<Item = String>,
        inspected: &BTreeMap<String, Json>,
    ) -> Outcome<Self> {
        let ids = inspected.values().filter_map(|c| bridge::text(c, "Image").map(str::to_owned));
        Self::of(engine, list.iter(), names.chain(ids).collect()).await
    }

    /// Reads what one container refers to.
    pub(super) async fn one(engine: &Engine, image: &str, inspected: &Json) -> Outcome<World> {
        let list = lifecycle::list(engine).await?;
        let id = bridge::text(inspected, "Image").unwrap_or_default().to_owned();
        let around = Self::of(engine, list.iter(), BTreeSet::from([image.to_owned(), id])).await?;
        Ok(around.world(image, inspected))
    }

    async fn of(
        engine: &Engine,
        list: impl Iterator<Item = &Json>,
        images: BTreeSet<String>,
    ) -> Outcome<Self> {
        let pair =
            |c: &Json| Some((bridge::text(c, "Id")?.to_owned(), lifecycle::name_of(c).to_owned()));
        let world = World {
            containers: list.filter_map(pair).collect(),
            networks: networks::ids(engine).await?,
            ..World::default()
        };
        let names: Vec<String> = images.into_iter().filter(|name| !name.is_empty()).collect();
        let looks = names.iter().map(|name| image::inspect(engine, name)).collect();
        let found = engine.together(looks).await?.into_iter().map(Option::unwrap_or_default);
        Ok(Self { world, images: names.into_iter().zip(found).collect() })
    }

    /// Returns what is around one of the containers.
    pub(super) fn world(&self, image: &str, inspected: &Json) -> World {
        let id = bridge::text(inspected, "Image").unwrap_or_default();
        let now = self.images.get(image).and_then(|found| bridge::text(found, "Id"));
        let settings = self.images.get(id).and_then(|found| found.get("Config"));
        World {
            image_id: now.map(str::to_owned),
            image: settings.cloned().unwrap_or_default(),
            ..self.world.clone()
        }
    }

    /// Returns the facts of the images.
    pub(super) fn facts(&self) -> Facts {
        self.images.iter().map(|(n, found)| (inherited::key(n), inherited::facts(found))).collect()
    }
}
