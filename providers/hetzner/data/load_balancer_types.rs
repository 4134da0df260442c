//! `hcloud_load_balancer_type` and `hcloud_load_balancer_types`: sizes of load balancers.

use super::deprecation;
use crate::{
    client::List,
    found::{Found, Row},
    schemas::{given, given_number},
};
use infra_model::schema::Attribute;
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct LoadBalancerTypes;

impl Found for LoadBalancerTypes {
    const NAMES: (&'static str, &'static str) =
        ("hcloud_load_balancer_type", "hcloud_load_balancer_types");
    const ROWS: &'static str = "load_balancer_types";
    const ONE: &'static str = "load_balancer_type";
    const HAS_LABELS: bool = false;

    fn columns() -> Vec<(&'static str, Attribute)> {
        let mut columns = vec![
            ("id", given_number()),
            ("name", given()),
            ("description", given()),
            ("max_assigned_certificates", given_number()),
            ("max_connections", given_number()),
            ("max_services", given_number()),
            ("max_targets", given_number()),
        ];
        columns.extend(deprecation::columns());
        columns
    }

    fn list(_: &Row) -> List {
        List::of("/load_balancer_types", "load_balancer_types")
    }

    fn row(object: &Json, _: &Row) -> Json {
        deprecation::with(
            json!({
                "id": object["id"], "name": object["name"], "description": object["description"],
                "max_assigned_certificates": object["max_assigned_certificates"],
                "max_connections": object["max_connections"],
                "max_services": object["max_services"], "max_targets": object["max_targets"],
            }),
            object,
        )
    }
}
