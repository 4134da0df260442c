//! `csvdecode`: tables as lists of objects.
//!
//! The rules are those of RFC 4180 as Go reads it: quotes only around whole fields, empty lines are
//! skipped, all lines have as many fields as the first.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{string, text},
};
use infra_model::{text::Text, types::Type, value::Value};
use std::collections::BTreeSet;

const STR: &[Parameter] = &[Parameter::new("str", Shape::String)];

pub(super) const TABLE: &[Function] = &[Function::new(
    "csvdecode",
    "The lines of comma-separated values as objects, named by the first line.",
    STR,
    Body::Plain(csvdecode),
)
.depends(|_| Ok(Type::Dynamic))];

fn csvdecode(arguments: &[Value]) -> Outcome {
    let text = text(arguments, 0).replace("\r\n", "\n");
    let mut records = Records { rest: &text, line: 1 };
    let Some(header) = records.next().transpose()? else {
        return Err(FunctionError::call("missing header line"));
    };
    let mut names: Vec<Text> = Vec::new();
    let mut seen = BTreeSet::new();
    for name in header.fields {
        if !seen.insert(name.clone()) {
            let shown = super::arguments::quoted(&name);
            return Err(FunctionError::call(format!("duplicate column name {shown}")));
        }
        names.push(name.into());
    }
    let mut rows = Vec::new();
    for record in records {
        let record = record?;
        if record.fields.len() != names.len() {
            return Err(problem(record.line, "wrong number of fields"));
        }
        rows.push(Value::object(names.iter().cloned().zip(record.fields.into_iter().map(string))));
    }
    let row = Type::object(names.into_iter().map(|name| (name, Type::String)));
    Ok(Value::list(row, rows))
}

fn problem(line: usize, what: &str) -> FunctionError {
    FunctionError::call(format!("CSV parse error on line {line}: {what}"))
}

/// One record and the line it starts on.
struct Record {
    fields: Vec<String>,
    line: usize,
}

/// The records that are left of a text.
struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl Iterator for Records<'_> {
    type Item = Result<Record, FunctionError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(rest) = self.rest.strip_prefix('\n') {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() {
            return None;
        }
        let record = self.record();
        if record.is_err() {
            self.rest = "";
        }
        Some(record)
    }
}

impl Records<'_> {
    fn record(&mut self) -> Result<Record, FunctionError> {
        let mut record = Record { fields: Vec::new(), line: self.line };
        loop {
            let field = match self.rest.strip_prefix('"') {
                Some(rest) => {
                    self.rest = rest;
                    self.quoted()?
                }
                None => self.bare()?,
            };
            record.fields.push(field);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            if let Some(rest) = self.rest.strip_prefix('\n') {
                self.rest = rest;
                self.line += 1;
            }
            return Ok(record);
        }
    }

    fn bare(&mut self) -> Result<String, FunctionError> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        if field.contains('"') {
            return Err(problem(self.line, "bare \" in non-quoted-field"));
        }
        self.rest = rest;
        Ok(field.to_owned())
    }

    /// Reads the rest of a field whose opening quote has been read.
    fn quoted(&mut self) -> Result<String, FunctionError> {
        const MISPLACED: &str = "extraneous or missing \" in quoted-field";
        let mut field = String::new();
        loop {
            let Some((part, rest)) = self.rest.split_once('"') else {
                let lines = self.rest.trim_end_matches('\n').matches('\n').count();
                return Err(problem(self.line + lines, MISPLACED));
            };
            self.line += part.matches('\n').count();
            field.push_str(part);
            self.rest = rest;
            match rest.strip_prefix('"') {
                Some(rest) => {
                    field.push('"');
                    self.rest = rest;
                }
                None if rest.is_empty() || rest.starts_with([',', '\n']) => return Ok(field),
                None => return Err(problem(self.line, MISPLACED)),
            }
        }
    }
}
