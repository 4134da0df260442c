//! Zones: names, modes, what every zone has, zone files, and what changes them.

use super::bench::Bench;
use crate::{Effect, Fault, Kind};
use serde_json::{Value, json};

pub(super) fn zone(name: &str) -> Value {
    json!({ "name": name, "mode": "primary" })
}

fn secondary(name: &str) -> Value {
    let server = json!({ "address": "198.51.100.1" });
    json!({ "name": name, "mode": "secondary", "primary_nameservers": [server] })
}

#[test]
fn zones_have_what_every_zone_has() {
    let bench = Bench::new();
    let mut body = zone("example.com");
    body["labels"] = json!({ "env": "prod" });
    let made = bench.post("/zones", &body);
    let zone = &made["zone"];
    assert_eq!((&zone["status"], &zone["ttl"]), (&json!("updating"), &json!(3600)));
    assert_eq!(zone["authoritative_nameservers"]["delegation_status"], "unknown");
    bench.simulator.advance(60_000);
    let zone = bench.get("/zones/example.com")["zone"].clone();
    assert_eq!((&zone["id"], &zone["status"]), (&made["zone"]["id"], &json!("ok")));
    assert_eq!((&zone["record_count"], &zone["primary_nameservers"]), (&json!(4), &json!([])));
    assert_eq!(zone["authoritative_nameservers"]["delegation_status"], "valid");
    let sets = bench.get("/zones/example.com/rrsets")["rrsets"].clone();
    let ids: Vec<_> = sets.as_array().unwrap().iter().map(|set| &set["id"]).collect();
    assert_eq!(ids, ["@/SOA", "@/NS"]);
    let soa = "hydrogen.ns.hetzner.com. dns.hetzner.com. 2026110100 86400 10800 3600000 3600";
    assert_eq!(sets[0]["records"][0]["value"], soa);
    assert_eq!(sets[1]["records"].as_array().unwrap().len(), 3);
    for (query, count) in [("name=example.com", 1), ("name=a.com", 0), ("mode=secondary", 0)] {
        let zones = bench.get(&format!("/zones?{query}&label_selector=env"))["zones"].clone();
        assert_eq!(zones.as_array().unwrap().len(), count, "{query}");
    }
}

#[test]
fn zones_are_made_by_their_rules() {
    let bench = Bench::new();
    bench.made("/zones", &zone("example.com"));
    let with = |field: &str, value: Value| {
        let mut body = zone("other.com");
        body[field] = value;
        body
    };
    let set = |name: &str, sort: &str, value: &str| json!({ "name": name, "type": sort, "records": [{ "value": value }] });
    let server = |value: Value| {
        let mut body = secondary("second.com");
        body["primary_nameservers"] = value;
        body
    };
    let invalid = "invalid_input";
    let mut both = with("zonefile", json!("@ IN A 192.0.2.1"));
    both["rrsets"] = json!([set("@", "A", "192.0.2.1")]);
    let rows = [
        (zone("example.com"), 409, "uniqueness_error"),
        (zone("www.example.com"), 422, invalid),
        (zone("Example.org"), 422, invalid),
        (zone("example.org."), 422, invalid),
        (zone("com"), 422, invalid),
        (json!({ "name": "other.com" }), 422, invalid),
        (json!({ "name": "other.com", "mode": "hidden" }), 422, invalid),
        (with("ttl", json!(59)), 422, invalid),
        (with("ttl", json!(2_147_483_648_u64)), 422, invalid),
        (with("labels", json!({ "a b": "c" })), 422, invalid),
        (with("rrsets", json!([set("www", "A", "192.0.2")])), 422, invalid),
        (with("rrsets", json!([set("www.", "A", "192.0.2.1")])), 422, invalid),
        (
            with("rrsets", json!([set("a", "A", "192.0.2.1"), set("a", "A", "192.0.2.2")])),
            422,
            invalid,
        ),
        (with("rrsets", json!([set("a", "A", "192.0.2.1"), set("a", "CNAME", "b")])), 422, invalid),
        (with("zonefile", json!("@ IN A 192.0.2.1")), 422, invalid),
        (both, 422, invalid),
        (json!({ "name": "second.com", "mode": "secondary" }), 422, invalid),
        (server(json!([])), 422, invalid),
        (server(json!([{ "address": "ns1" }])), 422, invalid),
        (server(json!([{ "address": "198.51.100.1", "port": 0 }])), 422, invalid),
        (server(json!([{ "address": "198.51.100.1", "tsig_key": "?" }])), 422, invalid),
        (server(json!([{ "address": "198.51.100.1", "tsig_algorithm": "rot13" }])), 422, invalid),
        (with("rrsets", json!([set("www", "A", "192.0.2.1")])), 201, ""),
        (
            server(json!([{ "address": "2001:db8::1", "port": 5353, "tsig_key": "c2VjcmV0",
            "tsig_algorithm": "hmac-sha256" }])),
            201,
            "",
        ),
    ];
    let rows = rows.map(|(body, status, code)| ("POST", "/zones", body, status, code));
    bench.table(&rows);
    assert_eq!(bench.get("/zones/other.com")["zone"]["record_count"], 5);
    bench.simulator.lock(|world| world.set_limit(Kind::Zone, 3));
    bench.table(&[("POST", "/zones", zone("limit.com"), 403, "resource_limit_exceeded")]);
}

