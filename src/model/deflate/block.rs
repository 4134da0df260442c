//! One block: its tokens in the smallest of the three forms.

use super::{
    bits::Bits,
    huffman::{self, Word, reversed},
    matches::Token,
};

/// The symbol that ends a block.
const END: usize = 256;
/// The symbol of the shortest matches.
const LENGTHS: usize = 257;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const STORED_MAX: usize = 65_535;
/// In which order the lengths of the words for lengths are written.
const LENGTH_ORDER: [usize; 19] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A symbol and the bits behind it that say which of its values is meant.
#[derive(Clone, Copy)]
struct Symbol {
    number: usize,
    extra: u32,
    extra_len: u32,
}

/// Two codes and how often their symbols occur.
struct Codes {
    literals: Vec<Word>,
    distances: Vec<Word>,
}

/// The lengths of the words of two codes, packed, with a code of their own.
struct Lengths {
    /// Symbols with the count of repetitions behind them.
    packed: Vec<Symbol>,
    words: Vec<Word>,
    /// How many of the words' lengths are written.
    written: usize,
}

/// Writes a block; as it is only if the bytes under it are there.
pub(super) fn write(out: &mut Bits, tokens: &[Token], covered: Option<&[u8]>) {
    let (literals, mut distances, mut extra) = (&mut [0; LITERALS], [0; DISTANCES], 0);
    for token in tokens {
        match *token {
            Token::Literal(byte) => literals[usize::from(byte)] += 1,
            Token::Match { length, distance } => {
                let (length, distance) = (of_length(length), of_distance(distance));
                literals[length.number] += 1;
                distances[distance.number] += 1;
                extra += length.extra_len + distance.extra_len;
            }
        }
    }
    literals[END] += 1;
    let used = |often: &[u32]| often.iter().rposition(|often| *often > 0).map_or(0, |at| at + 1);
    let literals_used = used(literals);
    let mut distances_used = used(&distances);
    if distances_used == 0 {
        // A code must have a word, so one is counted that does not occur.
        (distances[0], distances_used) = (1, 1);
    }
    let own =
        Codes { literals: huffman::code(literals, 15), distances: huffman::code(&distances, 15) };
    let lengths =
        Lengths::of(own.literals[..literals_used].iter().chain(&own.distances[..distances_used]));
    let fixed = Codes::fixed();
    let fixed_size = 3 + extra + fixed.size(literals, &distances);
    let own_size = 17 + extra + lengths.size() + own.size(literals, &distances);
    let size = fixed_size.min(own_size);
    if let Some(covered) = covered.filter(|covered| covered.len() <= STORED_MAX)
        && (covered.len() as u64 + 5) * 8 < u64::from(size)
    {
        out.stored(covered, false);
    } else if own_size < fixed_size {
        out.push(0b100, 3);
        lengths.write(out, literals_used, distances_used);
        own.write(out, tokens);
    } else {
        out.push(0b010, 3);
        fixed.write(out, tokens);
    }
}

impl Codes {
    /// Returns the codes that need not be written.
    fn fixed() -> Self {
        let literal = |symbol: u32| {
            let (bits, len) = match symbol {
                0..144 => (0b0011_0000 + symbol, 8),
                144..256 => (0b1_1001_0000 + symbol - 144, 9),
                256..280 => (symbol - 256, 7),
                _ => (0b1100_0000 + symbol - 280, 8),
            };
            Word { bits: reversed(bits, len), len }
        };
        let distance = |symbol: u32| Word { bits: reversed(symbol, 5), len: 5 };
        Self {
            literals: (0..).take(LITERALS).map(literal).collect(),
            distances: (0..).take(DISTANCES).map(distance).collect(),
        }
    }

    /// Returns the bits of all symbols.
    fn size(&self, literals: &[u32], distances: &[u32]) -> u32 {
        size(&self.literals, literals) + size(&self.distances, distances)
    }

