//! Floating and primary IPs, and their names.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id, text},
};
use infra_model::value::Value;
use infra_sdk::contract::Sample;
use serde_json::json;

pub(super) fn floating_ips() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [("type", Value::from("ipv4")), ("home_location", Value::from("fsn1"))];
        let variants = [
            ("type", Value::from("ipv6")),
            ("name", Value::from("front")),
            ("description", Value::from("the front")),
            ("home_location", Value::from("nbg1")),
            ("server_id", Value::from(ground.server)),
            ("delete_protection", Value::from(true)),
            labels(),
        ];
        let at_server = [("type", Value::from("ipv6")), ("server_id", Value::from(ground.server))];
        let moved = [("server_id", Value::from(ground.other_server))];
        let kind = "hcloud_floating_ip";
        vec![
            Sample::new(kind, base).variants(variants).import(own_id, &[]),
            Sample::new(kind, at_server).variants(moved).import(own_id, &[]),
        ]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/floating_ips") }
}

pub(super) fn assignments() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [
            ("floating_ip_id", Value::from(ground.floating_ip)),
            ("server_id", Value::from(ground.server)),
        ];
        let variants = [
            ("floating_ip_id", Value::from(ground.other_floating_ip)),
            ("server_id", Value::from(ground.other_server)),
        ];
        let sample = Sample::new("hcloud_floating_ip_assignment", base).variants(variants);
        vec![sample.import(own_id, &[])]
    }
    Family {
        samples,
        remove: |bench, object| {
            let id = text(object, "floating_ip_id");
            bench.outside("POST", &format!("/floating_ips/{id}/actions/unassign"), &json!({}));
            true
        },
    }
}

pub(super) fn primary_ips() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [
            ("name", Value::from("own")),
            ("type", Value::from("ipv4")),
            ("location", Value::from("fsn1")),
        ];
        let variants = [
            ("name", Value::from("other")),
            ("type", Value::from("ipv6")),
            ("location", Value::from("nbg1")),
            ("datacenter", Value::from("fsn1-dc14")),
            ("assignee_id", Value::from(ground.other_server)),
            ("auto_delete", Value::from(true)),
            ("delete_protection", Value::from(true)),
            labels(),
        ];
        let old = [
            ("name", Value::from("old")),
            ("type", Value::from("ipv4")),
            ("datacenter", Value::from("fsn1-dc14")),
        ];
        let at_server = [
            ("name", Value::from("at")),
            ("type", Value::from("ipv4")),
            ("assignee_id", Value::from(ground.other_server)),
            ("assignee_type", Value::from("server")),
        ];
        let kind = "hcloud_primary_ip";
        vec![
            Sample::new(kind, base).variants(variants).import(own_id, &[]),
            Sample::new(kind, old).import(own_id, &["datacenter"]),
            Sample::new(kind, at_server).import(own_id, &[]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let path = format!("/primary_ips/{}", text(object, "id"));
            let assignee = bench.shown(&path)["primary_ip"]["assignee_id"].as_i64();
            if let Some(server) = assignee {
                bench.outside("POST", &format!("/servers/{server}/actions/poweroff"), &json!({}));
                bench.outside("POST", &format!("{path}/actions/unassign"), &json!({}));
            }
            by_id(bench, object, "/primary_ips")
        },
    }
}

pub(super) fn names() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let of = |owner: &'static str, id: i64, ip: &str| {
            let base = [
                (owner, Value::from(id)),
                ("ip_address", Value::from(ip)),
                ("dns_ptr", Value::from("a.example.com")),
            ];
            let variants = [("dns_ptr", Value::from("b.example.com"))];
            Sample::new("hcloud_rdns", base).variants(variants).import(own_id, &[])
        };
        vec![
            of("server_id", ground.server, &ground.server_ip),
            of("server_id", ground.server, &ground.server_ipv6),
            of("primary_ip_id", ground.primary_ip, &ground.primary_ip_address),
            of("floating_ip_id", ground.floating_ip, &ground.floating_ip_address),
            of("load_balancer_id", ground.load_balancer, &ground.load_balancer_ip),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let id = text(object, "id");
            let (letter, rest) = id.split_once('-').unwrap();
            let (owner, ip) = rest.split_once('-').unwrap();
            let path = match letter {
                "s" => "/servers",
                "p" => "/primary_ips",
                "f" => "/floating_ips",
                _ => "/load_balancers",
            };
            let body = json!({ "ip": ip, "dns_ptr": null });
            bench.outside("POST", &format!("{path}/{owner}/actions/change_dns_ptr"), &body);
            true
        },
    }
}
