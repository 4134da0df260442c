//! Rules of firewalls: their syntax, their limits, and writing all of them anew.

use super::{Firewall, aims};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    deed::Deed,
    input::Input,
    kind::Kind,
    refusal::Refusal,
};
use serde_json::{Value, json};
use std::net::IpAddr;

const RULES_MAX: usize = 50;
const RANGES_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 255;

/// How many rules there are if each has one range.
const EFFECTIVE_MAX: usize = 500;

/// Reads rules, as the API shows them.
pub(super) fn read(input: &mut Input<'_>) -> Option<Vec<Value>> {
    let rules = input.each("rules", rule)?;
    if rules.len() > RULES_MAX {
        input.refuse("rules", format!("must have at most {RULES_MAX} entries"));
    }
    Some(rules)
}

/// Refuses rules that are more than a firewall takes.
pub(super) fn check(rules: &[Value]) -> Result<(), Refusal> {
    let count = |rule: &Value, field: &str| rule[field].as_array().map_or(0, Vec::len);
    let each = |rule: &Value| count(rule, "source_ips") + count(rule, "destination_ips");
    if rules.iter().map(each).sum::<usize>() > EFFECTIVE_MAX {
        return Err(Refusal::limit("firewall_effective_rule_limit"));
    }
    Ok(())
}

/// Writes all rules anew, and carries them to each server.
pub(super) fn set(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    world.is_calm(Kind::Firewall, id)?;
    let mut input = call.input()?;
    if input.value("rules").is_none() {
        input.refuse("rules", "is required");
    }
    let rules = read(&mut input).unwrap_or_default();
    input.done()?;
    check(&rules)?;
    let deed = Deed::new("set_firewall_rules").on(Kind::Firewall, id).done(move |world| {
        world.alter(id, |firewall: &mut Firewall| firewall.rules = rules);
    });
    let mut actions = vec![world.begin(deed)];
    for server in aims::servers(world, id) {
        let deed = Deed::new("apply_firewall").with(Kind::Server, server).on(Kind::Firewall, id);
        actions.push(world.begin(deed));
    }
    let actions: Vec<Value> = actions.into_iter().map(|action| world.action(action)).collect();
    Ok(Reply::created(json!({ "actions": actions })))
}

fn rule(input: &mut Input<'_>) -> Value {
    let direction = input.needed_choice("direction", &["in", "out"]);
    let protocol = input.needed_choice("protocol", &["tcp", "udp", "icmp", "esp", "gre"]);
    let description = input.text("description");
    let port = input.text("port");
    if description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
        input.refuse("description", format!("must have at most {DESCRIPTION_MAX} characters"));
    }
    let has_ports = protocol == "tcp" || protocol == "udp";
    match &port {
        None if has_ports => input.refuse("port", "is required for tcp and udp"),
        Some(_) if !has_ports => input.refuse("port", "is only for tcp and udp"),
        Some(port) if !is_port(port) => input.refuse("port", "is not a port or a range of ports"),
        Some(_) | None => {}
    }
    let (own, other) = if direction == "out" {
        ("destination_ips", "source_ips")
    } else {
        ("source_ips", "destination_ips")
    };
    let ips = ranges(input, own);
    if ips.is_empty() {
        input.refuse(own, format!("is required for direction {direction}"));
    }
    if !ranges(input, other).is_empty() {
        input.refuse(other, format!("is not for direction {direction}"));
    }
    json!({
        "description": description,
        "direction": direction,
        own: ips,
        other: [],
        "protocol": protocol,
        "port": port,
    })
}

fn ranges(input: &mut Input<'_>, field: &str) -> Vec<String> {
    let texts = input.texts(field).unwrap_or_default();
    if texts.len() > RANGES_MAX {
        input.refuse(field, format!("must have at most {RANGES_MAX} entries"));
    }
    let ranges: Option<Vec<String>> = texts.iter().map(|text| range(text)).collect();
    if ranges.is_none() {
        input.refuse(field, "must be IP ranges in CIDR notation without host bits");
    }
    ranges.unwrap_or(texts)
}

/// Returns a range as the API writes it; none if it is not one.
fn range(text: &str) -> Option<String> {
    let (ip, bits) = text.split_once('/')?;
    let (ip, bits): (IpAddr, u32) = (ip.parse().ok()?, bits.parse().ok()?);
    let (number, width): (u128, u32) = match ip {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)), 32),
        IpAddr::V6(ip) => (u128::from(ip), 128),
    };
    let hosts = 1_u128.checked_shl(width.checked_sub(bits)?).map_or(u128::MAX, |size| size - 1);
    (number & hosts == 0).then(|| format!("{ip}/{bits}"))
}

/// `80`, or `80-85`.
fn is_port(text: &str) -> bool {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    matches!((port(first), port(last)), (Some(first), Some(last)) if first <= last)
}

#[cfg(test)]
mod tests {
    use super::{is_port, range};

    #[test]
    fn ranges_have_no_host_bits() {
        let cases = [
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("::/0", Some("::/0")),
            ("10.0.1.0/24", Some("10.0.1.0/24")),
            ("10.0.1.1/32", Some("10.0.1.1/32")),
            ("2001:DB8:0::/48", Some("2001:db8::/48")),
            ("2001:db8::1/128", Some("2001:db8::1/128")),
            ("10.0.1.1/24", None),
            ("10.0.1.1", None),
            ("10.0.1.0/33", None),
            ("2001:db8::1/64", None),
            ("2001:db8::/129", None),
            ("everywhere", None),
        ];
        for (text, expected) in cases {
            assert_eq!(range(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn ports_are_numbers_or_ranges() {
        for good in ["1", "80", "80-85", "1-65535", "80-80"] {
            assert!(is_port(good), "{good}");
        }
        for wrong in ["0", "65536", "85-80", "any", "", "80-", "80,81", " 80"] {
            assert!(!is_port(wrong), "{wrong}");
        }
    }
}
