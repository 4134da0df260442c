//! Every attribute of a container, set: the second plan is empty.

use super::{
    bench::{Bench, text, with},
    images::BASE,
};
use infra_model::{ask::CallOutcome, journal::Verb};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const KIND: &str = "docker_container";

/// Attributes with a value to set; `start = false` where this machine can't run it.
fn cases(bench: &Bench) -> Vec<(&'static str, Json)> {
    let mut all = plain();
    all.extend(blocks(bench));
    all.extend(unstarted());
    all
}

fn plain() -> Vec<(&'static str, Json)> {
    vec![
        ("read_only", json!({"read_only": true})),
        ("must_run", json!({"must_run": false})),
        ("start", json!({"start": false})),
        ("wait", json!({"wait": true, "wait_timeout": 30, "healthcheck": [{"test": ["NONE"]}]})),
        (
            "attach",
            json!({"attach": true, "logs": true, "must_run": false, "command": ["/bin/true"]}),
        ),
        ("rm", json!({"rm": true, "destroy_grace_seconds": 1, "remove_volumes": false})),
        ("hostname", json!({"hostname": "a", "domainname": "b.c"})),
        ("command", json!({"command": ["/bin/sleep", "100"], "stop_signal": "SIGKILL"})),
        (
            "entrypoint",
            json!({"entrypoint": ["/bin/sleep"], "command": ["100"], "stop_signal": "KILL"}),
        ),
        ("user", json!({"user": "1000:1000", "group_add": ["20", "1000"]})),
        ("working_dir", json!({"working_dir": "/tmp/"})),
        (
            "dns",
            json!({"dns": ["9.9.9.9", "1.1.1.1"], "dns_opts": ["ndots:1"], "dns_search": ["b", "a"]}),
        ),
        ("publish_all_ports", json!({"publish_all_ports": true})),
        ("restart", json!({"restart": "unless-stopped"})),
        ("max_retry_count", json!({"restart": "on-failure", "max_retry_count": 2})),
        ("security_opts", json!({"security_opts": ["no-new-privileges", "apparmor:unconfined"]})),
        ("runtime", json!({"runtime": "runc", "platform": "linux/amd64"})),
        ("stop_timeout", json!({"stop_timeout": 3})),
        ("tmpfs", json!({"tmpfs": {"/t/": "size=1m", "/u": ""}})),
        ("memory", json!({"memory": 64, "memory_reservation": 32, "memory_swap": -1})),
        ("shm_size", json!({"shm_size": 128})),
        ("cpu_shares", json!({"cpu_shares": 512, "cpu_set": "0", "cpus": "0.75"})),
        ("cpu_period", json!({"cpu_period": 50000, "cpu_quota": 25000})),
        ("log_driver", json!({"log_driver": "json-file", "log_opts": {"max-size": "1m"}})),
        ("network_mode", json!({"network_mode": "none"})),
        ("network_mode", json!({"network_mode": "host"})),
        ("pid_mode", json!({"pid_mode": "host", "userns_mode": "host", "ipc_mode": "host"})),
        ("ipc_mode", json!({"ipc_mode": "shareable", "cgroup_parent": "/infra"})),
        ("cgroupns_mode", json!({"cgroupns_mode": "private"})),
        ("sysctls", json!({"sysctls": {"net.ipv4.ip_forward": "1"}})),
        ("init", json!({"init": true})),
        ("init", json!({"init": false})),
        ("tty", json!({"tty": true, "stdin_open": true})),
        ("env", json!({"env": ["A=", "B", "C=x=y", "PATH=/bin"]})),
        ("timeouts", json!({"timeouts": {"create": "5m"}})),
        (
            "container_read_refresh_timeout_milliseconds",
            json!({"container_read_refresh_timeout_milliseconds": 1000}),
        ),
    ]
}

