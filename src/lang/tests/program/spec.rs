//! Configurations with a marker `# error: SUMMARY` (or `# warning:`) on each line that has one; in
//! JSON, it is a member with the name of a comment.

use crate::support::Built;
use infra_model::program::Program;
use std::path::PathBuf;

#[test]
fn marked_mistakes_are_found_and_no_others() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/config");
    let mut seen = 0;
    let mut entries: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let text = std::fs::read_to_string(&path).unwrap();
        let is_json = path.extension().is_some_and(|end| end == "json");
        let name = if is_json { "main.tf.json" } else { "main.tf" };
        let built = Built::new(&[(name, &text)]);
        let map = built.program.sources();
        let mut found: Vec<String> = built
            .found
            .iter()
            .map(|d| {
                let span = d.labels[0].span;
                let line = map.position(span.source, span.start).unwrap().line;
                let word = if d.is_error() { "error" } else { "warning" };
                format!("{line} {word}: {}", d.summary)
            })
            .collect();
        let mut wanted = Vec::new();
        for (number, line) in text.lines().enumerate() {
            for marker in ["error", "warning"] {
                let before = if is_json { "\"" } else { "# " };
                if let Some((_, summary)) = line.split_once(&format!("{before}{marker}: ")) {
                    let summary = summary.split('"').next().filter(|_| is_json).unwrap_or(summary);
                    wanted.extend(
                        summary.split(" | ").map(|s| format!("{} {marker}: {s}", number + 1)),
                    );
                }
            }
        }
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 6, "the files are there");
}

/// Values that could be read around a mistake are not judged as if they had been meant.
#[test]
fn nothing_more_is_said_of_a_value_with_a_mistake() {
    let values = [
        r#"regex("\d+", "web-12")"#,
        "max([1]..., 4)",
        "[[1]].0.1",
        "[1].1e3",
        r#"join("," "a")"#,
        r#""%{ for in [1] }${x}%{ endfor }""#,
        "{ a = 1 b = 2 }.b",
    ];
    for value in values {
        let text =
            format!("locals {{\n  a = {value}\n}}\noutput \"o\" {{\n  value = local.a + 1\n}}\n");
        let built = Built::new(&[("main.tf", &text)]);
        let (_, found) = built.program.outputs(&mut crate::support::known(&[]));
        assert_eq!(built.texts(&found), Vec::<String>::new(), "{value}");
        assert_eq!(built.found.len(), 1, "{value}: {:?}", built.texts(&built.found));
        assert!(built.found[0].code.starts_with("infra::syntax::"), "{value}");
        let (_, found) =
            built.program.free(value, &crate::support::root(), &mut crate::support::known(&[]));
        assert_eq!(found.len(), 1, "{value}: {:?}", built.texts(&found));
    }
}
