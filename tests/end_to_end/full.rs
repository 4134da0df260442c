//! No room on the disk, at each write of the program: what has its final name is whole or was not
//! touched, nothing is left beside it, and the command works as soon as there is room.
//!
//! The limit of a process on the length of its files stands for the full disk: it holds for root
//! too, and what it refuses is a write in the middle of it.

use super::{
    child::{Output, Running},
    estate::{Estate, binary, files_below},
};
use std::{fs, path::PathBuf, process::Command};

const MAIN: &str = "resource \"terraform_data\" \"a\" {\n  count = 3\n  input = count.index\n}\n";

const IMPORT: &str = "import {\n  to = terraform_data.new\n  id = \"one\"\n}\n";

impl Estate {
    /// Runs the program where no file may be longer than so many blocks of 512 bytes.
    fn run_without_room(&self, blocks: u32, arguments: &str) -> Output {
        // The signal that goes with the refusal would end the program; a full disk sends none.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {arguments}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, binary()]).current_dir(self.path());
        command.env("HOME", self.path().with_file_name("home")).env("USER", "tester");
        Running::start(command, format!("infra {arguments} ({blocks} blocks)")).finish()
    }

    /// Returns the user's own files, and of the program's those that are no state.
    fn own(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let is_state = |path: &PathBuf| {
            let inside = path.strip_prefix(self.file(".infra")).ok();
            inside.is_some_and(|inside| {
                !["environment", ".gitignore", "modules"]
                    .iter()
                    .any(|name| inside.starts_with(name))
            })
        };
        files_below(&self.path()).into_iter().filter(|(path, _)| !is_state(path)).collect()
    }
}

/// What the state says of what it could not write.
const NOTHING: &str = "Nothing of this was written; what was recorded before is safe.";

/// Commands that write, what they need beside the estate, and what they say where there is no room.
const COMMANDS: [(&str, &str, &str); 12] = [
    ("plan -generate-config-out=made.tf", IMPORT, "The file was not made, and nothing was changed"),
    ("plan -out=made.plan", "", NOTHING),
    ("fmt", "locals {\n  a=1\n}\n", "The file is as it was"),
    ("workspace select two", "", NOTHING),
    ("workspace new three", "", "Workspace \"three\" was made; the current one stays"),
    ("workspace new -state=.infra four", "", NOTHING),
    ("workspace delete -force two", "", NOTHING),
    ("state mv terraform_data.a[0] terraform_data.b", "", NOTHING),
    ("state rm terraform_data.a[1]", "", NOTHING),
    ("state push -force pulled.json", "", NOTHING),
    ("taint terraform_data.a[2]", "", NOTHING),
    (
        "apply -auto-approve -var=x=1",
        "variable \"x\" {}\noutput \"x\" {\n  value = var.x\n}\n",
        NOTHING,
    ),
];

#[test]
fn command_without_room_changes_nothing_and_says_so() {
    let estate = Estate::of(MAIN);
    estate.apply();
    estate.run("workspace new two").exits(0);
    estate.run("workspace select default").exits(0);
    estate.write("pulled.json", &estate.run("state pull").exits(0).stdout);
    for (command, more, said) in COMMANDS {
        estate.write("more.tf", more);
        let (before, listed) = (estate.own(), estate.run("state pull").exits(0).stdout);
        let output = estate.run_without_room(0, command);
        assert!(matches!(output.code, Some(code) if code != 0), "{command}: {}", output.all());
        assert_eq!(estate.own(), before, "{command}: {}", output.all());
        assert_eq!(estate.run("state pull").exits(0).stdout, listed, "{command}");
        assert_eq!(estate.run("workspace show").stdout, "default\n", "{command}");
        output.says(said).says("File too large");
    }
    estate.run("workspace delete three").exits(0);
    for (command, more, _) in COMMANDS {
        estate.write("more.tf", more);
        estate.run(command).exits(0);
        estate.run("workspace select default").exits(0);
        fs::remove_file(estate.file("made.tf")).ok();
    }
}

#[test]
fn state_directory_that_was_made_without_room_is_kept_out_of_git_later() {
    let estate = Estate::of(MAIN);
    let refused = estate.run_without_room(0, "init");
    assert_ne!(refused.code, Some(0), "{}", refused.all());
    estate.apply();
    let kept_out = fs::read_to_string(estate.file(".infra/.gitignore")).unwrap();
    assert_eq!(kept_out, "*\n");
}

/// Blocks that are enough for the state of a small estate, and for no large file.
const BLOCKS_OF_STATE: u32 = 64;

