//! What random runs found once and was mended, each in its smallest form.

use super::{batch::Desk, estates::Block, pair, terraform};
use std::{fs, thread};

/// Stands between what a configuration is first and what it becomes; options of the plan may follow.
const THEN: &str = "--- then";

#[test]
fn differential_expressions_once_found() {
    if !terraform::is_there("differential expressions once found") {
        return;
    }
    let text = include_str!("found/expressions.txt");
    let expressions: Vec<String> =
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let found = Desk::new().differences(&expressions);
    let differing = expressions.iter().zip(found).filter(|(_, found)| !found.is_empty());
    let told: Vec<String> =
        differing.map(|(text, found)| format!("{text}\n    {}", found.join("\n    "))).collect();
    assert!(told.is_empty(), "ours | Terraform's\n{}", told.join("\n"));
}

#[test]
fn differential_configurations_once_found() {
    if !terraform::is_there("differential configurations once found") {
        return;
    }
    let folder = crate::tidy::root().join("tests/differential/found");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "stages"));
    files.sort();
    assert!(!files.is_empty());
    let (first, second) = files.split_at(files.len() / 2);
    thread::scope(|scope| {
        for half in [first, second] {
            scope.spawn(move || {
                for file in half {
                    let text = format!("\n{}", fs::read_to_string(file).unwrap());
                    let stages: Vec<(Vec<Block>, &str)> = text
                        .split(THEN)
                        .map(|stage| stage.split_once('\n').unwrap())
                        .map(|(options, stage)| (blocks(stage), options))
                        .collect();
                    let stages: Vec<_> =
                        stages.iter().map(|(blocks, options)| (blocks, *options)).collect();
                    let found = pair::differences_with(&stages);
                    assert!(found.is_empty(), "{}\n    {}", file.display(), found.join("\n    "));
                }
            });
        }
    });
}

/// Returns the blocks of a stage: each begins with the name of its file behind `# `.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines() {
        if let Some(file) = line.strip_prefix("# ").filter(|file| file.contains(".tf")) {
            blocks.push(Block { file: file.to_owned(), text: String::new() });
        } else if let Some(block) = blocks.last_mut() {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    blocks
}
