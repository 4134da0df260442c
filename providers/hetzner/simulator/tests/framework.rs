//! What holds for every operation: order of checks, errors, rate bucket, pages, selectors, actions.

use super::bench::Bench;
use crate::{READING_TOKEN, Request, TOKEN, openapi::Description};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What no resource or data source needs.
const LEFT_OUT: [&str; 3] = [
    "GET /load_balancers/{id}/metrics",
    "GET /servers/{id}/metrics",
    "POST /servers/{id}/actions/request_console",
];

fn key(number: u64) -> Value {
    let public_key = crate::tests::small::public_key(number);
    json!({ "name": format!("key-{number:03}"), "public_key": public_key })
}

#[test]
fn checks_come_in_their_order() {
    let bench = Bench::new();
    let answer = |method: &str, path: &str, token: Option<&str>, body: &str| {
        let mut request = Request::new(method, path);
        request.authorization = token.map(|token| format!("Bearer {token}"));
        body.as_bytes().clone_into(&mut request.body);
        let response = bench.simulator.answer(&request);
        let error = &response.value()["error"];
        (response.status, error["code"].as_str().unwrap_or("").to_owned())
    };
    let cases = [
        ("GET", "/v1/nothing", None, "", (404, "not_found")),
        ("GET", "/elsewhere", None, "", (404, "not_found")),
        ("PATCH", "/v1/ssh_keys", None, "", (405, "method_not_allowed")),
        ("GET", "/v1/ssh_keys", None, "", (401, "unauthorized")),
        ("GET", "/v1/ssh_keys", Some("wrong"), "", (401, "unauthorized")),
        ("GET", "/v1/ssh_keys", Some(READING_TOKEN), "", (200, "")),
        ("POST", "/v1/ssh_keys", Some(READING_TOKEN), "{", (401, "token_readonly")),
        ("POST", "/v1/ssh_keys", Some(TOKEN), "{", (400, "json_error")),
        ("POST", "/v1/ssh_keys", Some(TOKEN), "[]", (400, "json_error")),
        ("POST", "/v1/ssh_keys", Some(TOKEN), "{}", (422, "invalid_input")),
        ("GET", "/v1/ssh_keys/1", Some(TOKEN), "", (404, "not_found")),
        ("GET", "/v1/ssh_keys/x", Some(TOKEN), "", (404, "not_found")),
        ("PUT", "/v1/ssh_keys/1", Some(TOKEN), "{}", (404, "not_found")),
        ("GET", "/v1/datacenters", Some(TOKEN), "", (410, "deprecated_api_endpoint")),
        ("GET", "/v1/actions", Some(TOKEN), "", (410, "deprecated_api_endpoint")),
    ];
    for (method, path, token, body, (status, code)) in cases {
        let found = answer(method, path, token, body);
        assert_eq!(found, (status, code.to_owned()), "{method} {path} {token:?} {body}");
    }
}

#[test]
fn invalid_input_names_every_field() {
    let bench = Bench::new();
    let body = json!({ "name": 7, "labels": { "a b": "c" } });
    let error = bench.send("POST", "/ssh_keys", &body).value()["error"].clone();
    let fields = error["details"]["fields"].as_array().unwrap();
    let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["name", "public_key", "labels"]);
    assert!(fields[0]["messages"][0].is_string(), "{error}");
}

#[test]
fn bucket_empties_and_refills_by_the_second() {
    let bench = Bench::new();
    let status = || bench.send("GET", "/locations", &Value::Null);
    for _ in 0..3600 {
        assert_eq!(status().status, 200);
    }
    let refused = status();
    assert_eq!(
        (refused.status, &refused.value()["error"]["code"]),
        (429, &json!("rate_limit_exceeded"))
    );
    assert_eq!(refused.header("ratelimit-limit"), Some("3600"));
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    let full_s = bench.simulator.now_ms() / 1000 + 3600;
    assert_eq!(refused.header("ratelimit-reset"), Some(full_s.to_string().as_str()));
    assert_eq!(refused.header("retry-after"), None);
    bench.simulator.advance(999);
    assert_eq!(status().status, 429);
    bench.simulator.advance(1);
    assert_eq!(status().status, 200);
    assert_eq!(status().status, 429);
}

#[test]
fn pages_are_cut_and_linked() {
    let bench = Bench::new();
    for number in 0..60 {
        bench.made("/ssh_keys", &key(number));
    }
    let cases: [(&str, usize, Value); 5] = [
        ("", 25, json!([1, 25, null, 2, 3, 60])),
        ("?page=3", 10, json!([3, 25, 2, null, 3, 60])),
        ("?page=2&per_page=50", 10, json!([2, 50, 1, null, 2, 60])),
        ("?per_page=1000", 50, json!([1, 50, null, 2, 2, 60])),
        ("?page=9", 0, json!([9, 25, 8, null, 3, 60])),
    ];
    for (query, count, expected) in cases {
        let answer = bench.get(&format!("/ssh_keys{query}"));
        let meta = &answer["meta"]["pagination"];
        let found = json!([
            meta["page"],
            meta["per_page"],
            meta["previous_page"],
            meta["next_page"],
            meta["last_page"],
            meta["total_entries"],
        ]);
        assert_eq!((answer["ssh_keys"].as_array().unwrap().len(), found), (count, expected));
    }
    let response = bench.send("GET", "/ssh_keys?per_page=50&label_selector=!a", &Value::Null);
    let link = response.header("link").unwrap();
    let next = "<https://api.hetzner.cloud/v1/ssh_keys?page=2&per_page=50&label_selector=%21a>; rel=\"next\"";
    assert!(link.contains(next), "{link}");
    bench.table(&[
        ("GET", "/ssh_keys?page=0", Value::Null, 422, "invalid_input"),
        ("GET", "/ssh_keys?page=x", Value::Null, 422, "invalid_input"),
        ("GET", "/ssh_keys?sort=size", Value::Null, 422, "invalid_input"),
        ("GET", "/ssh_keys?label_selector=a%20b", Value::Null, 422, "invalid_input"),
    ]);
}

