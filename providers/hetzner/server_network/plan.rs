//! How an attachment is planned: a subnet says which network is meant, and one that the server is in
//! already is no reason for a new attachment, however it is named.

use crate::{rules, subnet};
use infra_model::{
    kind::Facts,
    path::Path,
    schema::{Proposal, Schema, propose},
    value::Value,
};

/// Returns the planned value and what needs a new attachment.
pub(super) fn planned(
    schema: &Schema,
    prior: Option<&Value>,
    desired: &Value,
    _: &Facts,
) -> Proposal {
    let desired = subnet::with_network(desired);
    let mut proposal = propose(schema, prior, &desired);
    if prior.is_some_and(|prior| is_there(prior, &desired)) {
        let subnet = Path::attribute("subnet_id");
        proposal.replace.retain(|path| *path != subnet);
    }
    proposal
}

/// Returns whether the recorded address lies where the subnet, if one is named, asks for one.
fn is_there(prior: &Value, desired: &Value) -> bool {
    if desired.get("subnet_id").is_none_or(Value::is_null) {
        return true;
    }
    let subnet = rules::text(desired, "subnet_id").and_then(|id| subnet::parts(id));
    match (subnet, rules::text(prior, "ip")) {
        (Some((_, range)), Some(ip)) => subnet::holds(range, ip),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Keyed, ServerNetwork};
    use super::*;
    use infra_model::{text::Text, types::Type};

    fn of(network: Option<i64>, subnet: Option<&str>) -> Value {
        Value::object([
            ("server_id", Value::from(1_i64)),
            ("network_id", network.map_or(Value::null(Type::Number), Value::from)),
            ("subnet_id", subnet.map_or(Value::null(Type::String), Value::from)),
        ])
    }

    fn recorded(network: i64, subnet: Option<&str>) -> Value {
        let all = of(Some(network), subnet);
        let ip = (Text::from("ip"), Value::from("10.0.1.2"));
        Value::object(all.entries().unwrap().iter().cloned().chain([ip]))
    }

    fn is_replaced(prior: &Value, desired: &Value) -> bool {
        let kind = ServerNetwork::kind();
        !kind.planned(Some(prior), desired, &Facts::new()).replace.is_empty()
    }

    #[test]
    fn the_network_of_a_subnet_is_known_at_plan() {
        let kind = ServerNetwork::kind();
        let planned = kind.planned(None, &of(None, Some("7-10.0.1.0/24")), &Facts::new()).planned;
        assert_eq!(rules::number(&planned, "network_id"), Some(7));
    }

    #[test]
    fn naming_the_same_place_otherwise_replaces_nothing() {
        let subnet = Some("7-10.0.1.0/24");
        assert!(!is_replaced(&recorded(7, None), &of(None, subnet)), "after an import");
        assert!(!is_replaced(&recorded(7, subnet), &of(Some(7), None)));
        assert!(is_replaced(&recorded(7, subnet), &of(None, Some("7-10.0.2.0/24"))));
        assert!(is_replaced(&recorded(7, subnet), &of(None, Some("8-10.0.1.0/24"))));
        assert!(is_replaced(&recorded(7, subnet), &of(Some(8), None)));
    }
}
