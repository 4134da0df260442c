//! Modules that only tests call: they are installed under the names of their file and run.

use super::{
    MODULE, call, estate, has_git, has_terraform, packages::zip, read, server::Server, terraform,
};
use crate::end_to_end::estate::Estate;
use serde_json::Value as Json;
use std::fs;

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

fn run(name: &str, source: &str) -> String {
    format!(
        "run \"{name}\" {{\n  module {{\n    source = \"{source}\"\n  }}\n  assert {{\n    condition     = var.stage == 1\n    error_message = \"m\"\n  }}\n}}\n"
    )
}

const MAIN: &str = "output \"x\" {\n  value = 1\n}\n";

#[test]
fn modules_that_only_tests_call_are_installed() {
    if !has_git("modules_that_only_tests_call_are_installed") {
        return;
    }
    let (estate, repository) = estate();
    estate.write("main.tf", MAIN);
    let near = format!(
        "variable \"stage\" {{\n  default = 1\n}}\n{}",
        call("c", &repository.source("//sub?ref=v1"))
    );
    estate.write("near/main.tf", &near);
    let tests = run("one", "./near") + &run("two", "./near");
    estate.write("tests/a.tftest.hcl", &tests);
    estate.write("beside.tftest.hcl", &run("one", "./near"));
    estate.write("other/b.tftest.hcl", &run("far", "./near"));
    estate.run("test").exits(1).says("Module not installed").says("Run \"infra init\"");
    estate.run("init").exits(0).says("- test.tests.a.one.c in .infra/modules/test.tests.a.one.c");
    estate.run("test").exits(0).says("3 passed, 0 failed");
    estate.run("init").exits(0).lacks("Downloading");
    estate.run("init -test-directory=other").exits(0).says("- test.other.b.far.c in");
    estate.run("test -test-directory=other").exits(0).says("2 passed, 0 failed");
    estate.run("get").exits(0).says("- test.tests.a.one.c in");
    assert!(read(&estate, ".infra.lock.hcl").contains("test.tests.a.two.c"));
    estate.run("modules").exits(0).lacks("near");
    if !has_terraform("tested") {
        return;
    }
    let ours = read(&estate, ".infra/modules/modules.json").replace(".infra/", ".terraform/");
    terraform(&estate, "get");
    assert_eq!(json(&ours), json(&read(&estate, ".terraform/modules/modules.json")));
}

/// A run may call a module of a registry, and here any other that can be fetched.
#[test]
fn a_run_may_call_a_module_that_is_fetched() {
    if !has_git("a_run_may_call_a_module_that_is_fetched") {
        return;
    }
    let server = Server::start();
    let stage = "variable \"stage\" {\n  default = 1\n}\n";
    let module = format!("{stage}{MODULE}");
    server.registry("ns/name/prov", &[("1.0.0", zip(&[("main.tf", &module)]))]);
    let (estate, repository) = estate();
    repository.commit(&[("main.tf", &module)]);
    estate.write("main.tf", MAIN);
    let registry = format!("{}/ns/name/prov", server.host);
    let versioned =
        run("registry", &registry).replacen("\n  }\n", "\n    version = \"~> 1.0\"\n  }\n", 1);
    estate.write("x.tftest.hcl", &(versioned + &run("git", &repository.source("?ref=main"))));
    let told = estate.run("test").exits(1).says("Module not installed");
    told.lacks("in progress");
    let said = estate.run("init").exits(0);
    said.says("- test.x.registry in .infra/modules/test.x.registry").says("- test.x.git in");
    estate.run("test").exits(0).says("2 passed, 0 failed");
    // What is locked is had again, byte for byte; what is called no more is forgotten.
    let locked = read(&estate, ".infra.lock.hcl");
    fs::remove_dir_all(estate.file(".infra/modules")).unwrap();
    estate.run("init -lockfile=readonly").exits(0).says("- test.x.registry in");
    assert_eq!(read(&estate, ".infra.lock.hcl"), locked);
    estate.write("x.tftest.hcl", "run \"none\" {}\n");
    estate.run("init").exits(0);
    assert!(!read(&estate, ".infra.lock.hcl").contains("test.x"));
}

#[test]
fn a_test_file_that_is_wrong_stops_an_installation() {
    let estate = Estate::of(MAIN);
    estate.write("x.tftest.hcl", "run \"x\" {\n  nothing = 1\n}\n");
    estate.run("init").exits(1).says("Unsupported argument");
    estate.run("init -test-directory=../elsewhere").exits(1).says("Invalid testing directory");
}
