//! When a certificate is renewed: a refresh looks at the clock, and the plan replaces what is due.
//!
//! The hooks of a kind know no time. Where the record was not made with the hours that are wanted
//! now, the plan asks for the time as a fact, which is then part of the plan.

use super::{calendar::Moment, pem};
use crate::rules;
use infra_model::{
    kind::{FactKey, Facts},
    path::Path,
    schema::Proposal,
    text::Text,
    value::Value,
};

const READY: &str = "ready_for_renewal";
const END: &str = "validity_end_time";
const EARLY: &str = "early_renewal_hours";

/// The arguments of which older records hold a checksum instead of the text.
const TEXTS: [&str; 4] =
    ["private_key_pem", "ca_private_key_pem", "ca_cert_pem", "cert_request_pem"];

/// Returns the key of the fact that tells the time.
pub(super) fn now_key() -> FactKey {
    FactKey(Text::from("now_ms"))
}

/// Returns whether a certificate is due at a time.
pub(super) fn is_due(end: Option<&str>, early_hours: u64, now_ms: u64) -> bool {
    end.and_then(Moment::parse).is_some_and(|end| end.is_due(early_hours, now_ms))
}

/// Asks for the time if the hours of early renewal change.
pub(super) fn ask(prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
    let Some(prior) = prior else { return Vec::new() };
    let hours =
        |value: &Value| value.get(EARLY).and_then(Value::as_number).map(ToString::to_string);
    let zero = || "0".to_owned();
    let is_same = hours(prior).unwrap_or_else(zero) == hours(desired).unwrap_or_else(zero);
    if is_same { Vec::new() } else { vec![now_key()] }
}

/// Plans a certificate that is due as one to be replaced.
pub(super) fn adjust(proposal: Proposal, prior: Option<&Value>, facts: &Facts) -> Proposal {
    let Proposal { planned, mut replace } = adjust_texts(proposal, prior, facts);
    let Some(entries) = planned.entries() else { return Proposal { planned, replace } };
    let known = prior.filter(|prior| prior.entries().is_some());
    let is_ready = known.is_some_and(|prior| {
        let seen = prior.get(READY).and_then(Value::as_bool) == Some(true);
        seen || is_due_by_fact(&planned, facts)
    });
    if is_ready {
        replace.push(Path::attribute(READY));
    }
    let fresh = entries.iter().map(|(name, value)| {
        let is_ready = **name == *READY;
        (Text::clone(name), if is_ready { Value::from(false) } else { value.clone() })
    });
    Proposal { planned: Value::object(fresh).with_marks(planned.marks()), replace }
}

/// A checksum in the place of a text is replaced by the text, and the object stays.
pub(super) fn adjust_texts(proposal: Proposal, prior: Option<&Value>, _: &Facts) -> Proposal {
    let Proposal { planned, mut replace } = proposal;
    let was_checksum = |name: &str| {
        prior.and_then(|prior| rules::text(prior, name)).is_some_and(|text| !pem::is_pem(text))
    };
    replace.retain(|path| {
        !TEXTS.iter().any(|name| *path == Path::attribute(*name) && was_checksum(name))
    });
    Proposal { planned, replace }
}

fn is_due_by_fact(planned: &Value, facts: &Facts) -> bool {
    let whole = |value: &Value| value.as_number().and_then(|n| n.to_string().parse::<u64>().ok());
    let Some(now_ms) = facts.get(&now_key()).and_then(whole) else { return false };
    let early = planned.get(EARLY).and_then(whole).unwrap_or(0);
    is_due(rules::text(planned, END), early, now_ms)
}
