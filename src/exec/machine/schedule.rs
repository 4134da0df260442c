//! What begins next: as much as dependencies, links and limits allow, in a fixed order.

use super::{
    Machine,
    asks::Asker,
    commit::Then,
    queue::Lane,
    run::{Link, Phase},
};
use crate::{
    event::{CallId, Effect},
    report::{Report, Subject},
    status::Move,
};
use infra_model::{
    address::{Mode, ProviderAddress},
    ask::{Answer, Call, Question},
    diagnostic::{self, Diagnostic},
    journal::Record,
    value::Value,
};
use infra_plan::plan::Work;

impl Machine {
    /// Takes the run as far as it goes without a further event.
    pub(super) fn advance_run(&mut self) {
        loop {
            let Some(phase) = self.run.as_ref().map(|run| run.phase) else { return };
            match phase {
                Phase::New => self.begin(),
                Phase::Opening => self.open_early(),
                Phase::Checking | Phase::Connecting | Phase::Beginning | Phase::Closing => return,
                Phase::Running => {
                    self.schedule();
                    self.start_deferred();
                    if !self.is_run_settled() {
                        return;
                    }
                    self.close();
                }
                Phase::Over => {
                    self.close_unused();
                    if !self.finished && self.commit.is_idle() && self.leases.are_over() {
                        self.finish();
                    }
                    return;
                }
            }
            if self.run.as_ref().map(|run| run.phase) == Some(phase) {
                return;
            }
        }
    }

    fn is_run_settled(&self) -> bool {
        let settled = self.run.as_ref().is_some_and(|run| run.is_settled());
        settled && self.planner.is_none() && self.commit.is_idle()
    }

    fn schedule(&mut self) {
        self.finish_joins();
        self.schedule_repeats();
        if self.stopping || self.commit.broken {
            self.skip_ready();
            return;
        }
        let Some(lanes) = self.run.as_ref().map(|run| run.queues.lanes()) else { return };
        for lane in lanes {
            self.schedule_lane(&lane);
        }
    }

    fn finish_joins(&mut self) {
        let Some(run) = self.run.as_mut() else { return };
        while let Some(at) = run.queues.pop_join() {
            run.done(at);
        }
    }

    fn skip_ready(&mut self) {
        let Some(run) = self.run.as_mut() else { return };
        for at in run.queues.drain() {
            run.skip(at);
        }
    }

    pub(super) fn schedule_lane(&mut self, lane: &Lane) {
        match self.run.as_ref().and_then(|run| run.links.get(&lane.0)).copied() {
            None => self.connect(&lane.0),
            Some(Link::Asked) => {}
            Some(Link::Broken) => self.fail_lane(lane),
            Some(Link::Ready) => while self.has_room(&lane.0) && self.begin_group(lane) {},
        }
    }

    pub(super) fn has_room(&self, provider: &ProviderAddress) -> bool {
        let Some(run) = self.run.as_ref() else { return false };
        let limit = self.kinds.provider(&provider.provider).and_then(|p| p.calls_in_flight_max);
        let own = limit.unwrap_or(usize::MAX).max(1);
        run.queues.in_flight() < self.settings.calls_in_flight_max.max(1)
            && run.queues.in_flight_of(provider) < own
    }

    /// Connects a provider whose configuration is final.
    pub(super) fn connect(&mut self, provider: &ProviderAddress) {
        let (config, diagnostics) = self.program.provider(provider, &mut self.known);
        let failed = diagnostic::has_errors(&diagnostics);
        self.diagnostics.extend(diagnostics);
        let Some(run) = self.run.as_mut() else { return };
        let mut config = config;
        if !config.value.is_wholly_known()
            && let Some(planned) = run.plan.configs.get(provider)
        {
            // What it is made from is being changed by this run; until then it stands as planned.
            config.value = planned.clone();
        }
        if failed || !config.value.is_wholly_known() {
            run.links.insert(provider.clone(), Link::Broken);
            if !failed {
                self.blame(config_unknown(provider, config.span));
            }
            return self.fail_lanes_of(provider);
        }
        run.links.insert(provider.clone(), Link::Asked);
        let question = Question::Configure(config.value);
        self.ask(Asker::Provider(provider.clone()), provider.clone(), question);
    }

    pub(super) fn take_connected(&mut self, provider: &ProviderAddress, answer: Answer) {
        let link = match answer {
            Answer::Configured(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                Link::Ready
            }
            Answer::NotAskable(diagnostic) | Answer::Failed(diagnostic) => {
                self.blame(diagnostic);
                Link::Broken
            }
            Answer::Facts(..)
            | Answer::Observed(..)
            | Answer::Found(_)
            | Answer::Value(..)
            | Answer::Imported(_)
            | Answer::Exists(_)
            | Answer::Opened(..)
            | Answer::Closed(_) => Link::Broken,
        };
        if let Some(run) = self.run.as_mut() {
            run.links.insert(provider.clone(), link);
        }
        if link == Link::Broken {
            self.fail_lanes_of(provider);
        }
        self.checked_link(provider, link);
        self.connected_first();
    }

    fn fail_lanes_of(&mut self, provider: &ProviderAddress) {
        if self.run.as_ref().is_some_and(|run| run.phase == Phase::Connecting) {
            // Then nothing at all is begun.
            return;
        }
        let lanes = self.run.as_ref().map(|run| run.queues.lanes()).unwrap_or_default();
        for lane in lanes.iter().filter(|lane| lane.0 == *provider) {
            self.fail_lane(lane);
        }
    }

    fn fail_lane(&mut self, lane: &Lane) {
        while let Some(at) = self.run.as_mut().and_then(|run| run.queues.pop(lane)) {
            self.step_failed(at);
        }
    }

