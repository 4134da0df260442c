//! Killed before each operation on files, one after the other: what commands write beside the run of
//! an apply is the old or the new, whole, and the same command ends what was begun.
//!
//! `strace` sends the signal when the program enters a call of the system; in which thread of it, and
//! the how many-eth call of its sort, is named, so every run dies where it is told to.

use super::{
    child::{Output, Running},
    estate::{Estate, binary},
    outside,
};
use std::{fs, process::Command, thread};

/// Calls that change files, by the names that they have on different machines.
const CALLS: [&str; 8] = [
    "write",
    "?fsync",
    "?fdatasync",
    "?rename,?renameat,?renameat2",
    "?link,?linkat",
    "?unlink,?unlinkat,?rmdir",
    "?mkdir,?mkdirat",
    "?ftruncate",
];

/// More calls of one sort than any of these commands makes in a thread.
const CALLS_MAX: u32 = 100;

const IMPORT: &str = "import {\n  to = terraform_data.new\n  id = \"one\"\n}\n";

/// A command that writes, what goes before it, and what must hold after it was killed; it is told
/// whether the command came to its end.
struct Case {
    name: &'static str,
    command: &'static str,
    prepare: fn(&Estate),
    judge: fn(&Estate, bool),
}

const CASES: [Case; 7] = [
    Case {
        name: "saved plan",
        command: "plan -out=made",
        prepare: |estate| {
            estate.write("main.tf", &data(1));
            estate.run("plan -out=made").exits(0);
            estate.write("main.tf", &data(2));
        },
        judge: |estate, is_new| {
            let shown = estate.run("show made").exits(0);
            assert!(shown.has("\"content 2\"") || !is_new && shown.has("\"content 1\""));
        },
    },
    Case {
        name: "generated configuration",
        command: "plan -generate-config-out=made.tf",
        prepare: |estate| {
            fs::remove_file(estate.file("made.tf")).ok();
            estate.write("main.tf", IMPORT);
        },
        judge: |estate, is_new| match fs::read_to_string(estate.file("made.tf")) {
            Ok(text) => assert!(text.ends_with("}\n"), "{text}"),
            Err(error) => assert!(!is_new, "{error}"),
        },
    },
    Case {
        name: "formatted file",
        command: "fmt",
        prepare: |estate| estate.write("main.tf", "locals {\n  a=1\n}\n"),
        judge: |estate, is_new| {
            let text = fs::read_to_string(estate.file("main.tf")).unwrap();
            assert!(text.contains("a = 1\n}\n") || !is_new && text.contains("a=1\n}\n"), "{text}");
        },
    },
    Case {
        name: "chosen workspace",
        command: "workspace select two",
        prepare: |estate| {
            if estate.run("workspace select default").code != Some(0)
                || !estate.file(".infra/workspaces/two").exists()
            {
                estate.run("workspace new two").exits(0);
                estate.run("workspace select default").exits(0);
            }
        },
        judge: |estate, is_new| {
            let chosen = estate.run("workspace show").exits(0).stdout;
            assert!(chosen == "two\n" || !is_new && chosen == "default\n", "{chosen}");
        },
    },
    Case {
        name: "state directory",
        command: "init",
        prepare: |estate| {
            fs::remove_dir_all(estate.file(".infra")).ok();
            estate.write("main.tf", &data(1));
        },
        judge: |estate, is_new| {
            let noted = fs::read_to_string(estate.file(".infra/.gitignore"));
            assert!(noted.as_deref().map_or(!is_new, |text| text == "*\n"), "{noted:?}");
        },
    },
    Case {
        name: "edited state",
        command: "state mv terraform_data.a terraform_data.b",
        prepare: |estate| {
            estate.write("main.tf", "resource \"terraform_data\" \"a\" {}\n");
            estate.apply();
        },
        judge: |estate, is_new| {
            let recorded = estate.recorded();
            assert!(
                recorded == ["terraform_data.b"] || !is_new && recorded == ["terraform_data.a"]
            );
        },
    },
    Case {
        name: "local file",
        command: "apply -auto-approve",
        prepare: |estate| {
            estate.write("main.tf", &file(1));
            estate.apply();
            assert_eq!(fs::read_dir(estate.file("made.d")).unwrap().count(), 1);
            estate.write("main.tf", &file(2));
        },
        judge: |estate, is_new| {
            // Another content is another file: the old one goes before the new one comes.
            let content = fs::read_to_string(estate.file("made.d/a"));
            assert!(content.as_ref().map_or(!is_new, |text| {
                *text == "content 2" || !is_new && *text == "content 1"
            }));
            estate.run("state list").exits(0);
        },
    },
];

fn data(version: u32) -> String {
    format!("resource \"terraform_data\" \"a\" {{\n  input = \"content {version}\"\n}}\n")
}

fn file(version: u32) -> String {
    format!(
        "resource \"local_file\" \"a\" {{\n  filename = \"made.d/a\"\n  content = \"content {version}\"\n}}\n"
    )
}

#[test]
fn killed_at_any_instant_files_are_old_or_new_and_never_in_between() {
    if outside::ask("strace", &["-qq", "-o", "/dev/null", "true"]).is_none() {
        return outside::skip("instants", "strace cannot run here", "INFRA_REQUIRE_STRACE");
    }
    let kills: u32 = thread::scope(|scope| {
        let running = CASES.each_ref().map(|case| scope.spawn(|| sweep(case)));
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    outside::tell(&format!("instants: {kills} kills"));
    assert!(kills > 50, "{kills} kills are too few for all these operations");
}

/// Kills the command of a case at every operation of every sort; returns the number of kills.
fn sweep(case: &Case) -> u32 {
    let estate = Estate::new();
    let mut kills = 0;
    for calls in CALLS {
        for number in 1..CALLS_MAX {
            (case.prepare)(&estate);
            let output = killed_at(&estate, calls, number, case.command);
            let place = format!("{}, before {calls} {number}", case.name);
            let is_new = output.code == Some(0);
            assert!(is_new || output.code.is_none(), "{place}: {}", output.all());
            (case.judge)(&estate, is_new);
            if is_new {
                break;
            }
            kills += 1;
            // What was begun is ended by the same command, where it has not come to its end.
            let again = estate.run(case.command);
            if again.code == Some(0) {
                (case.judge)(&estate, true);
            } else {
                let is_done = again.has("already exists") || again.has("is not in the state");
                assert!(is_done, "{place}: {}", again.all());
            }
        }
    }
    kills
}

/// Runs a command that is killed when a thread of it enters a call of the system for the so many-eth
/// time; it runs to its end if it never does.
fn killed_at(estate: &Estate, calls: &str, number: u32, command: &str) -> Output {
    let inject = format!("inject={calls}:signal=KILL:when={number}");
    let trace = format!("trace={calls}");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject, binary()]);
    strace.args(command.split(' ')).current_dir(estate.path());
    strace.env("HOME", estate.path().with_file_name("home")).env("USER", "tester");
    Running::start(strace, format!("infra {command}, killed before {calls} {number}")).finish()
}
