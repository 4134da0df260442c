//! What is ephemeral: opened and closed, given again, and in no byte that is stored or printed.

use super::{
    child::Output,
    cloud::{Cloud, Moment, Trap, provider},
    estate::Estate,
};
use infra_fake::world::Sort;

/// What a variable is given.
const TOKEN: &str = "hunter2-EPHEMERAL-bytes";
/// What every token of the cloud begins with.
const LEASE: &str = "lease-";

const BODY: &str = r#"
variable "token" {
  type      = string
  ephemeral = true
}

variable "unset" {
  type      = string
  default   = "of-the-files"
  ephemeral = true
}

variable "version_of_token" {
  default = 1
}

ephemeral "fake_lease" "early" {
  for_each = toset(["a", "b"])
  name     = each.key
  lifecycle {
    postcondition {
      condition     = self.token != ""
      error_message = "no token"
    }
  }
}

ephemeral "fake_lease" "late" {
  name = fake_network.n.id
}

ephemeral "random_password" "p" {
  length = 24
}

resource "fake_network" "n" {
  name = "n"
}

provider "fake" {
  alias  = "by_token"
  socket = "SOCKET"
  fail   = ephemeral.fake_lease.early["b"].token
}

resource "fake_token" "by_token" {
  provider = fake.by_token
  note     = "note ${var.version_of_token}"
}

resource "fake_values" "v" {
  string       = "visible"
  once         = "${var.token}/${ephemeral.fake_lease.late.token}/${ephemeral.random_password.p.result}"
  once_version = var.version_of_token
}

resource "fake_values" "plain" {
  once = "plain-WRITE-ONLY-bytes"
}

resource "terraform_data" "said" {
  provisioner "local-exec" {
    command     = "test -n \"$A\" -a -n \"$B\" && echo $A $B"
    environment = { A = ephemeral.fake_lease.early["a"].token, B = var.token }
  }
}

output "nothing" {
  value     = ephemeralasnull(ephemeral.random_password.p.result)
  sensitive = true
}
"#;

/// A cloud, and an estate in it.
fn estate() -> (Cloud, Estate) {
    let cloud = Cloud::start();
    let socket = cloud.socket();
    let body = BODY.replace("SOCKET", &socket.display().to_string());
    let estate = Estate::of(&(provider(&socket) + &body)).with("INFRA_FAKE_PROVIDER", "1");
    (cloud, estate)
}

#[track_caller]
fn silent(output: Output) -> Output {
    // The written configuration may be quoted: what is plain there is no secret of a run.
    output.lacks(TOKEN).lacks(LEASE)
}

#[test]
fn what_is_ephemeral_is_in_no_byte_that_is_stored_or_printed() {
    let (cloud, estate) = estate();
    let estate = estate.with("TF_VAR_token", TOKEN).with("INFRA_LOG", "trace");
    silent(estate.run("validate").exits(0));
    let planned = silent(estate.run("plan -out=plan").exits(0));
    planned
        .says("ephemeral.fake_lease.early[\"a\"]: Opening...")
        .says("ephemeral.fake_lease.early[\"a\"]: Opening complete after ")
        .says("ephemeral.fake_lease.late: Configuration unknown, deferring...")
        .says("ephemeral.fake_lease.early[\"a\"]: Closing...")
        .says("ephemeral.fake_lease.early[\"a\"]: Closing complete after ")
        .says("+ once         = (write-only attribute)")
        .says("Plan: 5 to add")
        .lacks("will be read during apply")
        .lacks("plain-WRITE-ONLY-bytes");
    assert_eq!(cloud.world(|world| world.leases().count()), 0);
    silent(estate.run("show plan").exits(0));
    let json = silent(estate.run("show -json -show-sensitive plan").exits(0)).json();
    assert!(json["variables"]["token"].is_null(), "{}", json["variables"]);
    assert_eq!(json["variables"]["unset"]["value"], "of-the-files");
    let changes = json["resource_changes"].as_array().unwrap();
    assert!(changes.iter().all(|change| change["mode"] == "managed"), "{changes:?}");
    let applied = silent(estate.run("apply -json plan").exits(0));
    for sort in ["ephemeral_op_start", "ephemeral_op_complete"] {
        assert!(applied.has(&format!("\"type\":\"{sort}\"")), "{sort}");
    }
    assert_eq!(cloud.world(|world| world.leases().count()), 0);
    silent(estate.run("plan -detailed-exitcode").exits(0).says("No changes."));
    let newer = "apply -auto-approve -var version_of_token=2";
    silent(estate.run(newer).exits(0).says("2 changed"));
    for command in
        ["show", "show -json -show-sensitive", "state pull", "output -json", "state history"]
    {
        silent(estate.run(command).exits(0).lacks("plain-WRITE-ONLY-bytes"));
    }
    silent(estate.run("destroy -auto-approve").exits(0));
    assert_eq!(cloud.world(|world| world.objects().count()), 0);
    assert_eq!(cloud.world(|world| world.leases().count()), 0);
    for (path, bytes) in estate.files() {
        for secret in [TOKEN, LEASE] {
            let there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!there, "`{secret}` is in {}", path.display());
        }
    }
}