    fn write(&self, out: &mut Bits, tokens: &[Token]) {
        let push = |out: &mut Bits, words: &[Word], Symbol { number, extra, extra_len }| {
            let Word { bits, len } = words[number];
            out.push(bits, len);
            out.push(extra, extra_len);
        };
        let plain = |number| Symbol { number, extra: 0, extra_len: 0 };
        for token in tokens {
            match *token {
                Token::Literal(byte) => push(out, &self.literals, plain(usize::from(byte))),
                Token::Match { length, distance } => {
                    push(out, &self.literals, of_length(length));
                    push(out, &self.distances, of_distance(distance));
                }
            }
        }
        push(out, &self.literals, plain(END));
    }
}

impl Lengths {
    /// Packs the lengths of words: what comes more than twice in a row is counted.
    fn of<'a>(words: impl Iterator<Item = &'a Word>) -> Self {
        let lengths: Vec<u32> = words.map(|word| word.len).collect();
        let mut packed = Vec::new();
        for run in lengths.chunk_by(|a, b| a == b) {
            pack(run[0] as usize, run.len(), &mut packed);
        }
        let mut often = [0; LENGTH_ORDER.len()];
        for Symbol { number, .. } in &packed {
            often[*number] += 1;
        }
        let last = LENGTH_ORDER.iter().rposition(|symbol| often[*symbol] > 0);
        let written = last.map_or(4, |last| (last + 1).max(4));
        Self { packed, words: huffman::code(&often, 7), written }
    }

    /// Returns the bits they are written in.
    fn size(&self) -> u32 {
        let of = |symbol: &Symbol| self.words[symbol.number].len + symbol.extra_len;
        3 * u32::try_from(self.written).unwrap_or(0) + self.packed.iter().map(of).sum::<u32>()
    }

    fn write(&self, out: &mut Bits, literals_used: usize, distances_used: usize) {
        let small = |number: usize| u32::try_from(number).unwrap_or(0);
        out.push(small(literals_used - LENGTHS), 5);
        out.push(small(distances_used - 1), 5);
        out.push(small(self.written - 4), 4);
        for symbol in &LENGTH_ORDER[..self.written] {
            out.push(self.words[*symbol].len, 3);
        }
        for symbol in &self.packed {
            let Word { bits, len } = self.words[symbol.number];
            out.push(bits, len);
            out.push(symbol.extra, symbol.extra_len);
        }
    }
}

/// Packs a run of one length.
fn pack(length: usize, mut count: usize, packed: &mut Vec<Symbol>) {
    let mut repeat = |count: &mut usize, (number, least, most, extra_len): (_, usize, usize, _)| {
        while *count >= least {
            let taken = most.min(*count);
            let extra = u32::try_from(taken - least).unwrap_or(0);
            packed.push(Symbol { number, extra, extra_len });
            *count -= taken;
        }
    };
    if length == 0 {
        repeat(&mut count, (18, 11, 138, 7));
        repeat(&mut count, (17, 3, 10, 3));
    } else {
        repeat(&mut 1, (length, 1, 1, 0));
        count -= 1;
        repeat(&mut count, (16, 3, 6, 2));
    }
    repeat(&mut count, (length, 1, 1, 0));
}

fn size(words: &[Word], often: &[u32]) -> u32 {
    words.iter().zip(often).map(|(word, often)| word.len * often).sum()
}

/// Returns the symbol of a match's length, which is at least 3.
fn of_length(length: usize) -> Symbol {
    // The greatest length has a symbol of its own.
    if length == 258 {
        return Symbol { number: LENGTHS + 28, extra: 0, extra_len: 0 };
    }
    let Symbol { number, extra, extra_len } = stepped(length - 3, 4);
    Symbol { number: LENGTHS + number, extra, extra_len }
}

/// Returns the symbol of a match's distance, which is at least 1.
fn of_distance(distance: usize) -> Symbol {
    stepped(distance - 1, 2)
}

/// Returns the symbol of a value where `steps` symbols share each number of extra bits.
///
/// The first `2 * steps` values have a symbol each; then ranges double after every `steps` ones.
fn stepped(value: usize, steps: usize) -> Symbol {
    if value < 2 * steps {
        return Symbol { number: value, extra: 0, extra_len: 0 };
    }
    let extra_len = (value / steps).ilog2();
    let number = (value >> extra_len) + extra_len as usize * steps;
    let extra = u32::try_from(value & ((1 << extra_len) - 1)).unwrap_or(0);
    Symbol { number, extra, extra_len }
}
