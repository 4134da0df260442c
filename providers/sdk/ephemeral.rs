//! What an author writes for an ephemeral resource type.

use crate::{connection::Control, failure::Failure, model::Model};
use infra_model::kind::Kind;
use std::{future::Future, sync::Arc};

/// An ephemeral resource type.
pub trait Ephemeral: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;
    /// The attributes, field for field as in the schema.
    type Model: Model;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Opens it; `config` holds what is configured.
    fn open(
        client: &Self::Client,
        config: Self::Model,
        control: &Control,
    ) -> impl Future<Output = Result<Opened<Self::Model>, Failure>> + Send;

    /// Prolongs it, at the time that [`Opened::renew_after`] asked for; by default nothing is to be
    /// done. Its attributes stay as they are: those that use them have them already.
    fn renew(
        _client: &Self::Client,
        opened: Opened<Self::Model>,
        _control: &Control,
    ) -> impl Future<Output = Result<Renewal, Failure>> + Send {
        async move { Ok(Renewal { private: opened.private, renew_after_ms: None }) }
    }

    /// Gives it back; by default nothing is to be done. Called once, when nothing uses it any more,
    /// after failures too, but not after the process was killed: what is opened should end by itself.
    fn close(
        _client: &Self::Client,
        _opened: Opened<Self::Model>,
        _control: &Control,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        async { Ok(()) }
    }
}

/// An open ephemeral resource.
#[derive(Clone)]
pub struct Opened<M> {
    /// Its attributes.
    pub model: M,
    /// Bytes of the provider, kept in memory as long as it is open.
    pub private: Arc<[u8]>,
    /// After how many milliseconds it must be renewed.
    pub renew_after_ms: Option<u64>,
}

/// What a renewal changes.
#[derive(Clone)]
pub struct Renewal {
    /// Bytes of the provider.
    pub private: Arc<[u8]>,
    /// After how many milliseconds it must be renewed again.
    pub renew_after_ms: Option<u64>,
}

impl<M> From<M> for Opened<M> {
    fn from(model: M) -> Self {
        Self { model, private: Arc::from([]), renew_after_ms: None }
    }
}

impl<M> Opened<M> {
    /// Adds bytes that the provider wants back.
    #[must_use]
    pub fn private(mut self, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.private = bytes.into();
        self
    }

    /// Says after how many milliseconds it must be renewed.
    #[must_use]
    pub fn renew_after(mut self, milliseconds: u64) -> Self {
        self.renew_after_ms = Some(milliseconds);
        self
    }
}
