//! The difference of two values as Terraform shows it: compared first, then written line by line.
//!
//! Values of a fixed type are compared by their type. Values of any type (outputs, what
//! `terraform_data` holds) and JSON in strings are compared by what they are, as Terraform does:
//! members that are null are there, and maps and sets look like objects and lists.
//!
//! Deliberately different from Terraform's text:
//!
//! - `# forces replacement` names the place in the configuration, also for values of any type.
//! - A string is taken for JSON only if all of it is JSON, not if it only begins so.
//! - Where a multi-line string changes only in white space at its ends, a remark says so.
//! - An empty string is shown as `""` also where Terraform shows it as `null`.
//! - A copy of a secret in another attribute of the same object is masked as well.

mod block;
mod compare;
mod json;
mod lines;
mod node;
mod print;
mod sequence;
mod strings;
#[cfg(test)]
mod tests;

pub use block::Body;
pub use compare::Compare;
pub use node::{Field, Node, Symbol};
pub use print::{Options, Printer, key};

use infra_model::value::Value;

/// Returns whether two values are the same to a reader: marks do not count.
pub fn same(before: &Value, after: &Value) -> bool {
    before == after || before.clone().unmark_deep().0 == after.clone().unmark_deep().0
}
