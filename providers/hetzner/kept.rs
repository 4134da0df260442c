//! Types whose objects have an id and labels of their own: what is the same for all of them.
//!
//! One paged list refreshes all objects of a type. What a list does not show is asked for once more
//! before it counts as gone, since pages shift while objects come and go. Lost creates are found by
//! the token among their labels.

mod taken;

pub(crate) use taken::{named, with_token};

use crate::{
    client::{All, Client, List},
    form::{self, Model},
    labels::{self, Labels},
    patience::patiently,
    problem::{Outcome, Problem},
    protection, schemas,
};
use infra_model::{diagnostic::Diagnostics, kind::Kind, schema::Block, text::Text, value::Value};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    listing::Listing,
    mark::Mark,
    resource::{Refreshed, Resource, Seen, Thing, Wanted},
};
use serde_json::Value as Json;
use std::{collections::BTreeMap, future::Future, marker::PhantomData, sync::Arc};
use taken::{already, same_name, taken};

/// Where the objects of a type are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The path of all, such as `/servers`.
    pub(crate) path: &'static str,
    /// The name under which a list of them stands in answers.
    pub(crate) many: &'static str,
    /// The name under which one stands in answers.
    pub(crate) one: &'static str,
}

/// An object that was just made.
pub(crate) struct Made {
    /// The answer to the create, which holds the object and names its actions.
    pub(crate) answer: Json,
    /// What is kept beside the attributes.
    pub(crate) private: Vec<u8>,
}

impl From<Json> for Made {
    fn from(answer: Json) -> Self {
        Self { answer, private: Vec::new() }
    }
}

/// A type whose objects have an id and labels.
pub(crate) trait Kept: Send + Sync + Sized + 'static {
    /// The attributes.
    type Model: Model + HasLabels;

    /// Where the objects are.
    const PLACE: Place;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Returns the attributes that the API shows of an object.
    fn seen(object: &Json) -> Json;

    /// Returns the path of the collection that an object is in.
    fn collection(_of: &Self::Model) -> String {
        Self::PLACE.path.to_owned()
    }

    /// Returns the list that an object stands in.
    fn list(of: &Self::Model) -> List {
        List::of(Self::collection(of), Self::PLACE.many)
    }

    /// Sends the create, without waiting for its actions.
    fn create(
        client: &Client,
        wanted: &Wanted<Self::Model>,
        labels: Labels,
        control: &Control,
    ) -> impl Future<Output = Outcome<Made>> + Send;

    /// Returns whether an object is protected against removal, if its type has that.
    fn protection(_of: &Self::Model) -> Option<bool> {
        None
    }

    /// Does what a create can't do in its one request, such as to protect the object, which is at a
    /// path. Comes when the actions of the create are done.
    fn furnish(
        client: &Client,
        (path, _): (&str, &Json),
        wanted: &Wanted<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Outcome<()>> + Send {
        protection::furnish(client, path, Self::protection(&wanted.model), control)
    }

    /// Says whether the answer to the create shows less than there is when all is done.
    fn is_read_again(_wanted: &Self::Model) -> bool {
        false
    }

    /// Changes an object; `labels` holds the whole map if labels change.
    fn update(
        client: &Client,
        change: &Change<'_, Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Outcome<()>> + Send;

    /// Comes when an object is as it is wanted, before it is recorded: waits for what the API does not
    /// wait for, and learns what it does not tell. This ends early if the run is stopped; what was
    /// learned until then is in the model.
    fn ready(
        _client: &Client,
        _wanted: &Wanted<Self::Model>,
        _prior: Option<&Self::Model>,
        _model: &mut Self::Model,
        _control: &Control,
    ) -> impl Future<Output = Outcome<Diagnostics>> + Send {
        async { Ok(Diagnostics::new()) }
    }

    /// Comes before an object is removed: protection is lifted, what holds on to it is let go.
    fn release(
        client: &Client,
        path: &str,
        prior: &Thing<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Outcome<()>> + Send {
        protection::lift(client, path, Self::protection(&prior.model), control)
    }

    /// Codes of refusals of a delete that go away by themselves: what holds on to the object is just
    /// being let go.
    const PASSING: &'static [&'static str] = &[];

    /// Reads an object by its import id; by default its number.
    fn import(
        client: &Client,
        id: &str,
        control: &Control,
    ) -> impl Future<Output = Outcome<Option<Json>>> + Send {
        async move {
            if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
                return Ok(None);
            }
            object::<Self>(client, &format!("{}/{id}", Self::PLACE.path), control).await
        }
    }

    /// Says what to do about something that is there with the same name, or another key.
    fn taken(
        client: &Client,
        wanted: &Wanted<Self::Model>,
        control: &Control,
    ) -> impl Future<Output = Outcome<Option<Json>>> + Send {
        async move { same_name::<Self>(client, wanted, control).await }
    }

    /// Returns the import id of an object that is there already.
    fn import_id(_wanted: &Self::Model, object: &Json) -> String {
        form::id_text(&object["id"]).unwrap_or_default()
    }

    /// Says that an object is there as long as what it is part of, and is only let go of.
    fn stays(_of: &Self::Model) -> bool {
        false
    }

    /// Returns the attributes after a create or update; what was wanted, and what Hetzner gave.
    fn recorded(block: &Block, wanted: &Self::Model, seen: &Json) -> Outcome<Self::Model> {
        form::recorded(block, wanted, seen)
    }

    /// Returns the attributes that a refresh reports.
    fn observed(recorded: &Self::Model, seen: &Json) -> Outcome<Self::Model> {
        form::observed(recorded, seen)
    }
}

