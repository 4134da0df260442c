//! Random draws: from the system, or for tests a function of a seed and of what is drawn for.

use infra_model::{address::Address, diagnostic::Diagnostic};
use infra_sdk::failure::Failure;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Where draws come from; every provider instance has one.
#[derive(Clone, Debug)]
pub(crate) struct Draws {
    seed: Option<Arc<str>>,
}

/// The draws for one object.
#[derive(Debug)]
pub(crate) struct Draw {
    seed: Option<String>,
    blocks: u64,
    left: Vec<u8>,
}

impl Draws {
    /// Draws from the system's randomness.
    pub(crate) fn system() -> Self {
        Self { seed: None }
    }

    /// Draws that are the same in every run with this seed.
    pub(crate) fn seeded(seed: &str) -> Self {
        Self { seed: Some(Arc::from(seed)) }
    }

    /// Returns the draws for the object of an address and token.
    pub(crate) fn draw(&self, address: &Address, token: &str) -> Draw {
        let seed = self.seed.as_ref().map(|seed| format!("{seed}\0{address}\0{token}"));
        Draw { seed, blocks: 0, left: Vec::new() }
    }

    /// Returns draws for something that has no address yet.
    pub(crate) fn anywhere(&self) -> Draw {
        Draw { seed: self.seed.as_ref().map(ToString::to_string), blocks: 0, left: Vec::new() }
    }

    /// Returns the cost of a password hash; tests have no time for the real one.
    pub(crate) fn bcrypt_cost(&self) -> u32 {
        if self.seed.is_some() { 4 } else { 10 }
    }
}

impl Draw {
    /// Returns random bytes.
    pub(crate) fn bytes(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        while self.left.len() < length {
            let block = self.block()?;
            self.left.extend(block);
        }
        Ok(self.left.drain(..length).collect())
    }

    /// Returns any number.
    pub(crate) fn word(&mut self) -> Result<u64, Failure> {
        let mut word = [0; 8];
        word.copy_from_slice(&self.bytes(8)?);
        Ok(u64::from_le_bytes(word))
    }

    /// Returns a number below a bound, each with the same chance.
    pub(crate) fn below(&mut self, bound: u64) -> Result<u64, Failure> {
        let bound = bound.max(1);
        // What lies above the greatest multiple of the bound would favour small numbers.
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let word = self.word()?;
            if word < limit {
                return Ok(word % bound);
            }
        }
    }

    /// Returns one of several.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Result<Option<&'a T>, Failure> {
        let index = self.below(from.len() as u64)?;
        Ok(usize::try_from(index).ok().and_then(|index| from.get(index)))
    }

    /// Puts items in a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) -> Result<(), Failure> {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1)?;
            items.swap(last, usize::try_from(other).unwrap_or(last));
        }
        Ok(())
    }

    fn block(&mut self) -> Result<[u8; 32], Failure> {
        self.blocks += 1;
        let mut block = [0; 32];
        match &self.seed {
            Some(seed) => {
                let digest = Sha256::new().chain_update(seed).chain_update([0]);
                block.copy_from_slice(&digest.chain_update(self.blocks.to_be_bytes()).finalize());
            }
            None => getrandom::fill(&mut block).map_err(|error| {
                let summary = "The system gave no random bytes";
                let failed = Diagnostic::error("infra::builtin::randomness_missing", summary);
                let help = "see that the system's random source works, then apply again";
                Failure::new(failed.detail(error.to_string()).help(help)).safe()
            })?,
        }
        Ok(block)
    }
}

/// Returns a random UUID (version 4) as text.
pub(crate) fn uuid(draw: &mut Draw) -> Result<String, Failure> {
    let mut bytes = draw.bytes(16)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(dashed(&crate::digest::hex(&bytes)))
}

/// Returns 32 hexadecimal digits as a UUID is written.
pub(crate) fn dashed(hex: &str) -> String {
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
