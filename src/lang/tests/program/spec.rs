//! Configurations with a marker `# error: SUMMARY` (or `# warning:`) on each line that has one.

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
        let built = Built::new(&[("main.tf", &text)]);
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
                if let Some((_, summary)) = line.split_once(&format!("# {marker}: ")) {
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
    assert!(seen >= 4, "the files are there");
}
