//! Modules from repositories, archives and registries: installed, locked, kept, and refused.

mod kills;
mod packages;
mod refusals;
pub(super) mod server;
mod tested;

use super::{
    child::Output,
    estate::Estate,
    oracle::{has_terraform, terraform},
};
use packages::{Repository, bzip2, gzip, has_git, tar, zip};
use server::{Reply, Server};
use std::fs;

/// A module with an input, an output and one resource.
const MODULE: &str = r#"
variable "name" {
  default = "x"
}

resource "terraform_data" "made" {
  input = "one ${var.name}"
}

output "path" {
  value = path.module
}
"#;

fn call(name: &str, source: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"{source}\"\n}}\n")
}

/// Returns an estate with a repository beside it that has modules in directories.
fn estate() -> (Estate, Repository) {
    let estate = Estate::new();
    let files = [
        ("main.tf", MODULE),
        (
            "sub/main.tf",
            "module \"inner\" {\n  source = \"./inner\"\n}\nmodule \"other\" {\n  source = \"../other\"\n}\n",
        ),
        ("sub/inner/main.tf", "output \"i\" {\n  value = 1\n}\n"),
        ("other/main.tf", "output \"o\" {\n  value = 2\n}\n"),
    ];
    let repository = Repository::new(estate.path().join("../repository"), &files);
    (estate, repository)
}

fn read(estate: &Estate, name: &str) -> String {
    fs::read_to_string(estate.file(name)).unwrap_or_default()
}

#[test]
fn a_module_from_a_repository_is_installed_locked_and_kept() {
    if !has_git("a_module_from_a_repository_is_installed_locked_and_kept") {
        return;
    }
    let (estate, repository) = estate();
    let source = repository.source("?ref=main");
    estate.write("main.tf", &call("a", &source));
    for command in ["validate", "plan", "modules"] {
        let said = estate.run(command).exits(1).says("Module not installed");
        said.says("Run \"infra init\" to install all modules required by this configuration.");
    }
    let said = estate.run("init").exits(0).says("- a in .infra/modules/a");
    said.says(&format!("Downloading {source} for a...")).says("- a in .infra/modules/a");
    let first = read(&estate, ".infra.lock.hcl");
    let commit = repository.git(&["rev-parse", "HEAD"]);
    assert!(first.contains(commit.trim()) && first.contains("digest = \"h1:"), "{first}");
    estate.run("plan").exits(0).says("module.a.terraform_data.made").says("one x");
    // The branch moves on; what is locked stays until it is asked for.
    repository.commit(&[("main.tf", &MODULE.replace("one", "two"))]);
    estate.run("init").exits(0).lacks("Downloading").lacks("Downloading");
    fs::remove_dir_all(estate.file(".infra/modules")).unwrap();
    estate.run("init -lockfile=readonly").exits(0).says("- a in .infra/modules/a");
    estate.run("plan").exits(0).says("one x");
    assert_eq!(read(&estate, ".infra.lock.hcl"), first);
    estate.run("init -upgrade").exits(0).says("- a in .infra/modules/a");
    estate.run("plan").exits(0).says("two x");
    assert_ne!(read(&estate, ".infra.lock.hcl"), first);
    // A saved plan carries the modules it was made from.
    estate.run("plan -out=saved").exits(0);
    fs::remove_dir_all(estate.file(".infra/modules")).unwrap();
    estate.run("apply saved").exits(0).says("1 added");
}

