//! Files with mistakes: `# error: summary` names each mistake of the line it ends, or, on a line of
//! its own, of the last line before it that is no such line. Exactly these must be reported.
//!
//! A file is split at lines of dashes (`# ----`) into cases that are parsed one by one.

use super::found;
use infra_lang::syntax::parse_file;
use infra_model::source::SourceId;
use std::path::Path;

const MARKER: &str = "# error: ";

#[test]
fn spec_files_report_exactly_the_marked_errors() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut paths: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "spec files are there");
    let mut wrong = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        for case in text.split("# ----\n") {
            let want = marked(case);
            let (_, diagnostics) = parse_file(SourceId(0), case);
            let got = found(case, &diagnostics);
            if want != got {
                wrong += &format!("{}:\n{case}want {want:#?}\ngot  {got:#?}\n\n", path.display());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Returns the marked mistakes of a case, sorted.
fn marked(text: &str) -> Vec<(u32, String)> {
    let mut marked = Vec::new();
    let mut last = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let Some(at) = line.find(MARKER) else {
            last = number;
            continue;
        };
        if !line[..at].trim().is_empty() {
            last = number;
        }
        marked.push((last, line[at + MARKER.len()..].to_owned()));
    }
    marked.sort();
    marked
}
