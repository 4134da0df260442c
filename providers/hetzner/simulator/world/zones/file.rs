//! Zone files in BIND's format: read for imports, written for exports.
//!
//! Only what the API documents is read: one origin, one default time to live, class `IN`,
//! brackets, quotes, and comments behind records.

use super::{ASSIGNED, names};
use crate::world::rrsets::{Draft, Record, RrSet, TYPES, values};
use std::fmt::Write as _;

/// What a zone file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content {
    pub(crate) ttl: Option<u64>,
    pub(crate) sets: Vec<Draft>,
}

/// An entry: a line, or several within brackets.
#[derive(Default)]
struct Entry {
    /// The name is that of the entry before.
    is_indented: bool,
    words: Vec<String>,
    comment: String,
}

/// Reads a zone file; the error says what is wrong in it.
pub(crate) fn read(text: &str, zone: &str) -> Result<Content, String> {
    let mut content = Content::default();
    let mut name = "@".to_owned();
    for entry in entries(text)? {
        match entry.words.first().map(String::as_str) {
            None => {}
            Some("$ORIGIN") => {
                let origin = entry.words.get(1).map_or("", String::as_str);
                if origin != format!("{zone}.") {
                    return Err(format!("$ORIGIN '{origin}' is not the zone"));
                }
            }
            Some("$TTL") => {
                let ttl = entry.words.get(1).and_then(|word| word.parse().ok());
                content.ttl = Some(ttl.ok_or("$TTL must be a number of seconds")?);
            }
            Some(word) if word.starts_with('$') => {
                return Err(format!("'{word}' is not supported"));
            }
            Some(_) => add(&mut content, &mut name, entry, zone)?,
        }
    }
    is_complete(&content)?;
    Ok(content)
}

/// Adds a record to its set.
fn add(content: &mut Content, name: &mut String, entry: Entry, zone: &str) -> Result<(), String> {
    let mut words = entry.words.into_iter().peekable();
    if !entry.is_indented {
        *name = relative(&words.next().unwrap_or_default(), zone)?;
    }
    let mut ttl = None;
    while let Some(word) = words.next_if(|word| word == "IN" || word.parse::<u64>().is_ok()) {
        ttl = word.parse().ok().or(ttl);
    }
    let word = words.next().unwrap_or_default();
    let Some(sort) = TYPES.iter().find(|sort| **sort == word) else {
        return Err(format!("'{word}' is neither the class IN nor a known record type"));
    };
    let value = words.collect::<Vec<_>>().join(" ");
    if let Some(wrong) = values::wrong(sort, &value) {
        return Err(format!("{name} {sort} '{value}': {wrong}"));
    }
    let record = Record { value, comment: entry.comment };
    let known = content.sets.iter_mut().find(|set| set.name == *name && set.sort == *sort);
    if let Some(set) = known {
        if set.records.iter().any(|other| other.value == record.value) {
            return Err(format!("{name} {sort} '{}' is there twice", record.value));
        }
        set.records.push(record);
        return Ok(());
    }
    let set = Draft { name: name.clone(), sort, ttl, records: vec![record], ..Draft::default() };
    content.sets.push(set);
    Ok(())
}

/// Returns a name of a file as record sets have it.
fn relative(name: &str, zone: &str) -> Result<String, String> {
    let absolute = name.strip_suffix('.');
    let relative = match absolute {
        Some(absolute) if absolute == zone => "@",
        Some(absolute) => absolute
            .strip_suffix(zone)
            .and_then(|rest| rest.strip_suffix('.'))
            .ok_or_else(|| format!("'{name}' is not in the zone"))?,
        None => name,
    };
    match names::wrong_in_set(relative, zone) {
        Some(wrong) => Err(format!("name '{name}' {wrong}")),
        None => Ok(relative.to_owned()),
    }
}

/// Refuses a file without what every zone has.
fn is_complete(content: &Content) -> Result<(), String> {
    let apex = |sort: &str| content.sets.iter().find(|set| set.name == "@" && set.sort == sort);
    if apex("SOA").is_none_or(|set| set.records.len() != 1) {
        return Err("there must be one SOA record".to_owned());
    }
    let is_there = |server: &&str| {
        apex("NS").is_some_and(|set| set.records.iter().any(|record| record.value == **server))
    };
    if !ASSIGNED.iter().all(is_there) {
        return Err("the assigned nameservers must be there as NS records".to_owned());
    }
    let is_alone = |set: &Draft| content.sets.iter().filter(|o| o.name == set.name).count() == 1;
    let alias = content.sets.iter().find(|set| set.sort == "CNAME" && !is_alone(set));
    alias.map_or(Ok(()), |set| Err(format!("beside CNAME '{}' there are others", set.name)))
}