/// Attributes with labels and, mostly, a name.
pub(crate) trait HasLabels {
    /// Returns the labels of the user.
    fn labels(&self) -> Option<&BTreeMap<String, Option<String>>>;

    /// Returns the name, if objects of the type have one that nothing else may have.
    fn name(&self) -> Option<&str>;
}

/// Implements [`HasLabels`] for attributes with `labels` and, if it is named, the field of the name.
macro_rules! has_labels {
    ($model:ty $(, $name:ident)?) => {
        impl $crate::kept::HasLabels for $model {
            fn labels(&self) -> Option<&std::collections::BTreeMap<String, Option<String>>> {
                self.labels.as_ref()
            }

            fn name(&self) -> Option<&str> {
                let name: Option<&str> = None;
                $(let name = name.or(self.$name.as_deref());)?
                name
            }
        }
    };
}

pub(crate) use has_labels;

/// One update.
pub(crate) struct Change<'a, M> {
    /// Where the object is, such as `/servers/42`.
    pub(crate) path: &'a str,
    /// As it was recorded.
    pub(crate) prior: &'a Thing<M>,
    /// As it is: a list that the plan was made from may have been older than what was written last.
    pub(crate) now: &'a M,
    /// As it is to be.
    pub(crate) wanted: &'a Wanted<M>,
    /// All labels as they are to be, ours among them.
    pub(crate) labels: Labels,
}

impl<M: HasLabels> Change<'_, M> {
    /// Returns whether something differs between what was and what is to be, and is not so already.
    /// What others changed meanwhile is left to a plan of its own, which says what it does.
    pub(crate) fn differs<T: PartialEq>(&self, attribute: impl Fn(&M) -> &T) -> bool {
        let wanted = attribute(&self.wanted.model);
        attribute(&self.prior.model) != wanted && attribute(self.now) != wanted
    }

    /// Returns the name if it is to be sent.
    pub(crate) fn name(&self) -> Option<String> {
        let name = self.wanted.model.name();
        (name != self.prior.model.name()).then(|| name.map(str::to_owned)).flatten()
    }

    /// Returns all labels if they are to be sent.
    pub(crate) fn labels(&self) -> Option<Labels> {
        let is_same = self.prior.model.labels().into_iter().flatten().eq(self
            .wanted
            .model
            .labels()
            .into_iter()
            .flatten());
        (!is_same).then(|| self.labels.clone())
    }
}

/// A type as the contract of the sdk sees it.
pub(crate) struct Own<T>(PhantomData<fn() -> T>);

