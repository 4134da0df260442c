//! The contract suite of the sdk over every resource type, against the engine.

use super::{
    bench::{Bench, control, host, provider_config, skip},
    images::BASE,
    registry::Registry,
};
use bollard::query_parameters::{RemoveContainerOptions, RemoveImageOptions, RemoveVolumeOptions};
use infra_model::{snapshot::Object, value::Value};
use infra_sdk::contract::{self, Outside, Sample};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What others do to the engine.
struct Others<'a>(&'a Bench);

impl Outside for Others<'_> {
    fn remove(&self, object: &Object) -> bool {
        let text =
            |name: &str| object.value.get(name).and_then(Value::as_text).unwrap().to_string();
        let docker = &self.0.docker;
        let gone = async {
            match &*object.kind.0 {
                "docker_container" => {
                    let options = RemoveContainerOptions { force: true, ..Default::default() };
                    docker.remove_container(&text("id"), Some(options)).await.is_ok()
                }
                "docker_network" => docker.remove_network(&text("id")).await.is_ok(),
                "docker_volume" => {
                    docker.remove_volume(&text("name"), None::<RemoveVolumeOptions>).await.is_ok()
                }
                kind => {
                    let name = if kind == "docker_tag" { "target_image" } else { "name" };
                    let options = None::<RemoveImageOptions>;
                    docker.remove_image(&text(name), options, None).await.is_ok()
                }
            }
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(gone))
    }

    fn lose_next_create(&self) -> bool {
        false
    }
}

/// Returns the arguments that a desired value gives.
fn arguments(bench: &Bench, kind: &str, json: Json) -> Vec<(&'static str, Value)> {
    let names: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
    let desired = bench.desired(kind, json);
    let is_given = |name: &str| names.iter().any(|n| n == name) || name == "labels";
    let all = desired.entries().unwrap().iter().filter(|(name, _)| is_given(name));
    // The suite takes names that live as long as the program.
    all.map(|(name, value)| (&*Box::leak(name.to_string().into_boxed_str()), value.clone()))
        .collect()
}

/// A record from the time when labels were a map.
fn older() -> Value {
    let labels = Value::map(infra_model::types::Type::String, [("a", Value::from("b"))]);
    Value::object([("name", Value::from("n")), ("labels", labels)])
}

fn samples(bench: &Bench, local: &str) -> Vec<Sample> {
    let run = &bench.run;
    let of = |kind: &'static str, base: Json, variants: &[Json]| {
        let base = arguments(bench, kind, base);
        let variants = variants.iter().flat_map(|json| {
            let given: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
            let all = arguments(bench, kind, json.clone());
            all.into_iter().filter(move |(name, _)| given.iter().any(|n| n == name))
        });
        Sample::new(kind, base).variants(variants.collect::<Vec<_>>())
    };
    let id = |object: &Object| object.value.get("id").unwrap().clone();
    vec![
        of(
            "docker_network",
            json!({"name": format!("{run}-n")}),
            &[
                json!({"internal": true}),
                json!({"options": {"a.b": "c"}}),
                json!({"attachable": true}),
            ],
        )
        .import(id, &[])
        .older(0, older()),
        of(
            "docker_volume",
            json!({"name": format!("{run}-v")}),
            &[json!({"driver_opts": {
                "type": "tmpfs", "device": "tmpfs", "o": "size=1m",
            }})],
        )
        .import(id, &[])
        .older(0, older()),
        of("docker_image", json!({"name": local}), &[json!({"force_remove": true})]),
        of(
            "docker_tag",
            json!({
                "source_image": BASE, "target_image": format!("infra-test/{run}:tag"),
            }),
            &[json!({"tag_triggers": ["x"]})],
        ),
        of(
            "docker_container",
            json!({"name": format!("{run}-c"), "image": BASE}),
            &[
                json!({"env": ["A=1"]}),
                json!({"memory": 64}),
                json!({"restart": "always"}),
                json!({"hostname": "h"}),
                json!({"init": true}),
                json!({"command": ["/bin/sleep", "9"]}),
                json!({"healthcheck": [{"test": ["CMD", "true"]}]}),
                json!({"stop_timeout": 2}),
                json!({"mounts": [{"type": "tmpfs", "target": "/t"}]}),
                json!({"shm_size": 32}),
                json!({"ports": [{"internal": 80, "ip": "127.0.0.1"}]}),
                json!({"destroy_grace_seconds": 1}),
                json!({"working_dir": "/tmp"}),
            ],
        )
        .import(id, &["destroy_grace_seconds"])
        .older(0, older())
        .older(1, older()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_resource_type_keeps_the_contract() {
    let Some(address) = host() else { return skip("contract", "no Docker Engine answers") };
    let bench = Bench::open("contract", &address).await.map_err(|found| found.detail).unwrap();
    bench.base_image().await;
    let Some(registry) = Registry::start(false).await else {
        return skip("contract", "no docker-registry");
    };
    let local = registry.push(&bench, &bench.run).await;
    let outside = Others(&bench);
    let suite = contract::Bench {
        provider: &bench.provider,
        config: provider_config(&json!({ "host": address })),
        control: control(Arc::clone(&bench.lines)),
        samples: samples(&bench, &local),
        outside: &outside,
    };
    let problems = contract::check(&suite).await;
    bench.sweep().await;
    bench.sweep_images().await;
    assert!(problems.is_empty(), "{problems:#?}");
}
