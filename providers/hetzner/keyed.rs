//! Types whose objects have no id and no labels of their own: they are parts of another object, which
//! shows them, and are known by what they join.
//!
//! Their parents are refreshed from the same lists as everything else, so a hundred attachments cost
//! no request of their own. What a parent in a list does not show is looked for once more in the parent
//! alone before it counts as gone.

use crate::{
    client::{Client, List},
    form::{self, Model},
    problem::{Outcome, Problem},
    schemas,
};
use infra_model::{diagnostic::Diagnostic, kind::Kind, schema::Block, text::Text, value::Value};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Refreshed, Resource, Seen, Step, StepResult, Thing, Wanted, one_by_one},
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    marker::PhantomData,
    sync::Arc,
};

/// An object that shows others as parts of itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Parent {
    /// The list that it stands in.
    pub(crate) list: List,
    /// The name under which it stands in an answer of its own.
    pub(crate) one: &'static str,
    /// Its id.
    pub(crate) id: String,
}

/// The parents that were read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parents(BTreeMap<(String, String), Json>);

/// A type whose objects are parts of others.
pub(crate) trait Keyed: Send + Sync + Sized + 'static {
    /// The attributes.
    type Model: Model;

    /// Returns the pure half, which says which attributes are the key.
    fn kind() -> Arc<dyn Kind>;

    /// Returns the objects of which it is a part.
    fn parents(of: &Self::Model) -> Vec<Parent>;

    /// Returns the attributes that the parents show of it; `None` if it is not there.
    fn seen(of: &Self::Model, parents: &Parents) -> Option<Json>;

    /// Makes it and waits until it is there.
    fn create(
        client: &Client,
        wanted: &Wanted<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Outcome<()>> + Send;

    /// Does what a create can't do in its one request. What fails here leaves something whole, which an
    /// update brings to what was wanted.
    fn furnish(
        _client: &Client,
        _wanted: &Wanted<Self::Model>,
        _control: &Control,
    ) -> impl Future<Output = Outcome<()>> + Send {
        async { Ok(()) }
    }

    /// Changes it and waits until that is done.
    fn update(
        _client: &Client,
        _prior: &Self::Model,
        _wanted: &Wanted<Self::Model>,
        _control: &Control,
    ) -> impl Future<Output = Outcome<()>> + Send {
        async { Ok(()) }
    }

    /// Removes it and waits until it is gone; what is not there is no failure.
    fn delete(
        client: &Client,
        prior: &Self::Model,
        control: &Control,
    ) -> impl Future<Output = Outcome<()>> + Send;

    /// Carries out several steps, at most as many as the type says fit in one call.
    fn batch(
        client: &Client,
        steps: Vec<Step<Self::Model>>,
        control: &Control,
    ) -> impl Future<Output = Vec<StepResult<Self::Model>>> + Send {
        one_by_one::<Part<Self>>(client, steps, control)
    }

    /// Returns the attributes that an import id names.
    fn key(id: &str) -> Option<Json>;

    /// Returns the attributes that identify what is imported, if it is not an import id that does.
    fn identity(_id: &Value) -> Option<Json> {
        None
    }

    /// Returns the attributes after a create or update.
    fn recorded(block: &Block, wanted: &Self::Model, seen: &Json) -> Outcome<Self::Model> {
        form::recorded(block, wanted, seen)
    }

    /// Returns the attributes that a refresh reports.
    fn observed(recorded: &Self::Model, seen: &Json) -> Outcome<Self::Model> {
        form::observed(recorded, seen)
    }
}

impl Parent {
    /// Returns a parent by the path of its collection, such as `/servers`.
    pub(crate) fn of(path: &str, names: (&'static str, &'static str), id: String) -> Self {
        Self { list: List::of(path, names.0), one: names.1, id }
    }

    /// A server.
    pub(crate) fn server(id: i64) -> Self {
        Self::of("/servers", ("servers", "server"), id.to_string())
    }

    /// A network.
    pub(crate) fn network(id: i64) -> Self {
        Self::of("/networks", ("networks", "network"), id.to_string())
    }

    /// A load balancer.
    pub(crate) fn load_balancer(id: i64) -> Self {
        Self::of("/load_balancers", ("load_balancers", "load_balancer"), id.to_string())
    }

    /// A floating IP.
    pub(crate) fn floating_ip(id: i64) -> Self {
        Self::of("/floating_ips", ("floating_ips", "floating_ip"), id.to_string())
    }

    /// A primary IP.
    pub(crate) fn primary_ip(id: i64) -> Self {
        Self::of("/primary_ips", ("primary_ips", "primary_ip"), id.to_string())
    }

    /// A firewall.
    pub(crate) fn firewall(id: i64) -> Self {
        Self::of("/firewalls", ("firewalls", "firewall"), id.to_string())
    }

    /// A volume.
    pub(crate) fn volume(id: i64) -> Self {
        Self::of("/volumes", ("volumes", "volume"), id.to_string())
    }

