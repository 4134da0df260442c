//! Configured provider instances, kept from planning to apply.

use infra_model::{
    address::ProviderAddress, ask::Answer, diagnostic::Diagnostic, text::Text, value::Value,
};
use infra_sdk::connection::{Connection, Control, Provider, Provisioner};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The providers and provisioners of a program, by name.
#[derive(Clone, Default)]
pub struct Registry {
    /// Providers by type.
    pub providers: BTreeMap<Text, Arc<dyn Provider>>,
    /// Provisioners by type.
    pub provisioners: BTreeMap<Text, Arc<dyn Provisioner>>,
    /// Says what stands in for the provider of some instances, as the mocks of a test do.
    pub stand_in: Option<StandIn>,
}

/// Returns the provider to connect in place of an instance's own, if there is one.
pub type StandIn = Arc<dyn Fn(&ProviderAddress) -> Option<Arc<dyn Provider>> + Send + Sync>;

/// A connection and the configuration it was made with.
type Linked = (Value, Arc<dyn Connection>);

/// Connections by provider instance.
pub(super) struct Connections {
    registry: Registry,
    links: Mutex<BTreeMap<ProviderAddress, Linked>>,
}

impl Connections {
    pub(super) fn new(registry: Registry) -> Self {
        Self { registry, links: Mutex::new(BTreeMap::new()) }
    }

    /// Returns the connection of a provider instance, if it is configured.
    pub(super) fn get(&self, provider: &ProviderAddress) -> Option<Arc<dyn Connection>> {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.get(provider).map(|(_, connection)| connection.clone())
    }

    /// Connects an instance, or finds it connected with the same configuration.
    pub(super) async fn configure(
        &self,
        address: ProviderAddress,
        config: Value,
        control: Control,
    ) -> Answer {
        let known = {
            let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            links.get(&address).is_some_and(|(with, _)| *with == config)
        };
        if known {
            return Answer::Configured(Vec::new());
        }
        let stand_in = self.registry.stand_in.as_ref().and_then(|stand_in| stand_in(&address));
        let provider = stand_in.or_else(|| self.registry.providers.get(&address.provider).cloned());
        let Some(provider) = provider else {
            return Answer::NotAskable(unknown_provider(&address));
        };
        match provider.connect(config.clone(), control).await {
            Ok((connection, diagnostics)) => {
                let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
                links.insert(address, (config, connection));
                Answer::Configured(diagnostics)
            }
            Err(diagnostic) => Answer::NotAskable(diagnostic),
        }
    }

    pub(super) fn provisioner(&self, kind: &str) -> Option<Arc<dyn Provisioner>> {
        self.registry.provisioners.get(kind).cloned()
    }
}

fn unknown_provider(address: &ProviderAddress) -> Diagnostic {
    Diagnostic::error(
        "infra::exec::provider_unknown",
        format!("There is no provider `{}`", address.provider),
    )
    .detail("The state or the plan names a provider that this program does not have.")
    .help("Use the version of `infra` that wrote it, or `infra state rm` the instances.")
}

/// What is said of a provider instance that was never configured.
pub(super) fn not_configured(address: &ProviderAddress) -> Diagnostic {
    Diagnostic::error(
        "infra::exec::provider_not_configured",
        format!("`{address}` was asked before it was configured"),
    )
    .detail("This is a fault of this program.")
    .help("Report it.")
}