#[test]
fn modes_differ_in_what_they_allow() {
    let bench = Bench::new();
    bench.made("/zones", &zone("first.com"));
    bench.made("/zones", &secondary("second.com"));
    let wrong = "incorrect_zone_mode";
    let servers = json!({ "primary_nameservers": [{ "address": "203.0.113.1", "port": 54 }] });
    let record = json!({ "records": [{ "value": "192.0.2.1" }] });
    let set = json!({ "name": "www", "type": "A", "records": [{ "value": "192.0.2.1" }] });
    let second = "/zones/second.com";
    let of = |rest: &str| format!("{second}{rest}");
    let www = |rest: &str| of(&format!("/rrsets/www/A{rest}"));
    let commented = json!({ "records": [{ "value": "192.0.2.1", "comment": "a" }] });
    let posts = [
        (of("/actions/change_ttl"), json!({ "ttl": 60 })),
        (of("/actions/import_zonefile"), json!({ "zonefile": "x" })),
        (of("/rrsets"), set),
        (www("/actions/set_records"), record.clone()),
        (www("/actions/add_records"), record.clone()),
        (www("/actions/remove_records"), record),
        (www("/actions/update_records"), commented),
        (www("/actions/change_ttl"), json!({ "ttl": 60 })),
        (www("/actions/change_protection"), json!({ "change": true })),
    ];
    for (target, body) in posts {
        bench.table(&[("POST", &target, body, 422, wrong)]);
    }
    let change = "/actions/change_primary_nameservers";
    bench.table(&[
        ("GET", &of("/rrsets"), Value::Null, 422, wrong),
        ("GET", &of("/zonefile"), Value::Null, 422, wrong),
        ("GET", &www(""), Value::Null, 422, wrong),
        ("PUT", &www(""), json!({ "labels": {} }), 422, wrong),
        ("DELETE", &www(""), Value::Null, 422, wrong),
        ("POST", &format!("/zones/first.com{change}"), servers.clone(), 422, wrong),
        ("POST", &of(change), json!({ "primary_nameservers": [] }), 422, "invalid_input"),
    ]);
    bench.act("POST", &of(change), &servers);
    let shown = &bench.get(second)["zone"]["primary_nameservers"];
    assert_eq!(shown, &servers["primary_nameservers"]);
}

#[test]
fn zones_are_changed_and_deleted() {
    let bench = Bench::new();
    let id = bench.made("/zones", &zone("example.com"));
    let one = "/zones/example.com";
    let protect = format!("{one}/actions/change_protection");
    let change_ttl = format!("{one}/actions/change_ttl");
    bench.table(&[
        ("PUT", one, json!({ "labels": { "a": "b" } }), 200, ""),
        ("PUT", one, json!({ "labels": { "a": "-" } }), 422, "invalid_input"),
        ("PUT", "/zones/none.com", json!({ "labels": {} }), 404, "not_found"),
        ("GET", "/zones/1", Value::Null, 404, "not_found"),
        ("POST", &change_ttl, json!({ "ttl": 10 }), 422, "invalid_input"),
        ("POST", &change_ttl, json!({}), 422, "invalid_input"),
    ]);
    let action = bench.act("POST", &change_ttl, &json!({ "ttl": 300 }));
    assert_eq!(action["resources"], json!([{ "id": id, "type": "zone" }]));
    bench.post(&change_ttl, &json!({ "ttl": 600 }));
    bench.table(&[
        ("PUT", one, json!({ "labels": {} }), 423, "locked"),
        ("POST", &change_ttl, json!({ "ttl": 700 }), 423, "locked"),
        ("DELETE", one, Value::Null, 423, "locked"),
    ]);
    bench.simulator.advance(60_000);
    bench.act("POST", &protect, &json!({ "delete": true }));
    let shown = bench.get(&format!("/zones/{id}"))["zone"].clone();
    assert_eq!((&shown["ttl"], &shown["labels"]), (&json!(600), &json!({ "a": "b" })));
    bench.table(&[("DELETE", one, Value::Null, 423, "protected")]);
    bench.act("POST", &protect, &json!({ "delete": false }));
    let action = bench.act("DELETE", one, &Value::Null);
    assert_eq!((&action["command"], &action["status"]), (&json!("delete_zone"), &json!("success")));
    bench.table(&[("GET", one, Value::Null, 404, "not_found")]);
    let actions = bench.get("/zones/actions?sort=id:desc")["actions"].clone();
    assert_eq!(actions.as_array().unwrap().len(), 6);
    bench.get(&format!("/zones/actions/{}", actions[0]["id"]));
    assert_eq!(bench.simulator.lock(|world| world.objects(Kind::RrSet).len()), 0);
}

