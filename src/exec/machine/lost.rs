//! What is lost: calls whose provider crashed, and what lived on a host that is destroyed.

use super::Machine;
use crate::event::CallId;
use infra_model::{address::Address, diagnostic::Diagnostic, journal::Record};
use infra_plan::plan::{Change, Step};

impl Machine {
    /// A call that was cut off inside the provider: its intents stay open, so that the next run looks
    /// its creates up. What has failed in such a way is not tried once more.
    pub(super) fn take_lost(&mut self, id: CallId, diagnostic: &Diagnostic) {
        for at in self.end_call(id) {
            self.fail_open(at, diagnostic.clone());
        }
    }

    /// What lived on a host that is destroyed now leaves the record with it, unless it is planned
    /// anew in this run.
    pub(super) fn forget_lost(&mut self, host: &Step) {
        let Some(run) = self.run.as_ref() else { return };
        let of_deposed =
            |c: &Change| c.address == host.address && c.deposed == Some(host.generation);
        if run.plan.lost.is_empty() || run.plan.changes.iter().any(of_deposed) {
            return;
        }
        let deferred = |at: &Address| run.plan.deferred.iter().any(|d| d.address.covers(at));
        let lost = run.plan.lost.iter().filter(|l| l.with == host.address && !deferred(&l.address));
        let records: Vec<Record> = lost
            .filter_map(|lost| {
                let (generation, _) = self.snapshot().instance(&lost.address)?.current()?;
                let (address, generation) = (lost.address.clone(), Some(generation));
                Some(Record::Forgotten { address, generation })
            })
            .collect();
        for record in records {
            self.commit.push(record);
        }
    }
}
