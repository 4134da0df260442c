//! Taking answers: each goes to where its question came from.

use super::{Planner, asks::Purpose, links::Link, walk::Gathered};
use infra_model::{
    address::ProviderAddress, ask::Answer, diagnostic::Diagnostic, observed::Observed,
};

impl Planner {
    pub(super) fn take(&mut self, purpose: Purpose, answer: &Answer) {
        match purpose {
            Purpose::Configure(provider) => self.take_configured(&provider, answer),
            Purpose::Facts(provider) => self.take_facts(&provider, answer),
            Purpose::Refresh(provider, places) => {
                if let Answer::Observed(observed, facts, marked) = answer {
                    self.take_marked(&provider, marked);
                    self.links.learn(&provider, facts);
                    self.take_observed(&provider, &places, observed);
                } else {
                    let why = Observed::NotAskable(why(answer));
                    self.take_observed(&provider, &places, &vec![why; places.len()]);
                }
            }
            Purpose::Find(provider, places) => {
                if let Answer::Found(found) = answer {
                    self.take_found(&places, Ok(found));
                } else {
                    let why = why(answer);
                    self.not_askable(&provider, &why);
                    self.take_found(&places, Err(&why));
                }
            }
            Purpose::Generate(at) => self.take_generated(at, answer),
            Purpose::Read(walk) | Purpose::Import(walk) | Purpose::Exists(walk) => {
                if let Answer::Value(_, diagnostics) | Answer::Opened(_, diagnostics) = answer {
                    let address = self.walks[walk.0].address.clone();
                    self.report_at(&address, diagnostics.clone());
                }
                self.walks[walk.0].gathered = Some(gathered(answer));
            }
        }
    }

    fn take_configured(&mut self, provider: &ProviderAddress, answer: &Answer) {
        if let Answer::Configured(diagnostics) = answer {
            self.diagnostics.extend(diagnostics.iter().cloned());
            self.links.entry(provider).link = Link::Ready;
            self.want_all_of(provider);
        } else {
            self.links.entry(provider).link = Link::Failed;
            self.not_askable(provider, &why(answer));
        }
    }

    fn take_facts(&mut self, provider: &ProviderAddress, answer: &Answer) {
        if let Answer::Facts(facts, diagnostics) = answer {
            self.links.learn(provider, facts);
            self.diagnostics.extend(diagnostics.iter().cloned());
        } else {
            self.not_askable(provider, &why(answer));
            self.links.entry(provider).link = Link::Failed;
        }
    }

    /// Once a provider instance can be asked, everything recorded of it is refreshed at once.
    fn want_all_of(&mut self, provider: &ProviderAddress) {
        for id in self.held.ids() {
            let held = self.held.get(id);
            let current = held.instance.objects.values().next_back();
            let own = held.refresh_by.as_ref().or(current.map(|object| &object.provider));
            if own == Some(provider) && !held.asked && self.wants_refresh(id) {
                self.links.entry(provider).refreshes.push(id);
            }
        }
    }

    fn take_observed(
        &mut self,
        provider: &ProviderAddress,
        places: &[(super::held::HeldId, infra_model::address::Generation)],
        observed: &[Observed],
    ) {
        let missing = Observed::NotAskable(no_answer(provider));
        for (at, (id, generation)) in places.iter().enumerate() {
            let seen = observed.get(at).unwrap_or(&missing);
            if let Observed::NotAskable(why) = seen {
                self.not_askable(provider, why);
            }
            self.held.get_mut(*id).see(*generation, seen.clone());
        }
    }
}

/// What a single walk was answered.
fn gathered(answer: &Answer) -> Gathered {
    match answer {
        Answer::Value(value, _) => Gathered::Value(value.clone()),
        Answer::Opened(lease, _) => Gathered::Value(lease.value.clone()),
        Answer::Imported(objects) => Gathered::Imported(objects.clone()),
        Answer::Exists(found) => Gathered::Exists(found.clone()),
        Answer::NotAskable(why) => Gathered::NotAskable(Box::new(why.clone())),
        Answer::Configured(_)
        | Answer::Facts(..)
        | Answer::Observed(..)
        | Answer::Found(_)
        | Answer::Closed(_)
        | Answer::Failed(_) => Gathered::Failed(Box::new(why(answer))),
    }
}

/// What to do about an answer that breaks the contract.
pub(super) const PLAN_AGAIN: &str = "Plan again; if it stays, report it to the provider.";

/// What stands in the way, for an answer that is none.
fn why(answer: &Answer) -> Diagnostic {
    match answer {
        Answer::NotAskable(why) | Answer::Failed(why) => why.clone(),
        Answer::Configured(_)
        | Answer::Facts(..)
        | Answer::Observed(..)
        | Answer::Found(_)
        | Answer::Value(..)
        | Answer::Imported(_)
        | Answer::Exists(_)
        | Answer::Opened(..)
        | Answer::Closed(_) => {
            Diagnostic::error("infra::plan::answer_unfit", "The answer does not fit the question")
                .detail("This is a fault of the provider.")
                .help(PLAN_AGAIN)
        }
    }
}

fn no_answer(provider: &ProviderAddress) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::answer_unfit",
        format!("`{provider}` did not answer for every object it was asked for"),
    )
    .detail("This is a fault of the provider.")
    .help(PLAN_AGAIN)
}
