//! Provider instances: configured as soon as they can be, then asked in bulk.

use super::{Planner, asks::Purpose, held::HeldId, results::Out};
use crate::plan::PlanMode;
use infra_model::{
    address::{Address, ProviderAddress},
    ask::Question,
    diagnostic::{Diagnostic, Retry, has_errors},
    kind::{FactKey, Facts},
    known::Known,
    program::ProviderConfig,
    source::Span,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How far a provider instance is.
#[derive(Clone, Debug, Default)]
pub(super) enum Link {
    /// Nothing was tried yet.
    #[default]
    Untouched,
    /// It is being configured.
    Asking,
    /// It can be asked.
    Ready,
    /// Its configuration is not known before these are final, or its host is not there.
    Deferred(Vec<Address>),
    /// Its configuration needs something that is left out of this plan.
    Excluded,
    /// It cannot be asked; that was reported.
    Failed,
}

/// A provider instance.
#[derive(Clone, Debug, Default)]
pub(super) struct ProviderLink {
    pub(super) link: Link,
    /// What its configuration is made from.
    pub(super) needs: Arc<[Address]>,
    /// Its block.
    pub(super) span: Option<Span>,
    /// The configuration it was connected with.
    pub(super) config: Option<infra_model::value::Value>,
    /// What it taught so far.
    pub(super) facts: Arc<Facts>,
    /// Keys that walks wait for.
    wanted: BTreeSet<FactKey>,
    /// Keys that were asked for, learned or not.
    asked: BTreeSet<FactKey>,
    /// Held instances to be refreshed by it.
    pub(super) refreshes: Vec<HeldId>,
    /// Held instances whose creates it is to look up.
    pub(super) finds: Vec<HeldId>,
    /// The host that its objects live on and lose, with what happens to it.
    pub(super) lost_with: Option<Address>,
}

/// All provider instances by address.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    pub(super) all: BTreeMap<ProviderAddress, ProviderLink>,
}

impl Links {
    pub(super) fn entry(&mut self, provider: &ProviderAddress) -> &mut ProviderLink {
        self.all.entry(provider.clone()).or_default()
    }

    pub(super) fn facts(&self, provider: &ProviderAddress) -> Arc<Facts> {
        self.all.get(provider).map(|link| link.facts.clone()).unwrap_or_default()
    }

    pub(super) fn learn(&mut self, provider: &ProviderAddress, facts: &Facts) {
        if !facts.is_empty() {
            Arc::make_mut(&mut self.entry(provider).facts).extend(facts.clone());
        }
    }

    pub(super) fn needs(&self, provider: &ProviderAddress) -> Arc<[Address]> {
        self.all.get(provider).map(|link| link.needs.clone()).unwrap_or_default()
    }
}

impl Planner {
    /// Returns how far a provider instance is; at the first call it is evaluated, and configured if
    /// that is possible. Everything its configuration depends on must be decided.
    pub(super) fn ensure(&mut self, provider: &ProviderAddress, known: &mut Known) -> Link {
        let link = self.links.entry(provider).link.clone();
        if !matches!(link, Link::Untouched) {
            return link;
        }
        let program = Arc::clone(&self.input.program);
        if program.lacks_provider(provider, known) {
            let gone = self.provider_gone(provider);
            self.report(gone);
            self.links.entry(provider).link = Link::Failed;
            return Link::Failed;
        }
        let (config, diagnostics) = program.provider(provider, known);
        let failed = has_errors(&diagnostics);
        self.diagnostics.extend(diagnostics);
        let link = if failed { Link::Failed } else { self.judge_link(provider, &config) };
        let connected = matches!(link, Link::Asking).then(|| config.value.clone());
        if matches!(link, Link::Asking) {
            let purpose = Purpose::Configure(provider.clone());
            self.asks.ask(provider, Question::Configure(config.value.clone()), purpose);
        }
        let entry = self.links.entry(provider);
        entry.config = connected;
        entry.needs = config.needs;
        entry.span = config.span;
        entry.link = link.clone();
        link
    }