    /// Begins the next call of a lane; returns whether there was anything to begin.
    fn begin_group(&mut self, lane: &Lane) -> bool {
        let mut group: Vec<usize> = Vec::new();
        let mut max = 1;
        while group.len() < max {
            let Some(at) = self.run.as_mut().and_then(|run| run.queues.pop(lane)) else { break };
            let Some(run) = self.run.as_ref() else { break };
            if run.steps[at].status.is_settled() {
                // What it needs was lost while it stood here.
                continue;
            }
            let mode = run.steps[at].step.address.mode;
            if mode != Mode::Managed {
                self.begin_read(at);
                continue;
            }
            max = self.kinds.get(mode, &lane.1).map_or(1, |kind| kind.batch_max()).max(1);
            if !self.prepare(at) {
                continue;
            }
            if !self.is_absence_settled(at) {
                if group.is_empty() {
                    self.ask_absence(at);
                    return true;
                }
                // What is ready goes first; the question counts as a call of its own.
                self.put_back(at);
                break;
            }
            self.write_intent(at);
            let alone = self.run.as_ref().is_some_and(|run| !run.steps[at].provisions.is_empty());
            group.push(at);
            if alone {
                break;
            }
        }
        if group.is_empty() {
            return self.run.as_ref().is_some_and(|run| run.queues.lanes().contains(lane));
        }
        let Some(run) = self.run.as_mut() else { return false };
        run.queues.began(&lane.0);
        for at in &group {
            run.go(*at, Move::Intend);
            if let Some(intent) = &run.steps[*at].intent {
                self.commit.push(Record::Started(intent.clone()));
            }
        }
        self.commit.then(Then::Start(group));
        true
    }

    /// Starts the call of steps whose intents are durable.
    pub(super) fn start_call(&mut self, steps: Vec<usize>) {
        let Some(run) = self.run.as_mut() else { return };
        let first = steps[0];
        let before_call =
            run.steps[first].step.work == Work::Delete && !run.steps[first].provisioned;
        if before_call && !run.steps[first].provisions.is_empty() {
            self.report_started(first);
            self.next_provision(first);
            return;
        }
        for at in &steps {
            let Some(run) = self.run.as_mut() else { return };
            let state = &mut run.steps[*at];
            let is_told = state.attempts == 0 && !state.provisioned && !state.changes_nothing();
            state.attempts += 1;
            run.go(*at, Move::Start);
            if is_told {
                self.report_started(*at);
            }
        }
        self.send_call(steps);
    }

    /// Sends the call of running steps.
    pub(super) fn send_call(&mut self, steps: Vec<usize>) {
        let Some(run) = self.run.as_mut() else { return };
        let (settled, steps): (Vec<_>, Vec<_>) =
            steps.into_iter().partition(|at| run.steps[*at].is_as_it_shall_be());
        if steps.is_empty()
            && let Some(first) = settled.first()
        {
            let provider = run.steps[*first].step.provider.clone();
            run.queues.ended(&provider);
        }
        for at in settled {
            self.take_settled(at);
        }
        let Some(run) = self.run.as_mut().filter(|_| !steps.is_empty()) else { return };
        let id = CallId(run.next_call);
        run.next_call += 1;
        let calls = steps.iter().filter_map(|at| run.steps[*at].call()).collect();
        let step = &run.steps[steps[0]].step;
        let (provider, kind) = (step.provider.clone(), step.kind.clone());
        run.calls.insert(id, steps);
        self.effects.push(Effect::Call { id, provider, kind, calls });
    }

    fn report_started(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        let state = &mut run.steps[at];
        let instance = self.folder.snapshot().instances.get(&state.step.address);
        let generation = &state.step.generation;
        state.is_deposed = instance.is_some_and(|instance| instance.deposed.contains(generation));
        state.began = self.now;
        let id = state.prior.as_ref().and_then(|object| super::outcome::shown_id(&object.value));
        let report = Report::Started { subject: state.subject(), work: state.step.work, id };
        self.report_progress();
        self.report(report);
    }
}

impl super::run::StepState {
    /// Returns what is spoken of when something is told of the step.
    pub(super) fn subject(&self) -> Subject {
        let deposed = self.is_deposed.then_some(self.step.generation);
        Subject { address: self.step.address.clone(), deposed }
    }

    /// Returns whether the object is as it shall be, now that everything is known, or only which
    /// parts are secret changes: then there is nothing that a provider could do.
    fn is_as_it_shall_be(&self) -> bool {
        let (Some(prior), Some((_, planned))) = (&self.prior, &self.desired) else { return false };
        self.step.work == Work::Update && prior.value.equality(planned) == Some(true)
    }

    /// Returns whether an update is none after all: nobody is told of it.
    pub(super) fn changes_nothing(&self) -> bool {
        let (Some(prior), Some((_, planned))) = (&self.prior, &self.desired) else { return false };
        self.is_as_it_shall_be() && prior.value.secrets() == planned.secrets()
    }

    fn call(&self) -> Option<Call> {
        let null = || Value::null(infra_model::types::Type::Dynamic);
        let (desired, planned) = self.desired.clone().unwrap_or_else(|| (null(), null()));
        Some(Call { intent: self.intent.clone()?, prior: self.prior.clone(), desired, planned })
    }
}

fn config_unknown(
    provider: &ProviderAddress,
    span: Option<infra_model::source::Span>,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "infra::exec::provider_config_unknown",
        format!("The configuration of `{provider}` is not known"),
    )
    .detail("A value that it needs did not become known during this run.")
    .help("Look at the errors above it; apply again once they are mended.");
    match span {
        Some(span) => diagnostic.label(span, "this configuration"),
        None => diagnostic,
    }
}
