//! The provider: its kinds, its configuration, and the way to a connection.

use crate::{
    config::{self, Config, Environment},
    connect,
    connection::DockerConnection,
    container::ContainerKind,
    data,
    engine::Engine,
    failure::Outcome,
    image::ImageKind,
    network::NetworkKind,
    tag::TagKind,
    volume::VolumeKind,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Kind, ProviderFacts},
    value::Value,
};
use infra_sdk::connection::{BoxFuture, Connection, Control, Provider};
use std::sync::Arc;

/// Steps at once on one engine.
const CALLS_IN_FLIGHT_MAX: usize = 8;

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
        let kinds = self.kinds().iter().map(|kind| (kind.mode(), kind.name().clone())).collect();
        ProviderFacts {
            config: config::schema(),
            objects_live_on_host: true,
            calls_in_flight_max: Some(CALLS_IN_FLIGHT_MAX),
            kinds,
            validate: config::validate,
            functions: &[],
        }
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        let managed: [Arc<dyn Kind>; 5] = [
            Arc::new(ContainerKind::new()),
            Arc::new(ImageKind::new()),
            Arc::new(NetworkKind::new()),
            Arc::new(TagKind::new()),
            Arc::new(VolumeKind::new()),
        ];
        managed.into_iter().chain(data::kinds()).collect()
    }

    fn connect(
        &self,
        config: Value,
        _control: Control,
    ) -> BoxFuture<'_, Result<(Arc<dyn Connection>, Diagnostics), Diagnostic>> {
        Box::pin(async move {
            let engine = self.open(&config).await.map_err(|failure| *failure.diagnostic)?;
            let connection: Arc<dyn Connection> =
                Arc::new(DockerConnection::new(engine, self.kinds()));
            Ok((connection, Vec::new()))
        })
    }
}
