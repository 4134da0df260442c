//! YAML text as a value.

use super::{
    super::arguments::{quoted, string},
    scalar,
};
use infra_model::{text::Text, types::Type, value::Value};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};
use std::collections::BTreeMap;

/// Collections inside of collections may be at most this deep.
const DEPTH_MAX: usize = 250;

/// The values that a document may have, those that aliases repeat counted each time.
const VALUES_MAX: usize = 1 << 20;

const CORE: &str = "tag:yaml.org,2002:";

/// Returns the value of the only document in a text.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        values: 0,
        depth: 0,
        at: Marker::default(),
    };
    loop {
        let event = reader.next()?;
        if event == Event::StreamEnd {
            return Err("on line 1, column 1: missing start of document".to_owned());
        }
        if matches!(event, Event::DocumentStart(_)) {
            break;
        }
    }
    let first = reader.next()?;
    let value = reader.value(first)?.value;
    loop {
        let event = reader.next()?;
        if event == Event::StreamEnd {
            return Ok(value);
        }
        if matches!(event, Event::DocumentStart(_)) {
            return Err(format!(
                "on line {}, column {}: unexpected extra content after value",
                shown_line(reader.at),
                reader.at.col() + 1
            ));
        }
    }
}

/// Returns the line of a mark as Terraform counts it: from zero, but not below one.
fn shown_line(at: Marker) -> usize {
    at.line().saturating_sub(1).max(1)
}

/// A value and how many values it consists of.
#[derive(Clone)]
struct Counted {
    value: Value,
    count: usize,
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// Finished values by anchor; `None` while inside of the value.
    anchors: BTreeMap<usize, Option<Counted>>,
    values: usize,
    depth: usize,
    at: Marker,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Event<'a>, String> {
        match self.parser.next_event() {
            None => Ok(Event::StreamEnd),
            Some(Ok((event, span))) => {
                self.at = span.start;
                Ok(event)
            }
            Some(Err(error)) => Err(described(&error)),
        }
    }

    fn value(&mut self, event: Event<'a>) -> Result<Counted, String> {
        let before = self.values;
        self.count(1)?;
        let (anchor, value) = match event {
            Event::Alias(anchor) => return self.alias(anchor),
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, scalar_of(&text, style, tag.as_deref())?)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq", "sequence")?;
                self.enter(anchor)?;
                (anchor, self.sequence()?)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map", "mapping")?;
                self.enter(anchor)?;
                (anchor, self.mapping()?)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => return Err("did not find expected node content".to_owned()),
        };
        let counted = Counted { value, count: self.values - before };
        if anchor > 0 {
            self.anchors.insert(anchor, Some(counted.clone()));
        }
        Ok(counted)
    }

    fn count(&mut self, more: usize) -> Result<(), String> {
        self.values += more;
        if self.values > VALUES_MAX {
            return Err(format!("the document has more than {VALUES_MAX} values"));
        }
        Ok(())
    }

    fn enter(&mut self, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("exceeded max depth".to_owned());
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize) -> Result<Counted, String> {
        match self.anchors.get(&anchor).cloned() {
            Some(Some(counted)) => {
                self.count(counted.count)?;
                Ok(counted)
            }
            Some(None) => Err("cannot refer to an anchor from inside its own definition".into()),
            None => Err("reference to undefined anchor".to_owned()),
        }
    }

    fn sequence(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            let event = self.next()?;
            if event == Event::SequenceEnd {
                break;
            }
            items.push(self.value(event)?.value);
        }
        self.depth -= 1;
        Ok(Value::tuple(items))
    }

    fn mapping(&mut self) -> Result<Value, String> {
        let mut entries: BTreeMap<Text, Value> = BTreeMap::new();
        let mut merged: Vec<(Text, Value)> = Vec::new();
        loop {
            let event = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            if is_merge_key(&event) {
                let event = self.next()?;
                let at = self.at;
                merged.extend(to_merge(&self.value(event)?.value, at)?);
                continue;
            }
            let at = self.at;
            let key = key_text(&self.value(event)?.value, at)?;
            let event = self.next()?;
            entries.insert(key, self.value(event)?.value);
        }
        for (key, value) in merged {
            entries.entry(key).or_insert(value);
        }
        self.depth -= 1;
        Ok(Value::object(entries))
    }
}

fn is_merge_key(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(text, ScalarStyle::Plain, 0, None) if text == "<<")
}

/// Returns the entries that a merge key brings in.
fn to_merge(value: &Value, at: Marker) -> Result<Vec<(Text, Value)>, String> {
    let entries = value.entries().map(<[_]>::to_vec);
    entries.ok_or_else(|| {
        let (line, column, kind) = (shown_line(at), at.col() + 1, value.ty().friendly_name());
        format!("on line {line}, column {column}: cannot merge {kind} into mapping")
    })
}

fn key_text(key: &Value, at: Marker) -> Result<Text, String> {
    if key.is_null() {
        let (line, column) = (shown_line(at), at.col() + 1);
        return Err(format!("on line {line}, column {column}: mapping key cannot be null"));
    }
    let text = infra_model::convert::convert(key, &Type::String).ok();
    text.as_ref()
        .and_then(Value::as_text)
        .cloned()
        .ok_or_else(|| "only strings are allowed as mapping keys".to_owned())
}

fn full_tag(tag: &Tag) -> String {
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("!!", suffix) => format!("{CORE}{suffix}"),
        (handle, suffix) => format!("{handle}{suffix}"),
    }
}

fn check_tag(tag: Option<&Tag>, wanted: &str, kind: &str) -> Result<(), String> {
    let Some(tag) = tag else { return Ok(()) };
    let full = full_tag(tag);
    if full == "!" || full.strip_prefix(CORE) == Some(wanted) {
        return Ok(());
    }
    Err(format!("can't interpret {kind} as {full}"))
}

fn scalar_of(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let tag = tag.map(full_tag);
    match (tag.as_deref(), style) {
        (None, ScalarStyle::Plain) => scalar::plain(text),
        (None, _) => Ok(string(text)),
        (Some(tag), style) => match tag.strip_prefix(CORE) {
            Some(_) if style != ScalarStyle::Plain => Ok(string(text)),
            Some(tag) => scalar::tagged(text, tag),
            None => Err(format!("unsupported tag {}", quoted(tag))),
        },
    }
}

/// Returns the message of an error, with its place where Terraform names one.
fn described(error: &ScanError) -> String {
    let (info, at) = (error.info(), error.marker());
    let info = info
        .split_once(", ")
        .filter(|(head, _)| head.starts_with("while "))
        .map_or(info, |(_, rest)| rest);
    if at.line() > 1 || info.starts_with("did not find expected") {
        return format!("on line {}, column 1: {info}", shown_line(*at));
    }
    info.to_owned()
}
