//! Interning: equal strings of one tree are stored once and share a [`Symbol`].

use super::tree::Symbol;
use crate::index::number;
use infra_model::text::Text;
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The strings met so far, with an open-addressing table over them.
#[derive(Default)]
pub(super) struct Symbols {
    texts: Vec<Text>,
    hashes: Vec<u32>,
    /// Index of the text plus one; 0 is free. The length is a power of two.
    slots: Vec<u32>,
}

impl Symbols {
    /// Returns a table of strings of which no two are equal.
    pub(super) fn of(texts: Vec<Text>) -> Self {
        let hashes = texts.iter().map(|text| hash(text.as_bytes())).collect();
        let mut symbols = Self { texts, hashes, slots: Vec::new() };
        while symbols.texts.len() * 2 >= symbols.slots.len() {
            symbols.grow();
        }
        symbols
    }

    /// Returns the symbol of a string.
    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        if self.texts.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(text.as_bytes());
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let Some(found) = self.slots[slot].checked_sub(1) else {
                return self.insert(slot, hash, text);
            };
            if self.hashes[found as usize] == hash && *self.texts[found as usize] == *text {
                return Symbol(found);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Returns the symbol of a string in Unicode normal form C.
    pub(super) fn intern_normal(&mut self, text: &str) -> Symbol {
        self.intern(&normalised(text))
    }

    /// Returns the string of a symbol.
    pub(super) fn text(&self, symbol: Symbol) -> &Text {
        &self.texts[symbol.0 as usize]
    }

    /// Returns all strings by their symbols.
    pub(super) fn into_texts(self) -> Vec<Text> {
        self.texts
    }

    fn insert(&mut self, slot: usize, hash: u32, text: &str) -> Symbol {
        let index = number(self.texts.len());
        self.texts.push(Text::from(text));
        self.hashes.push(hash);
        self.slots[slot] = index + 1;
        Symbol(index)
    }

    fn grow(&mut self) {
        let len = (self.slots.len().max(self.texts.len()) * 2).next_power_of_two().max(64);
        self.slots = vec![0; len];
        for (index, hash) in (1..).zip(&self.hashes) {
            let mut slot = *hash as usize & (len - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (len - 1);
            }
            self.slots[slot] = index;
        }
    }
}

/// Returns the text in Unicode normal form C.
fn normalised(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// A multiplicative hash; nobody gains from colliding names in their own configuration.
fn hash(bytes: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = bytes.len() as u64;
    let mut add = |word: u64| hash = (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        add(u64::from_le_bytes(word));
    }
    let mut last = 0;
    for byte in chunks.remainder() {
        last = last << 8 | u64::from(*byte);
    }
    add(last);
    u32::try_from(hash >> 32).unwrap_or(0)
}
