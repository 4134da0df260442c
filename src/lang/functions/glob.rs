//! Patterns of file names: `*`, `?`, `[a-z]`, `[^a]`, `{one,two}`, and `**` for any directories.

use infra_model::sources::{Sources, Stat};
use std::collections::BTreeSet;

/// The patterns that braces may stand for.
const ALTERNATIVES_MAX: usize = 1024;

/// Directories inside of directories may be at most this deep.
const DEPTH_MAX: usize = 64;

/// The names that a search may look at.
const NAMES_MAX: usize = 1 << 20;

const SYNTAX: &str = "syntax error in pattern";

/// Returns the regular files that a pattern names, sorted; directories that cannot be read are
/// passed over.
pub(super) fn files(
    pattern: &str,
    sources: &dyn Sources,
) -> Result<BTreeSet<String>, &'static str> {
    let mut search = Search { sources, found: BTreeSet::new(), names: 0 };
    for alternative in alternatives(pattern)? {
        let rooted = alternative.starts_with('/');
        let parts: Vec<&str> = alternative.split('/').filter(|part| !part.is_empty()).collect();
        for part in &parts {
            check(part)?;
        }
        search.walk(if rooted { "/" } else { "" }, &parts, 0)?;
    }
    Ok(search.found)
}

struct Search<'a> {
    sources: &'a dyn Sources,
    found: BTreeSet<String>,
    names: usize,
}

impl Search<'_> {
    /// Looks in a directory for what the parts of a pattern name.
    fn walk(&mut self, directory: &str, parts: &[&str], depth: usize) -> Result<(), &'static str> {
        let Some((part, rest)) = parts.split_first() else { return Ok(()) };
        if depth > DEPTH_MAX {
            return Err("the directories are nested too deeply");
        }
        if *part == "**" {
            let rest = if rest.is_empty() { &["*"] } else { rest };
            self.walk(directory, rest, depth + 1)?;
            for (name, stat) in self.list(directory)? {
                if stat == Stat::Directory {
                    self.walk(&child(directory, &name), parts, depth + 1)?;
                }
            }
            return Ok(());
        }
        if !part.contains(['*', '?', '[', '\\']) {
            let path = child(directory, part);
            let stat = self.sources.stat(&path).unwrap_or(Stat::Absent);
            return self.visit(path, stat, rest, depth);
        }
        for (name, stat) in self.list(directory)? {
            if matches(part, &name) {
                self.visit(child(directory, &name), stat, rest, depth)?;
            }
        }
        Ok(())
    }

    fn visit(
        &mut self,
        path: String,
        stat: Stat,
        rest: &[&str],
        depth: usize,
    ) -> Result<(), &'static str> {
        if stat == Stat::Directory && !rest.is_empty() {
            return self.walk(&path, rest, depth + 1);
        }
        if stat == Stat::File && rest.is_empty() {
            self.found.insert(path);
        }
        Ok(())
    }

    fn list(&mut self, directory: &str) -> Result<Vec<(String, Stat)>, &'static str> {
        let directory = if directory.is_empty() { "." } else { directory };
        let names = self.sources.list(directory).unwrap_or_default();
        self.names += names.len();
        if self.names > NAMES_MAX {
            return Err("the directories have too many files");
        }
        Ok(names.into_iter().map(|(name, stat)| (name.to_string(), stat)).collect())
    }
}

fn child(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        "/" => format!("/{name}"),
        directory => format!("{directory}/{name}"),
    }
}

/// Returns the patterns without braces that one with braces stands for.
fn alternatives(pattern: &str) -> Result<Vec<String>, &'static str> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(next) = open.pop() {
        match first_braces(&next)? {
            None => done.push(next),
            Some((start, end, choices)) => {
                let with = |choice: &String| format!("{}{choice}{}", &next[..start], &next[end..]);
                open.extend(choices.iter().map(with));
            }
        }
        if done.len() + open.len() > ALTERNATIVES_MAX {
            return Err("the braces stand for too many patterns");
        }
    }
    Ok(done)
}

/// Where the first braces of a pattern start and end, and the choices between them.
type Braces = (usize, usize, Vec<String>);

fn first_braces(pattern: &str) -> Result<Option<Braces>, &'static str> {
    let (mut depth, mut start, mut from) = (0usize, 0, 0);
    let mut choices = Vec::new();
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in pattern.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '{' if !in_class => {
                depth += 1;
                if depth == 1 {
                    (start, from) = (at, at + 1);
                }
            }
            ',' if depth == 1 => {
                choices.push(pattern[from..at].to_owned());
                from = at + 1;
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    choices.push(pattern[from..at].to_owned());
                    return Ok(Some((start, at + 1, choices)));
                }
            }
            _ => {}
        }
    }
    if depth > 0 { Err(SYNTAX) } else { Ok(None) }
}

/// Checks that every class of one part is closed and not empty.
fn check(part: &str) -> Result<(), &'static str> {
    let mut rest = part;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or(""),
            '[' => rest = class(rest, None).ok_or(SYNTAX)?.1,
            _ => {}
        }
    }
    Ok(())
}

/// Reads a class behind its bracket; returns whether it has the character, and what follows.
fn class(text: &str, wanted: Option<char>) -> Option<(bool, &str)> {
    let (negated, mut rest) = match text.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut found = false;
    let mut count = 0;
    loop {
        if count > 0
            && let Some(after) = rest.strip_prefix(']')
        {
            return Some((found != negated, after));
        }
        let low = class_char(&mut rest)?;
        let high = match rest.strip_prefix('-') {
            Some(after) if !after.starts_with(']') => {
                rest = after;
                class_char(&mut rest)?
            }
            _ => low,
        };
        found |= wanted.is_some_and(|c| (low..=high).contains(&c));
        count += 1;
    }
}

fn class_char(rest: &mut &str) -> Option<char> {
    let mut chars = rest.chars();
    let mut c = chars.next().filter(|c| !matches!(c, '-' | ']'))?;
    if c == '\\' {
        c = chars.next()?;
    }
    *rest = chars.as_str();
    Some(c)
}

/// Returns whether a name is matched by one part of a pattern that [`check`] accepts.
fn matches(part: &str, name: &str) -> bool {
    // On a mismatch behind a star, the star takes one character more.
    let (mut part, mut name) = (part, name);
    let mut retry: Option<(&str, &str)> = None;
    loop {
        if let Some(rest) = part.strip_prefix('*') {
            retry = Some((rest, name));
            part = rest;
            continue;
        }
        match step(part, name) {
            Some((rest, _)) if rest.is_empty() && part.is_empty() => return true,
            Some((rest_part, rest_name)) => (part, name) = (rest_part, rest_name),
            None => {
                let Some((after_star, tried)) = retry else { return false };
                let Some(c) = tried.chars().next() else { return false };
                let tried = &tried[c.len_utf8()..];
                retry = Some((after_star, tried));
                (part, name) = (after_star, tried);
            }
        }
    }
}

/// Matches one character; both ends together match too.
fn step<'a>(part: &'a str, name: &'a str) -> Option<(&'a str, &'a str)> {
    let Some(p) = part.chars().next() else {
        return name.is_empty().then_some(("", ""));
    };
    let c = name.chars().next()?;
    let after = &name[c.len_utf8()..];
    let rest = &part[p.len_utf8()..];
    match p {
        '?' => Some((rest, after)),
        '[' => {
            let (found, rest) = class(rest, Some(c))?;
            found.then_some((rest, after))
        }
        '\\' => rest.strip_prefix(c).map(|rest| (rest, after)),
        p => (p == c).then_some((rest, after)),
    }
}
