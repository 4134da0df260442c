//! What `validate` says of types of variables, beside Terraform's.

use super::beside::compare_texts;

/// One variable each; where Terraform has two sentences for one mistake, the second is left out.
const TYPES: &[&str] = &[
    "\"string\"",
    "\"list\"",
    "\"map\"",
    "\"any\"",
    "\"nonsense\"",
    "list(\"string\")",
    "object({ a = \"string\" })",
    "set",
    "object",
    "tuple",
    "nonsense",
    "nonsense(string)",
    "string()",
    "any()",
    "list()",
    "list(string, number)",
    "object({}, {})",
    "tuple([string], [])",
    "list(optional(string))",
    "object({ a = optional() })",
    "object({ a = optional(string, 1, 2) })",
    "object({ a = optional(number, \"x\") })",
    "object({ \"a\" = string })",
    "object({ (a) = string })",
    "object({\n  a = string\n  a = number\n})",
    "object(\"a\")",
    "tuple(\"string\")",
    "var.x",
    "\"${\"string\"}\"",
    "string.a",
    "5",
];

#[test]
fn types_are_told_as_by_terraform() {
    let texts: Vec<String> =
        TYPES.iter().map(|ty| format!("variable \"a\" {{\n  type = {ty}\n}}\n")).collect();
    compare_texts("types of variables", &texts);
}
