//! Certificates: what uploaded ones say, and what the authority does for managed ones.

use super::{bench::Bench, zones::zone};
use crate::{Effect, Fault, Kind};
use serde_json::{Value, json};

// Made for these tests, of no use elsewhere.
const RSA: (&str, &str) =
    (include_str!("certificates/rsa.crt.pem"), include_str!("certificates/rsa.key.pem"));
const EC: (&str, &str) =
    (include_str!("certificates/ec.crt.pem"), include_str!("certificates/ec.key.pem"));

fn uploaded(name: &str, certificate: &str, key: &str) -> Value {
    json!({ "name": name, "certificate": certificate, "private_key": key })
}

fn managed(name: &str, domains: &[&str]) -> Value {
    json!({ "name": name, "type": "managed", "domain_names": domains })
}

#[test]
fn uploaded_certificates_say_what_they_are_for() {
    let bench = Bench::new();
    let made = bench.post("/certificates", &uploaded("web", RSA.0, RSA.1));
    assert_eq!(made["action"], Value::Null);
    let shown = &made["certificate"];
    assert_eq!(shown["domain_names"], json!(["example.com", "*.example.com"]));
    assert_eq!(shown["not_valid_before"], "2026-11-21T20:46:59Z");
    assert_eq!(shown["not_valid_after"], "2036-11-18T20:46:59Z");
    let print = shown["fingerprint"].as_str().unwrap();
    assert!(print.starts_with("35:e8:0f:3d:6f:3d:be:64:") && print.len() == 95, "{print}");
    assert_eq!((&shown["type"], &shown["status"]), (&json!("uploaded"), &Value::Null));
    assert!(!made.to_string().contains("PRIVATE KEY"));
    let shown = bench.post("/certificates", &uploaded("shop", EC.0, EC.1))["certificate"].clone();
    assert_eq!(shown["domain_names"], json!(["shop.example.com"]), "a name may be all there is");
    let list = |query: &str| bench.get(&format!("/certificates?{query}"))["certificates"].clone();
    assert_eq!(list("type=uploaded&sort=name")[0]["name"], "shop");
    assert_eq!(list("type=managed"), json!([]));
}

#[test]
fn certificates_are_made_by_their_rules() {
    let bench = Bench::new();
    let id = bench.made("/certificates", &uploaded("web", RSA.0, RSA.1));
    let invalid = "invalid_input";
    let chain = format!("{}{}", RSA.0, EC.0);
    let cut = RSA.0.replace("-----END", "");
    let rows = [
        (uploaded("web", EC.0, EC.1), 409, "uniqueness_error"),
        (uploaded("", EC.0, EC.1), 422, invalid),
        (uploaded("a", EC.0, RSA.1), 422, invalid),
        (uploaded("a", RSA.0, EC.1), 422, invalid),
        (uploaded("a", RSA.1, RSA.1), 422, invalid),
        (uploaded("a", RSA.0, RSA.0), 422, invalid),
        (uploaded("a", &chain, RSA.1), 422, invalid),
        (uploaded("a", &cut, RSA.1), 422, invalid),
        (uploaded("a", "certificate", "key"), 422, invalid),
        (json!({ "name": "a", "certificate": RSA.0 }), 422, invalid),
        (json!({ "name": "a", "private_key": RSA.1 }), 422, invalid),
        (json!({ "name": "a", "type": "bought" }), 422, invalid),
        (json!({ "name": "a", "type": "managed" }), 422, invalid),
        (managed("a", &[]), 422, invalid),
        (managed("a", &["example"]), 422, invalid),
        (managed("a", &["www.*.com"]), 422, invalid),
        (managed("a", &["a.com", "a.com"]), 422, invalid),
    ];
    bench.table(&rows.map(|(body, status, code)| ("POST", "/certificates", body, status, code)));
    bench.made("/certificates", &uploaded("shop", EC.0, EC.1));
    bench.simulator.lock(|world| world.set_limit(Kind::Certificate, 2));
    let one = format!("/certificates/{id}");
    bench.table(&[
        ("POST", "/certificates", uploaded("b", EC.0, EC.1), 403, "resource_limit_exceeded"),
        ("PUT", &one, json!({ "name": "shop" }), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "web2", "labels": { "a": "b" } }), 200, ""),
        ("GET", &format!("{one}/actions"), Value::Null, 200, ""),
        ("POST", &format!("{one}/actions/retry"), Value::Null, 422, "unsupported_error"),
        ("DELETE", &one, Value::Null, 204, ""),
        ("GET", &one, Value::Null, 404, "not_found"),
    ]);
}

