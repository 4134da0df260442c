//! Which requests the API lets repeat, and its rate limit.
//!
//! The table follows the API's errors: what says that nothing was done is repeated whatever the
//! request, what leaves it open only where twice is the same as once. The API has no keys that would
//! make a repeated `POST` safe.

use crate::problem::Refusal;
use infra_sdk::http::{Lost, Reply, Request, Rules, Verdict, Window, doubled_ms};

/// Attempts in all at what goes away by itself.
const ATTEMPTS_MAX: u32 = 6;

/// Attempts in all at what waits for another change of the same object, or for the rate limit.
const WAITING_ATTEMPTS_MAX: u32 = 40;

/// The longest wait for another change of the same object.
const TURN_MS_MAX: u64 = 8_000;

/// Milliseconds of an hour; the limit refills evenly over one.
const HOUR_MS: u64 = 3_600_000;

/// The rules.
pub(super) struct HetznerRules;

impl Rules for HetznerRules {
    fn verdict(&self, request: &Request, outcome: Result<&Reply, &Lost>, attempts: u32) -> Verdict {
        let again = |why: &str, wait_ms: u64| Verdict::Again { why: why.to_owned(), wait_ms };
        let few = |why: &str| match attempts {
            ATTEMPTS_MAX.. => Verdict::Final,
            _ => again(why, doubled_ms(attempts)),
        };
        let reply = match outcome {
            Ok(reply) if (200..300).contains(&reply.status) => return broken(request, reply, few),
            Ok(reply) => reply,
            Err(Lost::Unsent(_)) => return few("the API could not be reached"),
            Err(Lost::Unknown(_)) if request.is_repeatable => return few("there was no answer"),
            Err(Lost::Unknown(_) | Lost::Stopped) => return Verdict::Final,
        };
        if attempts >= WAITING_ATTEMPTS_MAX {
            return Verdict::Final;
        }
        let code = Refusal::read("", reply).code;
        match (reply.status, &*code) {
            (429, _) => again("the rate limit of the API is used up", self.refill_ms(reply)),
            (409, "conflict") | (423, "locked" | "resource_locked") => {
                let wait_ms = doubled_ms(attempts).min(TURN_MS_MAX);
                again("another change of the same object is running", wait_ms)
            }
            (422, "service_error") | (503, _) => few("the API asks for patience"),
            (500 | 502 | 504, _) if request.is_repeatable => few("the API failed"),
            _ => Verdict::Final,
        }
    }

    fn window(&self, reply: &Reply) -> Option<Window> {
        let header = |name: &str| reply.headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
        let limit = header("ratelimit-limit").filter(|limit| *limit > 0)?;
        let remaining = header("ratelimit-remaining")?;
        Some(Window { limit, remaining, refill_ms: HOUR_MS.div_ceil(limit) })
    }
}

impl HetznerRules {
    /// The bucket refills steadily, so the next request is one interval away and not at its reset.
    fn refill_ms(&self, reply: &Reply) -> u64 {
        self.window(reply).map_or(1_000, |window| window.refill_ms)
    }
}

/// A good status with half a body is no answer.
fn broken(request: &Request, reply: &Reply, few: impl Fn(&str) -> Verdict) -> Verdict {
    let is_whole = reply.body.is_empty()
        || serde_json::from_slice::<serde::de::IgnoredAny>(&reply.body).is_ok();
    if is_whole || !request.is_repeatable {
        return Verdict::Final;
    }
    few("the answer was cut off")
}
