//! Lifecycle arguments, provisioners, and the refactoring blocks.

use super::Driven;
use infra_model::{
    path::Path,
    program::{Endpoint, Ignore, Program, When},
    value::Value,
};

#[test]
fn lifecycle_is_evaluated() {
    let driven = Driven::new(
        r#"
        locals { keep = true }
        resource "terraform_data" "t" { count = 2 }
        resource "test_thing" "a" {
          count = 2
          name  = "x"
          tags  = {}
          lifecycle {
            create_before_destroy = true
            prevent_destroy       = local.keep
            ignore_changes        = [memory, tags["a"], rule[0].port]
            replace_triggered_by  = [terraform_data.t[count.index], terraform_data.t, test_thing.b.memory]
          }
        }
        resource "test_thing" "b" {
          name = "y"
          lifecycle { ignore_changes = all }
        }
        "#,
    )
    .good();
    let lifecycle = &driven.at("test_thing.a[1]").lifecycle;
    assert!(lifecycle.create_before_destroy && lifecycle.prevent_destroy);
    let Ignore::Paths(paths) = &lifecycle.ignore_changes else { panic!("paths") };
    let paths: Vec<String> = paths.iter().map(Path::to_string).collect();
    assert_eq!(paths, ["memory", "tags[\"a\"]", "rule[0].port"]);
    let triggers: Vec<String> = lifecycle
        .replace_triggered_by
        .iter()
        .map(|t| format!("{} {}", t.address, t.path))
        .collect();
    assert_eq!(triggers, ["terraform_data.t[1] ", "terraform_data.t[*] ", "test_thing.b memory"]);
    assert_eq!(driven.at("test_thing.b").lifecycle.ignore_changes, Ignore::All);
}

#[test]
fn guards_must_be_known() {
    let driven = Driven::new(
        "resource \"terraform_data\" \"u\" {}\nresource \"terraform_data\" \"a\" {\n  lifecycle {\n    prevent_destroy = terraform_data.u.output\n    ignore_changes = [inptu]\n  }\n}\n",
    );
    assert_eq!(
        driven.texts(),
        [
            "main.tf:4: Invalid prevent_destroy value: The value of prevent_destroy must be known when planning.",
            "main.tf:5: Unsupported attribute: This object has no argument, nested block, or exported attribute named \"inptu\".",
        ]
    );
}

#[test]
fn provisioners_see_self_and_their_connection() {
    let driven = Driven::new(
        r#"
        resource "terraform_data" "a" {
          input = "v"
          connection {
            host = self.output
            user = "root"
          }
          provisioner "local-exec" {
            command     = "echo ${self.output}"
            environment = { A = 1 }
          }
          provisioner "local-exec" {
            when       = destroy
            on_failure = continue
            command    = "true"
            connection { user = "op" }
          }
        }
        "#,
    )
    .good();
    assert!(driven.at("terraform_data.a").lifecycle.provisioned);
    assert!(driven.at("terraform_data.a").lifecycle.destroy_provisioned);
    let id = driven.desired[0].0;
    let object = Value::object([("output", Value::from("h"))]);
    let mut known = driven.known;
    let program = &driven.built.program;
    let (create, found) = program.provisioners(id, When::Create, &object, &mut known);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(create.len(), 1);
    assert_eq!(create[0].config.get("command").unwrap().to_string(), "\"echo h\"");
    assert_eq!(create[0].config.get("environment").unwrap().to_string(), "{\"A\" = \"1\"}");
    let (destroy, _) = program.provisioners(id, When::Destroy, &object, &mut known);
    assert!(destroy[0].continue_on_failure);
    assert_eq!(destroy[0].connection.get("host").unwrap().to_string(), "\"h\"");
    assert_eq!(destroy[0].connection.get("user").unwrap().to_string(), "\"op\"");
}

#[test]
fn unknown_provisioners_and_arguments_are_refused_before_anything_is_made() {
    let found = super::faults(
        r#"
resource "terraform_data" "a" {
  provisioner "remote-exec" {
    inline = ["true"]
    inlnie = ["true"]
  }
  provisioner "file" {
    content     = "x"
    destination = "/x"
  }
  provisioner "chef" {}
}
removed {
  from = terraform_data.gone
  provisioner "remote-exec" {
    when   = destroy
    inline = ["true"]
  }
}
"#,
    );
    assert_eq!(
        found,
        [
            "main.tf:5: Unsupported argument: An argument named \"inlnie\" is not expected here.",
            "main.tf:11: Unsupported provisioner type: There is no provisioner of type \"chef\".",
        ]
    );
}

