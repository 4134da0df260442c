//! The life of a file that we write, whichever of the types it is of.

use super::file::{self, Wish};
use crate::{digest::Checksums, draw::Draws};
use infra_model::kind::Kind;
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Resource, Thing, Wanted},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, sync::Arc};

/// A file that we write, of one of the types.
pub(crate) struct Written<F>(PhantomData<F>);

/// A type of files: its attributes, and what they say of a file.
pub(crate) trait File: Send + Sync + 'static {
    /// The attributes, field for field as in the schema.
    type Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Returns the file that is asked for.
    fn wish(model: &Self::Model) -> Wish<'_>;

    /// Returns the checksum of the content that was written.
    fn id(model: &Self::Model) -> Option<&str>;

    /// Returns the attributes with the checksums of the content.
    fn written(model: Self::Model, sums: Checksums) -> Self::Model;
}

impl<F: File> Resource for Written<F> {
    type Client = Draws;
    type Model = F::Model;

    fn kind() -> Arc<dyn Kind> {
        F::kind()
    }

    async fn read(
        _: &Draws,
        seen: Thing<F::Model>,
        _: &Control,
    ) -> Result<Option<F::Model>, Failure> {
        let model = seen.model;
        let is_there = file::is_unchanged(F::wish(&model).filename, F::id(&model))?;
        Ok(is_there.then_some(model))
    }

    async fn create(
        _: &Draws,
        wanted: Wanted<F::Model>,
        _: &Control,
    ) -> Result<Thing<F::Model>, Broken<F::Model>> {
        let sums = file::create(F::wish(&wanted.model))?;
        Ok(Thing::from(F::written(wanted.model, sums)))
    }

    async fn update(
        _: &Draws,
        _: Thing<F::Model>,
        wanted: Wanted<F::Model>,
        _: &Control,
    ) -> Result<Thing<F::Model>, Broken<F::Model>> {
        // Every argument replaces, so there is never anything to do here.
        Ok(wanted.model.into())
    }

    async fn delete(_: &Draws, prior: Thing<F::Model>, _: &Control) -> Result<(), Failure> {
        file::delete(F::wish(&prior.model).filename, F::id(&prior.model))
    }
}
