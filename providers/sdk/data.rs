//! What an author writes for a data source.

use crate::{connection::Control, failure::Failure, model::Model};
use infra_model::{diagnostic::Diagnostics, kind::Kind};
use std::{future::Future, sync::Arc};

/// A data source.
pub trait DataSource: Send + Sync + Sized + 'static {
    /// The configured provider instance.
    type Client: Send + Sync + 'static;
    /// The attributes, field for field as in the schema.
    type Model: Model;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Reads it; `config` holds what is configured.
    fn read(
        client: &Self::Client,
        config: Self::Model,
        control: &Control,
    ) -> impl Future<Output = Result<Self::Model, Failure>> + Send;

    /// Returns what should be known of what was read, as warnings; by default nothing.
    fn warnings(_read: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }
}
