//! Source files and places in them; not the reading of files, which is the command line's.

use crate::text::Text;

/// Identifies a file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A range of bytes in one source file, in offsets of the original file (a BOM included).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the span of `start..end` in `source`.
    pub fn new(source: SourceId, start: u32, end: u32) -> Self {
        debug_assert!(start <= end, "a span ends after it starts");
        Self { source, start, end }
    }

    /// Returns the smallest span that covers both; both must be of one file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        debug_assert_eq!(self.source, other.source, "a span lies in one file");
        Self::new(self.source, self.start.min(other.start), self.end.max(other.end))
    }

    /// Returns the empty span at the end of this one.
    #[must_use]
    pub fn after(self) -> Self {
        Self::new(self.source, self.end, self.end)
    }
}

/// A position for people: line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Offset in bytes, from 0.
    pub byte: u32,
}

/// One file: its name as shown to people and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as the user would type it.
    pub name: Text,
    /// The whole text.
    pub text: Text,
}

/// All files that spans may point into.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file and returns its id.
    pub fn add(&mut self, name: impl Into<Text>, text: impl Into<Text>) -> SourceId {
        let id = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.push(SourceFile { name: name.into(), text: text.into() });
        SourceId(id)
    }

    /// Returns the file, if the id is one of this map.
    pub fn file(&self, id: SourceId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Returns all files in the order of their ids.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Returns the text under a span; empty if it points nowhere.
    pub fn snippet(&self, span: Span) -> &str {
        self.file(span.source)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// Returns the position of a byte offset in a file; `None` for an unknown file.
    pub fn position(&self, id: SourceId, byte: u32) -> Option<Position> {
        let text = &self.file(id)?.text;
        let mut end = (byte as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Some(Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            byte,
        })
    }
}
