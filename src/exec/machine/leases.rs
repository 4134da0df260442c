//! Ephemeral resources that are open: renewed when their time comes, and closed when nothing uses
//! them any more, after failures and a stop as well.
//!
//! A lease is in the memory of one machine. What planning opened is closed when planning ends; what a
//! run opened is closed when the last step that uses it is settled. A second signal ends the process
//! without closing anything, as does its death: what is opened has to end by itself.

use super::{
    Machine,
    asks::Asker,
    run::{Phase, Run},
};
use crate::{
    event::{Alarm, Effect},
    report::{LeaseNews, LeaseWork, Report},
};
use infra_model::{
    address::{Address, ProviderAddress},
    ask::{Answer, Question},
    diagnostic::Diagnostic,
    journal::Time,
    lease::Lease,
};
use infra_plan::plan::{Plan, Reason, Work};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What is open, and what is being opened for the planner.
#[derive(Default)]
pub(super) struct Leases {
    open: BTreeMap<Address, Held>,
    /// Opens of the planner that are not answered yet.
    opening: usize,
    next: u32,
}

/// One open ephemeral resource.
struct Held {
    /// Counts the openings, and names the timer.
    number: u32,
    provider: ProviderAddress,
    lease: Arc<Lease>,
    state: State,
    began: Time,
    /// Steps that use it; `None` if planning opened it and no step has taken it over.
    users: Option<Vec<usize>>,
    /// What it was made from: those are closed after it. `None` if that is not known.
    needs: Option<Arc<[Address]>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Renewing,
    Closing,
}

impl Leases {
    /// Returns whether nothing is open and nothing will be.
    pub(super) fn are_over(&self) -> bool {
        self.open.is_empty() && self.opening == 0
    }

    fn by_number(&self, number: u32) -> Option<Address> {
        self.open.iter().find(|(_, held)| held.number == number).map(|(a, _)| a.clone())
    }
}

impl Machine {
    /// Opens an ephemeral resource for the planner.
    pub(super) fn opening_for_planner(&mut self, address: &Address) {
        self.leases.opening += 1;
        self.tell(address, LeaseWork::Open, LeaseNews::Began);
    }

    /// The planner's open was answered; the answer is for the planner, the lease is ours.
    pub(super) fn opened_for_planner(
        &mut self,
        (address, provider): (&Address, &ProviderAddress),
        began: Time,
        answer: &Answer,
    ) {
        self.leases.opening = self.leases.opening.saturating_sub(1);
        let elapsed = self.now.0.saturating_sub(began.0);
        if let Answer::Opened(lease, _) = answer {
            self.hold(address, provider, lease.clone());
            self.tell(address, LeaseWork::Open, LeaseNews::Done(elapsed));
        } else {
            self.tell(address, LeaseWork::Open, LeaseNews::Failed(elapsed));
        }
    }

    /// Keeps what a step opened until those that use it are settled.
    pub(super) fn hold_for_step(&mut self, at: usize, lease: Arc<Lease>) {
        let Some(run) = self.run.as_ref() else { return };
        let step = run.steps[at].step.clone();
        self.hold(&step.address, &step.provider, lease);
        self.take_over(at);
    }

    /// Returns what is open already at the address of a step, which then uses it.
    pub(super) fn held_for_step(&mut self, at: usize) -> Option<Arc<Lease>> {
        let address = &self.run.as_ref()?.steps[at].step.address;
        let lease = self.leases.open.get(address)?.lease.clone();
        self.take_over(at);
        Some(lease)
    }

    fn take_over(&mut self, at: usize) {
        let Some(run) = self.run.as_ref() else { return };
        let address = &run.steps[at].step.address;
        let users = users_of(run, at);
        let needs = run.change_of(address).map(|change| change.needs.clone());
        if let Some(held) = self.leases.open.get_mut(address) {
            held.users = Some(users);
            held.needs = needs;
        }
    }

