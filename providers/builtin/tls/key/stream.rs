//! Random bytes without end from a few that the system gave.

use rsa::rand_core::{CryptoRng, Error, RngCore};
use sha2::{Digest, Sha512};

/// A stream of random bytes; as long as the entropy is secret, it can't be told from chance.
pub(super) struct Stream {
    entropy: Vec<u8>,
    blocks: u64,
    left: Vec<u8>,
}

impl Stream {
    pub(super) fn new(entropy: &[u8]) -> Self {
        Self { entropy: entropy.to_vec(), blocks: 0, left: Vec::new() }
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.left.is_empty() {
                self.blocks += 1;
                let block = Sha512::new().chain_update(&self.entropy);
                self.left = block.chain_update(self.blocks.to_be_bytes()).finalize().to_vec();
            }
            *byte = self.left.pop().unwrap_or(0);
        }
    }
}

impl RngCore for Stream {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill(bytes);
        Ok(())
    }
}

impl CryptoRng for Stream {}