/// Cuts a text into entries.
fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    let mut entry = Entry::default();
    let mut depth = 0_u32;
    for line in text.lines() {
        if depth == 0 {
            entries.push(std::mem::take(&mut entry));
            entry.is_indented = line.starts_with([' ', '\t']);
        }
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            rest = match first {
                ';' => {
                    rest[1..].trim().clone_into(&mut entry.comment);
                    ""
                }
                '(' => {
                    depth += 1;
                    &rest[1..]
                }
                ')' => {
                    depth = depth.checked_sub(1).ok_or("a bracket is closed that is not open")?;
                    &rest[1..]
                }
                _ => {
                    let length = word_length(rest)?;
                    entry.words.push(rest[..length].to_owned());
                    &rest[length..]
                }
            }
            .trim_start();
        }
    }
    if depth > 0 {
        return Err("a bracket is not closed".to_owned());
    }
    entries.push(entry);
    Ok(entries)
}

/// Returns how long the word is with which a text begins, quotes included.
fn word_length(text: &str) -> Result<usize, String> {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut is_escaped = false;
        for (at, c) in quoted.char_indices() {
            if c == '"' && !is_escaped {
                return Ok(at + 2);
            }
            is_escaped = c == '\\' && !is_escaped;
        }
        return Err("a quote is not closed".to_owned());
    }
    let ends = |c: char| c.is_whitespace() || "();\"".contains(c);
    Ok(text.find(ends).unwrap_or(text.len()))
}

/// Returns the zone file of a zone.
pub(crate) fn write<'a>(zone: &str, ttl: u64, sets: impl Iterator<Item = &'a RrSet>) -> String {
    let mut text = format!("$ORIGIN\t{zone}.\n$TTL\t{ttl}\n\n");
    for set in sets {
        for record in &set.records {
            let ttl = set.ttl.map(|ttl| format!("{ttl}\t")).unwrap_or_default();
            let comment = if record.comment.is_empty() { "" } else { " ; " };
            let Record { value, comment: words } = record;
            // Writing to a text never fails.
            let _ =
                writeln!(text, "{}\tIN\t{ttl}{}\t{value}{comment}{words}", set.head.name, set.sort);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::read;

    const HEAD: &str = "$ORIGIN\texample.com.\n$TTL 600\n\
        @ IN SOA hydrogen.ns.hetzner.com. dns.hetzner.com. (\n 2024010100 ; serial\n 86400 10800\n \
        3600000 3600 )\n@ IN 10800 NS hydrogen.ns.hetzner.com. ; Some comment.\n\
        \tIN NS oxygen.ns.hetzner.com.\nexample.com. 10800 IN NS helium.ns.hetzner.de.\n";

    #[test]
    fn files_are_read() {
        let text = format!("{HEAD}; alone\nwww 60 A 192.0.2.1\n TXT \"a; b\" \"c\" ; said\n");
        let content = read(&text, "example.com").unwrap();
        assert_eq!(content.ttl, Some(600));
        let sets: Vec<_> = content
            .sets
            .iter()
            .map(|set| (set.name.as_str(), set.sort, set.ttl, set.records.len()))
            .collect();
        let expected = [
            ("@", "SOA", None, 1),
            ("@", "NS", Some(10_800), 3),
            ("www", "A", Some(60), 1),
            ("www", "TXT", None, 1),
        ];
        assert_eq!(sets, expected);
        let text = &content.sets[3].records[0];
        assert_eq!((text.value.as_str(), text.comment.as_str()), ("\"a; b\" \"c\"", "said"));
        assert_eq!(content.sets[1].records[0].comment, "Some comment.");
    }

    #[test]
    fn wrong_files_are_refused() {
        let cases = [
            ("", "SOA"),
            ("$ORIGIN example.org.\n", "$ORIGIN"),
            ("$TTL 1h\n", "$TTL"),
            ("$INCLUDE other\n", "not supported"),
            (&HEAD.replace("oxygen", "neon"), "nameservers"),
            (&format!("{HEAD}www CH A 192.0.2.1\n"), "CH"),
            (&format!("{HEAD}www A 192.0.2\n"), "192.0.2"),
            (&format!("{HEAD}www A 192.0.2.1\nwww A 192.0.2.1\n"), "twice"),
            (&format!("{HEAD}www A 192.0.2.1\nwww CNAME other\n"), "CNAME"),
            (&format!("{HEAD}www.example.org. A 192.0.2.1\n"), "not in the zone"),
            (&format!("{HEAD}www TXT \"open\n"), "quote"),
            (&format!("{HEAD}www TXT (\n"), "bracket"),
        ];
        for (text, part) in cases {
            let message = read(text, "example.com").unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
