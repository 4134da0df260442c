//! Faults at work: which hit a call, and what the call's functions ask about it.

use super::{
    action::Trouble,
    draw::Draw,
    fault::{Effect, Fault},
};

/// The faults that are set, with how often each came into question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Armed>);

#[derive(Clone, Debug)]
struct Armed {
    fault: Fault,
    seen: u64,
    hits: u64,
}

impl Faults {
    pub(crate) fn set(&mut self, fault: Fault) {
        self.0.push(Armed { fault, seen: 0, hits: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&Fault, u64)> {
        self.0.iter().map(|armed| (&armed.fault, armed.hits))
    }

    /// Returns what happens to a call.
    pub(crate) fn hit(&mut self, method: &str, template: &str, draw: &mut Draw) -> Mischief {
        let mut effects = Vec::new();
        for armed in self.0.iter_mut().filter(|armed| armed.fault.is_for(method, template)) {
            armed.seen += 1;
            let is_over = armed.fault.times.is_some_and(|times| armed.hits >= times);
            if armed.seen < armed.fault.from || is_over || !is_drawn(armed.fault.probability, draw)
            {
                continue;
            }
            armed.hits += 1;
            effects.push(armed.fault.effect.clone());
        }
        Mischief(effects)
    }
}

/// Draws only where there is chance, so that a fault without any changes no other number.
fn is_drawn(probability: f64, draw: &mut Draw) -> bool {
    const PARTS: u64 = 1_000_000;
    if probability >= 1.0 {
        return true;
    }
    #[allow(clippy::cast_precision_loss, reason = "both numbers are small")]
    let drawn = draw.below(PARTS) as f64 / PARTS as f64;
    drawn < probability
}

/// What happens to the call that is being answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mischief(pub(crate) Vec<Effect>);

/// How actions of the current call go.
#[derive(Debug, Default)]
pub(crate) struct Luck {
    pub(crate) fails: Option<Trouble>,
    pub(crate) sticks_for_ms: Option<u64>,
    pub(crate) is_vanished: bool,
}

impl Mischief {
    /// Returns how an action of a command goes.
    pub(crate) fn luck(&self, command: &str) -> Luck {
        let mut luck = Luck::default();
        let is_for = |of: &Option<String>| of.as_deref().is_none_or(|of| of == command);
        for effect in &self.0 {
            if let Effect::ActionFails { command, code } = effect
                && is_for(command)
            {
                let message = "the action failed".to_owned();
                luck.fails = Some(Trouble { code: code.clone(), message });
            }
            if let Effect::ActionSticks { command, for_ms } = effect
                && is_for(command)
            {
                luck.sticks_for_ms = Some(for_ms.unwrap_or(u64::MAX));
            }
            if let Effect::ActionVanishes { command } = effect {
                luck.is_vanished |= is_for(command);
            }
        }
        luck
    }

    /// Returns whether there is no server of a type left in a location.
    pub(crate) fn is_out_of_stock(&self, of_type: &str, at: &str) -> bool {
        self.0.iter().any(|effect| {
            matches!(effect, Effect::StockOut { server_type, location }
                if server_type == of_type && location == at)
        })
    }

    /// Returns how old lists are.
    pub(crate) fn lag_ms(&self) -> Option<u64> {
        self.0.iter().find_map(|effect| {
            if let Effect::StaleList { lag_ms } = effect { Some(*lag_ms) } else { None }
        })
    }

    pub(crate) fn has(&self, effect: &Effect) -> bool {
        self.0.contains(effect)
    }
}
