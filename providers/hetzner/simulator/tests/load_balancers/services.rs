//! Services of load balancers: what the API makes by itself, and what it refuses.

use super::{Bench, plain, service};
use serde_json::{Value, json};

#[test]
fn services_are_added_updated_and_deleted() {
    let bench = Bench::new();
    let id = bench.made("/load_balancers", &plain("front"));
    let one = format!("/load_balancers/{id}");
    let act = |what: &str| format!("{one}/actions/{what}");
    let (add, update, delete) = (act("add_service"), act("update_service"), act("delete_service"));
    let shown = || bench.get(&one)["load_balancer"]["services"].clone();
    // The API makes what is missing, although its description wants it.
    let least = json!({ "protocol": "https" });
    bench.simulator.lock(|world| assert_eq!(world.outside().call("POST", &add, &least).0, 201));
    let expected = json!([{
        "protocol": "https",
        "listen_port": 443,
        "destination_port": 80,
        "proxyprotocol": false,
        "health_check": {
            "protocol": "http", "port": 80, "interval": 15, "timeout": 10, "retries": 3,
            "http": {
                "domain": null, "path": "/", "response": "", "status_codes": ["2??", "3??"],
                "tls": false,
            },
        },
        "http": {
            "cookie_name": "HCLBSTICKY", "cookie_lifetime": 300, "timeout_idle": 50,
            "sticky_sessions": false, "certificates": [], "redirect_http": false,
        },
    }]);
    assert_eq!(shown(), expected);
    let change = json!({
        "listen_port": 443,
        "destination_port": 8443,
        "http": { "sticky_sessions": true, "redirect_http": true, "timeout_idle": 60 },
        "health_check": {
            "protocol": "http", "port": 81, "interval": 5, "timeout": 10, "retries": 3,
            "http": { "domain": null, "path": "/up" },
        },
    });
    bench.act("POST", &update, &change);
    let changed = shown()[0].clone();
    assert_eq!(
        (&changed["destination_port"], &changed["http"]["redirect_http"]),
        (&json!(8443), &json!(true))
    );
    assert_eq!(
        (&changed["http"]["cookie_name"], &changed["http"]["timeout_idle"]),
        (&json!("HCLBSTICKY"), &json!(60))
    );
    assert_eq!(
        (&changed["health_check"]["port"], &changed["health_check"]["http"]["path"]),
        (&json!(81), &json!("/up"))
    );
    let to_tcp = json!({
        "listen_port": 443, "protocol": "tcp",
        "health_check": {
            "protocol": "tcp", "port": 81, "interval": 15, "timeout": 10, "retries": 3,
        },
    });
    bench.act("POST", &update, &to_tcp);
    assert_eq!((shown()[0].get("http"), shown()[0]["health_check"].get("http")), (None, None));
    let mut web = service(80);
    web["protocol"] = json!("http");
    web["http"] = json!({ "cookie_name": "STICKY", "sticky_sessions": true });
    assert_eq!(bench.act("POST", &add, &web)["command"], "add_service");
    assert_eq!(shown()[1]["http"]["cookie_name"], "STICKY");
    bench.act("POST", &delete, &json!({ "listen_port": 80 }));
    bench.act("POST", &delete, &json!({ "listen_port": 443 }));
    assert_eq!(shown(), json!([]));
}

#[test]
fn services_refuse_what_does_not_fit() {
    let bench = Bench::new();
    let id = bench.made("/load_balancers", &plain("front"));
    let act = |what: &str| format!("/load_balancers/{id}/actions/{what}");
    let (add, update, delete) = (act("add_service"), act("update_service"), act("delete_service"));
    bench.act("POST", &add, &service(80));
    let http = |http: Value| json!({ "protocol": "http", "listen_port": 81, "http": http });
    let check =
        |check: Value| json!({ "protocol": "http", "listen_port": 81, "health_check": check });
    let wrong = [
        json!({}),
        json!({ "protocol": "udp" }),
        json!({ "protocol": "tcp" }),
        json!({ "protocol": "tcp", "listen_port": 81 }),
        json!({ "protocol": "http", "listen_port": 0 }),
        json!({ "protocol": "http", "listen_port": 65_536 }),
        json!({ "protocol": "tcp", "listen_port": 1, "destination_port": 1, "http": {} }),
        http(json!({ "cookie_name": "" })),
        http(json!({ "cookie_lifetime": 29 })),
        http(json!({ "timeout_idle": 301 })),
        http(json!({ "certificates": [1] })),
        http(json!({ "redirect_http": true })),
        check(json!({ "protocol": "https" })),
        check(json!({ "interval": 2 })),
        check(json!({ "interval": 61 })),
        check(json!({ "timeout": 0 })),
        check(json!({ "retries": 6 })),
        check(json!({ "port": 0 })),
        check(json!({ "protocol": "tcp", "http": {} })),
        check(json!({ "http": { "domain": "a b" } })),
        check(json!({ "http": { "path": "" } })),
        check(json!({ "http": { "status_codes": ["ok"] } })),
    ];
    for body in wrong {
        bench.table(&[("POST", &add, body, 422, "invalid_input")]);
    }
    bench.table(&[
        ("POST", &add, json!({ "protocol": "http" }), 412, "source_port_already_used"),
        (
            "POST",
            &add,
            json!({ "protocol": "https", "http": { "certificates": [7] } }),
            404,
            "not_found",
        ),
        ("POST", &update, json!({}), 422, "invalid_input"),
        ("POST", &update, json!({ "listen_port": 7 }), 404, "not_found"),
        (
            "POST",
            &update,
            json!({ "listen_port": 80, "destination_port": 0 }),
            422,
            "invalid_input",
        ),
        ("POST", &delete, json!({}), 422, "invalid_input"),
        ("POST", &delete, json!({ "listen_port": 7 }), 404, "not_found"),
        ("POST", &delete, json!({ "listen_port": 80 }), 201, ""),
        ("POST", &delete, json!({ "listen_port": 80 }), 423, "locked"),
    ]);
}
