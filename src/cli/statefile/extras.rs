//! What is recorded and has no place in the format: open intents, and how far generations went.
//!
//! It is kept as one opaque text, so that a pushed state forgets no create whose outcome is open.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use infra_model::{
    address::{Address, Generation},
    journal::Intent,
    snapshot::Snapshot,
    wire::{Decoder, Encoder, Policy, WireError},
};

/// What is kept beside the resources.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Extras {
    /// The greatest generation, where it is not that of the newest object.
    pub(super) newest: Vec<(Address, Generation)>,
    /// Intents without an outcome, in the order of the snapshot.
    pub(super) open: Vec<Intent>,
}

impl Extras {
    /// Returns what a snapshot has of it.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let newest = snapshot.instances.iter().filter_map(|(address, instance)| {
            let last = instance.objects.last_key_value().map(|(generation, _)| *generation);
            (last != Some(instance.newest)).then(|| (address.clone(), instance.newest))
        });
        Self { newest: newest.collect(), open: snapshot.open_intents().cloned().collect() }
    }

    /// Returns it as text; `None` if there is nothing.
    ///
    /// # Errors
    ///
    /// If a value in it cannot be stored.
    pub(super) fn to_text(&self) -> Result<Option<String>, WireError> {
        if *self == Self::default() {
            return Ok(None);
        }
        let mut out = Encoder::new(Policy::Stored);
        out.sequence(&self.newest, |out, (address, generation)| {
            out.address(address);
            out.generation(*generation);
        });
        out.sequence(&self.open, Encoder::intent);
        Ok(Some(STANDARD.encode(out.finish()?)))
    }

    /// Reads the text.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let mut from = Decoder::new(&bytes).ok()?;
        let newest = from.sequence(|from| Ok((from.address()?, from.generation()?))).ok()?;
        let open = from.sequence(Decoder::intent).ok()?;
        from.finish().ok()?;
        Some(Self { newest, open })
    }
}
