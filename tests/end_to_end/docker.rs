//! An estate on a real Docker Engine: networks, volumes and six containers through their life.

use super::{
    engine::{Engine, docker},
    estate::Estate,
};

const SECRET: &str = "docker-hunter2-SECRET";

/// Six containers that need one another; the variables are what the test changes.
const MAIN: &str = r#"variable "memory" {
  default = 64
}

variable "release" {
  default = "1"
}

variable "restart" {
  type    = string
  default = "on-failure"
}

variable "password" {
  sensitive = true
}

locals {
  prefix = "@RUN@"
  images = { for version in ["1", "2"] : version => "@RUN@:${version}" }
  sleep  = ["/bin/busybox", "sleep", "3600"]
}

resource "docker_network" "net" {
  for_each = toset(["front", "back"])
  name     = "${local.prefix}-${each.key}"
  labels {
    label = "infra.test"
    value = local.prefix
  }
}

resource "docker_volume" "data" {
  for_each = toset(["db", "cache"])
  name     = "${local.prefix}-${each.key}"
  labels {
    label = "infra.test"
    value = local.prefix
  }
}

resource "docker_container" "db" {
  name        = "${local.prefix}-db"
  image       = local.images["1"]
  command     = local.sleep
  stop_signal = "SIGKILL"
  memory      = var.memory
  env         = ["PASSWORD=${var.password}"]
  wait        = true
  networks_advanced {
    name    = docker_network.net["back"].name
    aliases = ["database"]
  }
  volumes {
    volume_name    = docker_volume.data["db"].name
    container_path = "/data"
  }
  healthcheck {
    test     = ["CMD", "/bin/busybox", "test", "-d", "/data"]
    interval = "500ms"
    retries  = 5
  }
  labels {
    label = "infra.test"
    value = local.prefix
  }
}

resource "docker_container" "cache" {
  name        = "${local.prefix}-cache"
  image       = local.images["1"]
  command     = local.sleep
  stop_signal = "SIGKILL"
  cpu_shares  = 512
  networks_advanced {
    name = docker_network.net["back"].name
  }
  mounts {
    type   = "volume"
    source = docker_volume.data["cache"].name
    target = "/cache"
  }
  labels {
    label = "infra.test"
    value = local.prefix
  }
}

resource "docker_container" "app" {
  count       = 2
  name        = "${local.prefix}-app-${count.index}"
  image       = local.images[var.release]
  command     = local.sleep
  stop_signal = "SIGKILL"
  restart     = var.restart
  env         = ["DB=${docker_container.db.name}", "CACHE=${docker_container.cache.name}"]
  networks_advanced {
    name = docker_network.net["back"].name
  }
  networks_advanced {
    name = docker_network.net["front"].name
  }
  ulimit {
    name = "nofile"
    soft = 1024
    hard = 2048
  }
  labels {
    label = "infra.test"
    value = local.prefix
  }
}

resource "docker_container" "web" {
  name        = "${local.prefix}-web"
  image       = local.images["1"]
  command     = ["/bin/busybox", "httpd", "-f", "-p", "8080"]
  stop_signal = "SIGKILL"
  env         = [for app in docker_container.app : "UPSTREAM_${app.name}=${app.id}"]
  networks_advanced {
    name = docker_network.net["front"].name
  }
  ports {
    internal = 8080
    ip       = "127.0.0.1"
  }
  upload {
    file    = "/index.html"
    content = "hello"
  }
  labels {
    label = "infra.test"
    value = local.prefix
  }
}

resource "docker_container" "job" {
  name     = "${local.prefix}-job"
  image    = local.images["1"]
  command  = ["/bin/sh", "-c", "/bin/busybox true"]
  must_run = false
  attach   = true
  networks_advanced {
    name = docker_network.net["back"].name
  }
  labels {
    label = "infra.test"
    value = local.prefix
  }
  depends_on = [docker_container.web]
}

output "port" {
  value = docker_container.web.ports[0].external
}
"#;

