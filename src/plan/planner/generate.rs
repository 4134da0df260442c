//! Objects to import to addresses without a block: they are read, so that configuration can be
//! written for them. What the plan does with them is decided once it has been.

use super::{Planner, asks::Purpose, import::wrong, links::Link};
use crate::plan::Generated;
use infra_model::{
    ask::{Answer, Question},
    diagnostic::Diagnostic,
    known::Known,
    program::Import,
};

/// The objects that are wanted.
#[derive(Default)]
pub(super) struct Generate {
    wanted: Vec<Wanted>,
}

struct Wanted {
    import: Import,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Asked,
    Done,
}

impl Generate {
    /// Adds an import, once.
    pub(super) fn want(&mut self, import: Import) {
        if self.wanted.iter().all(|wanted| wanted.import.to != import.to) {
            self.wanted.push(Wanted { import, state: State::New });
        }
    }
}

impl Planner {
    /// Asks for what is wanted and not asked yet, as far as the providers are configured.
    pub(super) fn ask_generated(&mut self, known: &mut Known) {
        for at in 0..self.generate.wanted.len() {
            if self.generate.wanted[at].state != State::New {
                continue;
            }
            let import = self.generate.wanted[at].import.clone();
            match self.ensure(&import.provider, known) {
                Link::Untouched | Link::Asking => {}
                Link::Ready => {
                    let question = Question::Import(import.to.kind.clone(), import.id.clone());
                    self.asks.ask(&import.provider, question, Purpose::Generate(at));
                    self.generate.wanted[at].state = State::Asked;
                }
                Link::Deferred(_) | Link::Excluded | Link::Failed => {
                    self.generate.wanted[at].state = State::Done;
                    self.report(wrong::too_late(&import));
                }
            }
        }
    }

    /// Takes the object of a wanted import.
    pub(super) fn take_generated(&mut self, at: usize, answer: &Answer) {
        let wanted = &mut self.generate.wanted[at];
        wanted.state = State::Done;
        let import = wanted.import.clone();
        let failed = |why: Diagnostic| wrong::failed(&import, why);
        match answer {
            Answer::Imported(objects) => {
                let found = objects.iter().find(|object| object.kind == import.to.kind);
                match found {
                    Some(object) => {
                        let kind = self.input.kinds.get(import.to.mode, &import.to.kind);
                        let value = object.value.clone();
                        let value = match kind {
                            Some(kind) => kind.schema().block.mark_sensitive(value),
                            None => value,
                        };
                        self.results.generated.push(Generated { import, value });
                    }
                    None => self.report(wrong::not_found(&import)),
                }
            }
            Answer::NotAskable(why) | Answer::Failed(why) => {
                let refused = failed(why.clone());
                self.report(refused);
            }
            Answer::Configured(_)
            | Answer::Opened(..)
            | Answer::Closed(_)
            | Answer::Facts(..)
            | Answer::Observed(..)
            | Answer::Found(_)
            | Answer::Value(..)
            | Answer::Exists(_) => self.report(wrong::not_found(&import)),
        }
    }
}
