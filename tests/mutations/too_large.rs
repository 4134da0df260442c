//! What would be too large to compute is refused, and the message names how large it would be.

use infra::files::MemorySources;
use infra_lang::{
    compile::compile,
    config::load::{LoadOptions, load},
};
use infra_model::{
    address::ModuleAddress,
    kind::Kinds,
    known::{Inputs, Known},
    program::Program as _,
};
use std::sync::Arc;

/// Returns what is wrong with an expression beside some locals.
fn refusal(locals: &str, expression: &str) -> String {
    let main = format!("locals {{\n{locals}\n}}\n");
    let sources = Arc::new(MemorySources::new([("main.tf", &*main)]));
    let (configuration, map, found) = load(&*sources, ".", LoadOptions::default());
    assert!(found.is_empty(), "{found:?}");
    let (program, _) = compile(configuration, map, &Arc::new(Kinds::default()), sources);
    let mut known = Known::new(Inputs::default());
    let (value, found) = program.free(expression, &ModuleAddress::root(), &mut known);
    let told: Vec<String> =
        found.iter().map(|d| format!("{}: {}: {}", d.code, d.summary, d.detail)).collect();
    assert!(!told.is_empty(), "{expression} is {}", value.ty());
    told.join("\n")
}

#[test]
fn large_results_are_refused_with_their_size() {
    let many_rows = format!("setproduct({})", ["range(1000)"; 4].join(", "));
    let nested = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]";
    let alias = |n: u32| format!("a{}: &a{} [*a{}, *a{}]\\n", n + 1, n + 1, n, n);
    let laughs: String = (0..40).map(alias).collect();
    let laughs = format!("yamldecode(\"a0: &a0 [x, x]\\n{laughs}\")");
    let deep_json = format!("jsondecode(\"{}{}\")", "[".repeat(100_000), "]".repeat(100_000));
    let many_prefixes = format!("cidrsubnets(\"::/0\", {})", ["129"; 3].join(", "));
    let table: [(&str, &str); 20] = [
        ("range(1e9)", "more than 1024 values"),
        ("range(0, 1, 1e-9)", "more than 1024 values"),
        (&many_rows, "1000000000000 elements"),
        (nested, "elements"),
        ("format(\"%1000000000d\", 1)", "1000000000"),
        ("format(\"%.1000000000f\", 1)", "1000000000"),
        ("indent(1e9, \"a\\nb\")", "1000000003 bytes"),
        ("join(local.text, range(1000))", "bytes"),
        ("replace(local.text, \" \", local.text)", "bytes"),
        ("join(\"\", [for i in range(200) : local.text])", "bytes"),
        ("[for i in range(1000) : [for j in range(1000) : local.text]]", "bytes"),
        ("{ for i in range(1000) : i => local.text }", "bytes"),
        ("{ for i in range(1000) : \"a\" => local.text... }", "bytes"),
        ("[for i in range(500) : setproduct(range(300), range(300))]", "bytes"),
        ("\"%{ for i in range(1000) }${local.text}%{ endfor }\"", "bytes"),
        ("regex(\"((a{1,100}){1,100}){1,1000}\", \"a\")", "too"),
        (&laughs, "values"),
        (&deep_json, "deep"),
        (&many_prefixes, "32 bits"),
        ("cidrsubnet(\"10.0.0.0/8\", 1000000000, 1)", "1000000000"),
    ];
    for (expression, size) in table {
        let told = refusal("text = format(\"%900000d\", 1)", expression);
        let short: String = expression.chars().take(80).collect();
        assert!(told.contains(size), "{short}: {told}");
    }
}

/// A value that is small where it is written and doubles with every name it is given.
#[test]
fn doubled_values_are_refused_with_their_size() {
    let chain = |link: &dyn Fn(u32) -> String| -> String {
        (1..64).map(|n| format!("l{n} = {}\n", link(n - 1))).collect()
    };
    let links: [(&str, &dyn Fn(u32) -> String); 5] = [
        ("\"x\"", &|n| format!("[local.l{n}, local.l{n}]")),
        ("\"x\"", &|n| format!("{{ a = local.l{n}, b = local.l{n} }}")),
        ("[\"x\"]", &|n| format!("concat(local.l{n}, local.l{n})")),
        ("\"x\"", &|n| format!("\"${{local.l{n}}}${{local.l{n}}}\"")),
        ("\"x\"", &|n| format!("[for x in [1, 2] : local.l{n}]")),
    ];
    for (first, link) in links {
        let locals = format!("l0 = {first}\n{}", chain(link));
        let told = refusal(&locals, "jsonencode(local.l63)");
        assert!(told.contains("at most"), "{}: {told}", link(0));
    }
    let nested = (0..40).fold("x".to_owned(), |inner, _| format!("[for x in [[x, x]] : {inner}]"));
    let told = refusal("", &format!("[for x in [1] : {nested}]"));
    assert!(told.contains("Value too large"), "{told}");
}