impl<T: Kept> Resource for Own<T> {
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
        let object = object::<T>(client, &path::<T>(&recorded.model)?, control).await?;
        let observed = object.map(|object| T::observed(&recorded.model, &T::seen(&object)));
        Ok(observed.transpose()?)
    }

    async fn refresh(
        client: &Client,
        recorded: Vec<Thing<T::Model>>,
        control: &Control,
    ) -> Result<Refreshed<T::Model>, Failure> {
        let mut listings = BTreeMap::new();
        let mut seen = Vec::with_capacity(recorded.len());
        for thing in &recorded {
            let list = T::list(&thing.model);
            if !listings.contains_key(&list) {
                let listing = listing(&client.all_if_there(&list, control).await?);
                listings.insert(list.clone(), (listing, Vec::new()));
            }
            let Some((listing, ids)) = listings.get_mut(&list) else { continue };
            let id = form::id(&thing.model)?;
            seen.push(look::<T>(client, (&id, thing), listing, control).await);
            ids.push(id);
        }
        let kind = T::kind();
        let strangers = |(listing, ids): &(Listing<_>, Vec<String>)| {
            let about = (kind.name(), &*control.lineage);
            listing.strangers(about, ids.iter().map(String::as_str))
        };
        let marked = listings.values().flat_map(strangers).collect();
        Ok(Refreshed { marked, ..seen.into() })
    }

    async fn create(
        client: &Client,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Thing<T::Model>, Broken<T::Model>> {
        let labels = labels::stamped(wanted.model.labels(), &Mark::of(&wanted, control));
        match T::create(client, &wanted, labels, control).await {
            Ok(made) => complete::<T>(client, &wanted, made, control).await,
            Err(problem) if problem.is_begun() => {
                Err(left_behind::<T>(client, &wanted, problem, &control.for_begun()).await)
            }
            Err(problem) => Err(taken::<T>(client, &wanted, problem, control).await.into()),
        }
    }

    async fn update(
        client: &Client,
        prior: Thing<T::Model>,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Thing<T::Model>, Broken<T::Model>> {
        let path = path::<T>(&prior.model)?;
        let labels = labels::stamped(wanted.model.labels(), &Mark::of(&wanted, control));
        let Some(there) = object::<T>(client, &path, control).await? else {
            return Err(vanished(T::PLACE.one).into());
        };
        let now = &T::observed(&prior.model, &T::seen(&there))?;
        let change = Change { path: &path, prior: &prior, now, wanted: &wanted, labels };
        let updated = T::update(client, &change, control).await;
        let object = object::<T>(client, &path, &control.for_begun()).await;
        match (updated, object) {
            (Ok(()), Ok(Some(object))) => {
                let block = &T::kind().schema().block.clone();
                let mut model = T::recorded(block, &wanted.model, &T::seen(&object))?;
                let before = Some(&prior.model);
                let told = T::ready(client, &wanted, before, &mut model, control).await;
                let thing = as_before(&prior, model);
                match told {
                    Ok(told) => Ok(thing.warning(told)),
                    Err(problem) => Err(Broken::left(problem, thing)),
                }
            }
            (Ok(()), Ok(None)) => Err(vanished(T::PLACE.one).into()),
            // What was done before it failed is recorded as it is.
            (Err(problem), Ok(Some(object))) => {
                let model = T::observed(&prior.model, &T::seen(&object))?;
                Err(Broken::left(problem, as_before(&prior, model)))
            }
            (Ok(()) | Err(_), Err(problem)) | (Err(problem), Ok(None)) => Err(problem.into()),
        }
    }

    async fn delete(
        client: &Client,
        prior: Thing<T::Model>,
        control: &Control,
    ) -> Result<(), Failure> {
        let path = path::<T>(&prior.model)?;
        T::release(client, &path, &prior, control).await?;
        if T::stays(&prior.model) {
            return Ok(());
        }
        Ok(patiently(T::PASSING, control, || client.delete(&path, control)).await?)
    }

    async fn find(
        client: &Client,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Option<Thing<T::Model>>, Failure> {
        let Some(object) = with_token::<T>(client, &wanted, control).await? else {
            return Ok(None);
        };
        // What is there is told as it is: the create may have been cut off before all was done.
        let seen = T::seen(&object);
        let block = &T::kind().schema().block.clone();
        let model = T::observed(&T::recorded(block, &wanted.model, &seen)?, &seen)?;
        Ok(Some(Thing::from(model)))
    }

    async fn exists(
        client: &Client,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Option<Text>, Failure> {
        let found = T::taken(client, &wanted, control).await?;
        Ok(found.map(|object| already::<T>(&object).into()))
    }

    async fn import(
        client: &Client,
        id: &Value,
        control: &Control,
    ) -> Result<Option<Thing<T::Model>>, Failure> {
        let found = T::import(client, &schemas::import_id(id), control).await?;
        let block = T::kind().schema().block.clone();
        let thing = found
            .map(|object| form::imported::<T::Model>(&block, &T::seen(&object)).map(Thing::from));
        Ok(thing.transpose()?)
    }
}

/// Brings the protection of an object from what it was to what is wanted.
pub(crate) async fn protect<T: Kept>(
    client: &Client,
    change: &Change<'_, T::Model>,
    control: &Control,
) -> Outcome<()> {
    let models = (&change.prior.model, &change.wanted.model);
    let protected = (T::protection(models.0), T::protection(models.1));
    protection::update(client, change.path, protected, control).await
}

/// Reads one object.
pub(crate) async fn object<T: Kept>(
    client: &Client,
    path: &str,
    control: &Control,
) -> Outcome<Option<Json>> {
    let answer = client.get(path, control).await?;
    Ok(answer.map(|mut answer| answer[T::PLACE.one].take()).filter(|object| !object.is_null()))
}

fn path<T: Kept>(model: &T::Model) -> Outcome<String> {
    Ok(format!("{}/{}", T::collection(model), form::id(model)?))
}

fn listing(all: &All) -> Listing<(String, Json)> {
    let with_id =
        all.iter().filter_map(|object| Some((form::id_text(&object["id"])?, object.clone())));
    Listing::new(with_id, |(id, _)| Some(id), |(_, object)| labels::mark(object))
}

async fn look<T: Kept>(
    client: &Client,
    (id, thing): (&str, &Thing<T::Model>),
    listing: &Listing<(String, Json)>,
    control: &Control,
) -> Seen<T::Model> {
    let observed = |object: &Json| T::observed(&thing.model, &T::seen(object));
    let found = match listing.get(id) {
        Some((_, object)) => observed(object).map(Some),
        // A list may miss what is there; gone is what the API says does not exist.
        None => alone::<T>(client, thing, control).await,
    };
    match found {
        Ok(Some(model)) => Seen::Present(model),
        Ok(None) => Seen::Gone,
        Err(problem) => Seen::NotAskable(Failure::from(problem).into_diagnostic()),
    }
}

/// Asks for one object by itself.
async fn alone<T: Kept>(
    client: &Client,
    thing: &Thing<T::Model>,
    control: &Control,
) -> Outcome<Option<T::Model>> {
    let object = object::<T>(client, &path::<T>(&thing.model)?, control).await?;
    object.map(|object| T::observed(&thing.model, &T::seen(&object))).transpose()
}

/// Waits until a create is done, and finishes what it could not do.
async fn complete<T: Kept>(
    client: &Client,
    wanted: &Wanted<T::Model>,
    made: Made,
    control: &Control,
) -> Result<Thing<T::Model>, Broken<T::Model>> {
    let Made { mut answer, private } = made;
    // What is there now is brought to its end and recorded, although the run may be stopped.
    let (stoppable, control) = (control, &control.for_begun());
    let block = T::kind().schema().block.clone();
    let so_far = |object: &Json| so_far::<T>(&block, wanted, object);
    let started = answer[T::PLACE.one].take();
    let id = form::id_text(&started["id"]);
    let thing = |model| Thing::from(model).private(private.clone());
    if let Err(problem) = client.finish(&answer, control).await {
        if matches!(problem, Problem::Unwatched { .. }) {
            // It goes on, and may well become what was wanted: the lookup by token takes it over.
            return Err(problem.into());
        }
        return Err(Broken::left(problem, thing(so_far(&started)?)));
    }
    let Some(id) = id else { return Err(unnamed(T::PLACE.one).into()) };
    let path = format!("{}/{id}", T::collection(&wanted.model));
    let furnished = T::furnish(client, (&path, &started), wanted, control).await;
    let is_read_again = furnished.is_err() || T::is_read_again(&wanted.model);
    let object = if is_read_again {
        match object::<T>(client, &path, control).await {
            Ok(object) => object.unwrap_or(started),
            // It is there, although it can't be read now.
            Err(problem) => return Err(Broken::unfinished(problem, thing(so_far(&started)?))),
        }
    } else {
        started
    };
    match furnished {
        Ok(()) => {
            let mut model = T::recorded(&block, &wanted.model, &T::seen(&object))?;
            match T::ready(client, wanted, None, &mut model, stoppable).await {
                Ok(told) => Ok(thing(model).warning(told)),
                Err(problem) => Err(Broken::unfinished(problem, thing(model))),
            }
        }
        Err(problem) => Err(Broken::unfinished(problem, thing(so_far(&object)?))),
    }
}

/// Returns an object after an update, with what is kept beside its attributes.
fn as_before<M>(prior: &Thing<M>, model: M) -> Thing<M> {
    let thing = Thing::from(model).private(prior.private.clone());
    if prior.tainted { thing.tainted() } else { thing }
}

/// Returns what is recorded of an object as it is, whatever was wanted.
fn so_far<T: Kept>(block: &Block, wanted: &Wanted<T::Model>, object: &Json) -> Outcome<T::Model> {
    let seen = T::seen(object);
    T::observed(&T::recorded(block, &wanted.model, &seen)?, &seen)
}

/// Says what is left of a create that was begun and then failed: what carries our token is there.
async fn left_behind<T: Kept>(
    client: &Client,
    wanted: &Wanted<T::Model>,
    problem: Problem,
    control: &Control,
) -> Broken<T::Model> {
    let block = T::kind().schema().block.clone();
    let found = with_token::<T>(client, wanted, control).await;
    let model = found
        .and_then(|object| object.map(|object| so_far::<T>(&block, wanted, &object)).transpose());
    match model {
        Ok(Some(model)) => Broken::left(problem, model.into()),
        Ok(None) => problem.into(),
        Err(_) => Failure::from(problem).after_lookup().into(),
    }
}

fn vanished(one: &str) -> Problem {
    Problem::ActionLost {
        command: format!("the change of a {one}"),
        detail: "The object is not there any more: it was removed by somebody else.".to_owned(),
    }
}

fn unnamed(one: &str) -> Problem {
    let detail = "It does not say which id the new object has.".to_owned();
    Problem::Unreadable { request: format!("the create of a {one}"), detail }
}
