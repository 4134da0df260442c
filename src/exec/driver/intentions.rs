//! Through which provider instances a machine means to change something; through others it only reads.

use crate::machine::{Job, JobWork};
use infra_model::{
    address::{Mode, ProviderAddress},
    text::Text,
};
use std::collections::BTreeSet;

/// Where changes are meant.
#[derive(Debug, Default)]
pub(super) struct Intentions {
    instances: BTreeSet<ProviderAddress>,
    /// What is deferred knows its provider, and not yet which instance.
    providers: BTreeSet<Text>,
}

impl Intentions {
    /// Returns the intentions of a job: none, unless it carries a plan out.
    pub(super) fn of(job: &Job) -> Self {
        let JobWork::Apply(plan) = &job.work else { return Self::default() };
        let deferred = plan.deferred.iter().filter(|d| d.address.mode == Mode::Managed);
        let providers = deferred.filter_map(|d| job.kinds.provider_of(Mode::Managed, &d.kind));
        Self {
            instances: plan.changing().into_iter().cloned().collect(),
            providers: providers.cloned().collect(),
        }
    }

    /// Returns whether something is meant to be changed through an instance.
    pub(super) fn include(&self, instance: &ProviderAddress) -> bool {
        self.instances.contains(instance) || self.providers.contains(&instance.provider)
    }
}
