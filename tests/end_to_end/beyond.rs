//! What Terraform does not have, lived through: provider instances by key, resources and modules
//! that are enabled or not, keys that are not known yet. Every life is cut off once by SIGKILL.

use super::{
    cloud::{Cloud, Moment, Trap},
    estate::Estate,
};

/// Runs a command that is killed at a request to a cloud that changes something.
fn killed(estate: &Estate, cloud: &Cloud, (command, requests, moment): (&str, u64, Moment)) {
    cloud.set_trap(Trap { requests, changes_only: true, moment });
    let running = estate.start(command);
    cloud.name_victim(running.id());
    let ended = running.finish();
    assert_eq!(ended.code, None, "it was killed: {}", ended.all());
}

fn names(cloud: &Cloud) -> Vec<String> {
    let text = |value: &infra_model::value::Value| value.as_text().map(ToString::to_string);
    let mut names: Vec<String> = cloud.world(|world| {
        world.objects().filter_map(|object| object.value.get("name").and_then(text)).collect()
    });
    names.sort();
    names
}

const INSTANCES: &str = r#"
variable "clouds" {
  type = map(string)
}

variable "used" {
  type = set(string)
}

provider "fake" {
  alias    = "by"
  for_each = var.clouds
  socket   = each.value
}

resource "fake_network" "net" {
  for_each = var.used
  provider = fake.by[each.key]
  name     = "net-${each.key}"
}

module "site" {
  source    = "./site"
  for_each  = var.used
  providers = { fake = fake.by[each.key] }
  name      = each.key
  network   = fake_network.net[each.key].id
}

output "servers" {
  value = { for key, site in module.site : key => site.name }
}
"#;

const SITE: &str = r#"
variable "name" {}
variable "network" {}

resource "fake_server" "web" {
  name       = "web-${var.name}"
  image      = "debian-12"
  network_id = var.network
}

output "name" {
  value = fake_server.web.name
}
"#;

/// Says which clouds there are, by key, and which are used.
fn given(estate: &Estate, clouds: &[(&str, &Cloud)], used: &str) {
    let entry =
        |(key, cloud): &(&str, &Cloud)| format!("  {key} = \"{}\"\n", cloud.socket().display());
    let clouds: String = clouds.iter().map(entry).collect();
    estate.write("terraform.tfvars", &format!("clouds = {{\n{clouds}}}\nused = {used}\n"));
}

#[test]
fn instances_of_a_provider_come_and_go_with_their_keys() {
    let (a, b) = (Cloud::start(), Cloud::start());
    let estate = Estate::of(INSTANCES).with("INFRA_FAKE_PROVIDER", "1");
    estate.write("site/main.tf", SITE);
    let both = [("a", &a), ("b", &b)];
    given(&estate, &both[..1], "[\"a\"]");
    estate.run("init").exits(0);
    estate.apply().says("2 added");
    estate.is_settled();
    assert_eq!(names(&a), ["net-a", "web-a"]);

    // A key more: what is made with it is made in its own cloud, and only there.
    given(&estate, &both, "[\"a\", \"b\"]");
    estate.run("plan").exits(0).says("2 to add, 0 to change, 0 to destroy");
    killed(&estate, &b, ("apply -auto-approve", 0, Moment::After));
    assert_eq!(names(&b), ["net-b"]);
    estate.apply().says("1 added");
    estate.is_settled();
    assert_eq!(
        (names(&a), names(&b)),
        (vec!["net-a".into(), "web-a".into()], vec!["net-b".into(), "web-b".into()])
    );
    let listed = estate.run("output -json servers").exits(0).json();
    assert_eq!(listed, serde_json::json!({ "a": "web-a", "b": "web-b" }));

    // The key alone cannot go: nothing is done, and nothing forgotten.
    given(&estate, &both[..1], "[\"a\"]");
    let refused = estate.run("apply -auto-approve").exits(1);
    refused.says("Provider configuration not present").says("provider.fake.by[\"b\"]");
    assert_eq!(estate.recorded().len(), 4);
    assert_eq!(names(&b).len(), 2);

    // First what was made with it, then the key.
    given(&estate, &both, "[\"a\"]");
    killed(&estate, &b, ("apply -auto-approve", 1, Moment::Before));
    estate.apply();
    assert_eq!(names(&b), Vec::<String>::new());
    given(&estate, &both[..1], "[\"a\"]");
    estate.is_settled();
    estate.run("destroy -auto-approve").exits(0).says("2 destroyed");
    assert_eq!(names(&a), Vec::<String>::new());
    assert_eq!(estate.recorded(), Vec::<String>::new());
}

const ENABLED: &str = r#"
variable "on" {
  default = true
}

resource "fake_network" "kept" {
  name = "kept"
}

resource "fake_network" "maybe" {
  name   = "maybe"
  labels = { beside = fake_network.kept.id }
  lifecycle {
    enabled = var.on
  }
}

module "site" {
  source  = "./site"
  name    = "x"
  network = fake_network.maybe == null ? "" : fake_network.maybe.id
  lifecycle {
    enabled = var.on
  }
}

resource "terraform_data" "after" {
  input = try(module.site.name, "off")
}

