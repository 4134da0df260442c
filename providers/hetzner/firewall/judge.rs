//! What Hetzner takes as rules, and what it can be applied to.

use crate::rules::{is_given, selector, text, wrong};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Facts,
    path::{Path, Step},
    value::Value,
};
use std::net::IpAddr;

/// The most rules of a firewall, ranges of a rule, and characters of a description.
const RULES_MAX: usize = 50;
const RANGES_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 255;

/// Judges what is desired.
pub(super) fn desired(desired: &Value, _: &Facts) -> Diagnostics {
    let blocks = |name: &str| desired.get(name).and_then(Value::items).unwrap_or_default();
    let rules = blocks("rule");
    let mut found: Diagnostics = rules.iter().flat_map(rule).collect();
    if rules.len() > RULES_MAX {
        let summary = format!("a firewall can't have {} rules", rules.len());
        found.push(wrong("rule", summary, "use at most 50, or a second firewall"));
    }
    found.extend(blocks("apply_to").iter().filter_map(target));
    found
}

/// Judges one rule.
fn rule(rule: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let mut say = |name: &str, summary: String, help: &str| {
        found.push(at("rule", rule, name, wrong(name, summary, help.to_owned())));
    };
    let word = |name: &str| text(rule, name).map(ToString::to_string);
    let direction = word("direction");
    if let Some(given) = direction.as_deref().filter(|d| !matches!(*d, "in" | "out")) {
        let summary = format!("`direction` can't be `{given}`");
        say("direction", summary, "use `in` or `out`");
    }
    let protocol = word("protocol");
    let has_ports = protocol.as_deref().map(|protocol| matches!(protocol, "tcp" | "udp"));
    if let Some(given) =
        protocol.as_deref().filter(|p| !matches!(*p, "tcp" | "udp" | "icmp" | "esp" | "gre"))
    {
        let summary = format!("`protocol` can't be `{given}`");
        say("protocol", summary, "use one of `tcp`, `udp`, `icmp`, `esp`, `gre`");
    } else if has_ports == Some(true) && !is_given(rule, "port") {
        let help = "give a port such as `80`, a range such as `80-85`, or `any`";
        say("port", "`port` is missing".to_owned(), help);
    } else if has_ports == Some(false) && word("port").is_some_and(|port| !port.is_empty()) {
        say("port", "only `tcp` and `udp` have ports".to_owned(), "leave `port` out");
    }
    if let Some(given) = word("port").filter(|port| !port.is_empty() && !is_port(port)) {
        let help = "give a port such as `80`, a range such as `80-85`, or `any`";
        say("port", format!("`port` can't be `{given}`"), help);
    }
    if word("description").is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
        let summary = "`description` is longer than 255 characters".to_owned();
        say("description", summary, "shorten it");
    }
    let sides = [("in", "source_ips", "destination_ips"), ("out", "destination_ips", "source_ips")];
    for (side, needed, other) in sides.iter().filter(|(s, ..)| direction.as_deref() == Some(*s)) {
        if is_empty(rule, needed) {
            let summary = format!("a rule for `{side}` needs `{needed}`");
            say(
                needed,
                summary,
                "give ranges, such as `10.0.0.0/8`, or `0.0.0.0/0` and `::/0` for all",
            );
        }
        if !is_empty(rule, other) {
            let summary = format!("a rule for `{side}` can't have `{other}`");
            say(other, summary, "move the ranges, or change `direction`");
        }
    }
    found.extend(["source_ips", "destination_ips"].iter().flat_map(|name| ranges(rule, name)));
    found
}

fn ranges(rule: &Value, name: &str) -> Diagnostics {
    let items = rule.get(name).and_then(Value::items).unwrap_or_default();
    let texts = items.iter().filter_map(Value::as_text);
    let mut found: Diagnostics = texts
        .filter(|range| !is_range(range))
        .map(|range| {
            let summary = format!("`{range}` is no range of addresses");
            let help = "write it with its length and nothing behind it, such as `10.0.0.0/8`, \
                        `192.0.2.1/32` or `2001:db8::/32`";
            at("rule", rule, name, wrong(name, summary, help))
        })
        .collect();
    if items.len() > RANGES_MAX {
        let summary = format!("a rule can't have {} ranges", items.len());
        found.push(at("rule", rule, name, wrong(name, summary, "make several rules of it")));
    }
    found
}

