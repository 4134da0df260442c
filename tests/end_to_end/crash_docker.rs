//! Kills on a real Docker Engine: after each, what was acknowledged is recorded, and after one more
//! apply the engine holds nothing that the state does not know.

use super::{
    crash::{acknowledged, kill_after_lines},
    engine::Engine,
    estate::Estate,
    outside,
};

/// How many kills there are if nothing else is said.
const KILLS: u64 = 6;

const MAIN: &str = r#"resource "docker_network" "net" {
  count = 3
  name  = "@RUN@-net-${count.index}"
  labels {
    label = "infra.test"
    value = "@RUN@"
  }
}

resource "docker_volume" "data" {
  count = 4
  name  = "@RUN@-data-${count.index}"
  labels {
    label = "infra.test"
    value = "@RUN@"
  }
}

resource "docker_container" "app" {
  count       = 6
  name        = "@RUN@-app-${count.index}"
  image       = "@RUN@:1"
  stop_signal = "SIGKILL"
  networks_advanced {
    name = docker_network.net[count.index % 3].name
  }
  volumes {
    volume_name    = docker_volume.data[count.index % 4].name
    container_path = "/data"
  }
  labels {
    label = "infra.test"
    value = "@RUN@"
  }
}
"#;

#[test]
fn kill_sweep_on_docker() {
    let Some(engine) = Engine::answering("kill") else { return };
    let estate = Estate::of(&MAIN.replace("@RUN@", engine.run()));
    let kills = outside::number("INFRA_KILLS").map_or(KILLS, |kills| kills / 10);
    for round in 0..kills {
        let (command, again) = match round % 4 {
            3 => ("destroy -auto-approve", "destroy -auto-approve"),
            _ => ("apply -auto-approve", "apply -auto-approve"),
        };
        // 13 resources give 26 lines; a stride that has no divisor in common visits them all.
        let killed = kill_after_lines(estate.start(command), round * 7 % 26);
        let recorded = estate.recorded();
        for (address, made) in acknowledged(&killed) {
            let known = recorded.iter().any(|recorded| recorded == address);
            assert_eq!(known, made, "kill {round}: `{address}` in\n{}", killed.all());
        }
        estate.run(again).exits(0);
        let expected = if command.starts_with("destroy") { 0 } else { 13 };
        assert_eq!(estate.recorded().len(), expected, "kill {round}");
        assert_eq!(engine.objects().len(), expected, "kill {round}: {:?}", engine.objects());
        if round % 4 == 2 {
            estate.is_settled();
        } else if expected > 0 {
            estate.run("destroy -auto-approve").exits(0);
            assert!(engine.objects().is_empty());
        }
    }
    estate.run("destroy -auto-approve").exits(0);
    assert!(engine.objects().is_empty());
}
