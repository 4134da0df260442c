//! Certificates as resources: what a refresh, a create and a change do is the same for all of them.

use super::{Client, entropy, issue::SERIAL, renewal};
use infra_model::kind::Kind;
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Resource, Thing, Wanted},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, sync::Arc};

/// What a type of certificate has of its own.
pub(crate) trait Signed: Send + Sync + 'static {
    /// The attributes.
    type Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Returns the attributes with a certificate in them.
    fn issued(model: Self::Model, serial: Vec<u8>, now_ms: u64) -> Result<Self::Model, Failure>;

    /// Returns until when it holds.
    fn term(model: &mut Self::Model) -> Term<'_>;
}

/// Until when a certificate holds.
pub(crate) struct Term<'a> {
    pub(super) end: Option<&'a str>,
    pub(super) early_hours: u64,
    pub(super) is_ready: &'a mut Option<bool>,
}

/// A type of certificate as a resource.
pub(crate) struct Certificate<I>(PhantomData<fn() -> I>);

impl<I: Signed> Resource for Certificate<I> {
    type Client = Client;
    type Model = I::Model;

    fn kind() -> Arc<dyn Kind> {
        I::kind()
    }

    async fn read(
        _: &Client,
        seen: Thing<I::Model>,
        at: &Control,
    ) -> Result<Option<I::Model>, Failure> {
        let mut model = seen.model;
        let term = I::term(&mut model);
        if renewal::is_due(term.end, term.early_hours, at.clock.now_ms()) {
            *term.is_ready = Some(true);
        }
        Ok(Some(model))
    }

    async fn create(
        client: &Client,
        wanted: Wanted<I::Model>,
        control: &Control,
    ) -> Result<Thing<I::Model>, Broken<I::Model>> {
        let serial = entropy::<Self>(client, &wanted, SERIAL)?;
        Ok(I::issued(wanted.model, serial, control.clock.now_ms())?.into())
    }

    async fn update(
        _: &Client,
        _: Thing<I::Model>,
        wanted: Wanted<I::Model>,
        _: &Control,
    ) -> Result<Thing<I::Model>, Broken<I::Model>> {
        Ok(wanted.model.into())
    }

    async fn delete(_: &Client, _: Thing<I::Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }
}
