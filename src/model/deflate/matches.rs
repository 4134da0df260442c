//! The search for repetitions: from a text to literals and matches, in blocks.
//!
//! Positions with the same four bytes are chained, the latest first. A match is not taken before it
//! is known that none at the next position is longer. The text is seen through a window of two
//! halves: when it is nearly used up, the front half goes, and nothing in it is found any more.

/// How far back a match may lie.
const DISTANCE_MAX: usize = 1 << 15;
/// The window has twice as many bytes.
const WINDOW: usize = 2 * DISTANCE_MAX;
/// Shorter matches are not taken.
const LENGTH_MIN: usize = 4;
const LENGTH_MAX: usize = 258;
/// So many bytes must lie ahead before a position is looked at, unless there are no more.
const AHEAD_MIN: usize = LENGTH_MIN + LENGTH_MAX;
/// A match of the least length is taken from no farther away.
const SHORT_DISTANCE_MAX: usize = 4096;
/// Behind a match that is as long, no longer one is looked for.
const LAZY: usize = 16;
/// The tokens of a block.
const TOKENS_MAX: usize = 1 << 14;
const HASH_BITS: u32 = 17;
/// Stands for no position.
const NONE: u32 = u32::MAX;

/// A literal or a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A byte.
    Literal(u8),
    /// As many bytes as this, from so far back.
    Match { length: usize, distance: usize },
}

/// Gives the blocks of a text: their tokens, and the bytes under them if the window still has them.
///
/// So many positions of a chain are looked at as `depth` says, and none after a match of that
/// length was found.
pub(super) fn find(bytes: &[u8], depth: usize, block: impl FnMut(&[Token], Option<&[u8]>)) {
    let mut search = Search {
        bytes,
        depth,
        window: 0,
        end: 0,
        at: 0,
        block_start: 0,
        heads: vec![NONE; 1 << HASH_BITS],
        earlier: vec![NONE; DISTANCE_MAX],
        best: None,
        literal: false,
        tokens: Vec::with_capacity(TOKENS_MAX),
        block,
    };
    while search.end < bytes.len() {
        search.advance(AHEAD_MIN);
        search.fill();
    }
    search.advance(1);
    if search.literal {
        search.push(Token::Literal(bytes[search.at - 1]));
    }
    search.close();
}

struct Search<'a, B> {
    bytes: &'a [u8],
    depth: usize,
    /// Where the window starts.
    window: usize,
    /// Where it ends, as far as it is filled.
    end: usize,
    /// The position that is looked at next.
    at: usize,
    block_start: usize,
    /// For each hash, the latest position.
    heads: Vec<u32>,
    /// For each position, the one before it with the same hash.
    earlier: Vec<u32>,
    /// The match at the position before, length and distance.
    best: Option<(usize, usize)>,
    /// Whether the byte before is in no token yet.
    literal: bool,
    tokens: Vec<Token>,
    block: B,
}

impl<B: FnMut(&[Token], Option<&[u8]>)> Search<'_, B> {
    /// Fills the window, moved on if it is nearly used up.
    fn fill(&mut self) {
        if self.at - self.window >= WINDOW - AHEAD_MIN {
            self.window += DISTANCE_MAX;
        }
        self.end = self.bytes.len().min(self.window + WINDOW);
    }

    /// Goes on while at least so many bytes of the window lie ahead.
    fn advance(&mut self, ahead_min: usize) {
        while self.end - self.at >= ahead_min {
            let head = self.insert(self.at);
            let ahead = self.end - self.at;
            let before = self.best.take();
            let length = before.map_or(LENGTH_MIN - 1, |(length, _)| length);
            if ahead > length && length < LAZY {
                self.best = head.and_then(|head| self.longest(head, ahead.min(LENGTH_MAX)));
            }
            match before {
                Some((length, distance)) if self.best.is_none_or(|(next, _)| next <= length) => {
                    // The match began at the position before.
                    let next = self.at + length - 1;
                    (self.at + 1..next).for_each(|at| {
                        self.insert(at);
                    });
                    self.at = next;
                    self.best = None;
                    self.literal = false;
                    self.push(Token::Match { length, distance });
                }
                _ => {
                    if self.literal {
                        self.push(Token::Literal(self.bytes[self.at - 1]));
                    }
                    self.literal = true;
                    self.at += 1;
                }
            }
        }
    }

    /// Adds a position to its chain and returns the one before it in the window.
    fn insert(&mut self, at: usize) -> Option<usize> {
        let four = self.bytes[at..self.end].first_chunk()?;
        let hash = u32::from_be_bytes(*four).wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
        let head = &mut self.heads[hash as usize];
        let found = std::mem::replace(head, u32::try_from(at).unwrap_or(NONE));
        self.earlier[at % DISTANCE_MAX] = found;
        self.in_reach(at, found)
    }

    /// Returns a position if it is one that a match at another may begin at.
    fn in_reach(&self, at: usize, found: u32) -> Option<usize> {
        let found = usize::try_from(found).ok().filter(|_| found != NONE)?;
        (found >= self.window && at - found <= DISTANCE_MAX).then_some(found)
    }

    /// Returns length and distance of the longest match of a chain.
    fn longest(&self, head: usize, length_max: usize) -> Option<(usize, usize)> {
        let here = &self.bytes[self.at..self.at + length_max];
        let (mut length, mut best) = (LENGTH_MIN - 1, None);
        let mut candidate = head;
        for _ in 0..self.depth {
            let there = &self.bytes[candidate..];
            let distance = self.at - candidate;
            if there[length] == here[length] {
                let same = here.iter().zip(there).take_while(|(a, b)| a == b).count();
                if same > length && (same > LENGTH_MIN || distance <= SHORT_DISTANCE_MAX) {
                    length = same;
                    best = Some((same, distance));
                    if same >= self.depth.min(length_max) {
                        break;
                    }
                }
            }
            // At the greatest distance, the place in the chain belongs to this position already.
            if distance == DISTANCE_MAX {
                break;
            }
            match self.in_reach(self.at, self.earlier[candidate % DISTANCE_MAX]) {
                Some(next) => candidate = next,
                None => break,
            }
        }
        best
    }

    /// Adds a token; a full block ends at the current position.
    fn push(&mut self, token: Token) {
        self.tokens.push(token);
        if self.tokens.len() == TOKENS_MAX {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.tokens.is_empty() {
            return;
        }
        let covered = self.bytes.get(self.block_start..self.at);
        (self.block)(&self.tokens, covered.filter(|_| self.block_start >= self.window));
        self.block_start = self.at;
        self.tokens.clear();
    }
}
