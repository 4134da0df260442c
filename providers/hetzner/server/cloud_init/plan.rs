//! What is planned of `host_key` and `cloud_init_status`: whether the server will be waited for.

use super::{SETTLED, SKIPPED};
use crate::rules::text;
use infra_model::{schema::Proposal, text::Text, types::Type, value::Value};
use infra_sdk::ssh::host_key_line;

/// Plans both, for a server that is made, changed, or given a new disk.
pub(crate) fn follow(prior: Option<&Value>, proposal: &mut Proposal, is_rebuilt: bool) {
    let planned = &proposal.planned;
    let Some(entries) = planned.entries() else { return };
    let (key, status) = both(prior.filter(|_| !is_rebuilt), prior, planned);
    let entry = |(name, value): &(Text, Value)| {
        let value = match &**name {
            "host_key" => &key,
            "cloud_init_status" => &status,
            _ => value,
        };
        (name.clone(), value.clone())
    };
    proposal.planned = Value::object(entries.iter().map(entry)).with_marks(planned.marks());
}

/// `standing` is what was recorded of the disk that is there, `prior` what was recorded at all.
fn both(standing: Option<&Value>, prior: Option<&Value>, planned: &Value) -> (Value, Value) {
    let unknown = || Value::unknown(Type::String);
    let null = || Value::null(Type::String);
    let kept = |name: &str| standing.and_then(|value| value.get(name)).cloned();
    let pinned = kept("host_key").filter(|key| !key.is_null());
    let blocks = planned.get("cloud_init");
    if blocks.is_some_and(|blocks| !blocks.is_known()) {
        return (unknown(), unknown());
    }
    let Some(block) = blocks.and_then(Value::items).and_then(<[Value]>::first) else {
        let status = kept("cloud_init_status").unwrap_or_else(null);
        return (pinned.unwrap_or_else(null), status);
    };
    let given = given_key(block);
    if standing.is_none() {
        return (given.unwrap_or_else(unknown), unknown());
    }
    if let Some(given) = given
        && pinned.as_ref().map(plain) != Some(plain(&given))
    {
        return (given, unknown());
    }
    let status = standing.and_then(|value| text(value, "cloud_init_status"));
    if let Some(settled) = status.filter(|status| SETTLED.contains(&&***status)) {
        return (pinned.unwrap_or_else(null), Value::from(&**settled));
    }
    if pinned.is_none() && !is_made_for(prior) {
        return (null(), Value::from(SKIPPED));
    }
    (pinned.unwrap_or_else(unknown), unknown())
}

/// Returns whether a server was made to be waited for, so that its first key may be believed.
fn is_made_for(prior: Option<&Value>) -> bool {
    let blocks = prior.and_then(|prior| prior.get("cloud_init"));
    blocks.and_then(Value::items).is_some_and(|blocks| !blocks.is_empty())
}

/// Returns the host key that the block names, in the form in which it is recorded.
fn given_key(block: &Value) -> Option<Value> {
    let given = block.get("host_key").filter(|key| !key.is_null())?;
    let Some(text) = given.as_text() else { return Some(given.clone()) };
    // What is no key is told by whoever judges.
    let line = host_key_line(text).unwrap_or_else(|_| text.to_string());
    Some(Value::from(&*line).with_marks(given.marks()))
}

fn plain(value: &Value) -> Value {
    value.clone().unmark_deep().0
}
