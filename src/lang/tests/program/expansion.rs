//! `count` and `for_each`.

use super::Driven;

#[test]
fn count_and_for_each_make_instances_in_order() {
    let mut driven = Driven::new(
        r#"
        resource "terraform_data" "n" {
          count = 3
          input = count.index * 10
        }
        resource "terraform_data" "e" {
          for_each = { b = 2, a = 1 }
          input    = "${each.key}${each.value}"
        }
        resource "terraform_data" "s" {
          for_each = toset(["y", "x"])
          input    = [each.key, each.value]
        }
        resource "terraform_data" "none" {
          count = 0
        }
        "#,
    )
    .good();
    assert_eq!(
        driven.addresses(),
        [
            "terraform_data.n[0]",
            "terraform_data.n[1]",
            "terraform_data.n[2]",
            "terraform_data.e[\"a\"]",
            "terraform_data.e[\"b\"]",
            "terraform_data.s[\"x\"]",
            "terraform_data.s[\"y\"]",
        ]
    );
    assert_eq!(driven.attribute("terraform_data.n[2]", "input"), "20");
    assert_eq!(driven.attribute("terraform_data.e[\"b\"]", "input"), "\"b2\"");
    assert_eq!(driven.attribute("terraform_data.s[\"x\"]", "input"), "[\"x\", \"x\"]");
    assert_eq!(driven.free("terraform_data.n[*].input"), "[0, 10, 20]");
    assert_eq!(
        driven.free("{ for k, v in terraform_data.e : k => v.input }"),
        r#"{"a" = "a1", "b" = "b2"}"#
    );
    assert_eq!(driven.free("length(terraform_data.none)"), "0");
}

#[test]
fn unknown_keys_are_deferred_not_refused() {
    let driven = Driven::new(
        r#"
        resource "terraform_data" "u" {}
        resource "terraform_data" "a" {
          count = terraform_data.u.output
        }
        resource "terraform_data" "b" {
          for_each = toset([terraform_data.u.id])
        }
        resource "terraform_data" "c" {
          input = terraform_data.a[0].id
        }
        resource "terraform_data" "d" {
          input = [for x in terraform_data.b : x.id]
        }
        "#,
    )
    .good();
    assert_eq!(
        driven.unknown,
        [
            "terraform_data.a[*] waits for terraform_data.u",
            "terraform_data.b[*] waits for terraform_data.u"
        ]
    );
    assert_eq!(driven.attribute("terraform_data.c", "input"), "(known after apply)");
    assert_eq!(driven.needs("terraform_data.c"), "terraform_data.a[0], terraform_data.u");
    assert_eq!(driven.needs("terraform_data.d"), "terraform_data.b[*], terraform_data.u");
}

#[test]
fn wrong_keys_are_refused_in_terraforms_words() {
    let check = |expression: &str, wanted: &str| {
        let driven = Driven::with(
            &[(
                "main.tf",
                &format!(
                    "variable \"s\" {{\n  default = \"x\"\n  sensitive = true\n}}\nresource \"terraform_data\" \"a\" {{\n  {expression}\n}}\n"
                ),
            )],
            &[],
        );
        assert_eq!(driven.texts(), [format!("main.tf:6: {wanted}")]);
        assert!(driven.desired.is_empty());
    };
    check(
        "count = -1",
        "Invalid count argument: The given \"count\" argument value is unsuitable: must be greater than or equal to zero.",
    );
    check(
        "count = null",
        "Invalid count argument: The given \"count\" argument value is null. An integer is required.",
    );
    check(
        "count = \"x\"",
        "Invalid count argument: The given \"count\" argument value is unsuitable: a number is required.",
    );
    check(
        "count = 1.5",
        "Invalid count argument: The given \"count\" argument value is unsuitable: must be a whole number.",
    );
    check(
        "count = 1e9",
        "Invalid count argument: The given \"count\" argument value is 1000000000; at most 1000000 are allowed.",
    );
    check(
        "for_each = null",
        "Invalid for_each argument: The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.",
    );
    check(
        "for_each = [\"a\"]",
        "Invalid for_each argument: The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type tuple.",
    );
    check(
        "for_each = toset([1])",
        "Invalid for_each argument: The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type number.",
    );
    check(
        "for_each = toset([var.s])",
        "Invalid for_each argument: Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.",
    );
}

#[test]
fn each_for_each_is_evaluated_once() {
    let text = |count: usize| {
        format!(
            "locals {{ all = {{ for i in range({count}) : tostring(i) => i }} }}\nresource \"terraform_data\" \"a\" {{\n  for_each = local.all\n  input = each.value\n}}\n"
        )
    };
    let evaluations = |count| Driven::new(&text(count)).good().known.evaluations;
    assert_eq!(evaluations(100) - evaluations(50), 50, "one evaluation for each instance, no more");
}
