//! The provider: its kinds, its configuration, and the way to a connection.

use crate::{
    config::{self, Config, Environment},
    connect, deadline,
    engine::{Agreement, Client, Engine},
    failure::Outcome,
    inherited::Images,
    plain::Plain,
};
use infra_model::{
    kind::{Kind, ProviderFacts},
    schema::Block,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Control, Provider},
    registry::Registry,
};
use std::sync::Arc;

/// Steps at once on one engine.
const CALLS_IN_FLIGHT_MAX: usize = 8;

/// How long the engine may go on with a request whose sender has died, in milliseconds.
const SETTLE_MS: u64 = 4_000;

/// Returns the types.
pub(crate) fn registry() -> Registry<Client> {
    Registry::new("docker")
        .prepare::<Agreement>()
        .facts::<Images>()
        .settles_after(SETTLE_MS)
        .gives_up(deadline::timed_out)
        .resource::<crate::container::Container>()
        .resource::<crate::image::Image>()
        .data::<crate::image::ImageData>()
        .data::<crate::logs::Logs>()
        .resource::<Plain<crate::network::Network>>()
        .data::<crate::network::NetworkData>()
        .data::<crate::registry_image::RegistryImage>()
        .resource::<crate::tag::Tag>()
        .resource::<Plain<crate::volume::Volume>>()
}

/// The Docker provider.
#[derive(Clone, Debug, Default)]
pub struct DockerProvider {
    environment: Environment,
}

impl DockerProvider {
    /// Returns the provider with what the process environment says.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }

    async fn open(&self, config: &Value) -> Outcome<Engine> {
        let config = Config::read(config, &self.environment)?;
        let check = config.check;
        let engine = connect::connect(config).await?;
        if check && let Err(failure) = engine.api().await {
            let why = &failure.diagnostic.detail;
            let unreachable = || connect::unreachable(&engine.host, why);
            return Err(if failure.unreachable { unreachable() } else { failure });
        }
        Ok(engine)
    }
}

impl Provider for DockerProvider {
    fn name(&self) -> &'static str {
        "docker"
    }

    fn facts(&self) -> ProviderFacts {
        ProviderFacts {
            config: config::schema(),
            objects_live_on_host: true,
            calls_in_flight_max: Some(CALLS_IN_FLIGHT_MAX),
            validate: config::validate,
            ..registry().provider_facts(Block::default())
        }
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        registry().kinds()
    }

    fn connect(&self, config: Value, _control: Control) -> BoxFuture<'_, Connected> {
        Box::pin(async move {
            let engine = self.open(&config).await.map_err(|failure| *failure.diagnostic)?;
            Ok((registry().shared().connect(engine), Vec::new()))
        })
    }
}