fn estate(engine: &Engine) -> Estate {
    Estate::of(&MAIN.replace("@RUN@", engine.run())).sealed().with("TF_VAR_password", SECRET)
}

#[test]
fn docker_estate_lives_from_first_apply_to_destroy() {
    let Some(engine) = Engine::answering("estate") else { return };
    let estate = estate(&engine);
    first_apply(&engine, &estate);
    memory_changes_in_place(&engine, &estate);
    image_replaces(&engine, &estate);
    removed_container_is_healed(&engine, &estate);
    attribute_is_unset(&engine, &estate);
    let gone = estate.run(&format!("destroy -auto-approve {VERSION_2}")).exits(0).lacks(SECRET);
    assert_eq!(gone.addresses("Destruction complete").len(), 10);
    assert_eq!(engine.objects(), Vec::<String>::new());
    for (path, bytes) in estate.files() {
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "the secret is in {}", path.display());
    }
}

/// The flags that stay in force once each has been tried.
const MEMORY: &str = "-var memory=96";
const VERSION_2: &str = "-var memory=96 -var release=2";

fn first_apply(engine: &Engine, estate: &Estate) {
    estate.run("plan").exits(0).says("Plan: 10 to add").lacks(SECRET);
    let made = estate.apply().says("10 added").lacks(SECRET).addresses("Creation complete");
    let place = |address: &str| made.iter().position(|made| made == address).unwrap();
    assert!(place("docker_container.db") < place("docker_container.app[0]"), "{made:?}");
    assert!(place("docker_container.app[1]") < place("docker_container.web"), "{made:?}");
    assert_eq!(engine.objects().len(), 10);
    assert_eq!(engine.inspect("db", "{{.State.Health.Status}}"), "healthy");
    assert!(engine.inspect("db", "{{.Config.Env}}").contains(SECRET));
    let port = estate.run("output -raw port").exits(0).stdout;
    assert!(port.parse::<u16>().is_ok_and(|port| port > 1024), "{port}");
    estate.is_settled();
}

fn memory_changes_in_place(engine: &Engine, estate: &Estate) {
    let id = engine.inspect("db", "{{.Id}}");
    let command = format!("apply -auto-approve {MEMORY}");
    estate
        .run(&command)
        .exits(0)
        .says("will be updated in-place")
        .says("0 added, 1 changed, 0 destroyed");
    assert_eq!(engine.inspect("db", "{{.Id}}"), id);
    assert_eq!(engine.inspect("db", "{{.HostConfig.Memory}}"), (96 << 20).to_string());
    estate.run(&format!("plan -detailed-exitcode {MEMORY}")).exits(0);
}

fn image_replaces(engine: &Engine, estate: &Estate) {
    let before = (engine.inspect("app-0", "{{.Id}}"), engine.inspect("db", "{{.Id}}"));
    let plan = estate.run(&format!("plan {VERSION_2}")).exits(0).lacks(SECRET);
    plan.says("docker_container.app[0] must be replaced")
        .says("forces replacement")
        .says("downtime");
    estate.run(&format!("apply -auto-approve {VERSION_2}")).exits(0);
    assert_ne!(engine.inspect("app-0", "{{.Id}}"), before.0);
    assert_eq!(engine.inspect("db", "{{.Id}}"), before.1);
    assert_eq!(engine.inspect("app-0", "{{.Config.Image}}"), engine.image("2"));
    estate.run(&format!("plan -detailed-exitcode {VERSION_2}")).exits(0);
}

fn removed_container_is_healed(engine: &Engine, estate: &Estate) {
    let name = format!("{}-cache", engine.run());
    docker(&["rm", "-f", &name]);
    let plan = estate.run(&format!("plan -detailed-exitcode {VERSION_2}")).exits(2);
    plan.says("docker_container.cache is gone").says("1 to add");
    estate.run(&format!("apply -auto-approve {VERSION_2}")).exits(0).says("1 added");
    assert_eq!(engine.inspect("cache", "{{.State.Running}}"), "true");
    estate.run(&format!("plan -detailed-exitcode {VERSION_2}")).exits(0);
}