#[test]
fn file_without_room_is_not_there_and_can_be_made_later() {
    let estate = Estate::of(
        "resource \"local_file\" \"a\" {\n  filename = \"${path.module}/new/a.txt\"\n  \
         source   = \"${path.module}/large\"\n}\n",
    );
    estate.write("large", &"0123456789".repeat(10_000));
    let failed = estate.run_without_room(BLOCKS_OF_STATE, "apply -auto-approve");
    assert_eq!(failed.code, Some(1), "{}", failed.all());
    failed.says("File too large").says("Nothing was changed");
    assert!(!estate.file("new").exists(), "neither it nor the directory that was made for it");
    estate.write("new/a.txt", "of the user");
    let failed = estate.run_without_room(BLOCKS_OF_STATE, "apply -auto-approve");
    assert_eq!(failed.code, Some(1), "{}", failed.all());
    assert_eq!(fs::read_to_string(estate.file("new/a.txt")).unwrap(), "of the user");
    assert_eq!(fs::read_dir(estate.file("new")).unwrap().count(), 1);
    estate.apply();
    assert_eq!(fs::metadata(estate.file("new/a.txt")).unwrap().len(), 100_000);
    estate.is_settled();
}

#[test]
fn installation_without_room_is_finished_when_there_is_some() {
    let estate = Estate::new();
    let package = estate.path().with_file_name("package");
    estate.write("../package/main.tf", "output \"a\" {\n  value = 1\n}\n");
    estate.write("../package/large.txt", &"0123456789".repeat(1000));
    let failed = estate.run_without_room(1, "init -from-module=../package");
    assert_eq!(failed.code, Some(1), "{}", failed.all());
    failed.says("File too large");
    let names: Vec<_> =
        fs::read_dir(estate.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, [".infra"], "nothing of the configuration has come");
    estate.run("init -from-module=../package").exits(0);

    estate
        .write("main.tf", &format!("module \"a\" {{\n  source = \"{}\"\n}}\n", package.display()));
    let failed = estate.run_without_room(1, "init");
    assert_eq!(failed.code, Some(1), "{}", failed.all());
    failed.says("File too large").says("completed by the next `infra init`");
    assert!(!estate.file(".infra/modules/.partial").exists());
    estate.run("validate").exits(1).says("Module not installed");
    estate.run("init").exits(0);
    // The packages have room, and the lock file has none.
    estate.write("more.tf", &estate_of_calls(&package.display().to_string()));
    let lock = fs::read_to_string(estate.file(".infra.lock.hcl")).unwrap();
    let failed = estate.run_without_room(20, "init");
    assert_eq!(failed.code, Some(1), "{}", failed.all());
    failed.says(".infra.lock.hcl").says("File too large");
    assert_eq!(fs::read_to_string(estate.file(".infra.lock.hcl")).unwrap(), lock);
    estate.run("validate").exits(1).says("Module not installed");
    estate.run("init").exits(0);
    estate.run("validate").exits(0);
}

/// Returns so many calls that the lock file is longer than any file of the package.
fn estate_of_calls(source: &str) -> String {
    let call = |number| format!("module \"m{number}\" {{\n  source = \"{source}\"\n}}\n");
    (0..150).map(call).collect()
}

#[test]
fn archive_without_room_is_not_there() {
    let estate = Estate::of(
        "data \"archive_file\" \"a\" {\n  type = \"tar.gz\"\n  source_file = \"large\"\n  \
         output_path = \"made.tar.gz\"\n}\n",
    );
    let mixed: String =
        (0..4000_u32).map(|n| format!("{}\n", n.wrapping_mul(2_654_435_761))).collect();
    estate.write("large", &mixed);
    let failed = estate.run_without_room(8, "plan");
    assert_eq!(failed.code, Some(1), "{}", failed.all());
    failed.says("File too large");
    assert_eq!(fs::read_dir(estate.path()).unwrap().count(), 2, "neither it nor a part of it");
    estate.run("plan").exits(0);
}

#[test]
fn report_of_tests_without_room_leaves_the_one_before() {
    let estate = Estate::of("");
    estate.write("a.tftest.hcl", "run \"a\" {\n}\n");
    estate.write("report.xml", "the one before");
    let failed = estate.run_without_room(0, "test -junit-xml=report.xml");
    assert_eq!(failed.code, Some(1), "{}", failed.all());
    assert_eq!(fs::read_to_string(estate.file("report.xml")).unwrap(), "the one before");
    estate.run("test -junit-xml=report.xml").exits(0);
    assert!(fs::read_to_string(estate.file("report.xml")).unwrap().contains("<testsuites>"));
}
