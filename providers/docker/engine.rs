//! One connected engine: the client, what the engine can do, and how much may be in flight.

use crate::{
    auth::Registries,
    failure::{Failure, Outcome, refusal},
    ssh::Tunnel,
};
use bollard::Docker;
use futures_util::{StreamExt as _, stream};
use infra_sdk::{connection::Control, resource::Prepare};
use std::{
    future::Future,
    sync::{Arc, OnceLock},
};

/// A version of the engine's API, such as 1.41.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ApiVersion(pub(crate) u32, pub(crate) u32);

/// The newest version whose answers this provider was written for.
pub(crate) const API_NEWEST: ApiVersion = ApiVersion(1, 53);
/// The oldest version that is asked for; what older engines lack is more than can be worked around.
pub(crate) const API_OLDEST: ApiVersion = ApiVersion(1, 41);

/// The version that requests are pinned to, once it is known.
pub(crate) type Pinned = Arc<OnceLock<ApiVersion>>;

/// A connected engine.
pub(crate) struct Engine {
    /// The client; cheap to clone.
    pub(crate) docker: Docker,
    /// The address, for messages.
    pub(crate) host: String,
    /// Credentials of registries.
    pub(crate) registries: Registries,
    /// The greatest number of requests at once.
    pub(crate) requests_max: usize,
    pub(crate) pinned: Pinned,
    /// Ends with the engine.
    #[expect(dead_code, reason = "held as long as the engine")]
    pub(crate) tunnel: Option<Tunnel>,
}

/// What the types of this provider ask.
pub(crate) type Client = Engine;

/// Agrees on the API version with the engine before anything else is asked of it.
pub(crate) struct Agreement;

impl Prepare for Agreement {
    type Client = Client;

    async fn prepare(engine: &Client, _: &Control) -> Result<(), infra_sdk::failure::Failure> {
        Ok(engine.api().await.map(drop)?)
    }
}

impl Engine {
    /// Returns the API version that is spoken, after asking for it once.
    pub(crate) async fn api(&self) -> Outcome<ApiVersion> {
        if let Some(version) = self.pinned.get() {
            return Ok(*version);
        }
        let doing = "asking for its version";
        let answer = self.docker.version().await.map_err(|error| Failure::of(&error, doing))?;
        let newest = answer.api_version.as_deref().and_then(ApiVersion::parse);
        let oldest = answer.min_api_version.as_deref().and_then(ApiVersion::parse);
        let (newest, oldest) = (newest.unwrap_or(API_OLDEST), oldest.unwrap_or(API_OLDEST));
        if newest < API_OLDEST || oldest > API_NEWEST {
            let summary = format!("this engine speaks Docker API {oldest} to {newest}");
            return Err(Failure::refused(
                refusal("infra::docker::engine_unsupported", summary)
                    .detail(format!("This program speaks {API_OLDEST} to {API_NEWEST}."))
                    .help("update the engine or this program"),
            ));
        }
        Ok(*self.pinned.get_or_init(|| newest.min(API_NEWEST)))
    }
}

impl Engine {
    /// Asks several things, as many at once as the way to the engine bears, and returns what was
    /// answered in their order.
    pub(crate) async fn together<T>(
        &self,
        asked: Vec<impl Future<Output = Outcome<T>>>,
    ) -> Outcome<Vec<T>> {
        let answers: Vec<_> = stream::iter(asked).buffered(self.requests_max).collect().await;
        answers.into_iter().collect()
    }
}

impl ApiVersion {
    fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        Some(Self(major.parse().ok()?, minor.parse().ok()?))
    }
}

impl std::fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}
