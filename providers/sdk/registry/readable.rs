//! Data sources without their types.

use super::{clear, erased::mismatch, failed};
use crate::{
    connection::{BoxFuture, Control},
    convert::{ConvertError, from_value, to_value},
    dress::dress,
    failure::{Failure, blame},
    resource::DataSource,
};
use infra_model::{ask::Answer, diagnostic::Diagnostic, kind::Kind, value::Value};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, sync::Arc};

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
                Ok(model) => answer(&*self.0, &config, D::read(client, model, control).await),
                Err(diagnostic) => Answer::Failed(diagnostic),
            }
        })
    }
}

/// The typed configuration of something that is read, defaults included.
pub(super) fn configured<M: DeserializeOwned>(
    kind: &dyn Kind,
    config: &Value,
) -> Result<M, Diagnostic> {
    let planned = infra_model::schema::propose(kind.schema(), None, config).planned;
    from_value(&clear(&planned)).map_err(|error| misfit(kind, &error))
}

fn answer<M: Serialize>(kind: &dyn Kind, config: &Value, read: Result<M, Failure>) -> Answer {
    let model = match read {
        Ok(model) => model,
        Err(failure) => return failed(failure),
    };
    let block = &kind.schema().block;
    match to_value(&model, &block.implied_type()) {
        Ok(value) => Answer::Value(dress(block, value, config), Vec::new()),
        Err(error) => Answer::Failed(misfit(kind, &error)),
    }
}

pub(super) fn misfit(kind: &dyn Kind, error: &ConvertError) -> Diagnostic {
    let what = format!("A value of `{}` does not fit: {error}", kind.name());
    blame(kind.name().0.split('_').next().unwrap_or_default(), &what)
}