fn blocks(bench: &Bench) -> Vec<(&'static str, Json)> {
    let run = &bench.run;
    vec![
        ("capabilities", json!({"capabilities": [{"add": ["NET_ADMIN", "CAP_SYS_TIME"]}]})),
        (
            "mounts",
            json!({"mounts": [
                {"type": "bind", "source": "/tmp/", "target": "/h", "read_only": true,
                 "bind_options": [{"propagation": "private"}]},
                {"type": "volume", "source": format!("{run}-m"), "target": "/v", "volume_options": [{
                    "no_copy": true, "driver_name": "local", "driver_options": {"o": "size=1m", "type": "tmpfs", "device": "tmpfs"},
                    "labels": [{"label": "infra.test", "value": run}],
                }]},
                {"type": "tmpfs", "target": "/t", "tmpfs_options": [{"size_bytes": 1_048_576, "mode": 511}]},
            ]}),
        ),
        (
            "volumes",
            json!({"volumes": [
                {"host_path": "/tmp", "container_path": "/h/", "read_only": true, "selinux_relabel": "z"},
                {"volume_name": format!("{run}-v"), "container_path": "/v"},
                {"container_path": "/anonymous"},
            ]}),
        ),
        (
            "volumes",
            json!({"volumes": [{"from_container": format!("{run}-donor"), "read_only": true}]}),
        ),
        (
            "ports",
            json!({"ports": [
                {"internal": 80, "ip": "127.0.0.1"}, {"internal": 80, "ip": "127.0.0.1"},
                {"internal": 53, "protocol": "udp"},
            ]}),
        ),
        (
            "host",
            json!({"host": [{"host": "b", "ip": "10.0.0.2"}, {"host": "a", "ip": "10.0.0.1"}, {"host": "six", "ip": "fe80::1"}]}),
        ),
        (
            "ulimit",
            json!({"ulimit": [{"name": "nofile", "soft": 100, "hard": 200}, {"name": "core", "soft": 0, "hard": 0}]}),
        ),
        (
            "devices",
            json!({"devices": [{"host_path": "/dev/null"}, {"host_path": "/dev/zero", "container_path": "/dev/z", "permissions": "r"}]}),
        ),
        ("labels", json!({"labels": [{"label": "b", "value": ""}, {"label": "a", "value": "1"}]})),
        (
            "networks_advanced",
            json!({"networks_advanced": [{
                "name": format!("{run}-net"), "aliases": ["x", "y"], "ipv4_address": "10.213.9.7",
                "driver_opts": ["a.b=c"],
            }]}),
        ),
        (
            "upload",
            json!({"upload": [
                {"file": "/etc/deep/app.conf", "content": "a = 1\n", "permissions": "0640"},
                {"file": "/bin/tool", "content_base64": "IyEvYmluL3NoCg==", "executable": true},
                {"file": "/etc/host", "source": "/etc/hostname", "source_hash": "x"},
            ]}),
        ),
        (
            "healthcheck",
            json!({"healthcheck": [{
                "test": ["CMD", "true"], "interval": "1m30s", "timeout": "500ms", "start_period": "2s", "retries": 4,
            }]}),
        ),
        ("healthcheck", json!({"healthcheck": [{"test": ["NONE"]}]})),
    ]
}

/// Devices that are not here, and settings that only some kernels have: created, not started.
fn unstarted() -> Vec<(&'static str, Json)> {
    let rate = json!([{"path": "/dev/null", "rate": 1000}]);
    vec![
        ("device_read_bps", json!({"start": false, "device_read_bps": rate})),
        ("device_read_iops", json!({"start": false, "device_read_iops": rate})),
        ("device_write_bps", json!({"start": false, "device_write_bps": rate})),
        ("device_write_iops", json!({"start": false, "device_write_iops": rate})),
        ("privileged", json!({"start": false, "privileged": true})),
        ("gpus", json!({"start": false, "gpus": "all"})),
        (
            "device_requests",
            json!({"start": false, "device_requests": [{
                "driver": "nvidia", "count": 2, "capabilities": ["gpu", "utility"], "options": {"a": "b"},
            }]}),
        ),
    ]
}

/// What only newer engines know: refused before anything is sent, and taken by those.
const NEWER: &[&str] = &["start_interval", "mac_address", "gw_priority", "subpath"];