output "maybe" {
  value = fake_network.maybe == null ? "none" : fake_network.maybe.name
}
"#;

#[test]
fn what_is_enabled_is_there_and_what_is_not_is_gone() {
    let cloud = Cloud::start();
    let main = super::cloud::provider(&cloud.socket()) + ENABLED;
    let estate = Estate::of(&main).with("INFRA_FAKE_PROVIDER", "1");
    estate.write("site/main.tf", SITE);
    estate.run("init").exits(0);
    killed(&estate, &cloud, ("apply -auto-approve", 1, Moment::Lost));
    estate.apply();
    estate.is_settled();
    assert_eq!(names(&cloud), ["kept", "maybe", "web-x"]);
    let addresses = [
        "fake_network.kept",
        "fake_network.maybe",
        "terraform_data.after",
        "module.site.fake_server.web",
    ];
    assert_eq!(estate.recorded(), addresses);

    estate.write("terraform.tfvars", "on = false\n");
    let plan = estate.run("plan").exits(0).says("0 to add, 1 to change, 2 to destroy");
    plan.says("(because enabled is false for fake_network.maybe)")
        .says("(because module.site is not in configuration)");
    killed(&estate, &cloud, ("apply -auto-approve", 0, Moment::After));
    assert_eq!(names(&cloud), ["kept", "maybe"]);
    estate.apply();
    estate.is_settled();
    assert_eq!(names(&cloud), ["kept"]);
    assert_eq!(estate.recorded(), ["fake_network.kept", "terraform_data.after"]);
    assert_eq!(estate.run("output -raw maybe").exits(0).stdout, "none");

    estate.write("terraform.tfvars", "on = true\n");
    killed(&estate, &cloud, ("apply -auto-approve", 0, Moment::After));
    estate.apply();
    estate.is_settled();
    assert_eq!(names(&cloud), ["kept", "maybe", "web-x"]);
    assert_eq!(estate.recorded(), addresses);
    assert_eq!(estate.run("output -raw maybe").exits(0).stdout, "maybe");

    // What is enabled is destroyed even where it is disabled now.
    estate.write("terraform.tfvars", "on = false\n");
    estate.run("destroy -auto-approve").exits(0);
    assert_eq!(names(&cloud), Vec::<String>::new());
}

const DEFERRED: &str = r#"
variable "size" {
  default = 2
}

resource "fake_network" "net" {
  count = var.size
  name  = "net-${count.index}"
}

resource "fake_server" "on" {
  for_each   = toset(fake_network.net[*].id)
  name       = "on-${each.key}"
  image      = "debian-12"
  network_id = each.key
}

locals {
  servers = fake_server.on
}

module "name" {
  source   = "./name"
  for_each = local.servers
  server   = each.value.name
}

resource "terraform_data" "all" {
  count = length(local.servers)
  input = module.name[fake_network.net[count.index].id].name
}

output "names" {
  value = sort([for name in module.name : name.name])
}
"#;

const NAME: &str = r#"
variable "server" {}

resource "terraform_data" "name" {
  input = "${var.server}.example"
}

output "name" {
  value = terraform_data.name.output
}
"#;

#[test]
fn keys_that_are_not_known_are_made_in_one_apply() {
    let cloud = Cloud::start();
    let main = super::cloud::provider(&cloud.socket()) + DEFERRED;
    let estate = Estate::of(&main).with("INFRA_FAKE_PROVIDER", "1");
    estate.write("name/main.tf", NAME);
    estate.run("init").exits(0);
    let plan = estate.run("plan").exits(0).says("2 to add, 0 to change, 0 to destroy, 3 deferred");
    plan.says("fake_server.on[*] after").says("module.name[*].terraform_data.name after");
    // The deferred part is cut off in its middle, and the next apply goes on from there.
    killed(&estate, &cloud, ("apply -auto-approve", 3, Moment::After));
    estate.apply();
    estate.is_settled();
    assert_eq!(names(&cloud).len(), 4);
    assert_eq!(estate.recorded().len(), 8);

    // One more: what is there already stays as it is, within the same apply.
    estate.write("terraform.tfvars", "size = 3\n");
    estate.run("plan").exits(0).says("1 to add, 0 to change, 0 to destroy, 3 deferred");
    estate.apply().says("4 added, 0 changed, 0 destroyed");
    estate.is_settled();
    assert_eq!(names(&cloud).len(), 6);
    let listed = estate.run("output -json names").exits(0).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(3));

    // What goes is known, so nothing is deferred.
    estate.write("terraform.tfvars", "size = 1\n");
    estate.run("plan").exits(0).says("0 to add, 0 to change, 8 to destroy").lacks("deferred");
    killed(&estate, &cloud, ("apply -auto-approve", 1, Moment::After));
    estate.apply();
    estate.is_settled();
    assert_eq!(names(&cloud).len(), 2);
    estate.run("destroy -auto-approve").exits(0).says("4 destroyed");
    assert_eq!(names(&cloud), Vec::<String>::new());

    // Without a kill: everything in one apply from nothing.
    estate.write("terraform.tfvars", "size = 2\n");
    estate.apply().says("8 added, 0 changed, 0 destroyed");
    estate.is_settled();
}
