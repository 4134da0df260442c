//! Certificates as text: two texts mean the same if their parts are the same, however the lines are
//! broken and whatever stands between them.

/// Returns whether two texts hold the same parts in the same order.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (parts(one), parts(other));
    !one.is_empty() && one == other
}

/// Returns whether a text holds a part of a sort, such as `CERTIFICATE`.
pub(super) fn holds(text: &str, sort: &str) -> bool {
    parts(text).iter().any(|(name, body)| name.ends_with(sort) && !body.is_empty())
}

/// The parts of a text: the sort of each, and its body without space.
fn parts(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut current: Option<(String, String)> = None;
    for line in text.lines().map(str::trim) {
        if let Some(name) = marker(line, "-----BEGIN ") {
            current = Some((name.to_owned(), String::new()));
        } else if marker(line, "-----END ").is_some() {
            found.extend(current.take());
        } else if let Some((_, body)) = &mut current {
            body.extend(line.chars().filter(|c| !c.is_whitespace()));
        }
    }
    found
}

fn marker<'a>(line: &'a str, begin: &str) -> Option<&'a str> {
    line.strip_prefix(begin)?.strip_suffix("-----")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n";

    #[test]
    fn line_breaks_and_space_between_parts_mean_nothing() {
        let wrapped =
            "# ours\r\n-----BEGIN CERTIFICATE-----\r\nAAAABBBB\r\n-----END CERTIFICATE-----";
        assert!(is_same(ONE, wrapped));
        assert!(!is_same(ONE, &ONE.replace('A', "C")));
        assert!(!is_same(ONE, &format!("{ONE}{ONE}")), "a chain is another certificate");
        assert!(!is_same("", ""), "nothing is not the same as nothing");
    }

    #[test]
    fn a_text_holds_what_it_has_parts_of() {
        assert!(holds(ONE, "CERTIFICATE"));
        assert!(!holds(ONE, "PRIVATE KEY"));
        assert!(!holds("AAAA", "CERTIFICATE"));
        let key = "-----BEGIN EC PRIVATE KEY-----\nAA\n-----END EC PRIVATE KEY-----";
        assert!(holds(key, "PRIVATE KEY"));
    }
}
