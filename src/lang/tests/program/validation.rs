//! `validate`: one run finds the mistakes of all files.

use crate::support::{Built, kinds, known, root};
use infra_model::{
    address::{InstanceKey, ProviderAddress},
    program::Program,
    value::Value,
};

#[test]
fn five_mistakes_in_three_files_are_found_in_one_run() {
    let built = Built::new(&[
        ("a.tf", "resource \"test_thing\" \"a\" {\n  nmae = \"x\"\n}\n"),
        ("b.tf", "locals {\n  x = local.y\n  z = 1 + \"x\"\n}\n"),
        (
            "c.tf",
            "output \"o\" {\n  value = test_thing.b.id\n}\nresource \"test_thing\" \"b\" {\n  name = \"x\"\n  memory = [1]\n}\n",
        ),
    ]);
    let mut known = known(&[]);
    let mut found = built.found.clone();
    found.extend(built.program.validate(&kinds(), &mut known));
    infra_model::diagnostic::sort(&mut found);
    assert_eq!(
        built.texts(&found),
        [
            "a.tf:1: Missing required argument: The argument \"name\" is required, but no definition was found.",
            "a.tf:2: Unsupported argument: An argument named \"nmae\" is not expected here.",
            "b.tf:2: Reference to undeclared local value: A local value with the name \"y\" has not been declared.",
            "b.tf:3: Invalid operand: Unsuitable value for right operand: a number is required.",
            "c.tf:6: Incorrect attribute value type: Inappropriate value for attribute \"memory\": number required.",
        ]
    );
}

#[test]
fn validation_needs_no_values() {
    let built = Built::good(
        r#"
        variable "n" { type = number }
        variable "names" { type = set(string) }
        resource "test_thing" "a" {
          count  = var.n
          name   = "x${count.index}"
          memory = var.n * 2
        }
        resource "test_thing" "b" {
          for_each = var.names
          name     = each.value
        }
        module "never" {
          source = "./x"
          count  = 0
        }
        output "o" { value = test_thing.a[0].name }
        "#
        .replace(
            "module \"never\" {\n          source = \"./x\"\n          count  = 0\n        }",
            "",
        )
        .as_str(),
    );
    let mut known = known(&[]);
    let found = built.program.validate(&kinds(), &mut known);
    assert_eq!(built.texts(&found), Vec::<String>::new());
    let (_, found) = built.program.outputs(&mut known);
    assert_eq!(found.len(), 2, "what validation assumed is not remembered: {found:?}");
}

#[test]
fn modules_without_instances_are_validated_too() {
    let built = Built::new(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n  count = 0\n}\n"),
        ("m/main.tf", "locals {\n  x = 1 + true\n}\n"),
    ]);
    let mut known = known(&[]);
    let found = built.program.validate(&kinds(), &mut known);
    assert_eq!(
        built.texts(&found),
        ["m/main.tf:2: Invalid operand: Unsuitable value for right operand: number required."]
    );
}

#[test]
fn provider_is_asked_what_is_wrong_with_its_configuration() {
    let text = "provider \"test\" {\n  host = \"ftp://${var.name}\"\n}\nvariable \"name\" {}\n\
                provider \"test\" {\n  alias = \"b\"\n  host  = var.name\n}\n";
    let built = Built::new(&[
        ("main.tf", &format!("{text}module \"m\" {{\n  source = \"./m\"\n}}\n")),
        ("m/main.tf", "provider \"test\" {\n  host = \"ftp://inner\"\n}\n"),
    ]);
    let found = built.program.validate(&kinds(), &mut known(&[]));
    assert_eq!(built.texts(&found), ["m/main.tf:2: No FTP here: "], "unknown parts are not judged");
    let mut known = known(&[("name", Value::from("x"))]);
    let provider = |alias: Option<&str>| ProviderAddress {
        module: root(),
        provider: "test".into(),
        alias: alias.map(Into::into),
        key: InstanceKey::None,
    };
    let (_, found) = built.program.provider(&provider(None), &mut known);
    assert_eq!(built.texts(&found), ["main.tf:2: No FTP here: "]);
    let (_, found) = built.program.provider(&provider(Some("b")), &mut known);
    assert_eq!(built.texts(&found), Vec::<String>::new());
}
