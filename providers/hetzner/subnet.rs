//! Ids of subnets, which name a network and a range: `4711-10.0.1.0/24`.

use crate::{
    planning,
    rules::{self, Range},
};
use infra_model::{diagnostic::Diagnostics, value::Value};

/// Returns the network and the range that the id of a subnet names.
pub(crate) fn parts(id: &str) -> Option<(i64, &str)> {
    let (network, range) = id.split_once('-')?;
    Range::read(range)?;
    Some((network.parse().ok()?, range))
}

/// Returns whether an address lies in a range.
pub(crate) fn holds(range: &str, ip: &str) -> bool {
    Range::read(range).is_some_and(|range| range.has(ip))
}

/// Returns the network that is named, by itself or by one of its subnets.
pub(crate) fn network(desired: &Value) -> Option<i64> {
    let of_subnet = || parts(rules::text(desired, "subnet_id")?).map(|(network, _)| network);
    rules::number(desired, "network_id").or_else(of_subnet)
}

/// Returns a desired value with the network that its subnet names, so that it is known at plan.
pub(crate) fn with_network(desired: &Value) -> Value {
    match network(desired) {
        Some(network) if planning::is_left_out(desired, "network_id") => {
            planning::with(desired, "network_id", Value::from(network))
        }
        _ => desired.clone(),
    }
}

/// Judges the subnet that is named, its network, and an address in it.
pub(crate) fn judged(desired: &Value) -> Diagnostics {
    let Some(id) = rules::text(desired, "subnet_id") else { return Diagnostics::new() };
    let Some((of, range)) = parts(id) else {
        let summary = format!("`{id}` is no id of a subnet");
        let help = "give the `id` of a `hcloud_network_subnet`, such as `4711-10.0.1.0/24`";
        return vec![rules::wrong("subnet_id", summary, help)];
    };
    let mut found = Diagnostics::new();
    if rules::number(desired, "network_id").is_some_and(|network| network != of) {
        let summary = "`subnet_id` is of another network than `network_id`".to_owned();
        found.push(rules::wrong("subnet_id", summary, "leave `network_id` out"));
    }
    let ip = rules::text(desired, "ip")
        .filter(|ip| rules::address(desired, "ip").is_empty() && !holds(range, ip));
    if let Some(ip) = ip {
        let summary = format!("`{ip}` is not in the subnet {range}");
        found.push(rules::wrong("ip", summary, "choose an address of the subnet"));
    }
    found
}