#[test]
fn lists_are_sorted_and_filtered() {
    let bench = Bench::new();
    for (number, env) in [(2, "prod"), (1, "test"), (3, "prod")] {
        let mut body = key(number);
        body["labels"] = json!({ "env": env });
        bench.made("/ssh_keys", &body);
    }
    let cases = [
        ("", vec!["key-002", "key-001", "key-003"]),
        ("?sort=name", vec!["key-001", "key-002", "key-003"]),
        ("?sort=name:desc", vec!["key-003", "key-002", "key-001"]),
        ("?sort=id:desc", vec!["key-003", "key-001", "key-002"]),
        ("?label_selector=env%3Dprod&sort=name", vec!["key-002", "key-003"]),
        ("?label_selector=env+notin+(prod)", vec!["key-001"]),
        ("?name=key-003", vec!["key-003"]),
        ("?name=key", vec![]),
    ];
    for (query, expected) in cases {
        let answer = bench.get(&format!("/ssh_keys{query}"));
        let keys = answer["ssh_keys"].as_array().unwrap();
        let names: Vec<_> = keys.iter().map(|key| key["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{query}");
    }
}

#[test]
fn same_seed_gives_the_same_answers() {
    let run = |seed: u64| {
        let bench = Bench::new();
        bench.simulator.lock(|world| world.reset_to(seed));
        let made = bench.send("POST", "/ssh_keys", &key(1));
        (made.headers, made.body)
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn requests_are_counted_by_operation() {
    let bench = Bench::new();
    let id = bench.made("/ssh_keys", &key(1));
    bench.get(&format!("/ssh_keys/{id}"));
    bench.get("/ssh_keys");
    bench.simulator.lock(|world| {
        assert_eq!(world.count("GET /ssh_keys/{id}"), 1);
        assert_eq!(world.count_all(), 3);
        let text = format!("{:?}", world.log());
        assert!(text.contains("/v1/ssh_keys") && !text.contains(TOKEN), "{text}");
    });
}

type Change<'a> = &'a dyn Fn(&mut crate::Exchange);

#[test]
fn a_deliberate_wrong_body_is_a_finding() {
    let Some(description) = super::bench::description() else { return };
    let bench = Bench::new();
    let exchanges = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = std::sync::Arc::clone(&exchanges);
    bench.simulator.observe(move |exchange| noted.lock().unwrap().push(exchange.clone()));
    bench.post("/ssh_keys", &key(1));
    bench.get("/ssh_keys?sort=name");
    let exchanges = exchanges.lock().unwrap().clone();
    let wrong = |description: &Description, at: usize, change: &dyn Fn(&mut crate::Exchange)| {
        let mut exchange = exchanges[at].clone();
        change(&mut exchange);
        description.check(&exchange)
    };
    let body = |exchange: &mut crate::Exchange, edit: &dyn Fn(&mut Value)| {
        let mut value = exchange.response.value();
        edit(&mut value);
        exchange.response.body = value.to_string().into_bytes();
    };
    let changes: [(usize, Change<'_>); 9] = [
        (0, &|e| body(e, &|v| v["ssh_key"]["id"] = json!("7"))),
        (0, &|e| body(e, &|v| v["ssh_key"]["color"] = json!("red"))),
        (0, &|e| body(e, &|v| drop(v["ssh_key"].as_object_mut().unwrap().remove("name")))),
        (0, &|e| e.response.status = 200),
        (0, &|e| e.request_body = b"{\"name\": \"x\"}".to_vec()),
        (0, &|e| {
            e.request_body = b"{\"name\": \"x\", \"public_key\": \"k\", \"size\": 1}".to_vec();
        }),
        (0, &|e| e.request_body.clear()),
        (1, &|e| e.query = vec![("sort".to_owned(), "color".to_owned())]),
        (1, &|e| e.query = vec![("colour".to_owned(), "red".to_owned())]),
    ];
    for (row, (at, change)) in changes.iter().enumerate() {
        assert!(!wrong(description, *at, change).is_empty(), "change {row} is not found");
    }
    assert_eq!(wrong(description, 0, &|_| {}), []);
}

#[test]
fn operations_are_simulated_or_left_out_knowingly() {
    let Some(description) = super::bench::description() else { return };
    let described: BTreeSet<String> = description.operations().into_iter().collect();
    let simulated: BTreeSet<String> = crate::world::families::operations().into_iter().collect();
    let invented: Vec<&String> =
        simulated.difference(&described).filter(|name| !name.contains("/datacenters")).collect();
    assert_eq!(invented, Vec::<&String>::new(), "these are not described");
    let family = |name: &str| name.split('/').nth(1).unwrap().to_owned();
    let families: BTreeSet<String> = simulated.iter().map(|name| family(name)).collect();
    let left_out = described.difference(&simulated).map(String::as_str);
    let left_out: Vec<&str> = left_out.filter(|name| families.contains(&family(name))).collect();
    assert_eq!(left_out, LEFT_OUT);
}
