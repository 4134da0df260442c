//! The parser: recursive descent straight from the lexer, with one token of lookahead.
//!
//! A mistake is reported where it is found, as data; then [`recover`] finds the next place to go
//! on from. What is not here: the grammar, which lies in the modules below, one idea in each.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a construct names the tokens it knows; all others are one and the same mistake"
)]

mod blocks;
mod bodies;
mod collections;
mod escapes;
mod expressions;
mod fors;
mod pieces;
mod recover;
mod report;
mod steps;
mod templates;

use super::{
    body::Block,
    faults::{self, Fault},
    lexer::Lexer,
    limits::NESTING_DEPTH_MAX,
    symbols::Symbols,
    token::{Token, TokenKind},
    tree::{ByteRange, Expr, ExprId, List, Node, ObjectItem, Operand, Part, Step, Symbol, Tree},
};
use infra_model::{diagnostic::Diagnostics, source::SourceId, text::Text};
use pieces::Piece;

/// Why a part could not be parsed; it is reported already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failed {
    /// The innermost construct around the current token may go on behind the mistake.
    Here,
    /// Brackets are out of step: only the body item (or heredoc) around may go on, at `resume`.
    Item,
}

type Parsed<T> = Result<T, Failed>;

/// The state of a run over one text.
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub(super) struct Parser<'t> {
    source: SourceId,
    text: &'t str,
    lexer: Lexer<'t>,
    /// The token to be looked at next.
    token: Token,
    /// Whether a newline stands before it that was not passed yet.
    newline: bool,
    /// Whether newlines matter here.
    newlines_matter: bool,
    /// Where the last token ended that was passed.
    previous_end: u32,
    /// Where to go on after [`Failed::Item`].
    resume: u32,
    /// Column of the current body item: what stands left of it is no part of it.
    anchor: u32,
    /// Nesting of everything that recurses.
    depth: u32,
    /// Nesting of blocks.
    blocks: u32,
    /// Blocks behind one that is not closed, which were taken for parts of it.
    swallowed: Vec<Block>,
    /// Whether the last argument of the current call is expanded.
    expand: bool,
    /// Whether reporting has ended.
    stopped: bool,
    tree: Tree,
    symbols: Symbols,
    scratch: Scratch,
    diagnostics: Diagnostics,
}

/// Lists under construction; those of inner expressions lie above those of outer ones.
#[derive(Default)]
struct Scratch {
    exprs: Vec<ExprId>,
    items: Vec<ObjectItem>,
    steps: Vec<Step>,
    operands: Vec<Operand>,
    parts: Vec<Part>,
    pieces: Vec<Piece>,
    /// Unescaped text of the pieces.
    text: String,
    /// One literal, joined from pieces.
    joined: String,
}

/// Moves what lies above `mark` into a table of the tree.
fn take<T: Copy>(scratch: &mut Vec<T>, mark: usize, table: &mut Vec<T>) -> List<T> {
    let list = List::new(offset(table.len()), offset(scratch.len() - mark));
    table.extend_from_slice(&scratch[mark..]);
    scratch.truncate(mark);
    list
}

/// Returns an index or offset as 32 bits: all of them are less than the length of the text.
#[expect(clippy::cast_possible_truncation, reason = "texts are at most FILE_BYTES_MAX long")]
fn offset(index: usize) -> u32 {
    index as u32
}

impl<'t> Parser<'t> {
    /// Returns a parser that has read the first token.
    pub(super) fn new(source: SourceId, text: &'t Text, lexer: Lexer<'t>) -> Self {
        let tree = Tree::with_room(source, Text::clone(text));
        Self::within(text, lexer, (tree, Symbols::default(), 0))
    }

