//! `infra init` in Terraform's words: what it says, line by line and as JSON, and how it ends.

use super::{
    estate::Estate,
    oracle::{attempt, has_terraform},
};
use serde_json::Value as Json;

const MAIN: &str = r#"
module "a" {
  source = "./a"
}
resource "terraform_data" "own" {
}
"#;

fn estate() -> Estate {
    let estate = Estate::of(MAIN);
    estate.write("a/main.tf", "resource \"terraform_data\" \"r\" {\n}\n");
    estate
}

#[test]
fn init_says_what_it_does() {
    let said = estate().run("init").exits(0).stdout;
    // Where the state is depends on the directory.
    let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with("State: ")).collect();
    assert_eq!(
        lines.join("\n"),
        r#"Initializing the backend...
Initializing modules...
- a in a
Initializing provider plugins...
- terraform.io/builtin/terraform is built in to infra
Nothing is recorded yet.
The state is not encrypted: set INFRA_STATE_KEY to seal it. It is readable by you alone.

infra has been successfully initialized!

You may now begin working with infra. Try running "infra plan" to see
any changes that are required for your infrastructure. All infra commands
should now work.

If you ever set or change modules or backend configuration for infra,
rerun this command to reinitialize your working directory. If you forget, other
commands will detect it and remind you to do so if necessary."#
    );
}

#[test]
fn init_has_the_words_and_codes_of_terraform() {
    if !has_terraform("init_has_the_words_and_codes_of_terraform") {
        return;
    }
    for options in [
        "",
        " -json",
        " -json -backend=false",
        " -json -get=false",
        " -json -upgrade",
        " -json -reconfigure",
        " -migrate-state",
        " -json -input=false",
    ] {
        let (ours, theirs) = (estate(), estate());
        if options.contains("-get=false") {
            // Here a module of the user's own needs no installation.
            same(&ours, &theirs, "init -no-color");
        }
        same(&ours, &theirs, &format!("init -no-color{options}"));
        // It may be run again.
        same(&ours, &theirs, &format!("init -no-color{options}"));
    }
    let of = || (Estate::new(), Estate::new());
    let (ours, theirs) = of();
    same(&ours, &theirs, "init -no-color");
    let (ours, theirs) = of();
    same(&ours, &theirs, "init -no-color -json");
    let (ours, theirs) = of();
    let source = estate();
    let from = source.file("a");
    same(&ours, &theirs, &format!("init -no-color -json -from-module={}", from.display()));
    assert!(ours.file("main.tf").is_file());
    same(&ours, &theirs, &format!("init -no-color -from-module={}", from.display()));
}

/// Runs a command in both: the same end, and what Terraform says is said, in the same order.
fn same(ours: &Estate, theirs: &Estate, command: &str) {
    let words: Vec<&str> = command.split_whitespace().collect();
    let (code, out, _) = attempt(theirs, &words);
    let said = ours.run(command);
    assert_eq!(said.code, Some(code), "{command}: {}", said.all());
    let (mine, other) = (lines(&said.stdout), lines(&out));
    let mut rest = mine.iter();
    for line in &other {
        assert!(rest.any(|own| own == line), "{command}: no {line:?} in\n{}\n{out}", said.stdout);
    }
}

/// Returns the lines that both have: of JSON those with a code.
fn lines(text: &str) -> Vec<String> {
    let shown = text.lines().filter_map(|line| {
        let Ok(line) = serde_json::from_str::<Json>(line) else { return Some(line.to_owned()) };
        let said = line["@message"].as_str().unwrap();
        let diagnostic = &line["diagnostic"];
        if diagnostic.is_object() {
            return Some(format!("{said}: {}", diagnostic["detail"]));
        }
        let Some(code) = line.get("message_code") else {
            return (line["type"] == "log").then(|| said.to_owned());
        };
        assert_eq!(line["type"], "init_output");
        Some(format!("{code} {said}"))
    });
    let named = shown.map(|line| {
        let line = line.replace("the Terraform configuration", "the configuration");
        let line = line.replace("no Terraform configuration", "no configuration");
        let line = line.replace("creating Terraform configuration", "creating configuration");
        line.replace("\"terraform plan\"", "\"infra plan\"").replace("Terraform", "infra")
    });
    named.filter(|line| !line.trim().is_empty()).collect()
}

/// Modules in modules, out of order, and those that tests call.
const NESTED: &str = r#"
module "z" {
  source = "./a/b"
}
module "a" {
  source = "./a"
}
"#;
const TEST: &str = r#"
run "setup" {
  module {
    source = "./setup"
  }
}
run "again" {
  module {
    source = "./setup"
  }
}
"#;

fn nested() -> Estate {
    let estate = Estate::of(NESTED);
    let one = "resource \"terraform_data\" \"r\" {\n}\n";
    estate.write("a/main.tf", "module \"b\" {\n  source = \"./b\"\n}\n");
    estate.write("a/b/main.tf", one);
    estate.write("c/main.tf", one);
    estate.write("setup/main.tf", "module \"in\" {\n  source = \"../c\"\n}\n");
    estate.write("tests/main.tftest.hcl", TEST);
    estate
}

