//! `moved` and the keys of `count`, in modules and out of them: as Terraform 1.11 does it, which was
//! asked for each of these.

use crate::bench::*;

const INNER: (&str, &str) = ("d/main.tf", "resource \"terraform_data\" \"deep\" {}\n");
const MODULE: &str =
    "resource \"terraform_data\" \"a\" {}\nmodule \"in\" {\n  source = \"../d\"\n}\n";

/// Applies one configuration and returns the changes of the other, the module `c` being what it is.
fn moves((before, module): (&str, &str), (after, changed): (&str, &str)) -> Vec<String> {
    let bench = Bench::new();
    bench.apply(&[("main.tf", before), ("c/main.tf", module), INNER]);
    let files = [("main.tf", after), ("c/main.tf", changed), INNER];
    let shown = changes(&bench.apply(&files));
    assert!(bench.plan(&files).unwrap().is_empty(), "the second plan is empty");
    shown
}

fn call(name: &str, count: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"./c\"\n  {count}\n}}\n")
}

fn moved(from: &str, to: &str) -> String {
    format!("moved {{\n  from = {from}\n  to = {to}\n}}\n")
}

#[test]
fn count_of_a_module_call_moves_nothing_by_itself() {
    let shown = moves((&call("x", ""), MODULE), (&call("x", "count = 1"), MODULE));
    let expected = [
        "Delete module.x.terraform_data.a",
        "Delete module.x.module.in.terraform_data.deep",
        "Create module.x[0].terraform_data.a",
        "Create module.x[0].module.in.terraform_data.deep",
    ];
    assert_eq!(sorted(shown), sorted(expected));
    let shown = moves((&call("x", "count = 1"), MODULE), (&call("x", ""), MODULE));
    assert_eq!(shown.iter().filter(|line| line.starts_with("Delete")).count(), 2);
}

#[test]
fn a_moved_block_takes_a_module_into_its_count_and_back() {
    let plain = call("x", "");
    let counted = call("x", "count = 2");
    let shown =
        moves((&plain, MODULE), (&(counted.clone() + &moved("module.x", "module.x[1]")), MODULE));
    let expected = [
        "Create module.x[0].terraform_data.a",
        "Create module.x[0].module.in.terraform_data.deep",
        "NoOp module.x[1].terraform_data.a from module.x.terraform_data.a",
        "NoOp module.x[1].module.in.terraform_data.deep from module.x.module.in.terraform_data.deep",
    ];
    assert_eq!(sorted(shown), sorted(expected));
    let counted = call("x", "count = 1");
    let shown = moves((&counted, MODULE), (&(plain + &moved("module.x[0]", "module.x")), MODULE));
    let expected = [
        "NoOp module.x.terraform_data.a from module.x[0].terraform_data.a",
        "NoOp module.x.module.in.terraform_data.deep from module.x[0].module.in.terraform_data.deep",
    ];
    assert_eq!(sorted(shown), sorted(expected));
}

#[test]
fn a_moved_block_is_not_followed_by_a_move_that_nobody_wrote() {
    let after = call("y", "count = 1") + &moved("module.x", "module.y");
    let shown = moves((&call("x", ""), MODULE), (&after, MODULE));
    let expected = [
        "Delete module.y.terraform_data.a from module.x.terraform_data.a",
        "Delete module.y.module.in.terraform_data.deep from module.x.module.in.terraform_data.deep",
        "Create module.y[0].terraform_data.a",
        "Create module.y[0].module.in.terraform_data.deep",
    ];
    assert_eq!(sorted(shown), sorted(expected));
    let after = call("y", "") + &moved("module.x", "module.y");
    let counted = MODULE.replace("\"a\" {}", "\"a\" {\n  count = 1\n}");
    let shown = moves((&call("x", ""), MODULE), (&after, &counted));
    let expected = [
        "Delete module.y.terraform_data.a from module.x.terraform_data.a",
        "Create module.y.terraform_data.a[0]",
        "NoOp module.y.module.in.terraform_data.deep from module.x.module.in.terraform_data.deep",
    ];
    assert_eq!(sorted(shown), sorted(expected));
}

#[test]
fn a_resource_with_a_moved_block_is_moved_by_that_alone() {
    let resource = |count: &str| format!("resource \"terraform_data\" \"a\" {{\n  {count}\n}}\n");
    let shown = moves((&resource(""), ""), (&resource("count = 2"), ""));
    let expected = ["NoOp terraform_data.a[0] from terraform_data.a", "Create terraform_data.a[1]"];
    assert_eq!(sorted(shown), sorted(expected));
    let block = moved("terraform_data.a[5]", "terraform_data.a[1]");
    let shown = moves((&resource(""), ""), (&(resource("count = 2") + &block), ""));
    let expected =
        ["Delete terraform_data.a", "Create terraform_data.a[0]", "Create terraform_data.a[1]"];
    assert_eq!(sorted(shown), sorted(expected));
}

#[test]
fn the_resources_of_a_module_follow_their_own_count() {
    let counted = MODULE.replace("\"a\" {}", "\"a\" {\n  count = 1\n}");
    let shown = moves((&call("x", ""), MODULE), (&call("x", ""), &counted));
    assert_eq!(shown, ["NoOp module.x.terraform_data.a[0] from module.x.terraform_data.a"]);
}

fn sorted<T: ToString>(lines: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.to_string()).collect();
    lines.sort();
    lines
}
