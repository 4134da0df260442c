//! Commands that are replayed, and not killed at every instant too: other tests do that.

use crate::end_to_end::{
    cases::{Case, recorded},
    estate::Estate,
};
use infra_model::journal::Time;
use infra_state::{LocalStore, Store as _, Who};
use std::fs;

const THREE: &str = "resource \"terraform_data\" \"a\" {\n  count = 3\n  input = count.index\n}\n";

pub(super) const CASES: [Case; 8] = [
    Case {
        name: "new workspace",
        command: "workspace new two",
        prepare: |estate| {
            estate.write("main.tf", &(elsewhere() + THREE));
            estate.apply();
        },
        judge: |estate, is_new| {
            let list = estate.run("workspace list").exits(0).stdout;
            assert!(list.contains("* two") || !is_new && list.contains("* default"), "{list}");
            estate.run("plan").exits(0);
        },
    },
    Case {
        name: "workspace with a state",
        command: "workspace new -state=deep/state two",
        prepare: |estate| {
            estate.write("main.tf", &(elsewhere() + THREE));
            estate.apply();
        },
        judge: |estate, is_new| {
            let list = estate.run("workspace list").exits(0).stdout;
            let is_chosen = list.contains("* two");
            assert!(is_chosen || !is_new, "{list}");
            if list.contains("two") {
                let recorded = estate.run_with("state list", &[("TF_WORKSPACE", "two".into())]);
                let count = recorded.stdout.matches("terraform_data.a[").count();
                assert_eq!(count, 3, "{}", recorded.all());
            }
        },
    },
    Case {
        name: "deleted workspace",
        command: "workspace delete -force two",
        prepare: |estate| {
            estate.write("main.tf", &(elsewhere() + THREE));
            estate.apply();
            estate.run("workspace new -state=deep/state two").exits(0);
            estate.run("workspace select default").exits(0);
        },
        judge: |estate, is_new| {
            let list = estate.run("workspace list").exits(0).stdout;
            assert!(!is_new || !list.contains("two"), "{list}");
            if list.contains("two") {
                let recorded = estate.run_with("state list", &[("TF_WORKSPACE", "two".into())]);
                let count = recorded.stdout.matches("terraform_data.a[").count();
                assert_eq!(count, 3, "{}", recorded.all());
            }
            estate.is_settled();
        },
    },
    Case {
        name: "report of tests",
        command: "test -junit-xml=report.xml",
        prepare: |estate| {
            estate.write("main.tf", "");
            estate.write("a.tftest.hcl", "run \"a\" {\n}\n");
            estate.write("report.xml", "the one before");
        },
        judge: |estate, is_new| {
            let report = fs::read_to_string(estate.file("report.xml")).unwrap();
            let is_whole =
                report.contains("<testsuites>") && report.trim_end().ends_with("</testsuites>");
            assert!(is_whole || !is_new && report == "the one before", "{report}");
        },
    },
    Case {
        name: "pushed state",
        command: "state push -force pulled.json",
        prepare: |estate| {
            estate.write("main.tf", THREE);
            estate.apply();
            estate.write("pulled.json", &estate.run("state pull").exits(0).stdout);
            estate.run("state rm terraform_data.a[1]").exits(0);
        },
        judge: |estate, is_new| {
            let count = recorded(estate).len();
            assert!(count == 3 || !is_new && count == 2, "{count}");
        },
    },
    Case {
        name: "destroyed file",
        command: "destroy -auto-approve",
        prepare: |estate| {
            estate.write(
                "main.tf",
                "resource \"local_file\" \"a\" {\n  filename = \"made.d/a\"\n  content = \"a\"\n}\n",
            );
            estate.apply();
        },
        judge: |estate, is_new| {
            let is_there = estate.file("made.d/a").exists();
            assert!(!is_new || !is_there, "it came back, and nothing knows of it");
            assert!(!is_new || estate.recorded().is_empty());
        },
    },
    Case {
        name: "archive",
        command: "apply -auto-approve",
        prepare: |estate| {
            estate.write(
                "main.tf",
                "data \"archive_file\" \"a\" {\n  type = \"zip\"\n  source_content = \"text\"\n  \
                 source_content_filename = \"a.txt\"\n  output_path = \"a.zip\"\n}\n\
                 output \"sum\" {\n  value = data.archive_file.a.output_sha256\n}\n\
                 resource \"terraform_data\" \"a\" {\n}\n",
            );
        },
        judge: |estate, is_new| {
            let Ok(bytes) = fs::read(estate.file("a.zip")) else { return assert!(!is_new) };
            let is_whole = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).is_ok();
            assert!(is_whole, "{} bytes of an archive", bytes.len());
        },
    },
    Case {
        name: "index",
        command: "apply -auto-approve -var=stage=2",
        prepare: |estate| {
            estate.write(
                "main.tf",
                "variable \"stage\" {\n  type = number\n  default = 1\n}\nresource \"terraform_data\" \"a\" {\n  \
                 count = 260\n  input = count.index == 7 ? var.stage : 1\n}\n",
            );
            estate.apply();
            assert!(estate.file(".infra/index/db").exists());
        },
        judge: |estate, is_new| {
            let state = estate.run("state pull").exits(0).stdout;
            let json: serde_json::Value = serde_json::from_str(&state).unwrap();
            let instances = json["resources"][0]["instances"].as_array().unwrap();
            assert_eq!(instances.len(), 260);
            let input = &instances[7]["attributes"]["input"]["value"];
            assert!(input == 2 || !is_new && input == 1, "{input}");
            looked_up(estate);
        },
    },
];

/// Returns a backend whose state lies below directories that are not there either.
fn elsewhere() -> String {
    "terraform {\n  backend \"local\" {\n    path = \"deep/state\"\n  }\n}\n".to_owned()
}

/// Looks an instance up by the index: what it finds is what is recorded.
fn looked_up(estate: &Estate) {
    let store = LocalStore::open(estate.file(".infra"), None).unwrap();
    let snapshot = store.read().unwrap().snapshot;
    let (address, instance) = snapshot.instances.iter().nth(7).unwrap();
    let (user, host, command) = ("tester".into(), "here".into(), "look up".into());
    let who = Who { user, host, pid: 1, command, at: Time(1) };
    assert_eq!(store.look_up(who, address).unwrap().as_ref(), Some(instance));
}