    fn key(&self) -> (String, String) {
        (self.list.path.clone(), self.id.clone())
    }
}

impl Parents {
    /// Returns a parent that is there.
    pub(crate) fn get(&self, parent: &Parent) -> Option<&Json> {
        self.0.get(&parent.key())
    }

    /// Takes over what lists show.
    async fn listed(client: &Client, lists: BTreeSet<List>, control: &Control) -> Outcome<Self> {
        let mut all = BTreeMap::new();
        for list in lists {
            for object in client.all_if_there(&list, control).await?.iter() {
                let Some(id) = form::id_text(&object["id"]) else { continue };
                all.insert((list.path.clone(), id), object.clone());
            }
        }
        Ok(Self(all))
    }

    /// Reads parents one by one.
    pub(crate) async fn alone(
        client: &Client,
        parents: Vec<Parent>,
        control: &Control,
    ) -> Outcome<Self> {
        let mut all = BTreeMap::new();
        for parent in parents {
            let path = format!("{}/{}", parent.list.path, parent.id);
            if let Some(mut answer) = client.get(&path, control).await? {
                all.insert(parent.key(), answer[parent.one].take());
            }
        }
        Ok(Self(all))
    }
}

/// A type as the contract of the sdk sees it.
pub(crate) struct Part<T>(PhantomData<fn() -> T>);

impl<T: Keyed> Resource for Part<T> {
    type Client = Client;
    type Model = T::Model;

    fn kind() -> Arc<dyn Kind> {
        T::kind()
    }

    async fn read(
        client: &Client,
        recorded: Thing<T::Model>,
        control: &Control,
    ) -> Result<Option<T::Model>, Failure> {
        let seen = seen_alone::<T>(client, &recorded.model, control).await?;
        Ok(seen.map(|seen| T::observed(&recorded.model, &seen)).transpose()?)
    }

    async fn refresh(
        client: &Client,
        recorded: Vec<Thing<T::Model>>,
        control: &Control,
    ) -> Result<Refreshed<T::Model>, Failure> {
        let lists = recorded.iter().flat_map(|thing| T::parents(&thing.model));
        let lists = lists.map(|parent| parent.list).collect();
        let parents = Parents::listed(client, lists, control).await?;
        let mut seen = Vec::with_capacity(recorded.len());
        for Thing { model, .. } in &recorded {
            seen.push(match look::<T>(client, model, &parents, control).await {
                Ok(Some(model)) => Seen::Present(model),
                Ok(None) => Seen::Gone,
                Err(problem) => Seen::NotAskable(Failure::from(problem).into_diagnostic()),
            });
        }
        Ok(seen.into())
    }

