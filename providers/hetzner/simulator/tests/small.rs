//! The small families: SSH keys, placement groups, images, and what is only listed.

use super::bench::Bench;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// Returns a public key of its own for each number.
pub(super) fn public_key(number: u64) -> String {
    let mut bytes = vec![0, 0, 0, 11];
    bytes.extend(b"ssh-ed25519");
    bytes.extend([0, 0, 0, 32]);
    bytes.extend([7; 24]);
    bytes.extend(number.to_be_bytes());
    format!("ssh-ed25519 {} somebody", STANDARD.encode(bytes))
}

#[test]
fn ssh_keys_are_unique_by_name_and_fingerprint() {
    let bench = Bench::new();
    let body = |name: &str, number| json!({ "name": name, "public_key": public_key(number) });
    let id = bench.made("/ssh_keys", &body("first", 1));
    bench.made("/ssh_keys", &body("second", 2));
    let one = format!("/ssh_keys/{id}");
    bench.table(&[
        ("POST", "/ssh_keys", body("first", 3), 409, "uniqueness_error"),
        ("POST", "/ssh_keys", body("third", 1), 409, "uniqueness_error"),
        ("POST", "/ssh_keys", json!({ "name": "x", "public_key": "no" }), 422, "invalid_input"),
        ("POST", "/ssh_keys", body("", 3), 422, "invalid_input"),
        ("PUT", &one, json!({ "name": "second" }), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "first", "labels": { "a": "b" } }), 200, ""),
        ("PUT", &one, json!({ "labels": { "a": "b/c" } }), 422, "invalid_input"),
    ]);
    let error = bench.send("POST", "/ssh_keys", &body("third", 1)).value();
    assert_eq!(error["error"]["details"]["fields"][0]["name"], "public_key");
    let key = bench.get(&one)["ssh_key"].clone();
    assert_eq!(
        (&key["labels"], key["fingerprint"].as_str().unwrap().len()),
        (&json!({ "a": "b" }), 47)
    );
    let by_print =
        bench.get(&format!("/ssh_keys?fingerprint={}", key["fingerprint"].as_str().unwrap()));
    assert_eq!(by_print["ssh_keys"][0]["id"], id);
    bench.delete(&one);
    bench.table(&[("DELETE", &one, Value::Null, 404, "not_found")]);
}

#[test]
fn placement_groups_live() {
    let bench = Bench::new();
    let id = bench.made("/placement_groups", &json!({ "name": "spread", "type": "spread" }));
    let one = format!("/placement_groups/{id}");
    bench.table(&[
        ("POST", "/placement_groups", json!({ "name": "a" }), 422, "invalid_input"),
        ("POST", "/placement_groups", json!({ "name": "a", "type": "near" }), 422, "invalid_input"),
        (
            "POST",
            "/placement_groups",
            json!({ "name": "spread", "type": "spread" }),
            409,
            "uniqueness_error",
        ),
        ("PUT", &one, json!({ "name": "wide", "labels": { "a": "b" } }), 200, ""),
        ("GET", "/placement_groups?type=spread&sort=created:desc", Value::Null, 200, ""),
        ("DELETE", &one, Value::Null, 204, ""),
        ("GET", &one, Value::Null, 404, "not_found"),
    ]);
}

#[test]
fn what_is_on_offer_is_listed() {
    let bench = Bench::new();
    let names = |target: &str, key: &str| -> Vec<String> {
        let answer = bench.get(target);
        let items = answer[key].as_array().unwrap().iter();
        items.map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("/locations", "locations"), ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"]);
    let types = names("/server_types?per_page=50", "server_types");
    assert!(types.contains(&"cx23".to_owned()) && types.contains(&"cax11".to_owned()), "{types:?}");
    assert!(
        !types.contains(&"cx22".to_owned()),
        "what is gone everywhere is not listed: {types:?}"
    );
    assert_eq!(names("/server_types?name=ccx13", "server_types"), ["ccx13"]);
    assert!(names("/isos?architecture=arm", "isos").iter().all(|name| name.contains("aarch64")));
    assert!(!names("/images?per_page=50", "images").contains(&"debian-11".to_owned()));
    assert!(names("/images?include_deprecated=true&name=debian-11", "images").len() == 2);
    assert_eq!(names("/images?type=app&name=docker-ce&architecture=arm", "images"), ["docker-ce"]);
    for one in ["/locations/1", "/server_types/114", "/isos/97641", "/images/161547269"] {
        bench.table(&[("GET", one, Value::Null, 200, "")]);
    }
    for none in ["/locations/99", "/server_types/1", "/isos/1", "/images/1"] {
        bench.table(&[("GET", none, Value::Null, 404, "not_found")]);
    }
    let pricing = bench.get("/pricing")["pricing"].clone();
    assert_eq!((&pricing["currency"], &pricing["vat_rate"]), (&json!("EUR"), &json!("19.00")));
    assert!(pricing["server_types"][0]["prices"][0]["price_monthly"]["gross"].is_string());
    let gone = bench.get("/server_types/104")["server_type"].clone();
    assert_eq!((&gone["name"], &gone["deprecated"]), (&json!("cx22"), &json!(true)));
}

#[test]
fn images_of_the_owner_are_not_ours() {
    let bench = Bench::new();
    let one = "/images/161547269";
    let protect = format!("{one}/actions/change_protection");
    bench.table(&[
        ("GET", one, Value::Null, 200, ""),
        ("PUT", one, json!({ "description": "mine" }), 403, "forbidden"),
        ("DELETE", one, Value::Null, 403, "forbidden"),
        ("POST", &protect, json!({ "delete": true }), 403, "forbidden"),
        ("PUT", one, json!({ "type": "system" }), 422, "invalid_input"),
    ]);
}
