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

/// A connection, what it was made with, and whether it was made to change something.
struct Linked {
    config: Value,
    for_changes: bool,
    connection: Arc<dyn Connection>,
}

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
        links.get(provider).map(|linked| linked.connection.clone())
    }

    /// Connects an instance, or finds it connected with the same configuration. One that was connected
    /// for reading is asked once more before something is changed through it: it may refuse.
    pub(super) async fn configure(
        &self,
        address: ProviderAddress,
        config: Value,
        control: Control,
    ) -> Answer {
        let known = {
            let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            links.get(&address).is_some_and(|linked| {
                linked.config == config && (linked.for_changes || !control.intends_changes)
            })
        };
        if known {
            return Answer::Configured(Vec::new());
        }
        let stand_in = self.registry.stand_in.as_ref().and_then(|stand_in| stand_in(&address));
        let provider = stand_in.or_else(|| self.registry.providers.get(&address.provider).cloned());
        let Some(provider) = provider else {
            return Answer::NotAskable(unknown_provider(&address));
        };
        let for_changes = control.intends_changes;
        match provider.connect(config.clone(), control).await {
            Ok((connection, diagnostics)) => {
                let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
                links.insert(address, Linked { config, for_changes, connection });
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

#[cfg(test)]
mod tests {
    use super::*;
    use infra_model::{
        address::{InstanceKey, ModuleAddress},
        ask::Question,
    };
    use infra_sdk::clock::VirtualClock;

    fn control(intends_changes: bool) -> Control {
        Control { intends_changes, ..Control::quiet(VirtualClock::eager(1)) }
    }

    #[tokio::test]
    async fn one_connected_for_reading_is_connected_once_more_for_changes() {
        let provider = infra_fake::provider::FakeProvider::default();
        let registry = Registry {
            providers: [("fake".into(), Arc::new(provider) as Arc<dyn Provider>)].into(),
            ..Registry::default()
        };
        let connections = Connections::new(registry);
        let address = ProviderAddress {
            module: ModuleAddress::root(),
            provider: "fake".into(),
            alias: None,
            key: InstanceKey::None,
        };
        let config = Value::object([("socket", Value::null(infra_model::types::Type::String))]);
        let mut links = Vec::new();
        for intends_changes in [false, false, true, true, false] {
            let control = control(intends_changes);
            let answer = connections.configure(address.clone(), config.clone(), control).await;
            assert!(matches!(answer, Answer::Configured(_)), "{answer:?}");
            links.push(connections.get(&address).unwrap());
        }
        let same = |a: usize, b: usize| Arc::ptr_eq(&links[a], &links[b]);
        assert!(same(0, 1) && !same(1, 2) && same(2, 3) && same(3, 4));
        let question = Question::Facts(Vec::new());
        assert!(matches!(links[4].ask(question, control(false)).await, Answer::Facts(..)));
    }
}
