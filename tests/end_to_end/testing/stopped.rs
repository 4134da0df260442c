//! Tests that are killed or interrupted.

use crate::end_to_end::{
    child::{wait_for_file, wait_until},
    estate::Estate,
};
use std::fs;

const SLOW: &str = "variable \"slow\" {\n  default = false\n}\nresource \"terraform_data\" \"kept\" {\n  input = 1\n}\nresource \"terraform_data\" \"slow\" {\n  count = var.slow ? 1 : 0\n  provisioner \"local-exec\" {\n    command = \"touch begun; while [ -e begun ] && [ ! -e go ]; do sleep 0.01; done\"\n  }\n  provisioner \"local-exec\" {\n    when = destroy\n    command = \"touch destroyed\"\n  }\n}\n";

#[test]
fn a_killed_test_leaves_the_recorded_state_as_it_was() {
    let estate = Estate::of(SLOW);
    estate.run("apply -auto-approve").exits(0);
    let before = estate.files();
    estate.write("x.tftest.hcl", "run \"x\" {\n  variables { slow = true }\n}\n");
    let running = estate.start("test");
    wait_for_file(&estate.file("begun"));
    running.kill();
    estate.write("go", "");
    for (path, bytes) in before {
        assert_eq!(fs::read(&path).ok(), Some(bytes), "{}", path.display());
    }
    assert_eq!(estate.recorded(), ["terraform_data.kept"]);
}

#[test]
fn an_interrupted_test_destroys_what_it_made() {
    let estate = Estate::of(SLOW);
    let runs = "run \"x\" {\n  variables { slow = true }\n}\nrun \"y\" {}\n";
    estate.write("x.tftest.hcl", runs);
    let mut running = estate.start("test");
    running.wait_for("in progress");
    wait_for_file(&estate.file("begun"));
    running.signal("INT");
    estate.write("go", "");
    let said = running.finish();
    said.exits(1).says("run \"y\"... skip").says("tearing down");
    wait_until("it is destroyed", || estate.file("destroyed").exists());
}