    /// Says which objects cannot be asked for, for want of what they were made with.
    fn provider_gone(&self, provider: &ProviderAddress) -> Diagnostic {
        let made = self.held.all.iter().filter(|held| {
            held.instance.objects.values().any(|object| object.provider == *provider)
                || held.instance.open.iter().any(|intent| intent.provider == *provider)
        });
        let made: Vec<String> = made.map(|held| format!("`{}`", held.address)).collect();
        let (with, them) = match made.as_slice() {
            [] => ("it".to_owned(), "what it made"),
            [only] => (only.clone(), "the resource"),
            [first, rest @ ..] => (format!("{first} and {} more", rest.len()), "the resources"),
        };
        Diagnostic::error("infra::plan::provider_gone", "Provider configuration not present")
            .detail(format!(
                "To work with {with} the original provider configuration at `{provider}` is \
                 required, but it has been removed. Nothing was changed."
            ))
            .help(format!(
                "Put the provider configuration (or the key of its `for_each`) back, apply without \
                 {them} first, then remove it. `state rm` gives objects up without destroying them."
            ))
    }

    fn judge_link(&mut self, provider: &ProviderAddress, config: &ProviderConfig) -> Link {
        let (out, deferred) = self.look_at_needs(&config.needs);
        let host = self.lost_host(provider, config);
        self.links.entry(provider).lost_with.clone_from(&host);
        match out {
            Some(Out::Blocked) => return Link::Failed,
            Some(Out::Excluded) => return Link::Excluded,
            Some(Out::Deferred) => return Link::Deferred(deferred),
            None => {}
        }
        if let Some(host) = host {
            return Link::Deferred(vec![host]);
        }
        if config.value.is_wholly_known() {
            return Link::Asking;
        }
        let pending = self.pending_needs(&config.needs);
        if self.mode() == PlanMode::Destroy {
            // What it is made from was never made, or is gone; nothing may be left to destroy.
            return Link::Deferred(pending);
        }
        if pending.is_empty() {
            self.report(never_known(provider, config.span));
            return Link::Failed;
        }
        Link::Deferred(pending)
    }

    /// Returns the host among what the configuration is made from, if the provider's objects live on
    /// it and it is not there yet, is replaced, is destroyed or is gone.
    ///
    /// While the configuration is known nonetheless, only something that holds data can be the host:
    /// a key file that is written anew takes nothing along.
    fn lost_host(&self, provider: &ProviderAddress, config: &ProviderConfig) -> Option<Address> {
        let facts = self.input.kinds.provider(&provider.provider)?;
        if !facts.objects_live_on_host {
            return None;
        }
        let decided = config.needs.iter().flat_map(|need| self.results.decided_at(need));
        let changing = decided.filter(|decided| decided.is_lost_or_new());
        let changing = changing.map(|decided| &decided.change.address);
        let gone = self.held.all.iter().filter(|held| held.is_gone()).map(|held| &held.address);
        let gone = gone.filter(|address| config.needs.iter().any(|need| need.overlaps(address)));
        let all: Vec<&Address> = changing.chain(gone).collect();
        let holds_data = |address: &&&Address| {
            let kind = self.input.kinds.get(address.mode, &address.kind);
            kind.is_some_and(|kind| kind.holds_data())
        };
        let unknown = !config.value.is_wholly_known();
        let host = all.iter().find(holds_data).or_else(|| all.first().filter(|_| unknown));
        host.map(|address| (*address).clone())
    }

    /// Returns whether all facts are there that hooks will look up; if not, they are asked for.
    pub(super) fn have_facts(&mut self, provider: &ProviderAddress, keys: &[FactKey]) -> bool {
        let link = self.links.entry(provider);
        let mut all = true;
        for key in keys {
            if !link.facts.contains_key(key) && !link.asked.contains(key) {
                link.wanted.insert(key.clone());
                all = false;
            }
        }
        all
    }

