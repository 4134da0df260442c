//! What engines fill in is no drift; what others change is.

use super::{
    bench::{text, with},
    images::BASE,
};
use bollard::query_parameters::TagImageOptions;
use infra_model::value::Value;
use serde_json::json;

const KIND: &str = "docker_container";

/// The rich case of the reference: everything that engines are known to rewrite, at once.
#[tokio::test]
async fn rich_container_plans_nothing_the_second_time() {
    with("rich", |bench| async move {
        let network = format!("{}-net", bench.run);
        let volume = format!("{}-vol", bench.run);
        bench.create("docker_network", json!({"name": network})).await;
        bench.create("docker_volume", json!({"name": volume})).await;
        let json = json!({
            "name": bench.run, "image": BASE,
            "env": ["Z=1", "A=2", "Z=3", "EMPTY=", "NOVAL", "INHERITED=yes"],
            "healthcheck": [{"test": ["CMD-SHELL", "true"], "interval": "5s"}],
            "memory": 64,
            "capabilities": [{"add": ["net_admin", "CAP_SYS_TIME"], "drop": ["all"]}],
            "ports": [
                {"internal": 8080, "ip": "127.0.0.1"},
                {"internal": 53, "protocol": "udp", "ip": "127.0.0.1"},
            ],
            "restart": "on-failure",
            "log_opts": {"max-size": "1m"},
            "volumes": [{"host_path": "/tmp", "container_path": "/host", "read_only": true}],
            "mounts": [
                {"type": "tmpfs", "target": "/t1/"},
                {"type": "volume", "source": volume, "target": "/data"},
            ],
            "tmpfs": {"/t2": "size=1m"},
            "networks_advanced": [{"name": network, "aliases": ["one", "two"]}],
            "security_opts": ["no-new-privileges"],
            "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0"},
            "devices": [{"host_path": "/dev/null", "container_path": "/dev/zilch"}],
            "group_add": ["20"],
            "labels": [{"label": "base", "value": "yes"}, {"label": "own", "value": "1"}],
        });
        let container = bench.create(KIND, json.clone()).await;
        bench.is_settled(KIND, &container, json.clone()).await;
        // The same must hold for an object that was found again, with nothing but the intent.
        let infra_model::observed::Found::Adopt(found) = bench.find(KIND, json.clone()).await
        else {
            panic!("not found")
        };
        bench.is_settled(KIND, &found, json).await;
    })
    .await;
}

#[tokio::test]
async fn ephemeral_port_that_changes_with_a_restart_is_no_drift() {
    with("ephemeral", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "ports": [{"internal": 80, "ip": "127.0.0.1"}],
        });
        let container = bench.create(KIND, json.clone()).await;
        bench.docker.restart_container(&text(&container, "id"), None).await.unwrap();
        let plan = bench.plan(KIND, &container, json).await;
        assert!(plan.is_empty, "{:?}", plan.replace);
    })
    .await;
}

#[tokio::test]
async fn changes_from_outside_are_seen_and_undone() {
    with("outside", |bench| async move {
        let json = json!({"name": bench.run, "image": BASE, "memory": 64});
        let container = bench.create(KIND, json.clone()).await;
        let id = text(&container, "id");
        let body = bollard::models::ContainerUpdateBody {
            memory: Some(128 << 20),
            memory_swap: Some(256 << 20),
            ..Default::default()
        };
        bench.docker.update_container(&id, body).await.unwrap();
        let now = bench.present(KIND, &container).await;
        let memory = now
            .get("memory")
            .and_then(Value::as_number)
            .and_then(infra_model::number::Number::to_i64);
        assert_eq!(memory, Some(128));
        let seen = infra_model::snapshot::Object { value: now, ..container };
        let back = bench.update(KIND, &seen, json.clone()).await;
        bench.is_settled(KIND, &back, json).await;
    })
    .await;
}

#[tokio::test]
async fn swap_limit_from_outside_is_seen_though_it_was_left_open() {
    with("outside-swap", |bench| async move {
        let json = json!({"name": bench.run, "image": BASE, "memory": 64});
        let container = bench.create(KIND, json.clone()).await;
        let body = bollard::models::ContainerUpdateBody {
            memory: Some(64 << 20),
            memory_swap: Some(512 << 20),
            ..Default::default()
        };
        bench.docker.update_container(&text(&container, "id"), body).await.unwrap();
        let plan = bench.plan(KIND, &container, json.clone()).await;
        assert!(!plan.is_empty && plan.replace.is_empty(), "{:?}", plan.replace);
    })
    .await;
}

#[tokio::test]
async fn tag_that_means_another_image_replaces_the_container() {
    with("retagged", |bench| async move {
        let tag = format!("infra-test/{}:1", bench.run);
        bench.make_image(&tag, &["CMD [\"/bin/run\"]", "LABEL version=1"]).await;
        let json = json!({"name": bench.run, "image": tag});
        let container = bench.create(KIND, json.clone()).await;
        bench.is_settled(KIND, &container, json.clone()).await;
        let made = crate::image::inspect(&bench.engine(), &tag).await.unwrap().unwrap();
        let (repo, _) = tag.split_once(':').unwrap();
        let options = TagImageOptions { repo: Some(repo.to_owned()), tag: Some("1".to_owned()) };
        bench.docker.tag_image(BASE, Some(options)).await.unwrap();
        let plan = bench.plan(KIND, &container, json).await;
        assert_eq!(plan.replace, ["image"]);
        bench.delete(KIND, &container).await;
        bench.remove_image(crate::bridge::text(&made, "Id").unwrap()).await;
    })
    .await;
}

#[tokio::test]
async fn image_by_name_and_by_id_are_the_same() {
    with("image-id", |bench| async move {
        let container = bench.create(KIND, json!({"name": bench.run, "image": BASE})).await;
        let image = crate::image::inspect(&bench.engine(), BASE).await.unwrap().unwrap();
        let id = crate::bridge::text(&image, "Id").unwrap();
        let plan = bench.plan(KIND, &container, json!({"name": bench.run, "image": id})).await;
        assert!(plan.is_empty, "{:?}", plan.replace);
    })
    .await;
}

#[tokio::test]
async fn network_mode_by_name_and_by_id_are_the_same() {
    with("network-mode", |bench| async move {
        let network = bench.create("docker_network", json!({"name": bench.run})).await;
        for mode in [text(&network, "id"), bench.run.clone()] {
            let json = json!({"name": bench.run, "image": BASE, "network_mode": mode});
            let container = bench.create(KIND, json.clone()).await;
            bench.is_settled(KIND, &container, json).await;
            bench.delete(KIND, &container).await;
        }
    })
    .await;
}
