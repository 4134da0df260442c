//! `hcloud_storage_box_subaccount`: an account that sees one directory of a storage box.

use super::{
    access::{self, Access},
    password,
};
use crate::{
    client::{Client, List},
    consequences::{downtime, updated},
    form,
    kept::{Change, Kept, Made, Place, has_labels, object},
    labels::{self, Labels, sent},
    problem::{Outcome, Problem},
    pure::Pure,
    rules,
    schemas::{given, given_number, labels_or_none, required, required_number, text_or_given},
};
use hcloud::models::{
    ChangeHomeDirectoryRequest, CreateSubaccountRequest, CreateSubaccountRequestAccessSettings,
    ReplaceSubaccountRequest, ResetPasswordRequest,
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, Kind},
    schema::{Attribute, Block, propose},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// What can be allowed.
const ACCESS: [&str; 5] =
    ["reachable_externally", "samba_enabled", "ssh_enabled", "webdav_enabled", "readonly"];

/// The most characters of a name, a description and a directory.
const NAME_MAX: usize = 50;
const DESCRIPTION_MAX: usize = 1_000;
const DIRECTORY_MAX: usize = 999;

/// The type.
pub(crate) struct StorageBoxSubaccount;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    storage_box_id: i64,
    id: Option<i64>,
    name: Option<String>,
    description: Option<String>,
    username: Option<String>,
    home_directory: Option<String>,
    password: Option<String>,
    server: Option<String>,
    access_settings: Option<Access>,
    labels: Option<BTreeMap<String, Option<String>>>,
}

impl std::fmt::Debug for Model {
    // The password is in here.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("name", &self.name).finish_non_exhaustive()
    }
}

has_labels!(Model, name);

impl Model {
    fn box_id(&self) -> i64 {
        self.storage_box_id
    }

    fn access(&self) -> CreateSubaccountRequestAccessSettings {
        let is_on = |name: &str| Some(access::is_on(self.access_settings.as_ref(), name));
        CreateSubaccountRequestAccessSettings {
            reachable_externally: is_on("reachable_externally"),
            readonly: is_on("readonly"),
            samba_enabled: is_on("samba_enabled"),
            ssh_enabled: is_on("ssh_enabled"),
            webdav_enabled: is_on("webdav_enabled"),
        }
    }
}

impl Kept for StorageBoxSubaccount {
    type Model = Model;

