//! Before the first record: the provider instances that something is changed through are connected, so
//! that one that refuses to change anything says so while nothing is begun.
//!
//! One whose configuration is made of something that this run makes is connected when that is there.

use super::{
    Machine,
    run::{Link, Phase},
};
use infra_model::{
    address::ProviderAddress,
    diagnostic::{Diagnostic, Retry},
};

impl Machine {
    /// Connects what can be connected, then goes on with the plan's own records.
    pub(super) fn connect_first(&mut self) {
        let Some(run) = self.run.as_ref() else { return };
        let unlinked = |provider: &&ProviderAddress| !run.links.contains_key(*provider);
        let all = run.plan.changing();
        let mut wanted: Vec<_> = all.into_iter().filter(unlinked).cloned().collect();
        wanted.retain(|provider| self.can_connect(provider));
        self.set_phase(Phase::Connecting);
        for provider in wanted {
            self.connect(&provider);
        }
        self.connected_first();
    }

    /// Goes on once all have answered.
    pub(super) fn connected_first(&mut self) {
        let Some(run) = self.run.as_ref().filter(|run| run.phase == Phase::Connecting) else {
            return;
        };
        if run.links.values().any(|link| *link == Link::Asked) {
            return;
        }
        let broken =
            |provider: &&&ProviderAddress| run.links.get(**provider) == Some(&Link::Broken);
        let refused = run.plan.changing().iter().find(broken).map(|provider| (*provider).clone());
        match refused {
            Some(provider) => {
                self.blame(not_begun(&provider));
                self.set_phase(Phase::Over);
            }
            None => self.begin_records(),
        }
    }
}

fn not_begun(provider: &ProviderAddress) -> Diagnostic {
    Diagnostic::error("infra::exec::apply_not_begun", "The plan was not begun")
        .detail(format!("`{provider}` could not be connected. Nothing was changed."))
        .help("Mend what stands above, then apply again.")
        .retry(Retry::Safe)
}
