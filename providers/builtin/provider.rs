//! The four providers of this crate: `terraform`, `null`, `random` and `local`.

use crate::{
    LocalExec, draw::Draws, local::Of, local_file::LocalFile, null::NullResource, random,
    terraform_data::TerraformData,
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

/// Returns the provisioners.
pub fn provisioners() -> Vec<Arc<dyn Provisioner>> {
    vec![Arc::new(LocalExec)]
}

fn all(draws: &Draws) -> Vec<Arc<dyn Provider>> {
    let registries = [
        Registry::new("terraform").resource::<Of<TerraformData>>(),
        Registry::new("null").resource::<Of<NullResource>>(),
        Registry::new("random")
            .resource::<Of<random::id::RandomId>>()
            .resource::<Of<random::integer::RandomInteger>>()
            .resource::<Of<random::password::RandomPassword>>()
            .ephemeral::<random::ephemeral_password::EphemeralPassword>()
            .resource::<Of<random::pet::RandomPet>>()
            .resource::<Of<random::string::RandomString>>()
            .resource::<Of<random::uuid::RandomUuid>>(),
        Registry::new("local").resource::<LocalFile>(),
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
