//! `hcloud_volume`: a disk that outlives servers, and only grows.

mod plan;

use crate::{
    client::Client,
    cost, form,
    kept::{Change, Kept, Made, Place, has_labels, protect},
    labels::{self, Labels, sent},
    movable::{Movable, finished},
    offered::place_fact,
    problem::Outcome,
    protection,
    pure::Pure,
    schemas::{
        given, labels, number_or_given, off, required, required_number, text, text_or_given,
    },
};
use hcloud::models::{AttachVolumeToServerRequest, CreateVolumeRequest, ReplaceVolumeRequest};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{
    connection::Control,
    resource::{Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct Volume;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    size: Option<i64>,
    location: Option<String>,
    server_id: Option<i64>,
    labels: Option<BTreeMap<String, Option<String>>>,
    linux_device: Option<String>,
    automount: Option<bool>,
    format: Option<String>,
    delete_protection: Option<bool>,
}

has_labels!(Model, name);

impl Kept for Volume {
    type Model = Model;

    const PLACE: Place = Place { path: "/volumes", many: "volumes", one: "volume" };

    fn kind() -> Arc<dyn Kind> {
        let once = "Acts when the volume is made, and never again.";
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("size", required_number()),
            ("location", text_or_given().replaces()),
            ("server_id", number_or_given()),
            ("labels", labels()),
            ("linux_device", given()),
            ("automount", Attribute::optional(Type::Bool)),
            ("format", text().describe(once)),
            ("delete_protection", off()),
        ]);
        Pure::of("hcloud_volume", block)
            .holding_data()
            .judged_by(plan::desired)
            .asking(|prior, desired| place_fact(prior, desired, "location").into_iter().collect())
            .judged_with(plan::change)
            .asking(|prior, desired| plan::AT_SERVER.facts(prior, desired))
            .judged_with(|prior, desired, facts| {
                plan::AT_SERVER.judged(prior, desired, facts).into_iter().collect()
            })
            .telling(plan::impact)
            .telling(protection::impact)
            .costing(cost::prices, cost::volume)
            .shared()
    }

    fn protection(of: &Model) -> Option<bool> {
        of.delete_protection
    }

    fn seen(object: &Json) -> Json {
        json!({
            "id": object["id"].as_i64().map(|id| id.to_string()), "name": object["name"],
            "size": whole(&object["size"]), "location": object["location"]["name"], "server_id": object["server"],
            "labels": labels::of_user(object), "linux_device": object["linux_device"],
            "format": object["format"], "delete_protection": object["protection"]["delete"],
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = wanted.model.clone();
        let body = CreateVolumeRequest {
            automount: model.automount.filter(|_| model.server_id.is_some()),
            format: model.format,
            labels: sent(labels),
            // It is made where its server is.
            location: model.location.filter(|_| model.server_id.is_none()),
            name: model.name.unwrap_or_default(),
            server: model.server_id,
            size: model.size.and_then(|size| size.try_into().ok()).unwrap_or_default(),
        };
        let Some(server) = model.server_id else {
            return Ok(client.post("/volumes", &body, control).await?.into());
        };
        let _turn = client.turn(server).await;
        let answer = client.post("/volumes", &body, control).await?;
        Ok(finished(client, answer, control).await.into())
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let (prior, wanted) = (&change.prior.model, &change.wanted.model);
        let (name, labels) = (change.name(), change.labels());
        if name.is_some() || labels.is_some() {
            let body = ReplaceVolumeRequest { labels: labels.and_then(sent), name };
            client.put(change.path, &body, control).await?;
        }
        if let Some(server) = wanted.server_id.filter(|_| change.differs(|model| &model.server_id))
        {
            let body = AttachVolumeToServerRequest { automount: wanted.automount, server };
            let id = form::id(prior)?;
            Movable::volume(id).go(client, (server, &body), control).await?;
        }
        if change.differs(|model| &model.size) {
            resize(client, change, control).await?;
        }
        protect::<Self>(client, change, control).await
    }

    async fn release(
        client: &Client,
        path: &str,
        prior: &Thing<Model>,
        control: &Control,
    ) -> Outcome<()> {
        protection::lift(client, path, prior.model.delete_protection, control).await?;
        Movable::volume(form::id(&prior.model)?).leave(client, None, control).await
    }

    fn recorded(block: &Block, wanted: &Model, seen: &Json) -> Outcome<Model> {
        // Where it is counts here only if it was said here: attachments are of another type.
        let recorded: Model = form::recorded(block, wanted, seen)?;
        Ok(Model { server_id: wanted.server_id, ..recorded })
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        Ok(Model {
            server_id: observed.server_id.filter(|_| recorded.server_id.is_some()),
            format: recorded.format.clone(),
            ..observed
        })
    }
}

/// Returns the size of a volume; the API may write it with a point.
pub(crate) fn whole(size: &Json) -> Json {
    let text = size.as_f64().map(|size| format!("{size:.0}"));
    text.and_then(|text| text.parse::<i64>().ok()).map_or(Json::Null, Json::from)
}

async fn resize(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
    let path = format!("{}/actions/resize", change.path);
    // The model of the crate would send it with a point.
    let body = json!({ "size": change.wanted.model.size });
    let place = Movable::volume(form::id(&change.prior.model)?).place(client, control).await?;
    let _turn = match place {
        Some(server) => Some(client.turn(server).await),
        None => None,
    };
    client.act(&path, &body, control).await.map(drop)
}