fn attribute_is_unset(engine: &Engine, estate: &Estate) {
    assert_eq!(engine.inspect("app-0", "{{.HostConfig.RestartPolicy.Name}}"), "on-failure");
    let words = ["apply", "-auto-approve", "-var=memory=96", "-var=release=2", "-var=restart=null"];
    // An untyped `null` on the command line is a text; the configuration says it by leaving it out.
    let main = MAIN.replace("@RUN@", engine.run()).replace("  restart     = var.restart\n", "");
    estate.write("main.tf", &main);
    estate.run_words(&words[..4]).exits(0).says("0 added, 2 changed, 0 destroyed");
    assert_eq!(engine.inspect("app-0", "{{.HostConfig.RestartPolicy.Name}}"), "no");
    estate.run(&format!("plan -detailed-exitcode {VERSION_2}")).exits(0);
}

/// Objects that were made by hand, with what an engine can be asked for.
fn made_by_hand(engine: &Engine) {
    let run = engine.run();
    let label = format!("infra.test={run}");
    let name = |name: &str| format!("{run}-{name}");
    let (plain, net, vol) = (name("plain"), name("hand-net"), name("hand-vol"));
    let subnet = ["--subnet", "10.213.77.0/24", "--gateway", "10.213.77.1"];
    docker(&[&["network", "create", "--label", &label][..], &subnet, &[&net]].concat());
    docker(&["network", "create", "--label", &label, "--internal", &plain]);
    docker(&["volume", "create", "--label", &label, &vol]);
    let (image, mount) = (engine.image("1"), format!("{vol}:/data"));
    let create = |name: &str, options: &str, rest: &[&str]| {
        let options: Vec<&str> = options.split_whitespace().collect();
        docker(&[&["create", "--label", &label, "--name", name][..], &options, rest].concat());
    };
    let command = ["/bin/busybox", "sleep", "3600"];
    let all = format!(
        "--network {net} --network-alias db --ip 10.213.77.9 -v {mount} -v /tmp:/host:ro \
         --mount type=tmpfs,target=/scratch,tmpfs-size=1048576 -p 127.0.0.1:18097:8080 -p 8081/udp \
         -e P=secret -e Q=w --restart on-failure:3 --memory 64m --cpu-shares 512 --cpus 0.5 \
         --ulimit nofile=1024:2048 --cap-add NET_ADMIN --cap-drop MKNOD --health-cmd true \
         --health-interval 5s --dns 192.0.2.1 --add-host other:192.0.2.2 --user 0:0 -w /tmp --init \
         --read-only --tmpfs /run:size=1m --log-opt max-size=1m --stop-signal SIGKILL \
         --stop-timeout 3 --shm-size 16m --sysctl net.ipv4.ip_forward=1 --device /dev/null:/dev/foo \
         --security-opt no-new-privileges --group-add 1000 -h own-name"
    );
    create(
        &name("full"),
        &all,
        &[&image, "/bin/sh", "-c", "exec sleep $((60 * 60)) # \"${x}\" %{y}"],
    );
    create(&plain, "", &[&[&*image][..], &command].concat());
    create(&name("terminal"), "-t -i --entrypoint /bin/sh --network none -P", &[&image]);
    docker(&["start", &plain]);
    // A name that means another image by now than when the container was made.
    let moved = engine.image("moved");
    docker(&["tag", &image, &moved]);
    create(&name("moved"), "", &[&[&*moved][..], &command].concat());
    docker(&["tag", &engine.image("2"), &moved]);
}

