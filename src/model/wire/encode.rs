//! Writing: bytes, integers, texts and the names of things; values are in [`super::values`].

use super::{VERSION, WireError, WireProblem};
use crate::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    journal::Time,
    text::Text,
    types::Type,
};
use indexmap::IndexSet;

/// What may stand in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Journal and snapshot: nothing unknown, nothing ephemeral.
    Stored,
    /// Plans: unknown values may stand there, and ephemeral ones if they are unknown or null.
    Plan,
}

/// Writes one message.
///
/// It goes on after something that cannot be written; [`Encoder::finish`] reports the first.
#[derive(Debug)]
pub struct Encoder {
    pub(super) out: Vec<u8>,
    pub(super) policy: Policy,
    pub(super) depth: u32,
    pub(super) types: IndexSet<Type>,
    texts: IndexSet<Text>,
    addresses: IndexSet<Address>,
    providers: IndexSet<ProviderAddress>,
    error: Option<WireError>,
}

impl Encoder {
    /// Returns a writer with the version in place.
    pub fn new(policy: Policy) -> Self {
        Self {
            out: vec![VERSION],
            policy,
            depth: 0,
            types: IndexSet::new(),
            texts: IndexSet::new(),
            addresses: IndexSet::new(),
            providers: IndexSet::new(),
            error: None,
        }
    }

    /// Returns the message.
    ///
    /// # Errors
    ///
    /// The first thing that could not be written.
    pub fn finish(self) -> Result<Vec<u8>, WireError> {
        match self.error {
            None => Ok(self.out),
            Some(error) => Err(error),
        }
    }

    pub(super) fn fail(&mut self, problem: WireProblem) {
        let offset = self.out.len();
        self.error.get_or_insert(WireError { offset, problem });
    }

    /// Writes one byte.
    pub fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    /// Writes a truth value.
    pub fn bool(&mut self, value: bool) {
        self.byte(u8::from(value));
    }

    /// Writes a natural number, small ones in few bytes.
    pub fn number(&mut self, mut value: u64) {
        loop {
            let low = value.to_le_bytes()[0] & 0x7f;
            value >>= 7;
            if value == 0 {
                return self.byte(low);
            }
            self.byte(low | 0x80);
        }
    }

    /// Writes an integer, small ones of either sign in few bytes.
    pub fn integer(&mut self, value: i64) {
        self.number((value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned());
    }

    /// Writes a length or position.
    pub fn size(&mut self, value: usize) {
        self.number(value as u64);
    }

    /// Writes bytes with their length.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.size(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    /// Writes something that may be missing.
    pub fn option<T>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Self, &T)) {
        self.bool(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Writes a sequence with its length.
    pub fn sequence<'a, T: 'a>(
        &mut self,
        items: impl IntoIterator<Item = &'a T, IntoIter: ExactSizeIterator>,
        mut write: impl FnMut(&mut Self, &T),
    ) {
        let items = items.into_iter();
        self.size(items.len());
        for item in items {
            write(self, item);
        }
    }

    /// Writes a text; the second time only its number.
    pub fn text(&mut self, text: &Text) {
        if let Some(index) = self.texts.get_index_of(text) {
            return self.size(index + 1);
        }
        self.number(0);
        self.bytes(text.as_bytes());
        self.texts.insert(text.clone());
    }

    /// Writes a moment.
    pub fn time(&mut self, time: Time) {
        self.number(time.0);
    }

    /// Writes a generation.
    pub fn generation(&mut self, generation: Generation) {
        self.number(generation.0);
    }

    /// Writes the name of a kind.
    pub fn kind(&mut self, kind: &KindName) {
        self.text(&kind.0);
    }

    /// Writes a mode.
    pub fn mode(&mut self, mode: Mode) {
        self.byte(match mode {
            Mode::Managed => 0,
            Mode::Data => 1,
            Mode::Ephemeral => 2,
        });
    }

    /// Writes an instance key.
    pub fn key(&mut self, key: &InstanceKey) {
        match key {
            InstanceKey::None => self.byte(0),
            InstanceKey::Index(index) => {
                self.byte(1);
                self.number(*index);
            }
            InstanceKey::Name(name) => {
                self.byte(2);
                self.text(name);
            }
            InstanceKey::Any => self.byte(3),
        }
    }

    /// Writes the address of a module instance.
    pub fn module(&mut self, module: &ModuleAddress) {
        self.sequence(module.steps(), |encoder, step| {
            encoder.text(&step.name);
            encoder.key(&step.key);
        });
    }

    /// Writes an address; the second time only its number.
    pub fn address(&mut self, address: &Address) {
        if let Some(index) = self.addresses.get_index_of(address) {
            return self.size(index + 1);
        }
        self.number(0);
        self.module(&address.module);
        self.mode(address.mode);
        self.kind(&address.kind);
        self.text(&address.name);
        self.key(&address.key);
        self.addresses.insert(address.clone());
    }

    /// Writes the address of a provider instance; the second time only its number.
    pub fn provider(&mut self, provider: &ProviderAddress) {
        if let Some(index) = self.providers.get_index_of(provider) {
            return self.size(index + 1);
        }
        self.number(0);
        self.module(&provider.module);
        self.text(&provider.provider);
        self.option(provider.alias.as_ref(), Self::text);
        self.key(&provider.key);
        self.providers.insert(provider.clone());
    }
}
