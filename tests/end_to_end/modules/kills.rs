//! Killed and crowded installations: the next one converges.

use super::{
    MODULE, call,
    packages::{Repository, has_git, zip},
    read,
    server::{Reply, Server},
};
use crate::end_to_end::estate::Estate;

/// The points at which an installation is killed: after so many lines of its output.
const POINTS: usize = 9;

fn many(server: &Server, version: &str) -> Estate {
    let estate = Estate::new();
    let repository = Repository::new(estate.path().join("../repository"), &[("main.tf", MODULE)]);
    write(&estate, server, &repository, version);
    estate
}

fn write(estate: &Estate, server: &Server, repository: &Repository, version: &str) {
    let mut text = call("r", &repository.source(""));
    for name in ["a", "b", "c"] {
        let path = format!("/{name}{version}.zip");
        let inside = format!("# {name} {version}\n");
        server.gives(&path, [Reply::of(zip(&[("main.tf", &inside)]))]);
        text.push_str(&call(name, &format!("http://{}{path}", server.host)));
    }
    estate.write("main.tf", &text);
}

#[test]
fn an_installation_that_was_killed_is_finished_by_the_next() {
    if !has_git("an_installation_that_was_killed_is_finished_by_the_next") {
        return;
    }
    let server = Server::start();
    for lines in 0..POINTS {
        let estate = many(&server, "1");
        for version in ["1", "2"] {
            let repository = Repository { path: estate.path().join("../repository") };
            write(&estate, &server, &repository, version);
            let mut running = estate.start("init -upgrade");
            for _ in 0..lines {
                running.line();
            }
            running.kill();
            // What was there before is whole, or told to be missing; nothing is half of it.
            let said = estate.run("validate").all();
            assert!(
                said.contains("The configuration is valid")
                    || said.contains("Module not installed")
                    || said.contains("Module source has changed"),
                "{said}"
            );
            estate.run("init").exits(0);
            estate.run("validate").exits(0);
            estate.run("init -lockfile=readonly").exits(0).lacks("Downloading");
            for name in ["a", "b", "c"] {
                let file = read(&estate, &format!(".infra/modules/{name}/main.tf"));
                assert_eq!(file, format!("# {name} {version}\n"));
            }
            assert!(!estate.file(".infra/modules/.partial").exists());
        }
    }
}

#[test]
fn two_installations_take_turns() {
    if !has_git("two_installations_take_turns") {
        return;
    }
    let server = Server::start();
    let estate = many(&server, "1");
    let running: Vec<_> = (0..3).map(|_| estate.start("init")).collect();
    for running in running {
        running.finish().exits(0);
    }
    estate.run("init -lockfile=readonly").exits(0).lacks("Downloading");
}

#[test]
fn an_interrupted_installation_leaves_no_parts() {
    if !has_git("an_interrupted_installation_leaves_no_parts") {
        return;
    }
    let server = Server::start();
    // The answer to the second module never comes to its end.
    let estate = many(&server, "1");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap();
    estate.write("main.tf", &call("z", &format!("http://{host}/z.zip")));
    let mut running = estate.start("init");
    running.wait_for("Downloading http://");
    let held = listener.accept().unwrap();
    running.signal("INT");
    let said = running.finish();
    drop(held);
    said.exits(1).says("Installation interrupted").says("run `infra init` again");
    assert!(!estate.file(".infra/modules/.partial").exists());
}
