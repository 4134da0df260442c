//! From values of a JSON text to expressions of a tree.
//!
//! What a string is depends on where it stands ([`Mode`]). Those that are parsed as native syntax
//! are read where they stand in the file; those with escapes are unescaped behind the file's text,
//! with places that lead back into it.

use super::{
    document::{Kind, Member, Value},
    faults, strings,
};
use crate::{
    index::number,
    syntax::{
        lexer::Lexer,
        limits::ERRORS_PER_FILE_MAX,
        parser::Parser,
        symbols::Symbols,
        tree::{ByteRange, Expr, ExprId, List, Node, ObjectItem, ObjectKey, Symbol, Tree},
    },
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::{SourceId, Span},
    text::Text,
};
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

/// What the strings of a value are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Templates, names of members included.
    Template,
    /// Nothing but themselves.
    Literal,
    /// Expressions, such as references and type constraints.
    Expression,
    /// An entry of `required_providers`: literal, but for its list of references.
    Requirement,
}

/// Makes the tree of one file.
pub(crate) struct Builder {
    source: SourceId,
    file: Text,
    /// The file's text with unescaped strings behind it, if there are any.
    extended: Option<String>,
    tree: Tree,
    symbols: Symbols,
    diagnostics: Diagnostics,
    depth: u32,
}

impl Builder {
    /// Returns a builder over a file's text.
    pub(crate) fn new(source: SourceId, file: Text) -> Self {
        let mut tree = Tree::new(source, Text::clone(&file));
        tree.json.push(source);
        Self {
            source,
            file,
            extended: None,
            tree,
            symbols: Symbols::default(),
            diagnostics: Vec::new(),
            depth: 0,
        }
    }

    /// Returns the tree and what was reported.
    pub(crate) fn finish(mut self) -> (Tree, Diagnostics) {
        self.tree.symbols = self.symbols.into_texts();
        if let Some(text) = self.extended {
            self.tree.reading = Text::from(text);
        }
        (self.tree, self.diagnostics)
    }

    /// Returns the place of a range.
    pub(crate) fn span(&self, range: ByteRange) -> Span {
        Span::new(self.source, range.start, range.end)
    }

