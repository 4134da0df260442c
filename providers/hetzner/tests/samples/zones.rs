//! Zones, record sets and records.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id, text},
};
use infra_model::{snapshot::Object, types::Type, value::Value};
use infra_sdk::contract::Sample;
use serde_json::json;

pub(super) fn zones() -> Family {
    fn samples(_: &Ground) -> Vec<Sample> {
        let primary = [("name", Value::from("first.com")), ("mode", Value::from("primary"))];
        let variants = [
            ("name", Value::from("other.com")),
            ("ttl", Value::from(7200)),
            ("delete_protection", Value::from(true)),
            labels(),
        ];
        let secondary = [
            ("name", Value::from("second.com")),
            ("mode", Value::from("secondary")),
            ("primary_nameservers", nameservers("203.0.113.1", None)),
        ];
        let others = [("primary_nameservers", nameservers("203.0.113.2", Some(5353)))];
        vec![
            Sample::new("hcloud_zone", primary).variants(variants).import(own_id, &[]),
            Sample::new("hcloud_zone", secondary).variants(others).import(own_id, &[]),
        ]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/zones") }
}

pub(super) fn sets() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let zone = || ("zone", Value::from("ground.example"));
        let www = [
            zone(),
            ("name", Value::from("www")),
            ("type", Value::from("AAAA")),
            ("records", records(&[("2001:DB8:0::1", None)])),
        ];
        let variants = [
            ("name", Value::from("api")),
            ("ttl", Value::from(600)),
            ("change_protection", Value::from(true)),
            ("records", records(&[("2001:db8::2", Some("two")), ("2001:db8::1", Some("one"))])),
            labels(),
        ];
        let text = [
            ("zone", Value::string(ground.zone.to_string())),
            ("name", Value::from("@")),
            ("type", Value::from("TXT")),
            ("records", records(&[("\"v=spf1\" \" -all\"", None)])),
        ];
        let soa = "hydrogen.ns.hetzner.com. dns.hetzner.com. 2024010100 7200 1800 3600000 600";
        let soa = [
            zone(),
            ("name", Value::from("@")),
            ("type", Value::from("SOA")),
            ("records", records(&[(soa, None)])),
        ];
        let name = "hcloud_zone_rrset";
        vec![
            Sample::new(name, www).variants(variants).import(place, &["records"]),
            Sample::new(name, text).import(place, &["records"]),
            Sample::new(name, soa).variants([("ttl", Value::from(900))]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            // The record of the beginning stays as long as the zone.
            if text(object, "type") == "SOA" {
                return false;
            }
            let (zone, id) = (text(object, "zone"), text(object, "id"));
            bench.outside("DELETE", &format!("/zones/{zone}/rrsets/{id}"), &json!(null));
            true
        },
    }
}

pub(super) fn records_of() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [
            ("zone", Value::from("ground.example")),
            ("name", Value::from("mail")),
            ("type", Value::from("MX")),
            ("value", Value::from("10 MX1.ground.example.")),
        ];
        let variants = [
            ("name", Value::from("post")),
            ("value", Value::from("20 mx2.ground.example.")),
            ("comment", Value::from("the second one")),
        ];
        let other = [
            ("zone", Value::string(ground.other_zone.to_string())),
            ("name", Value::from("@")),
            ("type", Value::from("A")),
            ("value", Value::from("192.0.2.1")),
        ];
        let kind = "hcloud_zone_record";
        vec![
            Sample::new(kind, base).variants(variants).import(identity, &[]),
            Sample::new(kind, other).import(identity, &[]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let (zone, name) = (text(object, "zone"), text(object, "name"));
            let r#type = text(object, "type");
            let path = format!("/zones/{zone}/rrsets/{name}/{type}");
            let shown = bench.shown(&path)["rrset"]["records"][0]["value"].clone();
            let body = json!({ "records": [{ "value": shown }] });
            bench.outside("POST", &format!("{path}/actions/remove_records"), &body);
            true
        },
    }
}

fn place(object: &Object) -> Value {
    Value::string(format!("{}/{}", text(object, "zone"), text(object, "id")))
}

fn identity(object: &Object) -> Value {
    let names = ["zone", "name", "type", "value"];
    Value::object(names.map(|name| (name, object.value.get(name).cloned().unwrap())))
}

fn nameservers(address: &'static str, port: Option<i64>) -> Value {
    let one = Value::object([
        ("address", Value::from(address)),
        ("port", port.map_or_else(|| Value::null(Type::Number), Value::from)),
        ("tsig_algorithm", Value::from("hmac-sha256")),
        ("tsig_key", Value::from("c2VjcmV0LWtleS1vZi10aGUtdGVzdHM=")),
    ]);
    Value::list(one.ty(), vec![one])
}

pub(crate) fn records(all: &[(&'static str, Option<&'static str>)]) -> Value {
    let record = |(value, comment): &(&'static str, Option<&'static str>)| {
        let comment = comment.map_or_else(|| Value::null(Type::String), Value::from);
        Value::object([("value", Value::from(*value)), ("comment", comment)])
    };
    let element = Type::object([("value", Type::String), ("comment", Type::String)]);
    Value::set(element, all.iter().map(record).collect())
}
