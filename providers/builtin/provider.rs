//! The providers of this crate, most of them without configuration.

use crate::{
    FileUpload, LocalExec, RemoteExec,
    archive_file::{ArchiveFile, ArchiveFileData},
    cloudinit_config::{CloudinitConfig, CloudinitConfigData},
    draw::Draws,
    external::External,
    http::{self, Http},
    local::Of,
    local_file, null,
    proxies::Proxies,
    random,
    terraform_data::TerraformData,
    time,
    tls::proxy::Tls,
};
use infra_model::{
    kind::{Kind, ProviderFacts},
    schema::Block,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Control, Provider, Provisioner},
    registry::Registry,
    ssh::Pins,
};
use std::sync::Arc;

/// A provider without configuration.
struct Builtin<C> {
    name: &'static str,
    registry: Arc<Registry<C>>,
    client: C,
}

/// Returns the providers, which draw from the system's randomness.
pub fn providers() -> Vec<Arc<dyn Provider>> {
    providers_through(&Proxies::default())
}

/// Returns the providers, which reach other hosts through these proxies.
pub fn providers_through(proxies: &Proxies) -> Vec<Arc<dyn Provider>> {
    all(&Draws::system(), proxies)
}

/// Returns the providers with draws that are a function of a seed and of what is drawn for.
pub fn providers_seeded(seed: &str) -> Vec<Arc<dyn Provider>> {
    all(&Draws::seeded(seed), &Proxies::default())
}

/// Returns the provisioners, which remember the host keys that they see as long as they live.
pub fn provisioners() -> Vec<Arc<dyn Provisioner>> {
    let pins = Arc::new(Pins::default());
    let remote = RemoteExec { pins: pins.clone() };
    vec![Arc::new(LocalExec), Arc::new(remote), Arc::new(FileUpload { pins })]
}

fn all(draws: &Draws, proxies: &Proxies) -> Vec<Arc<dyn Provider>> {
    let registries = [
        Registry::new("terraform").resource::<Of<TerraformData>>(),
        Registry::new("null").resource::<Of<null::NullResource>>().data::<null::NullDataSource>(),
        Registry::new("random")
            .resource::<Of<random::bytes::RandomBytes>>()
            .resource::<Of<random::id::RandomId>>()
            .resource::<Of<random::integer::RandomInteger>>()
            .resource::<Of<random::password::RandomPassword>>()
            .ephemeral::<random::ephemeral_password::EphemeralPassword>()
            .resource::<Of<random::pet::RandomPet>>()
            .resource::<Of<random::shuffle::RandomShuffle>>()
            .resource::<Of<random::string::RandomString>>()
            .resource::<Of<random::uuid::RandomUuid>>()
            .resource::<Of<random::uuid::RandomUuid4>>()
            .resource::<random::uuid7::RandomUuid7>(),
        Registry::new("time")
            .functions(time::functions::TABLE)
            .resource::<time::At<time::offset::TimeOffset>>()
            .resource::<time::At<time::rotating::TimeRotating>>()
            .resource::<time::sleep::TimeSleep>()
            .resource::<time::At<time::fixed::TimeStatic>>(),
        Registry::new("local")
            .functions(local_file::functions::TABLE)
            .resource::<local_file::LocalFile>()
            .resource::<local_file::LocalSensitiveFile>()
            .data::<local_file::data::LocalFileData>()
            .data::<local_file::data::LocalSensitiveFileData>(),
        Registry::new("archive").resource::<ArchiveFile>().data::<ArchiveFileData>(),
        Registry::new("cloudinit").resource::<CloudinitConfig>().data::<CloudinitConfigData>(),
        Registry::new("external").data::<External>(),
    ];
    let http = http::Client { proxies: proxies.clone() };
    let others: [Arc<dyn Provider>; 2] = [
        builtin(Registry::new("http").data::<Http>(), http),
        Arc::new(Tls::new(draws.clone(), proxies.clone())),
    ];
    registries.into_iter().map(|found| builtin(found, draws.clone())).chain(others).collect()
}

fn builtin<C: Clone + Send + Sync + 'static>(
    registry: Registry<C>,
    client: C,
) -> Arc<dyn Provider> {
    Arc::new(Builtin { name: registry.provider(), registry: registry.shared(), client })
}

impl<C: Clone + Send + Sync + 'static> Provider for Builtin<C> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn facts(&self) -> ProviderFacts {
        self.registry.provider_facts(Block::default())
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        self.registry.kinds()
    }

    fn connect(&self, _config: Value, _control: Control) -> BoxFuture<'_, Connected> {
        let connection = self.registry.clone().connect(self.client.clone());
        Box::pin(async move { Ok((connection, Vec::new())) })
    }
}
