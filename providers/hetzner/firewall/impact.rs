//! What a change of a firewall lets through that was not let through before.

use crate::{
    consequences::{destroyed, exposure, updated},
    rules::{number, text},
};
use infra_model::{
    kind::{Impact, ImpactOf},
    value::Value,
};
use std::collections::BTreeSet;

/// Returns the consequences of a change.
pub(super) fn of(change: &ImpactOf<'_>) -> Vec<Impact> {
    if destroyed(change).is_some() {
        let text = "servers that have no other firewall are open to everyone then";
        return vec![exposure(text)];
    }
    let Some((prior, planned)) = updated(change) else { return Vec::new() };
    let mut told = Vec::new();
    let opened: Vec<String> = open(planned).difference(&open(prior)).cloned().collect();
    if !opened.is_empty() {
        told.push(exposure(format!("open to everyone: {}", opened.join(", "))));
    }
    let closes = |firewall: &Value| !rules(firewall, "out").is_empty();
    if closes(prior) && !closes(planned) {
        told.push(exposure("without a rule for `out`, servers may reach everything"));
    }
    let (before, after) = (targets(prior), targets(planned));
    let freed: Vec<String> = before.difference(&after).cloned().collect();
    if !freed.is_empty() {
        told.push(exposure(format!("not protected by it any more: {}", freed.join(", "))));
    }
    told
}

/// Returns what a firewall lets everyone reach.
fn open(firewall: &Value) -> BTreeSet<String> {
    let told = |rule: &&Value| {
        let word = |name: &str| text(rule, name).map_or_else(String::new, ToString::to_string);
        format!("{} {}", word("protocol"), word("port")).trim_end().to_owned()
    };
    rules(firewall, "in").iter().filter(|rule| is_for_all(rule)).map(told).collect()
}

fn rules<'a>(firewall: &'a Value, direction: &str) -> Vec<&'a Value> {
    let all = firewall.get("rule").and_then(Value::items).unwrap_or_default();
    all.iter().filter(|rule| text(rule, "direction").is_some_and(|d| &**d == direction)).collect()
}

fn is_for_all(rule: &Value) -> bool {
    let sources = rule.get("source_ips").and_then(Value::items).unwrap_or_default();
    sources.iter().filter_map(Value::as_text).any(|range| range.ends_with("/0"))
}

fn targets(firewall: &Value) -> BTreeSet<String> {
    let all = firewall.get("apply_to").and_then(Value::items).unwrap_or_default();
    let told = |target: &Value| {
        let server = number(target, "server").filter(|id| *id > 0).map(|id| format!("server {id}"));
        server.or_else(|| Some(format!("`{}`", text(target, "label_selector")?)))
    };
    all.iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use infra_model::kind::Facts;

    fn with(port: &str, source: &str) -> Value {
        let rule = Value::object([
            ("direction", Value::from("in")),
            ("protocol", Value::from("tcp")),
            ("port", Value::from(port)),
            ("source_ips", Value::set(infra_model::types::Type::String, vec![Value::from(source)])),
        ]);
        Value::object([("rule", Value::set(rule.ty(), vec![rule]))])
    }

    #[test]
    fn a_port_that_opens_to_everyone_is_told_once() {
        let facts = Facts::new();
        let told = |prior: &Value, planned: &Value| {
            let change = ImpactOf {
                prior: Some(prior),
                planned: Some(planned),
                replace: false,
                facts: &facts,
            };
            of(&change).into_iter().map(|impact| impact.text.to_string()).collect::<Vec<_>>()
        };
        let (closed, open) = (with("22", "10.0.0.0/8"), with("22", "0.0.0.0/0"));
        assert_eq!(told(&closed, &open), ["open to everyone: tcp 22"]);
        assert!(told(&open, &with("22", "::/0")).is_empty(), "it was open before");
        assert!(told(&open, &closed).is_empty());
    }
}
