//! One writer at a time, readers always, and stopping a run safely.

use super::{
    child::{Running, wait_for_file},
    estate::Estate,
};

/// The provisioner of `slow` waits until it is released, or until the estate is gone.
const MAIN: &str = r#"resource "terraform_data" "first" {
  input = 1
}

resource "terraform_data" "slow" {
  input = terraform_data.first.output
  provisioner "local-exec" {
    command = "touch waiting; while test -e waiting && ! test -e go; do sleep 0.02; done"
  }
}

resource "terraform_data" "last" {
  input = terraform_data.slow.output
}
"#;

/// Returns an estate whose apply is waiting inside a provisioner.
fn waiting() -> (Estate, Running) {
    let estate = Estate::of(MAIN);
    let running = estate.start("apply -auto-approve");
    wait_for_file(&estate.file("waiting"));
    (estate, running)
}

/// Lets the provisioner go on.
fn release(estate: &Estate) {
    estate.write("go", "");
}

#[test]
fn second_writer_is_refused_and_told_who_holds_the_lock() {
    let estate = Estate::of(MAIN);
    estate.write("pulled.json", &other_state());
    estate.run("plan -out=saved").exits(0);
    let running = estate.start("apply -auto-approve");
    wait_for_file(&estate.file("waiting"));
    let id = format!("pid {}", running.id());
    for command in [
        "apply -auto-approve",
        "apply saved",
        "refresh",
        "destroy -auto-approve",
        "taint terraform_data.first",
        "untaint terraform_data.first",
        "state rm terraform_data.first",
        "state mv terraform_data.first terraform_data.moved",
        "state push -force pulled.json",
        "import-state pulled.json",
        "apply -auto-approve -lock=false",
    ] {
        estate.run(command).exits(4).says("tester@").says(&id).says("infra apply");
    }
    // Another state has another lock.
    estate.run("workspace new other").exits(0);
    estate.run("workspace select default").exits(0);
    estate.run("workspace delete other").exits(0);
    release(&estate);
    running.finish().exits(0).says("3 added");
    estate.is_settled();
    estate.run("apply saved").exits(5);
}

/// Returns a state in Terraform's format that is none of the estate's.
fn other_state() -> String {
    let estate = Estate::of("resource \"terraform_data\" \"other\" {\n}\n");
    estate.apply();
    estate.run("state pull").exits(0).stdout
}

#[test]
fn plan_that_is_applied_twice_at_once_is_applied_once() {
    let estate = Estate::of(MAIN);
    estate.run("plan -out=saved").exits(0);
    let first = estate.start("apply saved");
    wait_for_file(&estate.file("waiting"));
    let second = estate.start("apply -lock-timeout=200s saved");
    estate.run("apply saved").exits(4);
    release(&estate);
    first.finish().exits(0).says("3 added");
    let second = second.finish().exits(5);
    assert!(second.addresses("Creating").is_empty(), "{}", second.all());
    assert_eq!(estate.recorded().len(), 3);
    estate.is_settled();
}

#[test]
fn readers_do_not_wait_for_the_writer() {
    let (estate, running) = waiting();
    assert_eq!(estate.recorded(), ["terraform_data.first", "terraform_data.slow"]);
    estate.run("show -json").exits(0);
    estate.run("state history").exits(0);
    estate.run("plan").exits(0).says("terraform_data.last will be created");
    release(&estate);
    running.finish().exits(0);
}

#[test]
fn writer_that_has_patience_gets_the_lock() {
    let (estate, running) = waiting();
    let mut second = estate.start("apply -auto-approve -lock-timeout=200s");
    release(&estate);
    running.finish().exits(0);
    second.wait_for("0 added, 0 changed, 0 destroyed");
    second.finish().exits(0);
}

#[test]
fn live_lock_is_not_cleared_and_a_dead_one_needs_no_clearing() {
    let (estate, running) = waiting();
    let refused = estate.run("apply -auto-approve").exits(4).all();
    assert!(refused.contains("-lock-timeout=5m") && !refused.contains("force-unlock"), "{refused}");
    let id = refused.split_once("The id of the lock is `").map(|(_, rest)| rest);
    let id = id.and_then(|rest| rest.split('`').next()).unwrap_or_default().to_owned();
    estate.run(&format!("force-unlock -force {id}")).exits(4);
    running.kill();
    release(&estate);
    estate.run("plan").exits(0);
    estate.apply();
    estate.is_settled();
}

#[test]
fn killed_in_a_provisioner_its_object_is_tainted() {
    let (estate, running) = waiting();
    running.kill();
    release(&estate);
    assert_eq!(estate.recorded(), ["terraform_data.first", "terraform_data.slow"]);
    estate.run("plan").exits(0).says("terraform_data.slow is tainted, so must be replaced");
    estate.apply().says("2 added, 0 changed, 1 destroyed");
    estate.is_settled();
}

#[test]
fn first_interrupt_finishes_what_is_in_flight_and_records_it() {
    let (estate, mut running) = waiting();
    running.signal("INT");
    running.wait_for("Stopping");
    release(&estate);
    running.finish().exits(1);
    assert_eq!(estate.recorded(), ["terraform_data.first", "terraform_data.slow"]);
    estate.run("state history").exits(0).says("interrupted");
    estate.run("plan").exits(0).says("1 to add, 0 to change, 0 to destroy");
    estate.apply();
    estate.is_settled();
}

#[test]
fn second_interrupt_stops_waiting_and_leaves_nothing_forgotten() {
    let (estate, mut running) = waiting();
    running.signal("TERM");
    running.wait_for("Stopping");
    running.signal("INT");
    running.finish().exits(1);
    assert_eq!(estate.recorded(), ["terraform_data.first", "terraform_data.slow"]);
    estate.run("plan").exits(0).says("terraform_data.slow is tainted, so must be replaced");
    release(&estate);
    estate.apply();
    estate.is_settled();
}
