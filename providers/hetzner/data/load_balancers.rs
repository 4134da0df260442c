//! `hcloud_load_balancer` and `hcloud_load_balancers`: load balancers with all that they do.

use crate::{
    client::List,
    found::{Found, Row},
    labels,
    schemas::{given, given_number},
};
use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// What is looked up.
pub(crate) struct LoadBalancers;

impl Found for LoadBalancers {
    const NAMES: (&'static str, &'static str) = ("hcloud_load_balancer", "hcloud_load_balancers");
    const ROWS: &'static str = "load_balancers";
    const ONE: &'static str = "load_balancer";

    fn columns() -> Vec<(&'static str, Attribute)> {
        vec![
            ("id", given_number()),
            ("name", given()),
            ("load_balancer_type", given()),
            ("ipv4", given()),
            ("ipv6", given()),
            ("location", given()),
            ("network_zone", given()),
            ("network_id", given_number()),
            ("network_ip", given()),
            ("algorithm", list_of([("type", Type::String)])),
            ("labels", Attribute::computed(Type::map(Type::String))),
            (
                "target",
                list_of([
                    ("type", Type::String),
                    ("server_id", Type::Number),
                    ("label_selector", Type::String),
                ]),
            ),
            ("service", list_of(service())),
            ("delete_protection", Attribute::computed(Type::Bool)),
        ]
    }

    fn list(_: &Row) -> List {
        List::of("/load_balancers", "load_balancers")
    }

    fn row(object: &Json, _: &Row) -> Json {
        let (public, network) = (&object["public_net"], &object["private_net"][0]);
        let items = |name: &str, show: fn(&Json) -> Json| {
            object[name].as_array().into_iter().flatten().map(show).collect::<Vec<_>>()
        };
        json!({
            "id": object["id"], "name": object["name"],
            "load_balancer_type": object["load_balancer_type"]["name"],
            "ipv4": public["ipv4"]["ip"], "ipv6": public["ipv6"]["ip"],
            "location": object["location"]["name"],
            "network_zone": object["location"]["network_zone"],
            "network_id": network["network"], "network_ip": network["ip"],
            "algorithm": [{ "type": object["algorithm"]["type"] }],
            "labels": labels::of_user(object), "target": items("targets", target_row),
            "service": items("services", service_row),
            "delete_protection": object["protection"]["delete"],
        })
    }
}

fn list_of(columns: impl IntoIterator<Item = (&'static str, Type)>) -> Attribute {
    Attribute::computed(Type::list(Type::object(columns)))
}

fn service() -> [(&'static str, Type); 6] {
    let http = Type::object([
        ("sticky_sessions", Type::Bool),
        ("cookie_name", Type::String),
        ("cookie_lifetime", Type::Number),
        ("certificates", Type::list(Type::String)),
        ("redirect_http", Type::Bool),
        ("timeout_idle", Type::Number),
    ]);
    let request = Type::object([
        ("domain", Type::String),
        ("path", Type::String),
        ("response", Type::String),
        ("tls", Type::Bool),
        // They have wildcards, such as `2??`, which no number holds.
        ("status_codes", Type::list(Type::Number)),
    ]);
    let check = Type::object([
        ("protocol", Type::String),
        ("port", Type::Number),
        ("interval", Type::Number),
        ("timeout", Type::Number),
        ("retries", Type::Number),
        ("http", Type::list(request)),
    ]);
    [
        ("protocol", Type::String),
        ("listen_port", Type::Number),
        ("destination_port", Type::Number),
        ("proxyprotocol", Type::Bool),
        ("http", Type::list(http)),
        ("health_check", Type::list(check)),
    ]
}

fn target_row(target: &Json) -> Json {
    json!({
        "type": target["type"], "server_id": target["server"]["id"],
        "label_selector": target["label_selector"]["selector"],
    })
}

fn service_row(service: &Json) -> Json {
    let (http, check) = (&service["http"], &service["health_check"]);
    let request = &check["http"];
    let ids = http["certificates"].as_array().into_iter().flatten();
    let certificates: Vec<String> = ids.map(ToString::to_string).collect();
    let https = one_if(
        http,
        json!({
            "sticky_sessions": http["sticky_sessions"], "cookie_name": http["cookie_name"],
            "cookie_lifetime": http["cookie_lifetime"], "certificates": certificates,
            "redirect_http": http["redirect_http"], "timeout_idle": http["timeout_idle"],
        }),
    );
    let requests = one_if(
        request,
        json!({
            "domain": request["domain"], "path": request["path"],
            "response": request["response"], "tls": request["tls"],
            "status_codes": numbers(&request["status_codes"]),
        }),
    );
    let checks = one_if(
        check,
        json!({
            "protocol": check["protocol"], "port": check["port"], "interval": check["interval"],
            "timeout": check["timeout"], "retries": check["retries"], "http": requests,
        }),
    );
    json!({
        "protocol": service["protocol"], "listen_port": service["listen_port"],
        "destination_port": service["destination_port"],
        "proxyprotocol": service["proxyprotocol"], "http": https, "health_check": checks,
    })
}

/// A list of one row, or of none if the API does not show it.
fn one_if(shown: &Json, row: Json) -> Vec<Json> {
    if shown.is_object() { vec![row] } else { Vec::new() }
}

/// The attribute holds numbers: patterns such as `2??` have no place in it.
fn numbers(codes: &Json) -> Vec<u16> {
    let codes = codes.as_array().into_iter().flatten().filter_map(Json::as_str);
    codes.filter_map(|code| code.parse().ok()).collect()
}