    const PLACE: Place = Place { path: "/storage_boxes", many: "subaccounts", one: "subaccount" };

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("storage_box_id", required_number().replaces()),
            ("id", given_number()),
            ("name", text_or_given()),
            ("description", Attribute::optional_computed(Type::String).default("")),
            ("username", given()),
            ("home_directory", required()),
            ("password", required().sensitive()),
            ("server", given()),
            ("access_settings", access::attribute(&ACCESS)),
            ("labels", labels_or_none()),
        ]);
        Pure::of("hcloud_storage_box_subaccount", block)
            .judged_by(validate)
            .planned_by(|schema, prior, desired, _| {
                propose(schema, prior, &access::with_defaults(desired, &ACCESS))
            })
            .telling(tell)
            .shared()
    }

    fn collection(of: &Model) -> String {
        format!("/storage_boxes/{}/subaccounts", of.box_id())
    }

    fn list(of: &Model) -> List {
        List::of(Self::collection(of), "subaccounts").whole()
    }

    fn seen(object: &Json) -> Json {
        let settings = &object["access_settings"];
        let mut seen = json!({
            "storage_box_id": object["storage_box"], "id": object["id"], "name": object["name"],
            "description": object["description"].as_str().unwrap_or_default(),
            "username": object["username"], "home_directory": object["home_directory"],
            "server": object["server"], "labels": labels::of_user(object),
        });
        if settings.is_object() {
            seen["access_settings"] = access::seen(settings, &ACCESS);
        }
        seen
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = &wanted.model;
        let body = CreateSubaccountRequest {
            access_settings: Some(Box::new(model.access())),
            description: model.description.clone().filter(|text| !text.is_empty()),
            home_directory: model.home_directory.clone().unwrap_or_default(),
            labels: sent(labels),
            password: model.password.clone().unwrap_or_default(),
        };
        let body = with_name(&body, model.name.as_deref())?;
        let _turn = client.box_turn(model.box_id()).await;
        // A box makes one change at a time: the next begins when this one is done.
        Ok(client.act(&Self::collection(model), &body, control).await?.into())
    }

    /// The answer to the create tells the id alone.
    fn is_read_again(_: &Model) -> bool {
        true
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let wanted = &change.wanted.model;
        let _turn = client.box_turn(wanted.box_id()).await;
        let action = |name: &str| format!("{}/actions/{name}", change.path);
        let is_new = change.differs(|model| &model.description);
        let description = wanted.description.clone().filter(|_| is_new);
        let (name, labels) = (change.name(), change.labels());
        if name.is_some() || labels.is_some() || description.is_some() {
            let body = ReplaceSubaccountRequest { description, labels: labels.and_then(sent) };
            client.put(change.path, &with_name(&body, name.as_deref())?, control).await?;
        }
        if change.differs(|model| &model.home_directory) {
            let directory = wanted.home_directory.clone().unwrap_or_default();
            let body = ChangeHomeDirectoryRequest::new(directory);
            client.act(&action("change_home_directory"), &body, control).await?;
        }
        if change.differs(|model| &model.password) {
            let body = ResetPasswordRequest::new(wanted.password.clone().unwrap_or_default());
            client.act(&action("reset_subaccount_password"), &body, control).await?;
        }
        if change.differs(|model| &model.access_settings) {
            client.act(&action("update_access_settings"), &wanted.access(), control).await?;
        }
        Ok(())
    }

    /// An import id is `<box>/<id>`.
    async fn import(client: &Client, id: &str, control: &Control) -> Outcome<Option<Json>> {
        let Some((of, id)) = form::two_ids(id) else { return Ok(None) };
        object::<Self>(client, &format!("/storage_boxes/{of}/subaccounts/{id}"), control).await
    }

    fn import_id(wanted: &Model, object: &Json) -> String {
        format!("{}/{}", wanted.box_id(), object["id"])
    }
}

/// The models of the crate do not have the name yet.
fn with_name<B: Serialize>(body: &B, name: Option<&str>) -> Outcome<Json> {
    let mut body = serde_json::to_value(body).map_err(|error| Problem::Unreadable {
        request: "an account of a storage box".to_owned(),
        // The words of the writer may repeat the content.
        detail: format!("Its body can't be written ({:?} error).", error.classify()),
    })?;
    if let Some(name) = name {
        body["name"] = Json::from(name);
    }
    Ok(body)
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = password::validate(desired);
    if rules::is_given(desired, "name") {
        found.extend(rules::name_of(desired, NAME_MAX));
    }
    found.extend(rules::at_most(desired, "description", DESCRIPTION_MAX));
    found.extend(rules::at_most(desired, "home_directory", DIRECTORY_MAX));
    let Some(directory) = rules::text(desired, "home_directory") else { return found };
    let is_taken = |c: char| c.is_ascii_alphanumeric() || " ./_-".contains(c);
    if directory.is_empty() || directory.starts_with('/') || !directory.chars().all(is_taken) {
        let summary = format!("`{directory}` is no directory of a storage box");
        let help = "use letters, digits, `.`, `_`, `-` and space, with `/` between directories";
        found.push(rules::wrong("home_directory", summary, help));
    }
    found
}

fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    let mut told = access::tell(change);
    told.extend(password::tell(change));
    let Some((before, after)) = updated(change) else { return told };
    let directory = |value: &Value| rules::text(value, "home_directory").cloned();
    if directory(before) != directory(after) {
        let text = "the account sees another directory; the files stay where they are";
        told.push(downtime(text));
    }
    told
}
