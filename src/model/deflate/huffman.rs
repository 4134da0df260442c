//! Prefix codes: the best one for given frequencies with no code longer than a limit.
//!
//! The lengths come from package-merge: for each length, the symbols and the pairs of the packages
//! one length further down are merged by weight, and the lightest ones at the top decide. Where a
//! pair and a symbol weigh the same, the pair goes first; that settles which of several best codes
//! is taken.

/// A code word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its bits, the first one lowest.
    pub(super) bits: u32,
    /// How many; 0 for a symbol that does not occur.
    pub(super) len: u32,
}

/// Returns the words of symbols that occur so often.
pub(super) fn code(frequencies: &[u32], len_max: usize) -> Vec<Word> {
    let mut words = vec![Word::default(); frequencies.len()];
    let occurring = (0..).zip(frequencies).filter(|(_, frequency)| **frequency > 0);
    let mut symbols: Vec<(u32, usize)> = occurring.map(|(at, often)| (*often, at)).collect();
    if symbols.len() <= 2 {
        for ((_, symbol), bits) in symbols.iter().zip(0..) {
            words[*symbol] = Word { bits, len: 1 };
        }
        return words;
    }
    symbols.sort_unstable();
    let weights: Vec<u64> = symbols.iter().map(|(weight, _)| u64::from(*weight)).collect();
    let counts = counts(&weights, len_max.min(symbols.len() - 1));
    let mut bits = 0;
    for (count, len) in counts.into_iter().zip(1..) {
        bits <<= 1;
        // The most frequent ones that are left get the shortest words, in the order of the symbols.
        let mut taken = symbols.split_off(symbols.len() - count);
        taken.sort_unstable_by_key(|(_, symbol)| *symbol);
        for (_, symbol) in taken {
            words[symbol] = Word { bits: reversed(bits, len), len };
            bits += 1;
        }
    }
    words
}

/// Returns how many words there are of each length from one on; the weights are sorted.
fn counts(weights: &[u64], len_max: usize) -> Vec<usize> {
    // Of each length, the packages from the lightest on: their weights, and whether they are symbols.
    let mut rows: Vec<Vec<(u64, bool)>> = vec![weights.iter().map(|w| (*w, true)).collect()];
    for _ in 1..len_max {
        let below = rows.last().map_or(&[][..], |row| row);
        let mut pairs = below.chunks_exact(2).map(|pair| pair[0].0 + pair[1].0).peekable();
        let mut row = Vec::with_capacity(weights.len() + below.len() / 2);
        for weight in weights {
            while let Some(pair) = pairs.next_if(|pair| pair <= weight) {
                row.push((pair, false));
            }
            row.push((*weight, true));
        }
        row.extend(pairs.map(|pair| (pair, false)));
        rows.push(row);
    }
    // A symbol has as many bits as there are rows in which it is among the packages taken.
    let mut taken = 2 * weights.len() - 2;
    let mut symbols = Vec::with_capacity(len_max + 1);
    for row in rows.iter().rev() {
        let found = row[..taken].iter().filter(|(_, symbol)| *symbol).count();
        symbols.push(found);
        taken = 2 * (taken - found);
    }
    symbols.push(0);
    symbols.windows(2).map(|pair| pair[0] - pair[1]).collect()
}

/// Returns bits in the opposite order.
pub(super) const fn reversed(bits: u32, len: u32) -> u32 {
    bits.reverse_bits() >> (32 - len)
}
