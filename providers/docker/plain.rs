//! Types whose objects are plain: one request lists them all, with labels that carry our mark, one
//! makes them, and nothing of them can change in their life.
//!
//! What such a type does as a [`Resource`] is written here once; what it asks of the engine, and what
//! it records, it says as a [`PlainResource`].

use crate::{
    bridge,
    engine::{Client, Engine},
    failure::Outcome,
    ownership, schemas,
    settle::{kept_given, thing},
};
use infra_model::{kind::Kind, schema::Block, text::Text, value::Value};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    listing::Listing,
    mark::Mark,
    model::Attributes,
    resource::{Refreshed, Resource, Thing, Wanted},
};
use serde_json::Value as Json;
use std::{future::Future, marker::PhantomData, sync::Arc};

/// What a type of plain objects has of its own; objects travel in the form in which engines tell them.
pub(crate) trait PlainResource: Send + Sync + 'static {
    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Returns all objects, by id.
    fn listing(engine: &Engine) -> impl Future<Output = Outcome<Listing<Json>>> + Send;

    /// Returns an object by id; `None` if there is none.
    fn inspect(engine: &Engine, id: &str) -> impl Future<Output = Outcome<Option<Json>>> + Send;

    /// Makes an object, or takes the one that carries the same token, and returns it as inspected.
    fn create(
        engine: &Engine,
        spec: &Json,
        mark: &Mark,
    ) -> impl Future<Output = Outcome<Json>> + Send;

    /// Removes an object; what is not there is removed already.
    fn delete(engine: &Engine, id: &str) -> impl Future<Output = Outcome<()>> + Send;

    /// Returns whether there is an object of a name.
    fn is_taken(engine: &Engine, name: &str) -> impl Future<Output = Outcome<bool>> + Send;

    /// Returns the value to report for an inspected object.
    fn observed(block: &Block, recorded: &Value, private: &[u8], object: &Json) -> Value;

    /// Returns the value and the baseline to record after a create.
    fn recorded(block: &Block, sent: &Value, object: &Json) -> (Value, Json);
}

/// A type of plain objects as the sdk takes it.
pub(crate) struct Plain<T>(PhantomData<T>);

impl<T: PlainResource> Resource for Plain<T> {
    type Client = Client;
    type Model = Attributes;

    fn kind() -> Arc<dyn Kind> {
        T::kind()
    }

    async fn read(
        engine: &Client,
        recorded: Thing<Attributes>,
        _: &Control,
    ) -> Result<Option<Attributes>, Failure> {
        let found = T::inspect(engine, schemas::id(&recorded.model)).await?;
        Ok(found.map(|object| observed::<T>(&*T::kind(), &recorded, &object)))
    }

    async fn refresh(
        engine: &Client,
        recorded: Vec<Thing<Attributes>>,
        control: &Control,
    ) -> Result<Refreshed<Attributes>, Failure> {
        let kind = T::kind();
        let listing = T::listing(engine).await?;
        let observed = |thing: &Thing<_>, object: &Json| observed::<T>(&*kind, thing, object);
        Ok(listing.refreshed(&recorded, (kind.name(), &control.lineage), schemas::id, observed))
    }

    async fn create(
        engine: &Client,
        wanted: Wanted<Attributes>,
        control: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        let spec = bridge::to_json(&wanted.model.0);
        let made = T::create(engine, &spec, &Mark::of(&wanted, control)).await?;
        Ok(recorded::<T>(&wanted.model, &made))
    }

    async fn update(
        _: &Client,
        prior: Thing<Attributes>,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        Ok(kept_given(&wanted.model, &prior))
    }

    async fn delete(engine: &Client, prior: Thing<Attributes>, _: &Control) -> Result<(), Failure> {
        Ok(T::delete(engine, schemas::id(&prior.model)).await?)
    }

    async fn find(
        engine: &Client,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let found = T::listing(engine).await?.with_token(&wanted.token);
        Ok(found.map(|object| recorded::<T>(&wanted.model, &object)))
    }

    async fn exists(
        engine: &Client,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Text>, Failure> {
        let name = wanted.model.text("name");
        let is_there = !name.is_empty() && T::is_taken(engine, name).await?;
        Ok(is_there.then(|| ownership::is_there(name)))
    }

    async fn import(
        engine: &Client,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let kind = T::kind();
        let found = T::inspect(engine, schemas::import_id(id)).await?;
        let empty = Thing::from(Attributes(schemas::empty(&*kind)));
        // What the engine gave is given here too, although nobody asked for it.
        Ok(found.map(|object| {
            let seen = observed::<T>(&*kind, &empty, &object);
            Thing::from(recorded::<T>(&seen, &object).model)
        }))
    }
}

fn observed<T: PlainResource>(
    kind: &dyn Kind,
    thing: &Thing<Attributes>,
    object: &Json,
) -> Attributes {
    let Thing { model, private, .. } = thing;
    Attributes(T::observed(&kind.schema().block, &model.0, private, object))
}

fn recorded<T: PlainResource>(sent: &Attributes, object: &Json) -> Thing<Attributes> {
    thing(T::recorded(&T::kind().schema().block, &sent.0, object))
}
