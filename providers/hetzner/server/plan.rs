//! How a server is planned: what Terraform's provider records in another form than it is given, and what
//! only a new disk takes over.

use super::{cloud_init, impact, schema::location_of};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use infra_model::{
    kind::Facts,
    path::Path,
    schema::{Proposal, Schema, propose},
    text::Text,
    types::Type,
    value::Value,
};
use sha1::{Digest, Sha1};

/// Returns the planned value and what needs a new server.
pub(super) fn planned(
    schema: &Schema,
    prior: Option<&Value>,
    desired: &Value,
    _: &Facts,
) -> Proposal {
    let desired = prepared(prior, desired);
    let mut proposal = propose(schema, prior, &desired);
    let same = prior.filter(|prior| !is_renumbered(prior, &desired));
    proposal.planned = settled(&proposal.planned, same);
    let is_rebuilt = prior.is_some_and(|prior| impact::is_rebuilt(prior, &proposal.planned));
    cloud_init::follow(prior, &mut proposal, is_rebuilt);
    let Some(prior) = prior else { return proposal };
    for (name, mode) in [("user_data", "on_user_data_change"), ("ssh_keys", "on_ssh_keys_change")] {
        let planned = proposal.planned.get(name);
        let is_same = plain(prior.get(name)) == plain(planned);
        // What was never recorded was not given by this tool: it is recorded and not enforced.
        let is_new = prior.get(name).is_none_or(Value::is_null);
        let mode = desired.get(mode).and_then(Value::as_text).map_or("replace", |mode| mode);
        if !is_same && !is_new && mode == "replace" {
            proposal.replace.push(Path::attribute(name));
        }
    }
    proposal
}

/// Nothing is left off when a run has ended, and addresses stay where nothing takes them away.
fn settled(planned: &Value, same: Option<&Value>) -> Value {
    let Some(entries) = planned.entries() else { return planned.clone() };
    let entry = |(name, value): &(Text, Value)| {
        let kept = match &**name {
            "start_pending" => Some(Value::null(Type::Bool)),
            "ipv4_address" | "ipv6_address" | "ipv6_network" => {
                same.and_then(|prior| prior.get(name)).cloned()
            }
            _ => None,
        };
        (name.clone(), kept.unwrap_or_else(|| value.clone()))
    };
    Value::object(entries.iter().map(entry)).with_marks(planned.marks())
}

/// Returns whether a server gets or loses a public address.
fn is_renumbered(prior: &Value, desired: &Value) -> bool {
    let net = |of: &Value, name: &str| {
        let block = of.get("public_net")?.items()?.first()?;
        block.get(name).filter(|value| !value.is_null()).cloned()
    };
    let is_readable = |of: &Value| of.get("public_net").is_none_or(Value::is_known);
    if !is_readable(desired) {
        return true;
    }
    ["ipv4", "ipv6"].iter().any(|family| {
        let flag = format!("{family}_enabled");
        let is_on = |of: &Value| match net(of, &flag) {
            Some(value) => value.as_bool(),
            None => Some(true),
        };
        let given = net(desired, family);
        is_on(prior) != is_on(desired) || given.is_some_and(|id| net(prior, family) != Some(id))
    })
}

/// Returns the digest under which user data is recorded: it may hold what nobody should read.
pub(super) fn digest(user_data: &str) -> String {
    STANDARD.encode(Sha1::digest(user_data.as_bytes()))
}

/// Returns what is desired in the form in which it is recorded.
fn prepared(prior: Option<&Value>, desired: &Value) -> Value {
    let Some(entries) = desired.entries() else { return desired.clone() };
    let of_prior = |name: &str| prior.and_then(|prior| prior.get(name)).cloned();
    let is_ignored = |mode: &str| {
        desired.get(mode).and_then(Value::as_text).is_some_and(|mode| &**mode == "ignore")
    };
    let entry = |(name, value): &(Text, Value)| {
        let kept = match &**name {
            "user_data" if is_ignored("on_user_data_change") => of_prior("user_data"),
            "ssh_keys" if is_ignored("on_ssh_keys_change") => of_prior("ssh_keys"),
            "location" if value.is_null() => located(desired),
            _ => None,
        };
        let value = kept.filter(|kept| !kept.is_null()).unwrap_or_else(|| hashed(name, value));
        (name.clone(), value)
    };
    Value::object(entries.iter().map(entry)).with_marks(desired.marks())
}

fn hashed(name: &str, value: &Value) -> Value {
    match value.as_text() {
        Some(text) if name == "user_data" && !text.is_empty() => {
            Value::from(&*digest(text)).with_marks(value.marks())
        }
        Some(_) if name == "user_data" => Value::null(Type::String),
        _ => value.clone(),
    }
}

/// A data center says where the server is to be, although there are none any more.
fn located(desired: &Value) -> Option<Value> {
    let datacenter = desired.get("datacenter")?.as_text()?;
    Some(Value::from(location_of(datacenter)))
}

fn plain(value: Option<&Value>) -> Option<Value> {
    value.filter(|value| !value.is_null()).map(|value| value.clone().unmark_deep().0)
}
