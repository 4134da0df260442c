//! Record sets: identity, records, what stands beside an alias, protection, the serial number.

use super::{bench::Bench, zones::zone};
use crate::{Effect, Fault, Kind};
use serde_json::{Value, json};

const SETS: &str = "/zones/example.com/rrsets";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.made("/zones", &zone("example.com"));
    bench
}

fn set(name: &str, sort: &str, values: &[&str]) -> Value {
    json!({ "name": name, "type": sort, "records": records(values)["records"] })
}

fn records(values: &[&str]) -> Value {
    let records: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
    json!({ "records": records })
}

fn act(bench: &Bench, set: &str, action: &str, body: &Value) -> Value {
    bench.act("POST", &format!("{SETS}/{set}/actions/{action}"), body)
}

fn values(bench: &Bench, set: &str) -> Vec<String> {
    let set = bench.get(&format!("{SETS}/{set}"))["rrset"].clone();
    let records = set["records"].as_array().unwrap().iter();
    records.map(|record| record["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn sets_are_made_by_their_rules() {
    let bench = bench();
    let invalid = "invalid_input";
    let mut with_ttl = set("ttl", "A", &["192.0.2.1"]);
    with_ttl["ttl"] = json!(30);
    let many: Vec<String> = (0..51).map(|number| format!("192.0.2.{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let rows = [
        (set("www", "A", &["192.0.2.1", "192.0.2.2"]), 201, ""),
        (set("www", "AAAA", &["2001:db8::1"]), 201, ""),
        (set("@", "MX", &["10 mail", "20 mail2.example.org."]), 201, ""),
        (set("*", "TXT", &["\"v=spf1 -all\""]), 201, ""),
        (set("alias", "CNAME", &["www"]), 201, ""),
        (set("_sip._tcp", "SRV", &["10 5 5060 sip"]), 201, ""),
        (set("www", "A", &["192.0.2.3"]), 409, "uniqueness_error"),
        (set("@", "SOA", &["a. b. 1 2 3 4 5"]), 409, "uniqueness_error"),
        (set("www", "CNAME", &["other"]), 422, invalid),
        (set("alias", "A", &["192.0.2.1"]), 422, invalid),
        (set("alias2", "CNAME", &["a", "b"]), 422, invalid),
        (set("@", "CNAME", &["www"]), 422, invalid),
        (set("sub", "SOA", &["a. b. 1 2 3 4 5"]), 422, invalid),
        (set("Www", "A", &["192.0.2.1"]), 422, invalid),
        (set("www.", "A", &["192.0.2.1"]), 422, invalid),
        (set("www.example.com", "A", &["192.0.2.1"]), 422, invalid),
        (set("empty", "A", &[]), 422, invalid),
        (set("many", "A", &many), 422, invalid),
        (set("twice", "A", &["192.0.2.1", "192.0.2.1"]), 422, invalid),
        (set("wrong", "A", &["192.0.2"]), 422, invalid),
        (set("wrong", "TXT", &["no quotes"]), 422, invalid),
        (set("wrong", "SPF", &["x"]), 422, invalid),
        (json!({ "name": "x", "type": "A" }), 422, invalid),
        (with_ttl, 422, invalid),
    ];
    bench.table(&rows.map(|(body, status, code)| ("POST", SETS, body, status, code)));
    let field = bench.send("POST", SETS, &set("wrong", "A", &["192.0.2"])).value();
    assert_eq!(field["error"]["details"]["fields"][0]["name"], "records.0.value");
    bench.simulator.lock(|world| world.set_limit(Kind::RrSet, 8));
    let more = set("more", "A", &["192.0.2.1"]);
    bench.table(&[
        ("POST", SETS, more, 403, "resource_limit_exceeded"),
        ("POST", "/zones/none.com/rrsets", set("a", "A", &["192.0.2.1"]), 404, "not_found"),
        ("GET", &format!("{SETS}/www/MX"), Value::Null, 404, "not_found"),
        ("GET", &format!("{SETS}/%40/MX"), Value::Null, 200, ""),
        ("GET", &format!("{SETS}/*/TXT"), Value::Null, 200, ""),
    ]);
}

#[test]
fn sets_are_listed_with_filters() {
    let bench = bench();
    for number in 0..110 {
        let mut body = set(&format!("host-{number:03}"), "A", &["192.0.2.1"]);
        body["labels"] = json!({ "even": (number % 2 == 0).to_string() });
        bench.post(SETS, &body);
    }
    let cases = [
        ("", 25),
        ("?per_page=100", 100),
        ("?per_page=500", 100),
        ("?name=host-007", 1),
        ("?name=@", 2),
        ("?name=@&type=SOA", 1),
        ("?type=A&per_page=100&page=2", 10),
        ("?label_selector=even%3Dtrue&per_page=100", 55),
        ("?sort=name:desc&per_page=1", 1),
    ];
    for (query, count) in cases {
        let sets = bench.get(&format!("{SETS}{query}"))["rrsets"].clone();
        assert_eq!(sets.as_array().unwrap().len(), count, "{query}");
    }
    let last = bench.get(&format!("{SETS}?sort=name:desc&per_page=1"))["rrsets"][0].clone();
    assert_eq!(last["id"], "host-109/A");
}

#[test]
fn records_are_set_added_removed_and_commented() {
    let bench = bench();
    bench.made("/zones", &zone("other.com"));
    act(
        &bench,
        "www/A",
        "add_records",
        &json!({ "ttl": 60, "records": [{ "value": "192.0.2.2" }] }),
    );
    assert_eq!(values(&bench, "www/A"), ["192.0.2.2"], "a set is made where there is none");
    act(&bench, "www/A", "add_records", &records(&["192.0.2.1"]));
    assert_eq!(values(&bench, "www/A"), ["192.0.2.1", "192.0.2.2"], "the order is the API's");
    let invalid = "invalid_input";
    let rows = [
        ("add_records", records(&["192.0.2.1"]), 409, "uniqueness_error"),
        ("add_records", records(&["a"]), 422, invalid),
        ("add_records", records(&[]), 422, invalid),
        ("add_records", json!({ "ttl": 61, "records": [{ "value": "192.0.2.9" }] }), 422, invalid),
        ("set_records", records(&[]), 422, invalid),
        ("set_records", records(&["192.0.2.1", "192.0.2.1"]), 422, invalid),
        ("remove_records", records(&["192.0.2.9"]), 422, invalid),
        ("update_records", json!({ "records": [{ "value": "192.0.2.1" }] }), 422, invalid),
        ("change_ttl", json!({ "ttl": 1 }), 422, invalid),
        ("change_ttl", json!({}), 422, invalid),
        ("change_protection", json!({}), 422, invalid),
    ];
    for (action, body, status, code) in rows {
        bench.table(&[("POST", &format!("{SETS}/www/A/actions/{action}"), body, status, code)]);
    }
    let comment = json!({ "records": [{ "value": "192.0.2.1", "comment": "first" }] });
    act(&bench, "www/A", "update_records", &comment);
    let shown = bench.get(&format!("{SETS}/www/A"))["rrset"].clone();
    assert_eq!(
        shown["records"],
        json!([{ "value": "192.0.2.1", "comment": "first" }, { "value": "192.0.2.2" }])
    );
    act(&bench, "www/A", "change_ttl", &json!({ "ttl": null }));
    assert_eq!(bench.get(&format!("{SETS}/www/A"))["rrset"]["ttl"], Value::Null);
    act(&bench, "www/A", "set_records", &records(&["192.0.2.3", "192.0.2.4"]));
    act(&bench, "www/A", "remove_records", &records(&["192.0.2.3"]));
    assert_eq!(values(&bench, "www/A"), ["192.0.2.4"]);
    act(&bench, "www/A", "remove_records", &records(&["192.0.2.4"]));
    let gone = format!("{SETS}/www/A");
    bench.table(&[
        ("GET", &gone, Value::Null, 404, "not_found"),
        ("POST", &format!("{gone}/actions/set_records"), records(&["192.0.2.1"]), 404, "not_found"),
        (
            "POST",
            &format!("{SETS}/alias/CNAME/actions/add_records"),
            records(&["a", "b"]),
            422,
            invalid,
        ),
        (
            "POST",
            &format!("{SETS}/Www/A/actions/add_records"),
            records(&["192.0.2.1"]),
            422,
            invalid,
        ),
        ("POST", &format!("{SETS}/www/SPF/actions/add_records"), records(&["a"]), 404, "not_found"),
    ]);
    assert_eq!(bench.get("/zones/other.com")["zone"]["record_count"], 4, "other zones stay");
}

#[test]
fn protected_sets_stay_as_they_are() {
    let bench = bench();
    bench.post(SETS, &set("www", "A", &["192.0.2.1"]));
    bench.simulator.advance(60_000);
    act(&bench, "www/A", "change_protection", &json!({ "change": true }));
    let one = format!("{SETS}/www/A");
    let commented = json!({ "records": [{ "value": "192.0.2.1", "comment": "a" }] });
    let actions = [
        ("set_records", records(&["192.0.2.2"])),
        ("add_records", records(&["192.0.2.2"])),
        ("remove_records", records(&["192.0.2.1"])),
        ("update_records", commented),
        ("change_ttl", json!({ "ttl": 60 })),
    ];
    for (action, body) in actions {
        bench.table(&[("POST", &format!("{one}/actions/{action}"), body, 423, "protected")]);
    }
    bench.table(&[
        ("PUT", &one, json!({ "labels": { "a": "b" } }), 423, "protected"),
        ("DELETE", &one, Value::Null, 423, "protected"),
    ]);
    act(&bench, "www/A", "change_protection", &json!({ "change": false }));
    bench.table(&[("PUT", &one, json!({ "labels": { "a": "b" } }), 200, "")]);
    let action = bench.act("DELETE", &one, &Value::Null);
    assert_eq!(action["command"], "delete_rrset");
    assert_eq!(action["resources"].as_array().unwrap().len(), 1);
    bench.table(&[("GET", &one, Value::Null, 404, "not_found")]);
}

#[test]
fn a_set_is_locked_and_its_zone_is_not() {
    let bench = bench();
    bench.post(SETS, &set("www", "A", &["192.0.2.1"]));
    let one = format!("{SETS}/www/A");
    bench.table(&[
        ("POST", &format!("{one}/actions/set_records"), records(&["192.0.2.2"]), 423, "locked"),
        ("POST", &format!("{one}/actions/add_records"), records(&["192.0.2.2"]), 423, "locked"),
        ("DELETE", &one, Value::Null, 423, "locked"),
        ("POST", SETS, set("mail", "A", &["192.0.2.1"]), 201, ""),
        ("PUT", "/zones/example.com", json!({ "labels": {} }), 200, ""),
    ]);
}

#[test]
fn the_serial_number_rises_by_itself() {
    let bench = bench();
    let serial = |bench: &Bench| {
        let value = values(bench, "@/SOA")[0].clone();
        value.split(' ').nth(2).unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(serial(&bench), 2_026_110_100);
    bench.act("POST", SETS, &set("www", "A", &["192.0.2.1"]));
    assert_eq!(serial(&bench), 2_026_110_101);
    bench.simulator.advance(86_400_000);
    act(&bench, "www/A", "set_records", &records(&["192.0.2.2"]));
    assert_eq!(serial(&bench), 2_026_110_200);
    let soa = "ns1.example.org. dns.hetzner.com. 1 7200 3600 1209600 600";
    act(&bench, "@/SOA", "set_records", &records(&[soa]));
    let expected = "ns1.example.org. dns.hetzner.com. 2026110201 7200 3600 1209600 600";
    assert_eq!(values(&bench, "@/SOA"), [expected]);
    let remove = format!("{SETS}/@/SOA/actions/remove_records");
    bench.table(&[
        ("DELETE", &format!("{SETS}/@/SOA"), Value::Null, 422, "unsupported_error"),
        ("POST", &remove, records(&[expected]), 422, "unsupported_error"),
    ]);
}

#[test]
fn others_change_sets_and_lists_lag() {
    let bench = bench();
    bench.made("/zones", &zone("other.com"));
    bench.act("POST", SETS, &set("www", "A", &["192.0.2.1"]));
    bench.act("POST", "/zones/other.com/rrsets", &set("www", "A", &["192.0.2.1"]));
    let count = || bench.get(&format!("{SETS}?name=www"))["rrsets"].as_array().unwrap().len();
    let ids = bench.simulator.lock(|world| {
        let (status, _) =
            world.outside().call("DELETE", "/zones/other.com/rrsets/www/A", &Value::Null);
        assert_eq!(status, 201);
        let (status, _) =
            world.outside().call("DELETE", "/zones/example.com/rrsets/www/A", &Value::Null);
        status
    });
    assert_eq!((ids, count()), (201, 0));
    let stale = Fault::once("GET /zones/{id_or_name}/rrsets", Effect::StaleList { lag_ms: 5000 });
    bench.simulator.lock(|world| world.set_fault(stale));
    assert_eq!(count(), 1, "a list that lags behind shows the sets of its own zone");
}
