//! Data sources without their types.

use super::{clear, failed, typed::mismatch};
use crate::{
    connection::{BoxFuture, Control},
    convert::ConvertError,
    data::DataSource,
    failure::blame,
    model::Model,
};
use infra_model::{
    ask::Answer,
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    text::Text,
    value::Value,
};
use std::{fmt, marker::PhantomData, sync::Arc};

/// A data source behind a box.
pub(super) trait Readable<C>: Send + Sync {
    fn kind(&self) -> &Arc<dyn Kind>;
    fn mismatch(&self) -> Option<ConvertError>;
    fn read<'a>(
        &'a self,
        client: &'a C,
        config: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer>;
}

/// A data source with its kind at hand.
pub(super) struct Data<D>(Arc<dyn Kind>, PhantomData<fn() -> D>);

impl<D: DataSource> Data<D> {
    pub(super) fn new() -> Self {
        Self(D::kind(), PhantomData)
    }
}

impl<D: DataSource> Readable<D::Client> for Data<D> {
    fn kind(&self) -> &Arc<dyn Kind> {
        &self.0
    }

    fn mismatch(&self) -> Option<ConvertError> {
        mismatch::<D::Model>(&*self.0)
    }

    fn read<'a>(
        &'a self,
        client: &'a D::Client,
        config: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            match configured(&*self.0, &config) {
                Ok(model) => match D::read(client, model, control).await {
                    Ok(read) => answer(&*self.0, &config, &read, D::warnings(&read)),
                    Err(failure) => failed(failure),
                },
                Err(diagnostic) => Answer::Failed(diagnostic),
            }
        })
    }
}

/// The typed configuration of something that is read, defaults included.
pub(super) fn configured<M: Model>(kind: &dyn Kind, config: &Value) -> Result<M, Diagnostic> {
    let block = &kind.schema().block;
    let is_odd =
        |name: &&Text| !block.attributes.contains_key(*name) && !block.blocks.contains_key(*name);
    let mut names = config.entries().unwrap_or_default().iter().map(|(name, _)| name);
    if let Some(odd) = names.find(is_odd) {
        // The plan would pass it over in silence.
        return Err(misfit(kind, &format!("`{odd}` is none of its attributes")));
    }
    let planned = infra_model::schema::propose(kind.schema(), None, config).planned;
    M::read(block, &clear(&planned)).map_err(|error| misfit(kind, &error))
}

fn answer<M: Model>(kind: &dyn Kind, config: &Value, read: &M, warnings: Diagnostics) -> Answer {
    match read.write(&kind.schema().block, config) {
        Ok(value) => Answer::Value(value, warnings),
        Err(error) => Answer::Failed(misfit(kind, &error)),
    }
}

pub(super) fn misfit(kind: &dyn Kind, error: &impl fmt::Display) -> Diagnostic {
    let what = format!("A value of `{}` does not fit: {error}", kind.name());
    blame(kind.name().0.split('_').next().unwrap_or_default(), &what)
}