    /// Returns a parser that adds to a tree, at a depth of it, what the lexer is set upon.
    pub(super) fn within(
        text: &'t str,
        lexer: Lexer<'t>,
        (tree, symbols, depth): (Tree, Symbols, u32),
    ) -> Self {
        let mut parser = Self {
            source: tree.source,
            text,
            lexer,
            token: Token { kind: TokenKind::End, start: 0, end: 0 },
            newline: false,
            newlines_matter: true,
            previous_end: 0,
            resume: 0,
            anchor: 0,
            depth,
            blocks: 0,
            swallowed: Vec::new(),
            expand: false,
            stopped: false,
            tree,
            symbols,
            scratch: Scratch::default(),
            diagnostics: Vec::new(),
        };
        // What is wrong at the very beginning has nothing before it that could be shown.
        let start = parser.lexer.position();
        parser.token = Token { kind: TokenKind::End, start, end: start };
        parser.advance();
        parser
    }

    /// Parses a whole text as one expression; newlines never end it.
    pub(super) fn whole_expression(&mut self) -> ExprId {
        self.newlines_matter = false;
        let (root, parsed) = self.value();
        if parsed.is_ok() && self.kind() != TokenKind::End {
            self.report_here(faults::EXPRESSION_EXTRA);
            return self.invalid();
        }
        root
    }

    /// Parses an expression with nothing around it.
    ///
    /// If anything in it is wrong, it stands for a mistake as a whole: what could be read of it may
    /// mean something else than what was meant, and must not be judged by any later stage.
    fn value(&mut self) -> (ExprId, Parsed<()>) {
        let start = self.token.start;
        let before = self.diagnostics.len();
        let parsed = self.expression();
        match parsed {
            Ok(value) if self.diagnostics.len() == before => (value, Ok(())),
            _ => {
                let end = self.previous_end.max(start);
                (self.node(start, end, Expr::Invalid), parsed.map(|_| ()))
            }
        }
    }

    /// Returns the tree and what was reported.
    pub(super) fn finish(mut self) -> (Tree, Diagnostics) {
        self.tree.symbols = self.symbols.into_texts();
        (self.tree, self.diagnostics)
    }

    /// Returns the tree, which is not complete yet, with its names and what was reported.
    pub(super) fn part(self) -> (Tree, Symbols, Diagnostics) {
        (self.tree, self.symbols, self.diagnostics)
    }

    /// Returns what the current token is: a newline before it comes first, where newlines matter.
    #[inline]
    fn kind(&self) -> TokenKind {
        if self.newline && self.newlines_matter { TokenKind::Newline } else { self.token.kind }
    }

    /// Passes the current token.
    #[inline]
    fn advance(&mut self) {
        self.previous_end = self.token.end;
        self.token = self.lexer.next_token();
        self.newline = self.lexer.newline_before();
    }

    /// Passes a token if it is the current one.
    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.advance();
        }
        found
    }

    /// Passes a token, or fails if it is not the current one.
    fn expect(&mut self, kind: TokenKind, fault: Fault) -> Parsed<()> {
        if self.eat(kind) { Ok(()) } else { Err(self.fail(fault)) }
    }

    fn token_text(&self, token: Token) -> &'t str {
        &self.text[token.start as usize..token.end as usize]
    }

    /// Returns whether the current token is a certain word.
    fn at_word(&self, word: &str) -> bool {
        self.kind() == TokenKind::Ident && self.token_text(self.token) == word
    }

    fn node(&mut self, start: u32, end: u32, expr: Expr) -> ExprId {
        let id = ExprId(offset(self.tree.nodes.len()));
        self.tree.nodes.push(Node { range: ByteRange { start, end }, expr });
        id
    }

    /// Returns an expression that stands for a mistake at the current token.
    fn invalid(&mut self) -> ExprId {
        self.node(self.previous_end, self.previous_end, Expr::Invalid)
    }

    fn intern(&mut self, token: Token) -> Symbol {
        let text = self.token_text(token);
        self.symbols.intern(text)
    }

    /// Goes one level deeper, if that is not too deep.
    fn enter(&mut self) -> Parsed<()> {
        if self.depth == NESTING_DEPTH_MAX {
            self.report_here(faults::TOO_DEEP);
            self.stop();
            return Err(Failed::Item);
        }
        self.depth += 1;
        Ok(())
    }

    /// Reads and reports no more.
    fn stop(&mut self) {
        self.lexer.stop();
        self.token = self.lexer.next_token();
        self.newline = false;
        self.stopped = true;
    }
}