#[test]
fn the_value_reaches_the_provider_and_its_version_sends_it_again() {
    let (cloud, estate) = estate();
    let estate = estate.with("TF_VAR_token", TOKEN);
    estate.apply();
    // "/" twice, the token of a lease, and 24 characters.
    let length = TOKEN.len() + 1 + LEASE.len() + 16 + 1 + 24;
    let sent = cloud.world(|world| {
        let mut all = world.objects().filter(|object| object.address == "fake_values.v");
        all.next().unwrap().value.get("once_length").cloned()
    });
    assert_eq!(sent, Some(infra_model::value::Value::number(length)));
    estate.run("plan -detailed-exitcode -var token=another").exits(0).says("No changes.");
}

#[test]
fn ephemeral_variables_are_given_again_and_no_others() {
    let (_cloud, estate) = estate();
    estate.run("plan -out=plan -var token=one").exits(0);
    estate
        .run("apply plan")
        .exits(1)
        .says("No value for required variable")
        .says("The ephemeral input variable \"token\" was set during the plan phase");
    estate
        .run("apply -var token=two -var unset=x plan")
        .exits(1)
        .says("Ephemeral variable was not set during planning");
    estate.run("apply -var token=two -var version_of_token=3 plan").exits(1).says("saved plan");
    estate.write("other.tfvars", "token = \"two\"\nversion_of_token = 3\n");
    estate.run("apply -var-file=other.tfvars plan").exits(1).says("version_of_token");
    assert!(estate.recorded().is_empty(), "nothing was changed");
    estate.run("apply -var token=two plan").exits(0).says("5 added");
}

#[test]
fn what_was_open_when_the_run_was_killed_does_not_stand_in_the_way() {
    let (cloud, estate) = estate();
    let estate = estate.with("TF_VAR_token", TOKEN);
    cloud.set_trap(Trap { requests: 1, changes_only: true, moment: Moment::After });
    let running = estate.start("apply -auto-approve");
    cloud.name_victim(running.id());
    running.finish();
    assert!(cloud.take_trap(), "it was killed");
    assert!(cloud.world(|world| world.leases().count()) > 0, "something was open");
    estate.apply();
    estate.is_settled();
}

#[test]
fn what_is_open_is_closed_when_the_run_is_stopped() {
    let (cloud, estate) = estate();
    let estate = estate.with("TF_VAR_token", TOKEN);
    cloud.world(|world| world.delay_ms = 300);
    let mut running = estate.start("apply -auto-approve");
    running.wait_for("fake_network.n: Creating...");
    running.signal("INT");
    running.finish().exits(1);
    assert_eq!(cloud.world(|world| world.leases().count()), 0);
    let mut planning = estate.start("plan");
    planning.wait_for("Opening...");
    planning.signal("INT");
    planning.finish().exits(1);
    assert_eq!(cloud.world(|world| world.leases().count()), 0);
    let closed = |world: &mut infra_fake::world::World| {
        world.log().iter().filter(|entry| entry.sort == Sort::Close).count()
    };
    assert!(cloud.world(closed) > 0);
}
