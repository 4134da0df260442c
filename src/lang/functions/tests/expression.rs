//! The part of the language that tests of functions need: literals and calls.

use super::super::{Environment, call, lookup};
use infra_model::{
    number::Number,
    sources::{SourceError, Sources, Stat},
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use std::{collections::BTreeMap, sync::Arc};

/// Files in memory.
pub(in super::super) struct Memory;

const FILES: [(&str, &[u8]); 6] = [
    ("a.txt", b"hello\n"),
    ("b.tmpl", b"Hi ${x}"),
    ("bad.bin", &[0xff, 0xfe]),
    ("dir/c.txt", b"c"),
    ("dir/deep/d.txt", b"d"),
    ("dir/deep/e.tf", b"e"),
];

fn normal(path: &str) -> &str {
    if path == "." { "" } else { path.trim_start_matches("/site/") }
}

impl Sources for Memory {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, SourceError> {
        let found = FILES.iter().find(|(name, _)| *name == normal(path));
        let missing = || SourceError { path: path.into(), reason: "missing".into() };
        found.map(|(_, bytes)| Arc::from(*bytes)).ok_or_else(missing)
    }

    fn list(&self, path: &str) -> Result<Vec<(Text, Stat)>, SourceError> {
        let directory = normal(path);
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut names = BTreeMap::new();
        for (file, _) in FILES {
            let Some(rest) = file.strip_prefix(&prefix) else { continue };
            match rest.split_once('/') {
                Some((name, _)) => names.insert(Text::from(name), Stat::Directory),
                None => names.insert(Text::from(rest), Stat::File),
            };
        }
        Ok(names.into_iter().collect())
    }

    fn stat(&self, path: &str) -> Result<Stat, SourceError> {
        let path = normal(path);
        if FILES.iter().any(|(name, _)| *name == path) {
            return Ok(Stat::File);
        }
        let inside = format!("{path}/");
        let directory = path.is_empty() || FILES.iter().any(|(name, _)| name.starts_with(&inside));
        Ok(if directory { Stat::Directory } else { Stat::Absent })
    }

    fn working_directory(&self) -> Text {
        "/site".into()
    }

    fn home_directory(&self) -> Option<Text> {
        Some("/home/user".into())
    }
}

/// Returns the value of an expression, or the sentence that says why there is none.
pub(in super::super) fn evaluate(
    text: &str,
    environment: &Environment<'_>,
) -> Result<Value, String> {
    let mut reader = Reader { rest: text.trim(), environment };
    let value = reader.value()?;
    assert!(reader.rest.trim().is_empty(), "not an expression of the tests: {}", reader.rest);
    Ok(value)
}

struct Reader<'a> {
    rest: &'a str,
    environment: &'a Environment<'a>,
}

impl Reader<'_> {
    fn eat(&mut self, wanted: &str) -> bool {
        let trimmed = self.rest.trim_start();
        let found = trimmed.strip_prefix(wanted);
        self.rest = found.unwrap_or(trimmed);
        found.is_some()
    }

    fn word(&mut self) -> String {
        let rest = self.rest.trim_start();
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+' | ':')))
            .unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    fn value(&mut self) -> Result<Value, String> {
        if self.eat("[") {
            return self.until("]").map(Value::tuple);
        }
        if self.eat("{") {
            return self.object();
        }
        if self.eat("\"") {
            return Ok(Value::string(self.string()));
        }
        let word = self.word();
        if self.eat("(") {
            let arguments = self.until(")")?;
            let function = lookup(&word).ok_or_else(|| format!("no function {word}"))?;
            return call(function, &arguments, self.environment)
                .map_err(|error| error.detail(function, &word));
        }
        Ok(match word.as_str() {
            "null" => Value::null(Type::Dynamic),
            "true" | "false" => Value::from(word == "true"),
            "var.eph" => Value::from("temp").with_marks(Marks::EPHEMERAL),
            "local.unk_any" => Value::unknown(Type::Dynamic),
            "local.unk_string" => Value::unknown(Type::String),
            "local.unk_number" => Value::unknown(Type::Number),
            "local.unk_bool" => Value::unknown(Type::Bool),
            "local.unk_list_string" => Value::unknown(Type::list(Type::String)),
            "local.unk_list_number" => Value::unknown(Type::list(Type::Number)),
            "local.unk_set_string" => Value::unknown(Type::set(Type::String)),
            "local.unk_map_string" => Value::unknown(Type::map(Type::String)),
            "local.unk_object" => {
                Value::unknown(Type::object([("a", Type::String), ("b", Type::Number)]))
            }
            number => Value::number(Number::parse(number).unwrap_or_else(|_| panic!("{number:?}"))),
        })
    }

    fn until(&mut self, end: &str) -> Result<Vec<Value>, String> {
        let mut values = Vec::new();
        while !self.eat(end) {
            values.push(self.value()?);
            self.eat(",");
        }
        Ok(values)
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut entries = Vec::new();
        while !self.eat("}") {
            let key = if self.eat("\"") { self.string() } else { self.word() };
            let assigned = self.eat("=") || self.eat(":");
            assert!(assigned, "an entry is key = value: {}", self.rest);
            entries.push((key, self.value()?));
            self.eat(",");
        }
        Ok(Value::object(entries))
    }

    /// Reads the rest of a quoted string.
    fn string(&mut self) -> String {
        let mut out = String::new();
        let mut chars = self.rest.chars();
        loop {
            match chars.next() {
                None => panic!("a string ends"),
                Some('"') => break,
                Some('$') if chars.as_str().starts_with("${") => {
                    chars.next();
                    chars.next();
                    out.push_str("${");
                }
                Some('\\') => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some('r') => out.push('\r'),
                    Some('t') => out.push('\t'),
                    Some('u') => {
                        let digits: String = chars.by_ref().take(4).collect();
                        let code = u32::from_str_radix(&digits, 16).unwrap();
                        out.push(char::from_u32(code).unwrap());
                    }
                    Some(c) => out.push(c),
                    None => panic!("a string ends"),
                },
                Some(c) => out.push(c),
            }
        }
        self.rest = chars.as_str();
        out
    }
}