#[test]
fn modules_of_a_package_call_each_other_by_path() {
    if !has_git("modules_of_a_package_call_each_other_by_path") {
        return;
    }
    let (estate, repository) = estate();
    let text = call("a", &repository.source("//sub?ref=v1")) + &call("l", "./l");
    estate.write("main.tf", &text);
    estate.write("l/main.tf", "");
    estate.run("init").exits(0);
    let listed = estate.run("modules -json").exits(0).json();
    let keys: Vec<&str> =
        listed["modules"].as_array().unwrap().iter().map(|m| m["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["a", "inner", "other", "l"]);
    if !has_terraform("modules") {
        return;
    }
    let ours = read(&estate, ".infra/modules/modules.json").replace(".infra/", ".terraform/");
    terraform(&estate, "get");
    let manifest = read(&estate, ".terraform/modules/modules.json");
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(json(&ours), json(&manifest));
    let theirs = json(&terraform(&estate, "modules -json"));
    assert_eq!(listed["format_version"], theirs["format_version"]);
    assert_eq!(sorted(&listed["modules"]), sorted(&theirs["modules"]));
}

/// The modules of a listing by their text: Terraform lists siblings in another order each time.
fn sorted(modules: &serde_json::Value) -> Vec<String> {
    let mut texts: Vec<String> =
        modules.as_array().unwrap().iter().map(ToString::to_string).collect();
    texts.sort();
    texts
}

#[test]
fn archives_are_unpacked_and_checked() {
    if !has_git("archives_are_unpacked_and_checked") {
        return;
    }
    let server = Server::start();
    let files = [("m/main.tf", MODULE)];
    let archives = [
        ("a.zip", zip(&files)),
        ("a.tar", tar(&files)),
        ("a.tar.gz", gzip(&tar(&files))),
        ("a.tgz", gzip(&tar(&files))),
        ("a.tar.bz2", bzip2(&tar(&files))),
    ];
    for (name, bytes) in archives {
        server.gives(&format!("/{name}"), [Reply::status(503), Reply::of(bytes)]);
        let estate = Estate::of(&call("a", &format!("http://{}/{name}//m", server.host)));
        estate.run("init").exits(0).says("- a in .infra/modules/a/m");
        estate.run("plan").exits(0).says("module.a.terraform_data.made");
    }
    // An address that says by a header, or by a tag, where the archive is, and one without ending.
    let html = format!(
        "<html><meta name=\"terraform-get\" content=\"http://{}/a.zip\"></html>",
        server.host
    );
    server.gives("/tag", [Reply::of(html)]);
    server.gives("/header", [Reply::status(204).with("X-Terraform-Get", "./a.zip//m")]);
    server.gives("/plain", [Reply::of(zip(&files))]);
    for rest in ["tag//m", "header", "plain//m?archive=zip"] {
        let estate = Estate::of(&call("a", &format!("http://{}/{rest}", server.host)));
        estate.run("init").exits(0).says("- a in .infra/modules/a/m");
    }
}

#[test]
fn a_registry_gives_the_newest_version_that_is_allowed() {
    if !has_git("a_registry_gives_the_newest_version_that_is_allowed") {
        return;
    }
    let server = Server::start();
    let archive = |word: &str| zip(&[("main.tf", &MODULE.replace("one", word))]);
    let versions = ["1.0.0", "1.2.0", "1.10.0", "2.0.0-beta", "3.0.0"];
    let versions: Vec<_> = versions.into_iter().map(|v| (v, archive(v))).collect();
    server.registry("ns/name/prov", &versions);
    let token = format!("TF_TOKEN_{}", server.host.replace(['.', ':'], "_"));
    let estate = Estate::new().with(&token, "s3cret-token");
    let write = |constraint: &str| {
        let source = format!("{}/ns/name/prov", server.host);
        let text =
            call("a", &source).replace("}\n", &format!("  version = \"{constraint}\"\n}}\n"));
        estate.write("main.tf", &text);
    };
    write("~> 1.0");
    estate.run("init").exits(0).says("ns/name/prov 1.10.0 for a...").lacks("s3cret");
    estate.run("plan").exits(0).says("1.10.0 x");
    assert!(server.requests()[0].ends_with("Bearer s3cret-token"), "{:?}", server.requests());
    let packages = server.requests().into_iter().filter(|r| r.starts_with("/packages"));
    assert!(packages.into_iter().all(|request| !request.contains("s3cret")));
    // A wider constraint changes nothing; one that excludes what is installed does.
    write(">= 1.0");
    estate.run("init").exits(0).lacks("Downloading");
    write("< 1.10");
    estate.run("plan").exits(1).says("Module version requirements have changed").says("(1.10.0)");
    estate.run("init -lockfile=readonly").exits(1).says("Lock file would change");
    estate.run("init").exits(0).says("1.2.0 for a...");
    write("2.0.0-beta");
    estate.run("init").exits(0).says("2.0.0-beta for a...");
    write(">= 1.0");
    estate.run("get -update").exits(0).says("3.0.0 for a...");
    let text = estate.run("modules").exits(0);
    text.says("3.0.0 (>= 1.0)");
    write("> 5");
    estate
        .run("init")
        .exits(1)
        .says("Unresolvable module version constraint")
        .says("3.0.0, 2.0.0-beta");
}

#[test]
fn sources_may_be_made_of_variables() {
    if !has_git("sources_may_be_made_of_variables") {
        return;
    }
    let (estate, repository) = estate();
    let base = repository.source("");
    estate.write(
        "main.tf",
        &format!(
            r#"
variable "release" {{}}

locals {{
  source = "{base}?ref=${{lower(var.release)}}"
}}

terraform {{
  backend "local" {{
    path = "state-${{var.release}}"
  }}
}}

module "a" {{
  source = local.source
}}

module "b" {{
  source  = "./b"
  release = var.release
}}
"#
        ),
    );
    let inner =
        "variable \"release\" {}\n\nmodule \"c\" {\n  source = \"BASE?ref=${var.release}\"\n}\n";
    estate.write("b/main.tf", &inner.replace("BASE", &base));
    estate.run("init").exits(1).says("var.release has no value and no default");
    estate.run("init -var release=v1").exits(0).says("- a in").says("- b.c in");
    estate.run("validate -var release=v1").exits(0);
    estate.run("plan -var release=main").exits(1).says("Module source has changed");
    estate.write("terraform.tfvars", "release = \"v1\"\n");
    estate.run("apply -auto-approve").exits(0).says("2 added");
    assert!(estate.file("state-v1").is_dir());
    estate.run("state list").exits(0).says("module.b.module.c.terraform_data.made");
    // A saved plan finds them again by the values that it was made with.
    estate.run("plan -destroy -out=saved").exits(0);
    estate.write("terraform.tfvars", "release = \"v2\"\n");
    estate.run("apply saved").exits(0).says("2 destroyed");
    for (text, reason) in [
        ("variable \"s\" {\n  default   = \"./b\"\n  sensitive = true\n}\n", "var.s is sensitive"),
        ("variable \"s\" {\n  default   = \"./b\"\n  ephemeral = true\n}\n", "var.s is ephemeral"),
        ("resource \"terraform_data\" \"s\" {}\n", "Only variables, local values and paths"),
    ] {
        let reference = if text.starts_with("variable") { "var.s" } else { "terraform_data.s.id" };
        let main = format!("{text}\nmodule \"a\" {{\n  source = {reference}\n}}\n");
        let estate = Estate::of(&main);
        estate.write("b/main.tf", "");
        estate.run("validate").exits(1).says(reason).says("main.tf:");
    }
    let circle = Estate::of(
        "locals {\n  a = local.b\n  b = local.a\n}\nmodule \"a\" {\n  source = local.a\n}\n",
    );
    circle.run("validate").exits(1).says("in a circle");
}

#[test]
fn a_configuration_starts_from_a_module() {
    if !has_git("a_configuration_starts_from_a_module") {
        return;
    }
    let (estate, repository) = estate();
    let source = repository.source("//other");
    estate.run(&format!("init -from-module={source}")).exits(0).says("Copying configuration from");
    assert!(estate.file("main.tf").is_file());
    estate
        .run(&format!("init -from-module={source}"))
        .exits(1)
        .says("main.tf")
        .says("Nothing was changed");
}

#[test]
fn init_speaks_json_and_does_what_its_flags_say() {
    if !has_git("init_speaks_json_and_does_what_its_flags_say") {
        return;
    }
    let (estate, repository) = estate();
    estate.write("main.tf", &call("a", &repository.source("")));
    estate.run("init -get=false").exits(1).says("Module not installed");
    let output: Output = estate.run("init -json -backend=false").exits(0);
    for line in output.stdout.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["@message"].is_string(), "{line}");
    }
    assert!(output.has("Downloading git::"), "{}", output.stdout);
}