    fn hold(&mut self, address: &Address, provider: &ProviderAddress, lease: Arc<Lease>) {
        let number = self.leases.next;
        self.leases.next += 1;
        if let Some(at) = lease.renew_at {
            self.effects.push(Effect::Sleep(Alarm::Lease(number), at));
        }
        let held = Held {
            number,
            provider: provider.clone(),
            lease,
            state: State::Open,
            began: self.now,
            users: None,
            needs: None,
        };
        self.leases.open.insert(address.clone(), held);
    }

    /// The time to renew has come.
    pub(super) fn renew(&mut self, number: u32) {
        let Some(address) = self.leases.by_number(number) else { return };
        let Some(held) = self.leases.open.get_mut(&address) else { return };
        if held.state != State::Open {
            return;
        }
        held.state = State::Renewing;
        held.began = self.now;
        let question = Question::Renew(address.kind.clone(), held.lease.clone());
        let provider = held.provider.clone();
        self.tell(&address, LeaseWork::Renew, LeaseNews::Began);
        self.ask(Asker::Renew(address), provider, question);
    }

    pub(super) fn take_renewed(&mut self, address: &Address, answer: Answer) {
        let Some(held) = self.leases.open.get_mut(address) else { return };
        held.state = State::Open;
        let elapsed = self.now.0.saturating_sub(held.began.0);
        match opened(answer) {
            Ok(renewed) => {
                let alarm = Alarm::Lease(held.number);
                let value = held.lease.value.clone();
                held.lease = Arc::new(Lease { value, ..Arc::unwrap_or_clone(renewed) });
                // A time that has passed would be renewed without end.
                let next = held.lease.renew_at.filter(|at| *at > self.now);
                self.effects.extend(next.map(|at| Effect::Sleep(alarm, at)));
                self.tell(address, LeaseWork::Renew, LeaseNews::Done(elapsed));
            }
            Err(why) => {
                self.tell(address, LeaseWork::Renew, LeaseNews::Failed(elapsed));
                let users = self.leases.open.get(address).and_then(|held| held.users.clone());
                self.blame(not_renewed(address, why));
                // Those that have begun have its value; those that have not do without.
                if let Some(run) = self.run.as_mut() {
                    users.into_iter().flatten().for_each(|user| run.skip(user));
                }
            }
        }
    }

    /// Closes whatever is not used any more.
    pub(super) fn close_unused(&mut self) {
        if self.leases.open.is_empty() {
            return;
        }
        let unused: Vec<Address> = self
            .leases
            .open
            .iter()
            .filter(|(_, held)| held.state == State::Open && self.is_unused(held))
            .map(|(address, _)| address.clone())
            .collect();
        let ready: Vec<Address> =
            unused.into_iter().filter(|address| !self.serves_another(address)).collect();
        for address in ready {
            let Some(held) = self.leases.open.get_mut(&address) else { continue };
            held.state = State::Closing;
            held.began = self.now;
            let question = Question::Close(address.kind.clone(), held.lease.clone());
            let provider = held.provider.clone();
            self.tell(&address, LeaseWork::Close, LeaseNews::Began);
            self.ask(Asker::Close(address), provider, question);
        }
    }

    fn is_unused(&self, held: &Held) -> bool {
        let Some(run) = self.run.as_ref() else { return self.planner.is_none() };
        if matches!(run.phase, Phase::Closing | Phase::Over) {
            return true;
        }
        let mut deferred = run.plan.deferred.iter();
        let all_planned = self.planner.is_none()
            && deferred.all(|part| run.deferred_done.contains(&part.address));
        let users = held.users.as_deref();
        all_planned
            && users.is_some_and(|all| all.iter().all(|at| run.steps[*at].status.is_settled()))
    }