#[test]
fn zone_files_come_in_and_go_out() {
    let bench = Bench::new();
    bench.made("/zones", &zone("example.com"));
    let record = json!({ "value": "192.0.2.1", "comment": "the web" });
    let set = json!({ "name": "www", "type": "A", "ttl": 60, "records": [record] });
    bench.post("/zones/example.com/rrsets", &set);
    bench.simulator.advance(60_000);
    let text = bench.get("/zones/example.com/zonefile")["zonefile"].clone();
    let text = text.as_str().unwrap();
    assert!(text.contains("$ORIGIN\texample.com.\n$TTL\t3600\n"), "{text}");
    assert!(text.contains("www\tIN\t60\tA\t192.0.2.1 ; the web\n"), "{text}");
    let import = "/zones/example.com/actions/import_zonefile";
    let changed = text.replace("www", "web").replace("3600\n\n", "900\n\n");
    bench.table(&[
        ("POST", import, json!({}), 422, "invalid_input"),
        ("POST", import, json!({ "zonefile": text.replace("SOA", "TXT") }), 422, "invalid_input"),
    ]);
    let protect = "/zones/example.com/rrsets/www/A/actions/change_protection";
    bench.act("POST", protect, &json!({ "change": true }));
    bench.table(&[("POST", import, json!({ "zonefile": changed }), 423, "protected")]);
    bench.act("POST", protect, &json!({ "change": false }));
    bench.act("POST", import, &json!({ "zonefile": changed }));
    bench.table(&[("GET", "/zones/example.com/rrsets/www/A", Value::Null, 404, "not_found")]);
    let web = bench.get("/zones/example.com/rrsets/web/A")["rrset"].clone();
    assert_eq!((&web["ttl"], &web["records"]), (&json!(60), &json!([record])));
    assert_eq!(bench.get("/zones/example.com")["zone"]["ttl"], 900);
    let mut other = zone("other.com");
    other["zonefile"] = changed.replace("example.com", "other.com").into();
    bench.made("/zones", &other);
    assert_eq!(bench.get("/zones/other.com")["zone"]["record_count"], 5);
}

#[test]
fn failed_and_stuck_actions_change_nothing() {
    let bench = Bench::new();
    bench.made("/zones", &zone("example.com"));
    let operation = "POST /zones/{id_or_name}/actions/change_ttl";
    let fails = Effect::ActionFails { command: None, code: "action_failed".to_owned() };
    bench.simulator.lock(|world| world.set_fault(Fault::once(operation, fails)));
    let action = bench.act("POST", "/zones/example.com/actions/change_ttl", &json!({ "ttl": 60 }));
    assert_eq!(
        (&action["status"], &action["error"]["code"]),
        (&json!("error"), &json!("action_failed"))
    );
    assert_eq!(bench.get("/zones/example.com")["zone"]["ttl"], 3600);
    let lock = Effect::Lock { for_ms: 1000 };
    bench.simulator.lock(|world| world.set_fault(Fault::once("PUT /zones/{id_or_name}", lock)));
    let put = |status, code| ("PUT", "/zones/example.com", json!({ "labels": {} }), status, code);
    bench.table(&[put(423, "locked"), put(423, "locked")]);
    bench.simulator.advance(1000);
    bench.table(&[put(200, "")]);
}
