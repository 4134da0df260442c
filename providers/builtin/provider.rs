//! The providers of this crate: `terraform`, `null`, `random`, `time` and `local`.

use crate::{
    FileUpload, LocalExec, RemoteExec, draw::Draws, local::Of, local_file, null, random, ssh::Pins,
    terraform_data::TerraformData, time,
};
use infra_model::{
    kind::{Kind, ProviderFacts},
    schema::Block,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Control, Provider, Provisioner},
    registry::Registry,
};
use std::sync::Arc;

/// A provider without configuration.
struct Builtin {
    name: &'static str,
    registry: Arc<Registry<Draws>>,
    draws: Draws,
}

/// Returns the providers, which draw from the system's randomness.
pub fn providers() -> Vec<Arc<dyn Provider>> {
    all(&Draws::system())
}

/// Returns the providers with draws that are a function of a seed and of what is drawn for.
pub fn providers_seeded(seed: &str) -> Vec<Arc<dyn Provider>> {
    all(&Draws::seeded(seed))
}

/// Returns the provisioners, which remember the host keys that they see as long as they live.
pub fn provisioners() -> Vec<Arc<dyn Provisioner>> {
    let pins = Arc::new(Pins::default());
    let remote = RemoteExec { pins: pins.clone() };
    vec![Arc::new(LocalExec), Arc::new(remote), Arc::new(FileUpload { pins })]
}

fn all(draws: &Draws) -> Vec<Arc<dyn Provider>> {
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
            .resource::<time::At<time::offset::TimeOffset>>()
            .resource::<time::At<time::rotating::TimeRotating>>()
            .resource::<time::sleep::TimeSleep>()
            .resource::<time::At<time::fixed::TimeStatic>>(),
        Registry::new("local")
            .resource::<local_file::LocalFile>()
            .resource::<local_file::LocalSensitiveFile>()
            .data::<local_file::data::LocalFileData>()
            .data::<local_file::data::LocalSensitiveFileData>(),
    ];
    let builtin = |registry: Registry<Draws>| -> Arc<dyn Provider> {
        let name = registry.provider();
        Arc::new(Builtin { name, registry: registry.shared(), draws: draws.clone() })
    };
    registries.into_iter().map(builtin).collect()
}

impl Provider for Builtin {
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
        let connection = self.registry.clone().connect(self.draws.clone());
        Box::pin(async move { Ok((connection, Vec::new())) })
    }
}
