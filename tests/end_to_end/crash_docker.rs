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

/// As many commands of a round are killed one behind the other at most.
const IN_A_ROW: u64 = 3;

#[test]
fn kill_sweep_on_docker() {
    let Some(engine) = Engine::answering("kill") else { return };
    let estate = Estate::of(&MAIN.replace("@RUN@", engine.run()));
    // The other four fifths are of `kill_sweep`.
    let kills = outside::number("INFRA_KILLS").map_or(KILLS, |kills| kills / 5);
    let (mut done, mut round) = (0, 0);
    while done < kills {
        let command = if round % 4 == 3 { "destroy" } else { "apply" };
        // The runs that recover from a kill are killed as well.
        for again in 0..=round % IN_A_ROW {
            // 13 resources give 26 lines; a stride that has no divisor in common visits them all.
            let lines = (round * 7 + again * 11) % 26;
            done += u64::from(kill(&estate, command, lines));
        }
        estate.run(&format!("{command} -auto-approve")).exits(0);
        let expected = if command == "destroy" { 0 } else { 13 };
        assert_eq!(estate.recorded().len(), expected, "round {round}");
        assert_eq!(engine.objects().len(), expected, "round {round}: {:?}", engine.objects());
        if round % 4 == 2 {
            estate.is_settled();
        } else if expected > 0 {
            estate.run("destroy -auto-approve").exits(0);
            assert!(engine.objects().is_empty());
        }
        round += 1;
        assert!(round < 2 * kills + 10, "{done} kills in {round} rounds");
    }
    estate.run("destroy -auto-approve").exits(0);
    assert!(engine.objects().is_empty());
    outside::tell(&format!("kill_sweep_on_docker: {done} kills in {round} rounds"));
}

/// Kills a command after so many lines; returns whether it died of that, and checks that what was
/// acknowledged is what is recorded.
fn kill(estate: &Estate, command: &str, lines: u64) -> bool {
    let killed = kill_after_lines(estate.start(&format!("{command} -auto-approve")), lines);
    let recorded = estate.recorded();
    for (address, made) in acknowledged(&killed) {
        let known = recorded.iter().any(|recorded| recorded == address);
        // In an apply its successor may have been made unseen.
        let right = known == made || command == "apply" && known;
        assert!(right, "after {lines} lines: `{address}` in\n{}", killed.all());
    }
    assert!(matches!(killed.code, None | Some(0)), "{}", killed.all());
    killed.code.is_none()
}
