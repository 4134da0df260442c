//! One rule, as it is written, sent and shown; and when two ways to write one mean the same.

use crate::planning::with;
use hcloud::models::{
    Rule as Body,
    rule::{Direction, Protocol},
};
use infra_model::{
    kind::Facts,
    schema::{Proposal, Schema, propose},
    value::Value,
};
use infra_sdk::convert::from_value;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeSet, net::IpAddr};

/// All ports, as the API writes them.
const ALL_PORTS: &str = "1-65535";

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Rule {
    direction: Option<String>,
    protocol: Option<String>,
    port: Option<String>,
    source_ips: Option<BTreeSet<String>>,
    destination_ips: Option<BTreeSet<String>>,
    description: Option<String>,
}

/// What makes two rules the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    words: [String; 4],
    ranges: [BTreeSet<String>; 2],
}

impl Rule {
    /// Returns it as it is sent.
    pub(super) fn sent(&self) -> Body {
        let is_in = self.direction.as_deref() != Some("out");
        let protocol = match self.protocol.as_deref() {
            Some("udp") => Protocol::Udp,
            Some("icmp") => Protocol::Icmp,
            Some("esp") => Protocol::Esp,
            Some("gre") => Protocol::Gre,
            _ => Protocol::Tcp,
        };
        let list = |ranges: &Option<BTreeSet<String>>| ranges.iter().flatten().cloned().collect();
        Body {
            description: self.description.clone().filter(|text| !text.is_empty()).map(Some),
            destination_ips: (!is_in).then(|| list(&self.destination_ips)),
            direction: if is_in { Direction::In } else { Direction::Out },
            port: Some(self.ports()).filter(|ports| !ports.is_empty()).map(Some),
            protocol,
            source_ips: is_in.then(|| list(&self.source_ips)),
        }
    }

    fn ports(&self) -> String {
        match self.port.as_deref() {
            Some("any") => ALL_PORTS.to_owned(),
            port => port.unwrap_or_default().to_owned(),
        }
    }

    fn meaning(&self) -> Meaning {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let ranges = |ranges: &Option<BTreeSet<String>>| {
            ranges.iter().flatten().map(|range| canonical(range)).collect()
        };
        Meaning {
            words: [
                text(&self.direction),
                text(&self.protocol),
                self.ports(),
                text(&self.description),
            ],
            ranges: [ranges(&self.source_ips), ranges(&self.destination_ips)],
        }
    }
}

/// Returns the rules of a firewall; lists that are empty are none.
pub(super) fn seen(firewall: &Json) -> Json {
    let some = |list: &Json| list.as_array().filter(|l| !l.is_empty()).map(|l| json!(l));
    let word = |text: &Json| text.as_str().filter(|t| !t.is_empty()).map(str::to_owned);
    let rule = |rule: &Json| {
        json!({
            "direction": rule["direction"], "protocol": rule["protocol"],
            "port": word(&rule["port"]), "source_ips": some(&rule["source_ips"]),
            "destination_ips": some(&rule["destination_ips"]),
            "description": word(&rule["description"]),
        })
    };
    firewall["rules"].as_array().into_iter().flatten().map(rule).collect()
}

/// Returns whether two lists hold the same rules, in whatever order and words.
pub(super) fn are_same(one: &[Rule], other: &[Rule]) -> bool {
    let meanings = |rules: &[Rule]| rules.iter().map(Rule::meaning).collect::<BTreeSet<_>>();
    meanings(one) == meanings(other)
}

/// Returns rules in the words of those that mean the same.
pub(super) fn in_words_of(recorded: &[Rule], seen: Vec<Rule>) -> Vec<Rule> {
    let same = |now: Rule| {
        let meaning = now.meaning();
        recorded.iter().find(|one| one.meaning() == meaning).cloned().unwrap_or(now)
    };
    seen.into_iter().map(same).collect()
}

/// Plans rules that mean the same in the words in which they are recorded.
pub(super) fn planned(
    schema: &Schema,
    prior: Option<&Value>,
    desired: &Value,
    _: &Facts,
) -> Proposal {
    let items = |value: &Value| value.get("rule").and_then(Value::items).map(<[Value]>::to_vec);
    let (Some(before), Some(wanted)) = (prior.and_then(items), items(desired)) else {
        return propose(schema, prior, desired);
    };
    let read = |rule: &Value| {
        let rule = Some(rule).filter(|rule| rule.is_wholly_known())?;
        // What is no rule stays as it is written, and is told of when it is judged.
        from_value::<Rule>(rule).map_or(None, |rule| Some(rule.meaning()))
    };
    let meanings: Vec<Option<Meaning>> = before.iter().map(read).collect();
    let recorded = |rule: Value| {
        let meaning = read(&rule);
        let at = meanings.iter().position(|other| other.is_some() && *other == meaning);
        at.and_then(|at| before.get(at))
            .cloned()
            .map_or(rule.clone(), |b| b.with_marks(rule.marks()))
    };
    let Some(element) = desired.get("rule").and_then(Value::element_type).cloned() else {
        return propose(schema, prior, desired);
    };
    let rules = Value::set(element, wanted.into_iter().map(recorded).collect());
    propose(schema, prior, &with(desired, "rule", rules))
}

/// Returns a range as the API writes it.
fn canonical(range: &str) -> String {
    let read = range.split_once('/').and_then(|(ip, length)| {
        let ip: IpAddr = ip.parse().ok()?;
        let length: u8 = length.parse().ok()?;
        Some(format!("{ip}/{length}"))
    });
    read.unwrap_or_else(|| range.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(port: &str, source: &str) -> Rule {
        Rule {
            direction: Some("in".to_owned()),
            protocol: Some("tcp".to_owned()),
            port: Some(port.to_owned()),
            source_ips: Some([source.to_owned()].into()),
            ..Rule::default()
        }
    }

    #[test]
    fn rules_are_the_same_in_other_words() {
        let (written, shown) = (rule("any", "2001:DB8::/32"), rule("1-65535", "2001:db8::/32"));
        assert!(are_same(std::slice::from_ref(&written), std::slice::from_ref(&shown)));
        assert_eq!(in_words_of(std::slice::from_ref(&written), vec![shown]), [written]);
        assert!(!are_same(&[rule("22", "::/0")], &[rule("23", "::/0")]));
    }

    #[test]
    fn what_does_not_fit_a_direction_is_not_sent() {
        let body = json!(rule("any", "::/0").sent());
        assert_eq!(
            body,
            json!({
                "direction": "in", "protocol": "tcp", "port": "1-65535", "source_ips": ["::/0"],
            })
        );
    }
}