    async fn create(
        client: &Client,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Thing<T::Model>, Broken<T::Model>> {
        if let Err(problem) = T::create(client, &wanted, control).await {
            return Err(left_behind::<T>(client, &wanted, problem, control).await);
        }
        // What is there now is brought to its end and recorded, although the run may be stopped.
        let control = &control.for_begun();
        let furnished = T::furnish(client, &wanted, control).await;
        let made = there::<T>(client, &wanted.model, control).await;
        let made = made.map_err(|problem| Failure::from(problem).after_lookup())?;
        let Err(problem) = furnished else { return Ok(made.into()) };
        let Some(seen) = seen_alone::<T>(client, &wanted.model, control).await? else {
            return Err(problem.into());
        };
        Err(Broken::unfinished(problem, T::observed(&made, &seen)?.into()))
    }

    async fn update(
        client: &Client,
        prior: Thing<T::Model>,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Thing<T::Model>, Broken<T::Model>> {
        let updated = T::update(client, &prior.model, &wanted, control).await;
        // What is there now is recorded, although the run may be stopped.
        let control = &control.for_begun();
        if let Err(problem) = updated {
            // What was done before it failed is recorded as it is.
            return Err(match seen_alone::<T>(client, &prior.model, control).await {
                Ok(Some(seen)) => Broken::left(problem, T::observed(&prior.model, &seen)?.into()),
                Ok(None) | Err(_) => problem.into(),
            });
        }
        Ok(there::<T>(client, &wanted.model, control).await?.into())
    }

    async fn delete(
        client: &Client,
        prior: Thing<T::Model>,
        control: &Control,
    ) -> Result<(), Failure> {
        Ok(T::delete(client, &prior.model, control).await?)
    }

    async fn batch(
        client: &Client,
        steps: Vec<Step<T::Model>>,
        control: &Control,
    ) -> Vec<StepResult<T::Model>> {
        T::batch(client, steps, control).await
    }

    async fn find(
        client: &Client,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Option<Thing<T::Model>>, Failure> {
        let mut seen = seen_alone::<T>(client, &wanted.model, control).await?;
        if seen.is_none() && settled::<T>(client, &wanted.model, control).await? {
            seen = seen_alone::<T>(client, &wanted.model, control).await?;
        }
        let Some(seen) = seen else { return Ok(None) };
        let block = &T::kind().schema().block.clone();
        let model = T::observed(&T::recorded(block, &wanted.model, &seen)?, &seen)?;
        Ok(Some(Thing::from(model)))
    }

    async fn exists(
        client: &Client,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Option<Text>, Failure> {
        let seen = seen_alone::<T>(client, &wanted.model, control).await?;
        let already = |seen: Json| match form::id_text(&seen["id"]) {
            Some(id) => format!("it is at Hetzner already, with the import id `{id}`").into(),
            None => Text::from("it is at Hetzner already"),
        };
        Ok(seen.map(already))
    }

    async fn import(
        client: &Client,
        id: &Value,
        control: &Control,
    ) -> Result<Option<Thing<T::Model>>, Failure> {
        let told = schemas::import_id(id);
        let Some(key) = T::identity(id).or_else(|| T::key(&told)) else {
            return Err(odd_id(&T::kind(), &told).into());
        };
        let block = &T::kind().schema().block.clone();
        let named: T::Model = form::imported(block, &key)?;
        let Some(Json::Object(seen)) = seen_alone::<T>(client, &named, control).await? else {
            return Ok(None);
        };
        // What it is known by stays, where the parents do not show it.
        let mut all = key.as_object().cloned().unwrap_or_default();
        all.extend(seen);
        Ok(Some(Thing::from(form::imported::<T::Model>(block, &Json::Object(all))?)))
    }
}

/// Says what is left of a create that failed; one that was begun may have left what it was to make.
pub(crate) async fn left_behind<T: Keyed>(
    client: &Client,
    wanted: &Wanted<T::Model>,
    problem: Problem,
    control: &Control,
) -> Broken<T::Model> {
    if !problem.is_begun() {
        return problem.into();
    }
    let seen = seen_alone::<T>(client, &wanted.model, &control.for_begun()).await;
    match seen.and_then(|seen| seen.map(|seen| T::observed(&wanted.model, &seen)).transpose()) {
        Ok(Some(model)) => Broken::left(problem, model.into()),
        Ok(None) => problem.into(),
        Err(_) => Failure::from(problem).after_lookup().into(),
    }
}

/// Looks in what was listed, and if it is not there in the parents themselves.
async fn look<T: Keyed>(
    client: &Client,
    model: &T::Model,
    parents: &Parents,
    control: &Control,
) -> Outcome<Option<T::Model>> {
    let seen = match T::seen(model, parents) {
        Some(seen) => Some(seen),
        None => seen_alone::<T>(client, model, control).await?,
    };
    seen.map(|seen| T::observed(model, &seen)).transpose()
}

async fn seen_alone<T: Keyed>(
    client: &Client,
    model: &T::Model,
    control: &Control,
) -> Outcome<Option<Json>> {
    let parents = Parents::alone(client, T::parents(model), control).await?;
    Ok(T::seen(model, &parents))
}

/// Waits for what is still being done to the parents, and returns whether there was anything: a lost
/// create may be among it.
async fn settled<T: Keyed>(client: &Client, model: &T::Model, control: &Control) -> Outcome<bool> {
    let mut had_any = false;
    for parent in T::parents(model) {
        let path = format!("{}/{}/actions", parent.list.path, parent.id);
        let query = [("status", "running".to_owned())];
        match client.query(&path, &query, control).await {
            Ok(running) if running["actions"].as_array().is_some_and(|all| !all.is_empty()) => {
                had_any = true;
                // How they end does not matter; what is there is looked at then.
                match client.finish(&running, control).await {
                    Ok(()) | Err(Problem::Action { .. }) => {}
                    Err(problem) => return Err(problem),
                }
            }
            Ok(_) => {}
            // The parent is gone, or has no actions of its own.
            Err(problem) if problem.code() == Some("not_found") => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(had_any)
}

/// Returns the attributes of what was just made or changed.
async fn there<T: Keyed>(
    client: &Client,
    wanted: &T::Model,
    control: &Control,
) -> Outcome<T::Model> {
    let parents = Parents::alone(client, T::parents(wanted), control).await?;
    shown::<T>(wanted, &parents)
}

/// Returns the attributes that the parents show of what was just made or changed.
pub(crate) fn shown<T: Keyed>(wanted: &T::Model, parents: &Parents) -> Outcome<T::Model> {
    let Some(seen) = T::seen(wanted, parents) else {
        let detail = "Hetzner said that it is done, and does not show it.".to_owned();
        return Err(Problem::ActionLost { command: T::kind().name().to_string(), detail });
    };
    T::recorded(&T::kind().schema().block, wanted, &seen)
}

fn odd_id(kind: &Arc<dyn Kind>, id: &str) -> Diagnostic {
    let summary = format!("`{id}` is no import id of `{}`", kind.name());
    Diagnostic::error("infra::hetzner::import_id_wrong", summary)
        .help("see the page of the resource type for the form of its import id")
}