#[test]
fn managed_certificates_are_issued() {
    let bench = Bench::new();
    bench.made("/zones", &zone("example.com"));
    let made = bench.post("/certificates", &managed("web", &["example.com", "*.example.com"]));
    let shown = &made["certificate"];
    assert_eq!((&shown["certificate"], &shown["fingerprint"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["status"]["issuance"], "pending");
    let one = format!("/certificates/{}", shown["id"]);
    bench.table(&[
        ("PUT", &one, json!({ "name": "other" }), 423, "locked"),
        ("DELETE", &one, Value::Null, 423, "locked"),
    ]);
    bench.simulator.advance(60_000);
    let action = bench.get(&format!("/certificates/actions/{}", made["action"]["id"]));
    assert_eq!(action["action"]["status"], "success");
    let shown = bench.get(&one)["certificate"].clone();
    assert_eq!(shown["status"]["issuance"], "completed");
    assert_eq!(shown["not_valid_after"], "2027-01-30T01:00:05Z");
    assert!(shown["certificate"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert_eq!(shown["domain_names"], json!(["example.com", "*.example.com"]));
    bench.table(&[(
        "POST",
        &format!("{one}/actions/retry"),
        Value::Null,
        422,
        "unsupported_error",
    )]);
}

#[test]
fn issuance_fails_for_what_the_authority_finds() {
    let bench = Bench::new();
    let server = json!({ "address": "198.51.100.1" });
    let mut second = zone("second.com");
    second["mode"] = "secondary".into();
    second["primary_nameservers"] = json!([server]);
    bench.made("/zones", &second);
    for name in ["first.com", "lame.com"] {
        bench.made("/zones", &zone(name));
    }
    bench.simulator.lock(|world| world.set_delegated("lame.com", false));
    let caa = |name: &str, values: &[&str]| {
        let records: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
        let set = json!({ "name": name, "type": "CAA", "records": records });
        bench.act("POST", "/zones/first.com/rrsets", &set);
    };
    caa("shop", &["0 issue \"other.example\""]);
    caa("wild", &["0 issue \"letsencrypt.org\"", "0 issuewild \";\""]);
    let refused = "caa_record_does_not_allow_ca";
    let cases = [
        ("www.first.com", None),
        ("none.com", Some("dns_zone_not_found")),
        ("a.second.com", Some("dns_zone_is_secondary_zone")),
        ("lame.com", Some("could_not_verify_domain_delegated_to_zone")),
        ("a.b.shop.first.com", Some(refused)),
        ("wild.first.com", None),
        ("*.wild.first.com", Some(refused)),
    ];
    for (at, (domain, code)) in cases.into_iter().enumerate() {
        let made = bench.post("/certificates", &managed(&format!("c{at}"), &[domain]));
        bench.simulator.advance(60_000);
        let action = bench.get(&format!("/actions/{}", made["action"]["id"]))["action"].clone();
        assert_eq!(action["error"]["code"].as_str(), code, "{domain}");
        let shown = bench.get(&format!("/certificates/{}", made["certificate"]["id"]));
        let status = &shown["certificate"]["status"];
        let word = if code.is_some() { "failed" } else { "completed" };
        assert_eq!(
            (status["issuance"].as_str(), status["error"]["code"].as_str()),
            (Some(word), code)
        );
    }
}

#[test]
fn what_failed_is_issued_anew() {
    let bench = Bench::new();
    bench.made("/zones", &zone("example.com"));
    let code = "ca_too_many_duplicate_certificates";
    let fails = Effect::ActionFails { command: None, code: code.to_owned() };
    bench.simulator.lock(|world| world.set_fault(Fault::once("POST /certificates", fails)));
    let id = bench.made("/certificates", &managed("web", &["example.com"]));
    let one = format!("/certificates/{id}");
    let status = bench.get(&one)["certificate"]["status"].clone();
    assert_eq!((&status["issuance"], &status["error"]["code"]), (&json!("failed"), &json!(code)));
    let action = bench.act("POST", &format!("{one}/actions/retry"), &Value::Null);
    assert_eq!(
        (&action["command"], &action["status"]),
        (&json!("issue_certificate"), &json!("success"))
    );
    assert_eq!(bench.get(&one)["certificate"]["status"]["issuance"], "completed");
    bench.delete(&one);
}

#[test]
fn certificates_in_use_stay() {
    let bench = Bench::new();
    let id = bench.made("/certificates", &uploaded("web", RSA.0, RSA.1));
    let check =
        json!({ "protocol": "tcp", "port": 80, "interval": 15, "timeout": 10, "retries": 3 });
    let service = json!({
        "protocol": "https",
        "listen_port": 443,
        "destination_port": 80,
        "proxyprotocol": false,
        "health_check": check,
        "http": {
            "certificates": [id], "cookie_name": "a", "cookie_lifetime": 300,
            "redirect_http": false, "sticky_sessions": false,
        },
    });
    let balancer = bench.made("/load_balancers", &super::load_balancers::plain("front"));
    bench.act("POST", &format!("/load_balancers/{balancer}/actions/add_service"), &service);
    let one = format!("/certificates/{id}");
    let used_by = json!([{ "id": balancer, "type": "load_balancer" }]);
    assert_eq!(bench.get(&one)["certificate"]["used_by"], used_by);
    bench.table(&[("DELETE", &one, Value::Null, 422, "resource_in_use")]);
    bench.act("DELETE", &format!("/load_balancers/{balancer}"), &Value::Null);
    bench.table(&[("DELETE", &one, Value::Null, 204, "")]);
}
