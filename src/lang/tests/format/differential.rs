//! The same files laid out by us and by `terraform fmt`: the same bytes.

use super::{cases, messy, ours};
use infra_lang::syntax::token::{TokenKind, tokenize};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// How many files are generated; more with `INFRA_FORMAT_CASES`.
const GENERATED: u64 = 1_500;

#[test]
fn files_come_out_as_from_terraform() {
    let folder = scratch();
    let count = std::env::var("INFRA_FORMAT_CASES").ok().and_then(|n| n.parse().ok());
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (at, (_, before, after)) in cases().into_iter().enumerate() {
        texts.insert(format!("case{at}.tf"), before);
        texts.insert(format!("tidy{at}.tf"), after);
    }
    for seed in 0..count.unwrap_or(GENERATED) {
        texts.insert(format!("seed{seed:06}.tf"), messy::file(seed));
    }
    let valid: BTreeMap<String, (String, String)> = texts
        .into_iter()
        .filter_map(|(name, text)| ours(&text).map(|out| (name, (text, out))))
        .collect();
    let all = valid.len();
    let valid: BTreeMap<_, _> =
        valid.into_iter().filter(|(_, (text, _))| !is_known_difference(text)).collect();
    let left_out = all - valid.len();
    for (name, (text, _)) in &valid {
        fs::write(folder.join(name), text).unwrap();
    }
    let ran = run(&folder);
    let mut different = Vec::new();
    for (name, (text, out)) in &valid {
        let theirs = fs::read_to_string(folder.join(name)).unwrap();
        if ran && theirs != *out {
            let line = out.split('\n').zip(theirs.split('\n')).position(|(a, b)| a != b);
            let line = line.unwrap_or(0);
            let around = |text: &str| -> String {
                let lines = text.split('\n').skip(line.saturating_sub(4)).take(8);
                lines.map(|line| format!("{line}\n")).collect()
            };
            let (ours, theirs) = (around(out), around(&theirs));
            different.push(format!("{name}\n{text}\n--- ours\n{ours}--- theirs\n{theirs}"));
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    if ran {
        eprintln!("format: {} files compared with terraform, {left_out} left out", valid.len());
    }
    assert!(valid.len() > 300, "only {} files are valid", valid.len());
    let (number, all) = (different.len(), valid.len());
    assert!(number == 0, "{number} of {all} differ, first:\n{}", different[0]);
}

/// Whether Terraform changes the meaning of such a text, which we leave as it is: a value in
/// `"${…}"` with a comment that ends its line.
fn is_known_difference(text: &str) -> bool {
    let mut before = TokenKind::End;
    // Of each open interpolation or directive: whether a value in quotes begins with it.
    let mut open = Vec::new();
    let tokens = tokenize(text);
    tokens.windows(2).any(|pair| {
        match pair[0].kind {
            TokenKind::InterpolationOpen => open.push(before == TokenKind::QuoteOpen),
            TokenKind::DirectiveOpen => open.push(false),
            TokenKind::TemplateClose => drop(open.pop()),
            _ => {}
        }
        before = pair[0].kind;
        let ends_line = before == TokenKind::Comment && pair[1].kind == TokenKind::Newline;
        ends_line && open.contains(&true)
    })
}

fn scratch() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("infra-format-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs terraform over a folder; returns whether there is one.
fn run(folder: &Path) -> bool {
    let ran = Command::new("terraform")
        .args(["fmt", "-no-color", "-list=false"])
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output();
    let Ok(output) = ran else {
        let required = std::env::var("INFRA_REQUIRE_TERRAFORM").is_ok();
        assert!(!required, "there is no terraform, and INFRA_REQUIRE_TERRAFORM is set");
        eprintln!("SKIPPED files_come_out_as_from_terraform: there is no terraform");
        return false;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "terraform refuses what we accept:\n{said}");
    true
}