/// The lines that name modules, or say what happens to them.
fn of_modules(text: &str) -> Vec<String> {
    let all = lines(text).into_iter();
    let named = |line: &String| line.contains(" modules...") || line.starts_with("- ");
    all.filter(named).collect()
}

#[test]
fn modules_of_the_users_own_are_named_when_terraform_names_them() {
    if !has_terraform("modules_of_the_users_own_are_named_when_terraform_names_them") {
        return;
    }
    for json in ["", " -json"] {
        let (ours, theirs) = (nested(), nested());
        let both = |what: &str, command: &str| {
            let words: Vec<&str> = command.split_whitespace().collect();
            let (code, out, said) = attempt(&theirs, &words);
            assert_eq!(code, 0, "{what}: {said}");
            let mine = of_modules(&ours.run(command).exits(0).stdout);
            assert_eq!(mine, of_modules(&out), "{what}, {command}");
            mine
        };
        let init = format!("init -no-color{json}");
        let first = both("first", &init);
        assert!(first.contains(&"- a.b in a/b".to_owned()), "{first:?}");
        both("second", &init);
        both("all again", &format!("{init} -upgrade"));
        both("none", &format!("{init} -get=false"));
        for estate in [&ours, &theirs] {
            // One moves, one is new, one goes.
            let main = NESTED.replace("./a/b", "./c").replace("\"a\"", "\"n\"");
            estate.write("main.tf", &main);
        }
        both("changed", &init);
        for estate in [&ours, &theirs] {
            estate.write("main.tf", "resource \"terraform_data\" \"r\" {\n}\n");
        }
        both("only in tests", &init);
        for estate in [&ours, &theirs] {
            std::fs::remove_file(estate.file("tests/main.tftest.hcl")).unwrap();
        }
        both("none left", &init);
    }
    let (ours, theirs) = (nested(), nested());
    for command in ["get -no-color", "get -no-color", "get -no-color -update"] {
        let words: Vec<&str> = command.split_whitespace().collect();
        let (_, out, _) = attempt(&theirs, &words);
        assert_eq!(lines(&ours.run(command).exits(0).stdout), lines(&out), "{command}");
    }
}

#[test]
fn flags_of_init_that_exclude_one_another_are_refused() {
    let refused = [
        ("-migrate-state -json", &["-migrate-state and -json options are"][..]),
        ("-reconfigure -migrate-state", &["-migrate-state and -reconfigure options are"]),
        (
            "-json -reconfigure -migrate-state -force-copy",
            &["-migrate-state and -json options are", "-migrate-state and -reconfigure options"],
        ),
    ];
    for (flags, said) in refused {
        let estate = estate();
        let output = estate.run(&format!("init -no-color {flags}")).exits(1);
        for part in said {
            output.clone().says(part);
        }
        assert!(!estate.file(".infra").exists(), "{flags}: something was made");
    }
    if !has_terraform("flags_of_init_that_exclude_one_another_are_refused") {
        return;
    }
    let (ours, theirs) = (estate(), estate());
    for flags in [
        "-json -migrate-state",
        "-reconfigure -migrate-state",
        "-json -migrate-state -force-copy",
        "-json -force-copy",
        "-reconfigure -force-copy",
        "-force-copy",
        "-json -migrate-state=false",
        "-migrate-state -input=false",
        "-backend=false -migrate-state",
        "-json -input=true",
    ] {
        same(&ours, &theirs, &format!("init -no-color {flags}"));
    }
}

#[test]
fn what_terraform_left_is_told() {
    let estate = estate();
    estate.write(".terraform.lock.hcl", "provider \"registry.terraform.io/hashicorp/aws\" {\n}\n");
    estate.run("init").exits(0).says(".terraform.lock.hcl is Terraform's");
    estate.write(
        "main.tf",
        "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n  }\n}\n",
    );
    let said = estate.run("init").exits(1).says("Unsupported backend type");
    said.says("terraform state pull").says("infra import-state terraform.tfstate");
}

#[test]
fn only_a_removed_block_keeps_what_it_removes() {
    if !has_terraform("only_a_removed_block_keeps_what_it_removes") {
        return;
    }
    let main = "resource \"terraform_data\" \"r\" {\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let (ours, theirs) = (Estate::of(main), Estate::of(main));
    let mine = ours.run("validate -json").exits(1).json();
    let (code, out, _) = attempt(&theirs, &["validate", "-json"]);
    assert_eq!(code, 1);
    let other: Json = serde_json::from_str(&out).unwrap();
    let first = |document: &Json| {
        let found = &document["diagnostics"][0];
        [&found["summary"], &found["detail"], &found["range"]].map(Json::to_string)
    };
    assert_eq!(first(&mine), first(&other));
}
