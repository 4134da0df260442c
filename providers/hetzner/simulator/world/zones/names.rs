//! Names: of zones, of record sets within them, and of hosts in record values.

const LABEL_MAX: usize = 63;
const NAME_MAX: usize = 253;

/// Public suffixes of several labels that are known here; below any other, the last label is the
/// suffix. The API knows the whole list.
const SUFFIXES: [&str; 12] = [
    "ac.uk", "co.at", "co.il", "co.jp", "co.nz", "co.uk", "co.za", "com.au", "com.br", "com.tr",
    "or.at", "org.uk",
];

/// Returns what is wrong in the name of a zone.
pub(crate) fn wrong_in_zone(name: &str) -> Option<&'static str> {
    if name.ends_with('.') {
        return Some("must not end with a dot");
    }
    if name.chars().any(|c| c.is_ascii_uppercase()) {
        return Some("must be in lower case");
    }
    if !name.is_ascii() {
        return Some("must be written in Punycode");
    }
    let labels: Vec<&str> = name.split('.').collect();
    let is_known = |label: &&str| is_label(label) && !label.contains('_');
    if name.len() > NAME_MAX || labels.len() < 2 || !labels.iter().all(is_known) {
        return Some("is not a domain name");
    }
    let suffix = if SUFFIXES.iter().any(|suffix| name.ends_with(&format!(".{suffix}"))) {
        2
    } else if SUFFIXES.contains(&name) {
        return Some("is a public suffix");
    } else {
        1
    };
    (labels.len() > suffix + 1).then_some("must not be a subdomain")
}

/// Returns what is wrong in the name of a record set within a zone.
pub(crate) fn wrong_in_set(name: &str, zone: &str) -> Option<&'static str> {
    if name == "@" {
        return None;
    }
    if name.ends_with('.') {
        return Some("must not end with a dot");
    }
    if name == zone || name.ends_with(&format!(".{zone}")) {
        return Some("must not end with the name of the zone");
    }
    if name.chars().any(|c| c.is_ascii_uppercase()) {
        return Some("must be in lower case");
    }
    let rest = name.strip_prefix("*.").unwrap_or(name);
    let is_name = name == "*" || rest.split('.').all(is_label);
    let is_short = name.len() + 1 + zone.len() <= NAME_MAX;
    (!is_name || !is_short).then_some("is not a name of a record set")
}

/// Returns whether a text is the name of a host, relative or with a dot at its end.
pub(crate) fn is_host(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    text == "."
        || text == "@"
        || (name.len() <= NAME_MAX && name.split('.').all(|label| label == "*" || is_label(label)))
}

fn is_label(label: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !label.is_empty()
        && label.len() <= LABEL_MAX
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(is_inside)
}

#[cfg(test)]
mod tests {
    use super::{wrong_in_set, wrong_in_zone};

    #[test]
    fn names_of_zones_follow_their_rules() {
        for name in ["example.com", "xn--mnchen-3ya.de", "shop.co.uk", "a-1.org"] {
            assert_eq!(wrong_in_zone(name), None, "{name}");
        }
        for name in [
            "example.com.",
            "Example.com",
            "münchen.de",
            "com",
            "co.uk",
            "www.example.com",
            "-a.com",
            "a_b.com",
            "a..com",
        ] {
            assert!(wrong_in_zone(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_of_sets_are_relative() {
        for name in ["@", "*", "www", "*.a", "_dmarc", "a.b.c", "xn--4bi"] {
            assert_eq!(wrong_in_set(name, "example.com"), None, "{name}");
        }
        let long = "a".repeat(64);
        for name in
            ["", "www.", "WWW", "example.com", "www.example.com", "a b", "a.*", "a..b", &long]
        {
            assert!(wrong_in_set(name, "example.com").is_some(), "{name}");
        }
    }
}