    /// Puts everything that walks wait for into questions, one per provider instance and kind.
    pub(super) fn flush(&mut self) {
        let ready = self.links.all.iter().filter(|(_, link)| matches!(link.link, Link::Ready));
        let providers: Vec<ProviderAddress> = ready.map(|(address, _)| address.clone()).collect();
        for provider in providers {
            self.flush_finds(&provider);
            self.flush_refresh(&provider);
            let link = self.links.entry(&provider);
            let keys: Vec<FactKey> = std::mem::take(&mut link.wanted).into_iter().collect();
            link.asked.extend(keys.iter().cloned());
            if !keys.is_empty() {
                let purpose = Purpose::Facts(provider.clone());
                self.asks.ask(&provider, Question::Facts(keys), purpose);
            }
        }
    }

    fn flush_refresh(&mut self, provider: &ProviderAddress) {
        let ids = std::mem::take(&mut self.links.entry(provider).refreshes);
        let mut kinds: BTreeMap<_, (Vec<_>, Vec<_>)> = BTreeMap::new();
        for id in ids {
            let held = self.held.get_mut(id);
            if held.asked || held.broken {
                continue;
            }
            held.asked = true;
            for recorded in held.questions() {
                let (places, objects) = kinds.entry(recorded.object.kind.clone()).or_default();
                places.push((id, recorded.generation));
                objects.push(recorded);
            }
        }
        for (kind, (places, objects)) in kinds {
            let purpose = Purpose::Refresh(provider.clone(), places);
            self.asks.ask(provider, Question::Refresh(kind, objects), purpose);
        }
    }

    /// Reports once that a provider instance cannot be asked.
    pub(super) fn not_askable(&mut self, provider: &ProviderAddress, why: &Diagnostic) {
        let count = self.held.all.iter().filter(|held| {
            held.instance.objects.values().any(|object| object.provider == *provider)
        });
        let count = count.count();
        let mut diagnostic = Diagnostic::error(
            "infra::plan::provider_not_askable",
            format!("`{provider}` cannot be asked"),
        )
        .detail(unasked(why, count))
        .help(if is_out_of_reach(why) {
            "See that it can be reached, then plan again, or leave it out with `-exclude`."
        } else {
            "Mend what is told below, then plan again, or leave it out with `-exclude`."
        })
        .related(why.clone());
        if let Some(span) = self.links.entry(provider).span {
            diagnostic = diagnostic.label(span, "this provider instance");
        }
        let again = self
            .diagnostics
            .iter()
            .any(|d| d.code == diagnostic.code && d.summary == diagnostic.summary);
        if !again {
            self.report(diagnostic);
        }
    }
}

/// Returns whether trying again may help: then the way there is at fault and not what is configured.
fn is_out_of_reach(why: &Diagnostic) -> bool {
    matches!(why.retry, Some(Retry::Safe | Retry::AfterLookup))
}

fn unasked(why: &Diagnostic, count: usize) -> String {
    let reach = if is_out_of_reach(why) { " Not reachable is not gone." } else { "" };
    let left = match count {
        0 => "What needs it is left out of this plan.".to_owned(),
        1 => "The recorded instance of it, and what needs that, are planned neither as unchanged \
              nor as new."
            .to_owned(),
        _ => format!(
            "{count} recorded instances of it, and what needs them, are planned neither as \
             unchanged nor as new."
        ),
    };
    format!("{}.{reach} {left} Nothing was changed.", why.summary)
}

fn never_known(provider: &ProviderAddress, span: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "infra::plan::provider_config_unknown",
        format!("The configuration of `{provider}` cannot be known"),
    )
    .detail("It has unknown parts that do not come from any resource of this configuration.")
    .help("Give it values that are known, or come from a resource.");
    match span {
        Some(span) => diagnostic.label(span, "configured here"),
        None => diagnostic,
    }
}
