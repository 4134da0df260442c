//! Ephemeral resource types without their types.

use super::{
    clear, failed,
    readable::{configured, misfit},
    typed::mismatch,
};
use crate::{
    connection::{BoxFuture, Control},
    convert::ConvertError,
    ephemeral::{Ephemeral, Opened},
    model::Model,
};
use infra_model::{
    ask::Answer, diagnostic::Diagnostic, journal::Time, kind::Kind, lease::Lease, value::Value,
};
use std::{marker::PhantomData, sync::Arc};

/// An ephemeral resource type behind a box.
pub(super) trait Openable<C>: Send + Sync {
    fn kind(&self) -> &Arc<dyn Kind>;
    fn mismatch(&self) -> Option<ConvertError>;
    fn open<'a>(
        &'a self,
        client: &'a C,
        config: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer>;
    fn renew<'a>(
        &'a self,
        client: &'a C,
        lease: Arc<Lease>,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer>;
    fn close<'a>(
        &'a self,
        client: &'a C,
        lease: Arc<Lease>,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer>;
}

/// An ephemeral resource type with its kind at hand.
pub(super) struct Opens<E>(Arc<dyn Kind>, PhantomData<fn() -> E>);

impl<E: Ephemeral> Opens<E> {
    pub(super) fn new() -> Self {
        Self(E::kind(), PhantomData)
    }

    /// The typed form of what is open.
    fn typed(&self, lease: &Lease, now_ms: u64) -> Result<Opened<E::Model>, Diagnostic> {
        let block = &self.0.schema().block;
        let model = E::Model::read(block, &clear(&lease.value));
        let model = model.map_err(|e| misfit(&*self.0, &e))?;
        let renew_after_ms = lease.renew_at.map(|at| at.0.saturating_sub(now_ms));
        Ok(Opened { model, private: lease.private.clone(), renew_after_ms })
    }

    fn leased(&self, opened: &Opened<E::Model>, config: &Value, now_ms: u64) -> Answer {
        match opened.model.write(&self.0.schema().block, config) {
            Ok(value) => {
                let lease = Lease {
                    value,
                    private: opened.private.clone(),
                    renew_at: opened.renew_after_ms.map(|after| Time(now_ms + after)),
                };
                Answer::Opened(Arc::new(lease), Vec::new())
            }
            Err(error) => Answer::Failed(misfit(&*self.0, &error)),
        }
    }
}

impl<E: Ephemeral> Openable<E::Client> for Opens<E> {
    fn kind(&self) -> &Arc<dyn Kind> {
        &self.0
    }

    fn mismatch(&self) -> Option<ConvertError> {
        mismatch::<E::Model>(&*self.0)
    }

    fn open<'a>(
        &'a self,
        client: &'a E::Client,
        config: Value,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let model = match configured(&*self.0, &config) {
                Ok(model) => model,
                Err(diagnostic) => return Answer::Failed(diagnostic),
            };
            match E::open(client, model, control).await {
                Ok(opened) => self.leased(&opened, &config, control.clock.now_ms()),
                Err(failure) => failed(failure),
            }
        })
    }

    fn renew<'a>(
        &'a self,
        client: &'a E::Client,
        lease: Arc<Lease>,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let opened = match self.typed(&lease, control.clock.now_ms()) {
                Ok(opened) => opened,
                Err(diagnostic) => return Answer::Failed(diagnostic),
            };
            match E::renew(client, opened, control).await {
                Ok(renewal) => {
                    let now_ms = control.clock.now_ms();
                    let renewed = Lease {
                        value: lease.value.clone(),
                        private: renewal.private,
                        renew_at: renewal.renew_after_ms.map(|after| Time(now_ms + after)),
                    };
                    Answer::Opened(Arc::new(renewed), Vec::new())
                }
                Err(failure) => failed(failure),
            }
        })
    }

    fn close<'a>(
        &'a self,
        client: &'a E::Client,
        lease: Arc<Lease>,
        control: &'a Control,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let opened = match self.typed(&lease, control.clock.now_ms()) {
                Ok(opened) => opened,
                Err(diagnostic) => return Answer::Failed(diagnostic),
            };
            match E::close(client, opened, control).await {
                Ok(()) => Answer::Closed(Vec::new()),
                Err(failure) => failed(failure),
            }
        })
    }
}