#[test]
fn configuration_is_generated_for_what_an_engine_holds() {
    let Some(engine) = Engine::answering("generate") else { return };
    made_by_hand(&engine);
    let run = engine.run();
    let import = |to: &str, id: &str| format!("import {{\n  to = {to}\n  id = \"{id}\"\n}}\n");
    let (net, vol) = (format!("{run}-hand-net"), format!("{run}-hand-vol"));
    let image = engine.image("1");
    let mut imports = [
        import("docker_network.net", &net),
        import("docker_network.plain", &format!("{run}-plain")),
        import("docker_volume.vol", &vol),
        import("docker_image.base", &image),
    ]
    .concat();
    for name in ["full", "plain", "terminal", "moved"] {
        imports.push_str(&import(&format!("docker_container.{name}"), &format!("{run}-{name}")));
    }
    let estate = Estate::of(&imports).sealed();
    only_imports(&estate, 8);
    let text = std::fs::read_to_string(estate.file("generated.tf")).unwrap();
    for line in [
        "command                                     = [\"/bin/sh\", \"-c\", \"exec sleep $((60 * 60)) # \\\"$${x}\\\" %%{y}\"]\n",
        "  sysctls = {\n    \"net.ipv4.ip_forward\" = \"1\"\n  }\n",
        "  ipam_config {\n",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
    // What only the engine gives is not written.
    for name in ["exit_code", "network_data", "bridge ", "mountpoint", "scope", "image_id", "  id "]
    {
        assert!(!text.contains(&format!("{name} =")), "{name} in\n{text}");
    }
    let id = engine.inspect("full", "{{.Id}}");
    estate.run("apply -auto-approve").exits(0).says("8 imported, 0 added, 0 changed, 0 destroyed");
    estate.is_settled();
    assert_eq!(engine.inspect("full", "{{.Id}}"), id);
}

#[test]
fn what_was_made_and_forgotten_is_taken_back_by_generated_configuration() {
    let Some(engine) = Engine::answering("forgotten") else { return };
    let made = estate(&engine);
    made.apply();
    let recorded = made.recorded();
    for address in &recorded {
        made.run_words(&["state", "rm", address]).exits(0);
    }
    let flat = |address: &str| address.replace(['[', ']', '"'], "_");
    let id = |address: &str| {
        let key = address.split(['[', ']']).nth(1).map(|key| key.replace('"', ""));
        let name = address.split(['.', '[']).nth(1).unwrap();
        let own = match (address.starts_with("docker_container"), key) {
            (true, None) => name.to_owned(),
            (true, Some(index)) => format!("{name}-{index}"),
            (false, key) => key.unwrap(),
        };
        format!("{}-{own}", engine.run())
    };
    let blocks = recorded.iter().map(|address| {
        format!("import {{\n  to = {}\n  id = \"{}\"\n}}\n", flat(address), id(address))
    });
    let imports: String = blocks.collect();
    made.write("main.tf", &imports);
    only_imports(&made, recorded.len());
    made.run("apply -auto-approve").exits(0).says("10 imported, 0 added, 0 changed");
    made.is_settled();
}

/// Generates configuration, which is valid and whose plan imports and does nothing else.
fn only_imports(estate: &Estate, count: usize) {
    let says = format!("Plan: {count} to import, 0 to add, 0 to change, 0 to destroy.");
    let plan = estate.run("plan -no-color -generate-config-out=generated.tf").exits(0);
    plan.says(&says).lacks("infra::");
    estate.run("validate").exits(0);
    estate.run("fmt -check").exits(0);
    estate.run("plan -no-color").exits(0).says(&says);
}

#[test]
fn engine_that_does_not_answer_is_neither_empty_nor_unchanged() {
    let Some(engine) = Engine::answering("unreachable") else { return };
    let main = format!(
        "resource \"docker_volume\" \"a\" {{\n  name = \"{0}-a\"\n  labels {{\n    label = \"infra.test\"\n    value = \"{0}\"\n  }}\n}}\n",
        engine.run()
    );
    let estate = Estate::of(&main);
    estate.apply();
    let estate = estate.with("DOCKER_HOST", "unix:///nowhere/docker.sock");
    let plan = estate.run("plan -detailed-exitcode").lacks("1 to add").lacks("No changes.");
    assert_ne!(plan.code, Some(0), "{}", plan.all());
    assert_eq!(estate.recorded(), ["docker_volume.a"]);
    assert_eq!(engine.objects().len(), 1);
}