#[tokio::test]
async fn each_attribute_that_is_set_plans_nothing_the_second_time() {
    with("attributes", |bench| async move {
        let net = json!({"name": format!("{}-net", bench.run), "ipam_config": [{"subnet": "10.213.9.0/24"}]});
        bench.create("docker_network", net).await;
        bench.create("docker_volume", json!({"name": format!("{}-v", bench.run)})).await;
        let donor = json!({"name": format!("{}-donor", bench.run), "image": BASE, "volumes": [{"container_path": "/d"}]});
        bench.create(KIND, donor).await;
        let mut wrong = Vec::new();
        for (name, mut json) in cases(&bench) {
            json["name"] = json!(bench.run);
            json["image"] = json!(BASE);
            let desired = bench.desired(KIND, json.clone());
            let container = match bench.call(KIND, Verb::Create, None, &desired).await {
                CallOutcome::Done(Some(container), _) => container,
                other => {
                    let CallOutcome::Failed(failure) = other else { panic!("{name}: no object") };
                    wrong.push(format!("{name}: {:?}", failure.diagnostic));
                    if let Some(left) = &failure.partial {
                        bench.delete(KIND, left).await;
                    }
                    continue;
                }
            };
            let now = bench.present(KIND, &container).await;
            let drift = super::bench::differences(&container.value, &now);
            let plan = bench.plan_from(KIND, &now, json).await;
            if !drift.is_empty() || !plan.is_empty {
                wrong.push(format!("{name}: drift {drift:?}, replace {:?}", plan.replace));
            }
            bench.delete(KIND, &container).await;
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    })
    .await;
}

#[tokio::test]
async fn no_attribute_is_left_untried() {
    with("untried", |bench| async move {
        let mut tried: BTreeSet<String> = BTreeSet::new();
        for (_, json) in cases(&bench) {
            tried.extend(json.as_object().unwrap().keys().cloned());
        }
        // Tried by every other test, or by a test of its own.
        tried.extend(["name", "image", "storage_opts"].map(str::to_owned));
        let kind = bench.kind(KIND);
        let block = &kind.schema().block;
        let open = block.attributes.iter().filter(|(_, a)| a.is_configurable()).map(|(n, _)| n);
        let untried: Vec<_> =
            open.chain(block.blocks.keys()).filter(|n| !tried.contains(&***n)).collect();
        assert!(untried.is_empty(), "{untried:?}");
    })
    .await;
}

#[tokio::test]
async fn what_this_engine_does_not_know_is_refused_or_taken_whole() {
    with("newer", |bench| async move {
        let api = bench.engine().api().await.unwrap();
        bench.create("docker_network", json!({"name": format!("{}-net", bench.run)})).await;
        let network = |more: Json| {
            let mut block = json!({"name": format!("{}-net", bench.run)});
            block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"networks_advanced": [block]})
        };
        for name in NEWER {
            let mut json = match *name {
                "start_interval" => json!({"healthcheck": [{"test": ["CMD", "true"], "start_interval": "1s"}]}),
                "mac_address" => network(json!({"mac_address": "02:42:ac:11:00:99"})),
                "gw_priority" => network(json!({"gw_priority": 5})),
                _ => json!({"mounts": [{"type": "volume", "target": "/x", "volume_options": [{"subpath": "a"}]}]}),
            };
            json["name"] = json!(bench.run);
            json["image"] = json!(BASE);
            if api < crate::engine::ApiVersion(1, 44) {
                let failure = bench.fails(KIND, json).await;
                assert_eq!(failure.diagnostic.code, "infra::docker::engine_too_old", "{name}");
                assert!(failure.partial.is_none());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn uploaded_files_are_there_before_the_start() {
    with("upload", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "must_run": false, "attach": true, "logs": true,
            "command": ["/bin/sh", "-c", "cat /etc/deep/app.conf; stat -c %a /bin/tool /etc/deep/app.conf"],
            "upload": [
                {"file": "/etc/deep/app.conf", "content": "a = 1\n", "permissions": "0640"},
                {"file": "/bin/tool", "content_base64": "IyEvYmluL3NoCg==", "executable": true},
            ],
        });
        let container = bench.create(KIND, json).await;
        assert_eq!(text(&container, "container_logs"), "a = 1\n744\n640");
    })
    .await;
}

#[tokio::test]
async fn storage_that_the_driver_can_not_limit_is_refused_by_the_engine() {
    with("storage", |bench| async move {
        let json = json!({"name": bench.run, "image": BASE, "storage_opts": {"size": "1G"}, "start": false});
        let desired = bench.desired(KIND, json.clone());
        let outcome = bench.call(KIND, Verb::Create, None, &desired).await;
        match outcome {
            CallOutcome::Done(object, _) => {
                bench.is_settled(KIND, &object.unwrap(), json).await;
            }
            CallOutcome::Failed(failure) => {
                assert_eq!(failure.diagnostic.code, "infra::docker::engine_refused");
                assert!(failure.partial.is_none());
            }
        }
    })
    .await;
}