    /// Returns whether something that is open was made from it.
    fn serves_another(&self, address: &Address) -> bool {
        let Some(own) = self.leases.open.get(address).map(|held| held.number) else { return false };
        self.leases.open.values().filter(|other| other.number > own).any(|other| {
            other.needs.as_ref().is_none_or(|needs| needs.iter().any(|need| need.covers(address)))
        })
    }

    pub(super) fn take_closed(&mut self, address: &Address, answer: Answer) {
        let Some(held) = self.leases.open.remove(address) else { return };
        let elapsed = self.now.0.saturating_sub(held.began.0);
        if let Answer::Closed(diagnostics) = answer {
            self.diagnostics.extend(diagnostics);
            self.tell(address, LeaseWork::Close, LeaseNews::Done(elapsed));
        } else {
            let why = opened(answer).err().flatten();
            self.tell(address, LeaseWork::Close, LeaseNews::Failed(elapsed));
            self.blame(not_closed(address, why));
        }
    }

    /// A plan is made: says what it could not open yet, and learns what was made from what.
    pub(super) fn planned_leases(&mut self, plan: &Plan) {
        let changes = plan.changes.iter();
        let mut deferred = BTreeSet::new();
        for change in
            changes.filter(|change| change.address.mode == infra_model::address::Mode::Ephemeral)
        {
            match self.leases.open.get_mut(&change.address) {
                Some(held) => held.needs = Some(change.needs.clone()),
                None if matches!(change.reason, Some(Reason::Unknown | Reason::DependsOn)) => {
                    deferred.insert(change.address.clone());
                }
                None => {}
            }
        }
        for address in deferred {
            self.tell(&address, LeaseWork::Open, LeaseNews::Deferred);
        }
    }

    pub(super) fn tell(&mut self, address: &Address, work: LeaseWork, news: LeaseNews) {
        self.report(Report::Lease { address: address.clone(), work, news });
    }
}

/// Returns the steps that wait for a step, through joins.
fn users_of(run: &Run, at: usize) -> Vec<usize> {
    let mut users = BTreeSet::new();
    let mut next = run.steps[at].dependents.clone();
    while let Some(user) = next.pop() {
        if run.steps[user].step.work == Work::Join {
            next.extend(run.steps[user].dependents.iter().copied());
        } else {
            users.insert(user);
        }
    }
    users.into_iter().collect()
}

/// Returns what was opened, or why it was not, if that was said.
pub(super) fn opened(answer: Answer) -> Result<Arc<Lease>, Option<Diagnostic>> {
    match answer {
        Answer::Opened(lease, _) => Ok(lease),
        Answer::NotAskable(why) | Answer::Failed(why) => Err(Some(why)),
        Answer::Configured(_)
        | Answer::Facts(..)
        | Answer::Observed(..)
        | Answer::Found(_)
        | Answer::Value(..)
        | Answer::Imported(_)
        | Answer::Exists(_)
        | Answer::Closed(_) => Err(None),
    }
}

fn not_renewed(address: &Address, why: Option<Diagnostic>) -> Diagnostic {
    let found = Diagnostic::error(
        "infra::exec::ephemeral_not_renewed",
        "Ephemeral resource instance has expired",
    )
    .detail(format!(
        "The remote object for ephemeral resource instance {address} is no longer available due to \
         a renewal error. What needs it and had not begun was left out; what had begun goes on."
    ))
    .help("Run the command again.")
    .at_address(address.to_string());
    why.into_iter().fold(found, Diagnostic::related)
}

fn not_closed(address: &Address, why: Option<Diagnostic>) -> Diagnostic {
    let found = Diagnostic::error(
        "infra::exec::ephemeral_not_closed",
        format!("`{address}` could not be closed"),
    )
    .detail(
        "What it gave may stay valid until it ends by itself. Everything else that was done in this \
         run is done and recorded.",
    )
    .help("If it must not stay valid, revoke it where it was issued.")
    .at_address(address.to_string());
    why.into_iter().fold(found, Diagnostic::related)
}
