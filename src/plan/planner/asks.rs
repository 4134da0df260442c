//! The book of asks: numbers, what each is for, and rounds of answers.

use super::{held::HeldId, walk::WalkId};
use infra_model::{
    address::{Generation, ProviderAddress},
    ask::{Answer, Ask, AskId, Question},
};
use std::collections::BTreeMap;

/// What an ask is for.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    Configure(ProviderAddress),
    Facts(ProviderAddress),
    Refresh(ProviderAddress, Vec<(HeldId, Generation)>),
    /// Held instance and the index of its open intent, in the order of the question.
    Find(ProviderAddress, Vec<(HeldId, usize)>),
    Read(WalkId),
    Import(WalkId),
    Exists(WalkId),
    /// The number of a wanted import.
    Generate(usize),
}

/// Asks that are out, and answers that have come.
#[derive(Default)]
pub(super) struct Asks {
    out: BTreeMap<AskId, Purpose>,
    arrived: BTreeMap<AskId, Answer>,
    fresh: Vec<(AskId, Ask)>,
    count: u32,
}

impl Asks {
    /// Puts a question into the next round.
    pub(super) fn ask(&mut self, provider: &ProviderAddress, question: Question, purpose: Purpose) {
        let id = AskId(self.count);
        self.count += 1;
        self.out.insert(id, purpose);
        self.fresh.push((id, Ask { provider: provider.clone(), question }));
    }

    /// Keeps an answer until its round is over; what was not asked, or was answered, is ignored.
    pub(super) fn arrive(&mut self, id: AskId, answer: Answer) {
        if self.out.contains_key(&id) {
            self.arrived.entry(id).or_insert(answer);
        }
    }

    /// Returns all answers of the round by number; `None` while some are still out.
    pub(super) fn round(&mut self) -> Option<Vec<(AskId, Purpose, Answer)>> {
        if self.arrived.len() < self.out.len() {
            return None;
        }
        let out = std::mem::take(&mut self.out);
        let mut arrived = std::mem::take(&mut self.arrived);
        let with_answer = |(id, purpose)| arrived.remove(&id).map(|answer| (id, purpose, answer));
        Some(out.into_iter().filter_map(with_answer).collect())
    }

    /// Returns what reads, if an ask is for a read.
    pub(super) fn reader(&self, id: AskId) -> Option<WalkId> {
        match self.out.get(&id)? {
            Purpose::Read(walk) => Some(*walk),
            Purpose::Configure(_)
            | Purpose::Facts(_)
            | Purpose::Refresh(..)
            | Purpose::Find(..)
            | Purpose::Import(_)
            | Purpose::Exists(_)
            | Purpose::Generate(_) => None,
        }
    }

    /// Returns whether an answer is needed before anything can go on.
    pub(super) fn is_waiting(&self) -> bool {
        !self.out.is_empty()
    }

    /// Returns what is to be sent now.
    pub(super) fn send(&mut self) -> Vec<(AskId, Ask)> {
        std::mem::take(&mut self.fresh)
    }

    /// Returns how many asks there were.
    pub(super) fn count(&self) -> u32 {
        self.count
    }
}