#[test]
fn destroy_time_provisioners_see_nothing_else() {
    let found = super::faults(
        "resource \"terraform_data\" \"b\" {}\nresource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    when = destroy\n    command = terraform_data.b.id\n  }\n}\n",
    );
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("main.tf:5: Invalid reference from destroy provisioner"),
        "{found:?}"
    );
}

/// Terraform refuses the same, as far as it stands in resources; see `tests/end_to_end/idle.rs`.
#[test]
fn connections_of_destroy_time_provisioners_see_nothing_else() {
    let on_destroy =
        "provisioner \"local-exec\" {\n    when = destroy\n    command = \"true\"\n  }";
    let on_create = on_destroy.replace("    when = destroy\n", "");
    let refused = |host: &str, provisioners: &[&str]| {
        let found = super::faults(&format!(
            "variable \"v\" {{}}\nlocals {{\n  l = 1\n}}\nresource \"terraform_data\" \"a\" {{\n  connection {{\n    host = {host}\n  }}\n  {}\n}}\n",
            provisioners.join("\n  ")
        ));
        let is_it = |text: &String| {
            text.starts_with("main.tf:7: Invalid reference from destroy provisioner")
        };
        assert!(found.iter().all(is_it), "{host}: {found:?}");
        !found.is_empty()
    };
    for host in ["var.v", "local.l", "upper(local.l)", "terraform_data.a.id", "module.m.x"] {
        assert!(refused(host, &[on_destroy]), "{host}");
        assert!(refused(host, &[&on_create, on_destroy]), "{host}, beside one that creates");
        assert!(refused(host, &[on_destroy, &on_create]), "{host}, before one that creates");
    }
    for host in ["self.output", "path.module", "terraform.workspace", "timestamp()"] {
        assert!(!refused(host, &[&on_create, on_destroy]), "{host}");
    }
    for host in ["var.v", "local.l"] {
        assert!(!refused(host, &[&on_create]) && !refused(host, &[]), "{host}");
    }
}

#[test]
fn moved_removed_and_imports_are_decoded() {
    let driven = Driven::new(
        r#"
        resource "terraform_data" "new" {
          for_each = toset(["x", "y"])
        }
        moved {
          from = terraform_data.old
          to   = terraform_data.new["x"]
        }
        moved {
          from = terraform_data.whole
          to   = terraform_data.other
        }
        moved {
          from = module.a
          to   = module.b["k"]
        }
        removed {
          from = terraform_data.gone
          lifecycle { destroy = false }
        }
        import {
          for_each = { x = "1", y = "2" }
          to       = terraform_data.new[each.key]
          id       = "id-${each.value}"
        }
        "#,
    )
    .good();
    let program = &driven.built.program;
    let shown = |endpoint: &Endpoint| match endpoint {
        Endpoint::Module(module) => module.to_string(),
        Endpoint::Resource(address) => address.to_string(),
    };
    let moved: Vec<String> =
        program.moved().iter().map(|m| format!("{} {}", shown(&m.from), shown(&m.to))).collect();
    assert_eq!(
        moved,
        [
            "terraform_data.old terraform_data.new[\"x\"]",
            "terraform_data.whole[*] terraform_data.other[*]",
            "module.a module.b[\"k\"]"
        ]
    );
    assert_eq!(shown(&program.removed()[0].from), "terraform_data.gone[*]");
    assert!(!program.removed()[0].destroy);
    let mut known = driven.known;
    let (imports, found) = program.imports(&mut known);
    assert!(found.is_empty(), "{found:?}");
    let imports: Vec<String> =
        imports.iter().map(|i| format!("{} {} {}", i.to, i.id, i.provider)).collect();
    assert_eq!(
        imports,
        [
            "terraform_data.new[\"x\"] \"id-1\" provider.terraform",
            "terraform_data.new[\"y\"] \"id-2\" provider.terraform"
        ]
    );
}