    /// Returns the meaning of a string.
    pub(crate) fn text(&self, range: ByteRange) -> Cow<'_, str> {
        strings::meaning(&self.file[range.start as usize + 1..range.end as usize - 1])
    }

    /// Adds a finding.
    pub(crate) fn report(&mut self, found: Diagnostic) {
        if self.diagnostics.len() <= ERRORS_PER_FILE_MAX {
            self.diagnostics.push(found);
        }
    }

    /// Returns the expression of a value.
    pub(crate) fn value(&mut self, value: &Value, mode: Mode) -> ExprId {
        let range = value.range;
        let expr = match &value.kind {
            Kind::Invalid => Expr::Invalid,
            Kind::Null => Expr::Null,
            Kind::Bool(bool) => Expr::Bool(*bool),
            Kind::Number => Expr::Number,
            Kind::String => return self.string(range, mode),
            Kind::Array(elements) => {
                self.depth += 1;
                let values: Vec<ExprId> =
                    elements.iter().map(|element| self.value(element, mode)).collect();
                self.depth -= 1;
                let list = List::new(number(self.tree.exprs.len()), number(values.len()));
                self.tree.exprs.extend(values);
                Expr::Tuple(list)
            }
            Kind::Object(members) => return self.object(range, members, mode),
        };
        self.node(range, expr)
    }

    fn object(&mut self, range: ByteRange, members: &[Member], mode: Mode) -> ExprId {
        self.depth += 1;
        let mut doubts = Vec::new();
        let mut first: BTreeMap<String, ByteRange> = BTreeMap::new();
        let mut items = Vec::with_capacity(members.len());
        for member in members {
            let name = self.text(member.name).into_owned();
            let is_fixed = mode != Mode::Template || !has_template(&name);
            let inner = match mode {
                Mode::Requirement if name == "configuration_aliases" => Mode::Expression,
                Mode::Requirement => Mode::Literal,
                Mode::Template | Mode::Literal | Mode::Expression => mode,
            };
            let key_mode = if mode == Mode::Requirement { Mode::Literal } else { mode };
            // A comment of a block need be no template.
            let is_comment = name == "//" && mode == Mode::Template;
            let key = self.string(member.name, key_mode);
            let before = self.diagnostics.len();
            let value = self.value(&member.value, inner);
            if is_comment {
                doubts.extend(self.diagnostics.split_off(before));
            }
            items.push(ObjectItem {
                key: ObjectKey::Expression(key),
                key_range: member.name,
                value,
            });
            if is_fixed && let Some(earlier) = first.get(&name).copied() {
                doubts.push(self.repeated(&name, member.name, earlier));
            } else if is_fixed {
                first.insert(name, member.name);
            }
        }
        self.depth -= 1;
        let list = List::new(number(self.tree.items.len()), number(items.len()));
        self.tree.items.extend(items);
        let id = self.node(range, Expr::Object(list));
        let room = ERRORS_PER_FILE_MAX.saturating_sub(self.tree.doubts.len());
        self.tree.doubts.extend(doubts.into_iter().take(room).map(|found| (id, found)));
        id
    }

    fn repeated(&self, name: &str, again: ByteRange, first: ByteRange) -> Diagnostic {
        let summary = "Duplicate object attribute";
        Diagnostic::error("infra::config::property_duplicate", summary)
            .detail(format!("An attribute named {name:?} was already defined."))
            .label(self.span(again), "again")
            .label(self.span(first), "first defined here")
            .help("remove one of the two")
    }

    fn string(&mut self, range: ByteRange, mode: Mode) -> ExprId {
        let content = &self.file[range.start as usize + 1..range.end as usize - 1];
        let is_text = match mode {
            Mode::Expression => false,
            Mode::Template => !has_template(content) && !content.contains("\\u"),
            Mode::Literal | Mode::Requirement => true,
        };
        if is_text || (mode == Mode::Template && !has_template(&strings::meaning(content))) {
            let text = strings::meaning(content);
            let symbol: Symbol = self.symbols.intern_normal(&text);
            return self.node(range, Expr::String(symbol));
        }
        if self.diagnostics.len() > ERRORS_PER_FILE_MAX {
            return self.node(range, Expr::Invalid);
        }
        if mode == Mode::Expression && content.starts_with("${") {
            self.report(faults::NO_TEMPLATE.at(self.span(range)));
            return self.node(range, Expr::Invalid);
        }
        let inside = self.readable(range);
        let root = self.parse(inside, mode);
        // A string is shown with its quotes.
        if mode == Mode::Template {
            self.tree.nodes[root.0 as usize].range = range;
        }
        root
    }

    /// Returns where the meaning of a string can be read as text of the tree.
    fn readable(&mut self, range: ByteRange) -> ByteRange {
        let (start, end) = (range.start + 1, range.end - 1);
        let content = &self.file[start as usize..end as usize];
        if !content.contains('\\') {
            return ByteRange { start, end };
        }
        let (text, mut steps) = strings::unescape(content);
        for (_, at) in &mut steps {
            *at += start;
        }
        let extended = self.extended.get_or_insert_with(|| self.file.to_string());
        let at = number(extended.len());
        extended.push_str(&text);
        let end = number(extended.len());
        self.tree.places.add(at, self.source, Arc::from(steps));
        ByteRange { start: at, end }
    }

    /// Parses a part of the tree's text as native syntax.
    fn parse(&mut self, inside: ByteRange, mode: Mode) -> ExprId {
        let whole = self.extended.as_deref().unwrap_or(&self.file);
        let text = &whole[..inside.end as usize];
        let empty = Tree::new(self.source, Text::clone(&self.tree.text));
        let tree = std::mem::replace(&mut self.tree, empty);
        let state = (tree, std::mem::take(&mut self.symbols), self.depth);
        let start = inside.start as usize;
        let (root, part) = if mode == Mode::Template {
            let lexer = Lexer::template(text).behind(start);
            let line = lexer.mark();
            let mut parser = Parser::within(text, lexer, state);
            (parser.whole_template(line), parser.part())
        } else {
            let lexer = Lexer::expression(text).behind(start);
            let mut parser = Parser::within(text, lexer, state);
            (parser.whole_expression(), parser.part())
        };
        let (tree, symbols, found) = part;
        (self.tree, self.symbols) = (tree, symbols);
        self.diagnostics.extend(found);
        root
    }

    fn node(&mut self, range: ByteRange, expr: Expr) -> ExprId {
        let id = ExprId(number(self.tree.nodes.len()));
        self.tree.nodes.push(Node { range, expr });
        id
    }
}

fn has_template(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}
