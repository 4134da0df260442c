//! The provider: its types, its configuration, and the way to a connection.

use crate::{
    client::Client,
    config::{self, Environment},
    data::SshKeys,
    found::{Many, One},
    kept::Own,
    keyed::Part,
    problem::Problem,
};
use infra_model::{
    diagnostic::Diagnostic,
    kind::{Kind, ProviderFacts},
    schema::Block,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Control, Provider},
    failure::Failure,
    registry::Registry,
};
use std::{sync::Arc, time::Duration};

/// How long a request may still be carried out whose sender has died, in milliseconds.
const SETTLE_MS: u64 = 5_000;

/// Steps at once in one project.
const CALLS_IN_FLIGHT_MAX: usize = 25;

/// Returns the types.
pub(crate) fn registry() -> Registry<Client> {
    let registry = Registry::new("hcloud")
        .facts::<crate::catalogue::Catalogue>()
        .settles_after(SETTLE_MS)
        .gives_up(timed_out);
    sources(resources(registry))
}

fn resources(registry: Registry<Client>) -> Registry<Client> {
    registry
        .resource::<Own<crate::certificate::ManagedCertificate>>()
        .resource::<Own<crate::certificate::Uploaded<crate::certificate::Older>>>()
        .resource::<Own<crate::certificate::Uploaded<crate::certificate::Usual>>>()
        .resource::<Own<crate::firewall::Firewall>>()
        .resource::<Part<crate::firewall_attachment::FirewallAttachment>>()
        .resource::<Own<crate::floating_ip::FloatingIp>>()
        .resource::<Part<crate::floating_ip_assignment::FloatingIpAssignment>>()
        .resource::<Own<crate::load_balancer::LoadBalancer>>()
        .resource::<Part<crate::load_balancer::LoadBalancerNetwork>>()
        .resource::<Part<crate::load_balancer::LoadBalancerService>>()
        .resource::<Part<crate::load_balancer::LoadBalancerTarget>>()
        .resource::<Own<crate::network::Network>>()
        .resource::<Part<crate::network_route::NetworkRoute>>()
        .resource::<Part<crate::network_subnet::NetworkSubnet>>()
        .resource::<Own<crate::placement_group::PlacementGroup>>()
        .resource::<Own<crate::primary_ip::PrimaryIp>>()
        .resource::<Part<crate::rdns::Rdns>>()
        .resource::<Own<crate::server::Server>>()
        .resource::<Part<crate::server_network::ServerNetwork>>()
        .resource::<Own<crate::snapshot::Snapshot>>()
        .resource::<Own<crate::ssh_key::SshKey>>()
        .resource::<Own<crate::volume::Volume>>()
        .resource::<Part<crate::volume_attachment::VolumeAttachment>>()
        .resource::<Own<crate::storage_box::StorageBox>>()
        .resource::<Own<crate::storage_box::StorageBoxSnapshot>>()
        .resource::<Own<crate::storage_box::StorageBoxSubaccount>>()
        .resource::<Own<crate::zone::Zone>>()
        .resource::<Part<crate::zone::ZoneRecord>>()
        .resource::<Own<crate::zone::ZoneRrset>>()
}

fn sources(registry: Registry<Client>) -> Registry<Client> {
    registry
        .data::<One<crate::data::Certificates>>()
        .data::<Many<crate::data::Certificates>>()
        .data::<One<crate::data::LoadBalancerTypes>>()
        .data::<Many<crate::data::LoadBalancerTypes>>()
        .data::<One<crate::data::LoadBalancers>>()
        .data::<Many<crate::data::LoadBalancers>>()
        .data::<One<crate::data::Locations>>()
        .data::<Many<crate::data::Locations>>()
        .data::<One<crate::data::ServerTypes>>()
        .data::<Many<crate::data::ServerTypes>>()
        .data::<One<crate::data::StorageBoxSnapshots>>()
        .data::<Many<crate::data::StorageBoxSnapshots>>()
        .data::<One<crate::data::StorageBoxSubaccounts>>()
        .data::<Many<crate::data::StorageBoxSubaccounts>>()
        .data::<One<crate::data::StorageBoxTypes>>()
        .data::<Many<crate::data::StorageBoxTypes>>()
        .data::<One<crate::data::StorageBoxes>>()
        .data::<Many<crate::data::StorageBoxes>>()
        .data::<One<crate::data::Zones>>()
        .data::<Many<crate::data::Zones>>()
        .data::<crate::data::Datacenter>()
        .data::<crate::data::Datacenters>()
        .data::<crate::data::ZoneRrset>()
        .data::<Many<crate::data::ZoneRrsets>>()
        .data::<One<crate::data::Servers>>()
        .data::<Many<crate::data::Servers>>()
        .data::<One<SshKeys>>()
        .data::<One<crate::data::Firewalls>>()
        .data::<Many<crate::data::Firewalls>>()
        .data::<One<crate::data::FloatingIps>>()
        .data::<Many<crate::data::FloatingIps>>()
        .data::<One<crate::data::Images>>()
        .data::<Many<crate::data::Images>>()
        .data::<One<crate::data::Networks>>()
        .data::<Many<crate::data::Networks>>()
        .data::<One<crate::data::PlacementGroups>>()
        .data::<Many<crate::data::PlacementGroups>>()
        .data::<One<crate::data::PrimaryIps>>()
        .data::<Many<crate::data::PrimaryIps>>()
        .data::<One<crate::data::Volumes>>()
        .data::<Many<crate::data::Volumes>>()
        .data::<Many<SshKeys>>()
}

/// The Hetzner provider.
#[derive(Clone, Debug, Default)]
pub struct HetznerProvider {
    environment: Environment,
}

impl HetznerProvider {
    /// Returns the provider with what the process environment says.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }
}

impl Provider for HetznerProvider {
    fn name(&self) -> &'static str {
        "hcloud"
    }

    fn facts(&self) -> ProviderFacts {
        ProviderFacts {
            config: config::schema(),
            calls_in_flight_max: Some(CALLS_IN_FLIGHT_MAX),
            validate: config::validate,
            ..registry().provider_facts(Block::default())
        }
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        registry().kinds()
    }

    fn connect(&self, config: Value, control: Control) -> BoxFuture<'_, Connected> {
        Box::pin(async move {
            let (reach, warnings) = config::reach(&config, &self.environment)?;
            let client = Client::new(reach, &self.environment.proxies).map_err(|detail| {
                Failure::from(Problem::Unreachable { detail }).into_diagnostic()
            })?;
            if control.intends_changes {
                may_write(&client, &control).await.map_err(Failure::into_diagnostic)?;
            }
            Ok((registry().shared().connect(client), warnings))
        })
    }
}

/// Finds out whether the token may write, before anything begins. The API tells nobody what a token may
/// do, so a change is sent that changes nothing: nothing has this id.
async fn may_write(client: &Client, control: &Control) -> Result<(), Failure> {
    match client.put("/ssh_keys/0", &serde_json::json!({}), control).await {
        Err(Problem::Refused(refusal)) if !refusal.is_of_token() => Ok(()),
        Ok(_) => Ok(()),
        Err(problem) => Err(problem.into()),
    }
}

fn timed_out(limit: Duration) -> Diagnostic {
    let summary = format!("Hetzner was not done after {} s", limit.as_secs());
    Diagnostic::error("infra::hetzner::timed_out", summary)
        .detail("What was begun may still be going on there.")
        .help("raise `timeouts`, or run it again: what is there is read first")
}
