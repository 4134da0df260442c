//! Screens as golden text: what a person sees, and what a log file gets, scene by scene.
//!
//! A scene is a folder of `scenes` with a configuration, `steps.txt`, and `screen.txt`, which is
//! what is expected. `INFRA_UPDATE=1 cargo test scenes_are` writes the screens anew. Ids, times,
//! process ids and the directory are masked. The steps:
//!
//! - `run WORDS`: the program without a terminal; both streams are shown
//! - `quiet WORDS`: the same, not shown; it must end well
//! - `term WIDTH WORDS`: the program at a terminal, as the screen is in the end
//! - `color WIDTH WORDS`: the same with the codes of colours
//! - `wait TEXT`, `type TEXT`, `touch FILE`, `interrupt`: what happens at the terminal, below `term`
//! - `hold WORDS`, `release FILE`: a run that says `waiting` and goes on when the file is there
//! - `write FILE TEXT`, `remove FILE`
//! - `use FILE`: this file takes the place of `main.tf`
//! - `env NAME=VALUE`: from here on

mod mask;

use super::{child::Running, estate::Estate, terminal::Terminal};
use mask::{masked, screen};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

/// How many scenes are played at once.
const AT_ONCE: usize = 4;

#[test]
fn scenes_are_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/end_to_end/scenes");
    let mut scenes: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    scenes.retain(|scene| scene.is_dir());
    scenes.sort();
    assert!(scenes.len() >= 40, "scenes are missing: {} are there", scenes.len());
    let (scenes, wrong) = (Mutex::new(scenes), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(scene) = scenes.lock().unwrap().pop() else { return };
                    wrong.lock().unwrap().extend(difference(&scene));
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Plays a scene, and returns how its screen differs from the expected one.
fn difference(scene: &Path) -> Option<String> {
    let expected = scene.join("screen.txt");
    let got = play(scene);
    if std::env::var("INFRA_UPDATE").is_ok() {
        fs::write(&expected, got).unwrap();
        return None;
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    if got == wanted {
        return None;
    }
    let (mut ours, mut theirs) = (got.lines(), wanted.lines());
    let mut line = 1;
    let (ours, theirs) = loop {
        match (ours.next(), theirs.next()) {
            (a, b) if a == b => line += 1,
            different => break different,
        }
    };
    let name = scene.file_name()?.to_string_lossy();
    Some(format!("scene {name}, line {line}:\n  expected: {theirs:?}\n  came:     {ours:?}\n{got}"))
}

fn play(scene: &Path) -> String {
    let mut estate = Estate::new();
    copy(scene, &estate, "");
    let steps = fs::read_to_string(scene.join("steps.txt")).unwrap();
    let mut out = String::new();
    let mut held: Vec<Running> = Vec::new();
    let mut lines = steps.lines().filter(|line| !line.is_empty()).peekable();
    while let Some(line) = lines.next() {
        let (step, rest) = line.split_once(' ').unwrap_or((line, ""));
        match step {
            "use" => fs::rename(estate.file(rest), estate.file("main.tf")).unwrap(),
            "env" => {
                let (name, value) = rest.split_once('=').unwrap();
                estate = estate.with(name, value);
            }
            "quiet" => drop(started(&estate, rest).finish().exits(0)),
            "remove" => fs::remove_file(estate.file(rest)).unwrap(),
            "write" => {
                let (file, text) = rest.split_once(' ').unwrap();
                estate.write(file, text);
            }
            "hold" => {
                let mut running = started(&estate, rest);
                running.wait_for("(local-exec): waiting");
                held.push(running);
            }
            "release" => {
                estate.write(rest, "");
                held.drain(..).for_each(|running| drop(running.finish().exits(0)));
            }
            "run" => out.push_str(&run(&estate, rest)),
            "term" | "color" => {
                let (width, words) = rest.split_once(' ').unwrap();
                estate = estate.with("COLUMNS", width);
                let mut acts = Vec::new();
                while let Some(act) = lines.next_if(|next| next.starts_with("  ")) {
                    acts.push(act.trim_start());
                }
                let _ = writeln!(out, "$ infra {words}    [at a terminal, {width} columns]");
                let shown = at_terminal(&estate, words, &acts);
                out.push_str(&if step == "color" {
                    mask::colored(&shown.0)
                } else {
                    screen(&shown.0)
                });
                let _ = writeln!(out, "[exit {:?}]\n", shown.1.unwrap_or(-1));
                estate = estate.with("COLUMNS", "100");
            }
            _ => panic!("{}: no such step: {line}", scene.display()),
        }
    }
    masked(&out, &estate.path())
}

/// Copies what belongs to the configuration.
fn copy(from: &Path, estate: &Estate, below: &str) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}{}", path.file_name().unwrap().to_string_lossy());
        match &*name {
            "steps.txt" | "screen.txt" => {}
            _ if path.is_dir() => copy(&path, estate, &format!("{name}/")),
            _ => estate.write(&name, &fs::read_to_string(&path).unwrap()),
        }
    }
}

fn started(estate: &Estate, words: &str) -> Running {
    let words = words_of(words);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    estate.start_words(&words)
}

fn run(estate: &Estate, words: &str) -> String {
    let output = started(estate, words).finish();
    let mut out = format!("$ infra {words}\n{}", output.stdout);
    if !output.stderr.is_empty() {
        let _ = write!(out, "[standard error]\n{}", output.stderr);
    }
    let _ = writeln!(out, "[exit {:?}]\n", output.code.unwrap_or(-1));
    out
}

/// Returns the words of a line; blanks between single quotes are part of one.
fn words_of(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns what a terminal got, and the exit code.
fn at_terminal(estate: &Estate, words: &str, acts: &[&str]) -> (String, Option<i32>) {
    let words = words_of(words);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut terminal: Terminal = estate.at_terminal_words(&words);
    let mut got = Vec::new();
    for act in acts {
        let (act, rest) = act.split_once(' ').unwrap_or((act, ""));
        match act {
            "wait" => {
                while !screen(&String::from_utf8_lossy(&got)).contains(rest) {
                    got.extend(terminal.receive());
                }
            }
            "type" => terminal.press(&format!("{rest}\n")),
            "touch" => estate.write(rest, ""),
            "interrupt" => terminal.interrupt(),
            _ => panic!("no such act: {act}"),
        }
    }
    let (last, code) = terminal.rest();
    got.extend(last);
    (String::from_utf8_lossy(&got).into_owned(), code)
}