/// Judges one `apply_to`.
fn target(target: &Value) -> Option<Diagnostic> {
    let is_there = |name: &str| is_given(target, name);
    if is_there("server") != is_there("label_selector") {
        let found = selector(target, "label_selector").pop()?;
        return Some(at("apply_to", target, "label_selector", found));
    }
    let summary = if is_there("server") {
        "`server` and `label_selector` can't be given together".to_owned()
    } else {
        "`apply_to` says nothing".to_owned()
    };
    let found = wrong("apply_to", summary, "give one of `server` and `label_selector`");
    Some(at("apply_to", target, "server", found))
}

/// Says in which of the blocks something is wrong.
fn at(blocks: &str, block: &Value, name: &str, found: Diagnostic) -> Diagnostic {
    let element = block.clone().unmark_deep().0;
    let path = Path::attribute(blocks)
        .then(Step::Element(Box::new(element)))
        .then(Step::Attribute(name.into()));
    found.at_path(path)
}

/// Returns whether surely nothing is given; what is not known yet counts as given.
fn is_empty(rule: &Value, name: &str) -> bool {
    rule.get(name).is_none_or(|value| value.is_null() || value.is_empty())
}

fn is_port(port: &str) -> bool {
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    match port.split_once('-') {
        _ if port == "any" => true,
        Some((from, to)) => number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
        None => number(port).is_some(),
    }
}

/// Returns whether a text is a range with its length, and with no bits behind it.
fn is_range(range: &str) -> bool {
    let Some((ip, length)) = range.split_once('/') else { return false };
    let length: u32 = length.parse().unwrap_or(u32::MAX);
    match ip.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) if length <= 32 => {
            u32::from(ip) & u32::MAX.checked_shr(length).unwrap_or(0) == 0
        }
        Ok(IpAddr::V6(ip)) if length <= 128 => {
            u128::from(ip) & u128::MAX.checked_shr(length).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use infra_model::types::Type;

    fn judged(direction: &str, protocol: &str, port: Option<&str>, source: &str) -> usize {
        let rule = Value::object([
            ("direction", Value::from(direction)),
            ("protocol", Value::from(protocol)),
            ("port", port.map_or(Value::null(Type::String), Value::from)),
            ("source_ips", Value::set(Type::String, vec![Value::from(source)])),
        ]);
        let rules = Value::set(rule.ty(), vec![rule]);
        desired(&Value::object([("rule", rules)]), &Facts::new()).len()
    }

    #[test]
    fn rules_that_are_right_are_taken() {
        assert_eq!(judged("in", "tcp", Some("22"), "0.0.0.0/0"), 0);
        assert_eq!(judged("in", "udp", Some("80-85"), "2001:db8::/32"), 0);
        assert_eq!(judged("in", "tcp", Some("any"), "192.0.2.1/32"), 0);
        assert_eq!(judged("in", "icmp", None, "::/0"), 0);
    }

    #[test]
    fn rules_that_are_wrong_are_refused_once_each() {
        assert_eq!(judged("up", "tcp", Some("22"), "0.0.0.0/0"), 1);
        assert_eq!(judged("in", "http", Some("22"), "0.0.0.0/0"), 1);
        assert_eq!(judged("in", "tcp", None, "0.0.0.0/0"), 1);
        assert_eq!(judged("in", "icmp", Some("22"), "0.0.0.0/0"), 1);
        assert_eq!(judged("in", "tcp", Some("85-80"), "0.0.0.0/0"), 1);
        assert_eq!(judged("in", "tcp", Some("0"), "0.0.0.0/0"), 1);
        assert_eq!(judged("in", "tcp", Some("22"), "10.0.0.1/8"), 1);
        assert_eq!(judged("in", "tcp", Some("22"), "10.0.0.1"), 1);
        assert_eq!(judged("out", "tcp", Some("22"), "0.0.0.0/0"), 2, "no target, but a source");
    }
}
