//! Commands that write files of their own, each with what must hold wherever it was cut off.

mod installs;

pub(super) use installs::INSTALLS;

use super::{child::Output, estate::Estate};
use std::fs;

const IMPORT: &str = "import {\n  to = terraform_data.new\n  id = \"one\"\n}\n";

/// A command that writes, what goes before it, and what must hold wherever it was cut off; that is
/// told whether the command came to its end.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) command: &'static str,
    pub(super) prepare: fn(&Estate),
    pub(super) judge: fn(&Estate, bool),
}

impl Case {
    /// Judges what was left, and runs the command again: what was begun is ended by it, where it has
    /// not come to its end.
    pub(super) fn check(&self, estate: &Estate, is_new: bool, place: &str) {
        (self.judge)(estate, is_new);
        let again = estate.run(self.command);
        if again.code == Some(0) {
            (self.judge)(estate, true);
        } else {
            assert!(says_that_it_is_done(&again), "{}, {place}: {}", self.name, again.all());
        }
    }
}

/// What was done already cannot be done again.
fn says_that_it_is_done(output: &Output) -> bool {
    let said = ["already exists", "is not in the state", "doesn't exist", "files already, such as"];
    said.iter().any(|said| output.has(said))
}

/// Those that write one thing.
pub(super) const CASES: [Case; 7] = [
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
            let recorded = recorded(estate);
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

/// Returns the addresses in the state; what was dropped behind the last record is warned of before.
pub(super) fn recorded(estate: &Estate) -> Vec<String> {
    let mut lines = estate.recorded();
    lines.retain(|line| line.starts_with("terraform_data."));
    lines
}
