//! Patterns of names to exclude: `*`, `**`, `?`, `[…]`, `{…,…}` and `\`.

/// How many alternatives a pattern may have in all.
const ALTERNATIVES_MAX: usize = 1000;

/// Returns whether a whole name fits a pattern; `**` alone between slashes spans directories.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let names: Vec<&str> = name.split('/').collect();
    // What is no pattern is refused before anything is read, so none is passed over here.
    let patterns = alternatives(pattern).unwrap_or_default();
    patterns.iter().any(|pattern| {
        let parts: Vec<&str> = pattern.split('/').collect();
        path(&parts, &names)
    })
}

/// Returns whether a text is a pattern.
pub(super) fn is_pattern(pattern: &str) -> bool {
    let Some(patterns) = alternatives(pattern) else { return false };
    patterns.iter().all(|pattern| {
        let mut chars = pattern.chars();
        let mut is_open = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' if chars.next().is_none() => return false,
                '[' => is_open = true,
                ']' => is_open = false,
                _ => {}
            }
        }
        !is_open
    })
}

fn path(patterns: &[&str], names: &[&str]) -> bool {
    match (patterns, names) {
        ([], []) | (["**"], _) => true,
        (["**", rest @ ..], _) => (0..=names.len()).any(|skipped| path(rest, &names[skipped..])),
        ([], _) | (_, []) => false,
        ([first, rest @ ..], [name, names @ ..]) => {
            let (pattern, name): (Vec<char>, Vec<char>) =
                (first.chars().collect(), name.chars().collect());
            segment(&pattern, &name) && path(rest, names)
        }
    }
}

/// Compares one name without slashes; goes back only to the last star.
fn segment(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < name.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at + 1, place));
            at += 1;
        } else if let Some(length) = one(&pattern[at..], name[place]) {
            at += length;
            place += 1;
        } else if let Some((after, from)) = star {
            star = Some((after, from + 1));
            (at, place) = (after, from + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

/// Returns how long the part of the pattern is that fits one character.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['\\', escaped, ..] => (*escaped == c).then_some(2),
        ['[', ..] => {
            let end = pattern.iter().skip(2).position(|c| *c == ']')? + 2;
            let (is_negated, set) = match &pattern[1..end] {
                ['!' | '^', set @ ..] => (true, set),
                set => (false, set),
            };
            (in_set(set, c) != is_negated).then_some(end + 1)
        }
        [literal, ..] => (*literal == c).then_some(1),
        [] => None,
    }
}

fn in_set(set: &[char], c: char) -> bool {
    match set {
        [from, '-', to, rest @ ..] => (*from..=*to).contains(&c) || in_set(rest, c),
        [one, rest @ ..] => *one == c || in_set(rest, c),
        [] => false,
    }
}

/// Returns a pattern with every choice between braces made; `None` if braces are left open.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let mut open = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(pattern) = open.pop() {
        if open.len() + done.len() > ALTERNATIVES_MAX {
            return None;
        }
        let Some(start) = position(&pattern, '{') else {
            done.push(pattern);
            continue;
        };
        let (end, commas) = closed(&pattern[start..])?;
        let inner = &pattern[start..start + end];
        let cuts: Vec<usize> = [0].into_iter().chain(commas).chain([end]).collect();
        for cut in cuts.windows(2) {
            let choice = &inner[cut[0] + 1..cut[1]];
            open.push(format!("{}{choice}{}", &pattern[..start], &pattern[start + end + 1..]));
        }
    }
    Some(done)
}

/// Returns where a character stands that is not escaped.
fn position(text: &str, wanted: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(place, c)| {
        let found = !is_escaped && c == wanted;
        is_escaped = !is_escaped && c == '\\';
        found.then_some(place)
    })
}

/// Returns where the brace at the start is closed, and the commas between.
fn closed(text: &str) -> Option<(usize, Vec<usize>)> {
    let (mut depth, mut is_escaped, mut commas) = (0, false, Vec::new());
    for (place, c) in text.char_indices() {
        match c {
            _ if is_escaped => {}
            '{' => depth += 1,
            '}' if depth == 1 => return Some((place, commas)),
            '}' => depth -= 1,
            ',' if depth == 1 => commas.push(place),
            _ => {}
        }
        is_escaped = !is_escaped && c == '\\';
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_patterns() {
        let cases = [
            ("a.txt", "a.txt", true),
            ("a.txt", "d/a.txt", false),
            ("*.txt", "a.txt", true),
            ("*.txt", "d/a.txt", false),
            ("**/*.txt", "d/e/a.txt", true),
            ("**/*.txt", "a.txt", true),
            ("d/**", "d/e/a.txt", true),
            ("d/**", "d", true),
            ("d", "d/a", false),
            ("?.tx[s-u]", "a.txt", true),
            ("[!a].txt", "a.txt", false),
            ("{a,b/{c,d}}.txt", "b/d.txt", true),
            ("{a,b}.txt", "c.txt", false),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("", "a", false),
            ("*a*b*c", "xaybzc", true),
        ];
        for (pattern, name, fits) in cases {
            assert!(is_pattern(pattern), "{pattern}");
            assert_eq!(matches(pattern, name), fits, "{pattern} on {name}");
        }
        for wrong in ["[a", "{a,b", "a\\"] {
            assert!(!is_pattern(wrong), "{wrong}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        assert!(!matches(&"*a".repeat(200), &"a".repeat(199)));
        assert!(!is_pattern(&"{a,b}".repeat(30)));
    }
}
