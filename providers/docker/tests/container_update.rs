//! Changes that leave the container alive, and those that can't.

use super::{
    bench::{Bench, text, with},
    images::BASE,
};
use infra_model::snapshot::Object;
use serde_json::{Value as Json, json};

const KIND: &str = "docker_container";

/// Applies a change that must be made in place, and returns the container.
async fn in_place(bench: &Bench, before: &Object, json: Json) -> Object {
    let plan = bench.plan(KIND, before, json.clone()).await;
    assert!(plan.replace.is_empty(), "replaced for {:?}", plan.replace);
    assert!(!plan.is_empty, "nothing is planned for {json}");
    let seen = Object { value: bench.present(KIND, before).await, ..before.clone() };
    let after = bench.update(KIND, &seen, json.clone()).await;
    assert_eq!(text(before, "id"), text(&after, "id"));
    bench.is_settled(KIND, &after, json).await;
    after
}

#[tokio::test]
async fn limits_and_restart_and_name_change_in_place() {
    with("update-limits", |bench| async move {
        let base = |more: Json| {
            let mut json = json!({"name": bench.run, "image": BASE});
            json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json
        };
        let mut now = bench.create(KIND, base(json!({"memory": 128, "cpus": "0.5"}))).await;
        for change in [
            json!({"memory": 64, "cpus": "0.5"}),
            json!({"memory": 256, "cpus": "0.25"}),
            json!({"memory": 256, "memory_swap": 400, "cpus": "0.25"}),
            json!({"memory": 256, "cpus": "0.25", "memory_reservation": 32}),
            json!({"memory": 256, "cpus": "0.25", "memory_reservation": 32, "cpu_shares": 512}),
            json!({"memory": 256, "cpus": "0.25", "memory_reservation": 32, "cpu_shares": 512, "cpu_set": "0"}),
            json!({
                "memory": 256, "cpus": "0.25", "memory_reservation": 32, "cpu_shares": 512, "cpu_set": "0",
                "restart": "on-failure", "max_retry_count": 3,
            }),
            json!({
                "memory": 256, "cpus": "0.25", "memory_reservation": 32, "cpu_shares": 512, "cpu_set": "0",
                "name": format!("{}-renamed", bench.run),
            }),
        ] {
            now = in_place(&bench, &now, base(change)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn quota_and_period_change_in_place() {
    with("update-quota", |bench| async move {
        let json = |period: i64, quota: i64| {
            json!({"name": bench.run, "image": BASE, "cpu_period": period, "cpu_quota": quota})
        };
        let before = bench.create(KIND, json(100_000, 50_000)).await;
        in_place(&bench, &before, json(50_000, 20_000)).await;
    })
    .await;
}

#[tokio::test]
async fn networks_are_connected_and_disconnected_in_place() {
    with("update-networks", |bench| async move {
        let name = |n: &str| format!("{}-{n}", bench.run);
        for n in ["a", "b"] {
            bench.create("docker_network", json!({"name": name(n)})).await;
        }
        let base = |networks: Json| json!({"name": bench.run, "image": BASE, "networks_advanced": networks});
        let mut now = bench.create(KIND, base(json!([{"name": name("a"), "aliases": ["web"]}]))).await;
        bench.is_settled(KIND, &now, base(json!([{"name": name("a"), "aliases": ["web"]}]))).await;
        for networks in [
            json!([{"name": name("a"), "aliases": ["web"]}, {"name": name("b")}]),
            json!([{"name": name("a"), "aliases": ["web", "www"]}, {"name": name("b")}]),
            json!([{"name": name("b"), "aliases": ["db"]}]),
            json!([]),
        ] {
            now = in_place(&bench, &now, base(networks)).await;
        }
        let data = now.value.get("network_data").unwrap().items().unwrap();
        assert_eq!(data.len(), 1, "it is back in the default network");
    })
    .await;
}

#[tokio::test]
async fn taking_a_limit_away_needs_a_new_container_and_says_so() {
    with("update-unset", |bench| async move {
        let before = bench
            .create(KIND, json!({"name": bench.run, "image": BASE, "memory": 64, "cpus": "0.5"}))
            .await;
        let plan = bench
            .plan(KIND, &before, json!({"name": bench.run, "image": BASE, "cpus": "0.5"}))
            .await;
        assert_eq!(plan.replace, ["memory"]);
        let quota = json!({"name": bench.run, "image": BASE, "memory": 64, "cpu_quota": 5000});
        let plan = bench.plan(KIND, &before, quota).await;
        assert!(plan.replace.contains(&"cpus".to_owned()), "{:?}", plan.replace);
    })
    .await;
}

#[tokio::test]
async fn what_the_engine_can_not_change_replaces() {
    with("update-replace", |bench| async move {
        let before =
            bench.create(KIND, json!({"name": bench.run, "image": BASE, "env": ["A=1"]})).await;
        for (path, change) in [
            ("env", json!({"env": ["A=2"]})),
            ("env", json!({"env": []})),
            ("healthcheck", json!({"healthcheck": [{"test": ["CMD", "false"]}]})),
            ("init", json!({"init": true})),
            ("tmpfs", json!({"tmpfs": {"/t": ""}})),
            ("ports", json!({"ports": [{"internal": 80}]})),
            ("labels", json!({"labels": [{"label": "x", "value": "y"}]})),
            ("command", json!({"command": ["/bin/sh"]})),
            ("device_read_bps", json!({"device_read_bps": [{"path": "/dev/null", "rate": 1000}]})),
        ] {
            let mut json = json!({"name": bench.run, "image": BASE, "env": ["A=1"]});
            json.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let plan = bench.plan(KIND, &before, json).await;
            assert!(plan.replace.iter().any(|p| p.starts_with(path)), "{path}: {:?}", plan.replace);
        }
    })
    .await;
}

#[tokio::test]
async fn another_way_of_writing_the_same_plans_nothing() {
    with("update-same", |bench| async move {
        let before = bench
            .create(
                KIND,
                json!({
                    "name": bench.run, "image": BASE, "cpus": "0.50", "working_dir": "/site/",
                    "capabilities": [{"add": ["net_admin"], "drop": ["all"]}],
                    "healthcheck": [{"test": ["CMD", "true"], "interval": "60s"}],
                    "security_opts": ["no-new-privileges"],
                }),
            )
            .await;
        let plan = bench
            .plan(
                KIND,
                &before,
                json!({
                    "name": bench.run, "image": BASE, "cpus": "0.5", "working_dir": "/site",
                    "capabilities": [{"add": ["CAP_NET_ADMIN"], "drop": ["ALL"]}],
                    "healthcheck": [{"test": ["CMD", "true"], "interval": "1m", "retries": 2}],
                    "security_opts": ["no-new-privileges:true"],
                    "command": ["/bin/run"], "env": ["INHERITED=yes"],
                }),
            )
            .await;
        assert!(plan.is_empty, "{:?} {:?}", plan.replace, plan.planned);
    })
    .await;
}
