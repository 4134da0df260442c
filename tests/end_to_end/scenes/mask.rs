//! What differs from run to run, taken out of a screen.

use std::path::Path;

/// Returns what a terminal shows in the end of all that it got.
pub(super) fn screen(got: &str) -> String {
    let bare =
        without_codes(got, |code| if code == "2K" { "\u{7f}".into() } else { String::new() });
    let mut out = String::new();
    for line in bare.replace("\r\n", "\n").split_inclusive('\n') {
        // A line that was taken off the screen leaves what came behind it.
        out.push_str(line.rsplit('\u{7f}').next().unwrap_or(line).trim_start_matches('\r'));
    }
    ending(out)
}

/// Returns the same with the codes of colours in braces.
pub(super) fn colored(got: &str) -> String {
    let marked = without_codes(got, |code| match code.strip_suffix('m') {
        Some(color) => format!("{{{color}}}"),
        None => format!("\u{1b}[{code}"),
    });
    screen(&marked)
}

fn without_codes(got: &str, shown: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = got;
    while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
        let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic()) else { break };
        out.push_str(before);
        out.push_str(&shown(&sequence[..=end]));
        rest = &sequence[end + 1..];
    }
    out + rest
}

fn ending(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Returns a text with words for ids, times, process ids and the directory.
pub(super) fn masked(text: &str, directory: &Path) -> String {
    let text = text.replace(&directory.display().to_string(), "<directory>");
    // On a slow machine steps may take long enough to be spoken of once more.
    let is_still = |line: &&str| line.contains(": Still ") && line.ends_with(" elapsed]");
    let lines = text.lines().filter(|line| !is_still(line)).map(|line| {
        let line = ids(line);
        let line = numbers_behind(&line, "complete after ", "s", "<time>");
        let line = numbers_behind(&line, "failed after ", "s", "<time>");
        let line = numbers_behind(&line, "pid ", "", "<pid>");
        let line = between(&line, "id of the lock is `", "`", "<lock>");
        let line = between(&line, "locked by tester@", " ", "<host>");
        times(&line).trim_end().to_owned()
    });
    lines.map(|line| line + "\n").collect()
}

/// Returns a line with the whole number behind a text, and its unit, as a word.
fn numbers_behind(line: &str, before: &str, unit: &str, word: &str) -> String {
    let Some((head, tail)) = line.split_once(before) else { return line.to_owned() };
    let rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(unit) {
        Some(rest) if rest.len() + unit.len() < tail.len() => format!("{head}{before}{word}{rest}"),
        Some(_) | None => line.to_owned(),
    }
}

/// Returns a line with what stands between two texts as a word.
fn between(line: &str, before: &str, after: &str, word: &str) -> String {
    let parts = line.split_once(before).and_then(|(head, tail)| {
        let (_, rest) = tail.split_once(after)?;
        Some(format!("{head}{before}{word}{after}{rest}"))
    });
    parts.unwrap_or_else(|| line.to_owned())
}

/// Returns a line with every uuid as a word.
fn ids(line: &str) -> String {
    replaced(line, 36, "<id>", |at, c| match at {
        8 | 13 | 18 | 23 => c == '-',
        _ => c.is_ascii_hexdigit(),
    })
}

/// Returns a line with every time as a word.
fn times(line: &str) -> String {
    replaced(line, 20, "<time>", |at, c| match at {
        4 | 7 => c == '-',
        10 => c == 'T',
        13 | 16 => c == ':',
        19 => c == 'Z',
        _ => c.is_ascii_digit(),
    })
}

/// Returns a line with a word for each run of characters that are all as they should be.
fn replaced(
    line: &str,
    length: usize,
    word: &str,
    is_right: impl Fn(usize, char) -> bool,
) -> String {
    let characters: Vec<char> = line.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < characters.len() {
        let run = characters[at..].iter().take(length);
        if run.len() == length && run.enumerate().all(|(at, c)| is_right(at, *c)) {
            out.push_str(word);
            at += length;
        } else {
            out.push(characters[at]);
            at += 1;
        }
    }
    out
}
