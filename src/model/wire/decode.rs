//! Reading: bytes, integers, texts and the names of things; values are in [`super::values`].
//!
//! Every length is compared with what is left of the message before anything is allocated for it.

use super::{VERSION, WireError, WireProblem};
use crate::{
    address::{
        Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ModuleStep,
        ProviderAddress,
    },
    journal::Time,
    text::Text,
    types::Type,
};

/// The most that is allocated for a sequence before its items have been seen.
const CAPACITY_MAX: usize = 1024;

/// Reads one message.
#[derive(Debug)]
pub struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    pub(super) depth: u32,
    pub(super) types: Vec<Type>,
    texts: Vec<Text>,
    addresses: Vec<Address>,
    providers: Vec<ProviderAddress>,
}

type Read<T> = Result<T, WireError>;

impl<'a> Decoder<'a> {
    /// Returns a reader behind the version of a message.
    ///
    /// # Errors
    ///
    /// If the message is empty or newer than this program.
    pub fn new(bytes: &'a [u8]) -> Read<Self> {
        let mut decoder = Self {
            bytes,
            at: 0,
            depth: 0,
            types: Vec::new(),
            texts: Vec::new(),
            addresses: Vec::new(),
            providers: Vec::new(),
        };
        match decoder.byte()? {
            VERSION => Ok(decoder),
            0 => Err(decoder.unexpected("version")),
            newer => Err(decoder.error(WireProblem::NewerVersion(newer))),
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// If something is left of the message.
    pub fn finish(self) -> Read<()> {
        if self.left() == 0 { Ok(()) } else { Err(self.error(WireProblem::Trailing)) }
    }

    pub(super) fn error(&self, problem: WireProblem) -> WireError {
        WireError { offset: self.at, problem }
    }

    /// Returns the error for something that means nothing here.
    pub fn unexpected(&self, what: &'static str) -> WireError {
        self.error(WireProblem::Unexpected(what))
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn take(&mut self, length: usize) -> Read<&'a [u8]> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| self.error(WireProblem::Truncated))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    /// Reads one byte.
    ///
    /// # Errors
    ///
    /// At the end of the message; this holds for every function here, and each of those that
    /// follow fails on bytes that it could not have been written as.
    pub fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    /// Reads a truth value.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn bool(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.unexpected("truth value")),
        }
    }

    /// Reads a natural number.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn number(&mut self) -> Read<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.unexpected("number"))
    }

    /// Reads an integer.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn integer(&mut self) -> Read<i64> {
        let value = self.number()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// Reads a length or position; never more than what is left of the message.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn length(&mut self) -> Read<usize> {
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= self.left());
        length.ok_or_else(|| self.error(WireProblem::Truncated))
    }

    /// Reads a position that is not bounded by the length of the message.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn size(&mut self) -> Read<usize> {
        usize::try_from(self.number()?).map_err(|_| self.unexpected("number"))
    }

    /// Reads bytes.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn bytes(&mut self) -> Read<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    /// Reads something that may be missing.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.bool()? { read(self).map(Some) } else { Ok(None) }
    }

    /// Reads a sequence; each item takes at least one byte.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn sequence<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let length = self.length()?;
        let mut items = Vec::with_capacity(length.min(CAPACITY_MAX));
        for _ in 0..length {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// Reads the number of something seen before; `None` if it follows for the first time.
    pub(super) fn reference<T: Clone>(
        &mut self,
        of: impl FnOnce(&Self) -> &[T],
    ) -> Read<Option<T>> {
        let Some(index) = self.size()?.checked_sub(1) else { return Ok(None) };
        let found = of(self).get(index).cloned();
        found.map(Some).ok_or_else(|| self.unexpected("reference"))
    }

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn text(&mut self) -> Read<Text> {
        if let Some(text) = self.reference(|decoder| &decoder.texts)? {
            return Ok(text);
        }
        let text = std::str::from_utf8(self.bytes()?).map_err(|_| self.unexpected("text"))?;
        let text = Text::from(text);
        self.texts.push(text.clone());
        Ok(text)
    }

    /// Reads a moment.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn time(&mut self) -> Read<Time> {
        self.number().map(Time)
    }

    /// Reads a generation.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn generation(&mut self) -> Read<Generation> {
        self.number().map(Generation)
    }

    /// Reads the name of a kind.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn kind(&mut self) -> Read<KindName> {
        self.text().map(KindName)
    }

    /// Reads a mode.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn mode(&mut self) -> Read<Mode> {
        Ok(match self.byte()? {
            0 => Mode::Managed,
            1 => Mode::Data,
            2 => Mode::Ephemeral,
            _ => return Err(self.unexpected("mode")),
        })
    }

    /// Reads an instance key.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn key(&mut self) -> Read<InstanceKey> {
        Ok(match self.byte()? {
            0 => InstanceKey::None,
            1 => InstanceKey::Index(self.number()?),
            2 => InstanceKey::Name(self.text()?),
            3 => InstanceKey::Any,
            _ => return Err(self.unexpected("instance key")),
        })
    }

    /// Reads the address of a module instance.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn module(&mut self) -> Read<ModuleAddress> {
        let steps =
            self.sequence(|decoder| Ok(ModuleStep { name: decoder.text()?, key: decoder.key()? }))?;
        Ok(steps.into_iter().collect())
    }

    /// Reads an address.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn address(&mut self) -> Read<Address> {
        if let Some(address) = self.reference(|decoder| &decoder.addresses)? {
            return Ok(address);
        }
        let module = self.module()?;
        let mode = self.mode()?;
        let kind = self.kind()?;
        let name = self.text()?;
        let key = self.key()?;
        let address = Address { module, mode, kind, name, key };
        self.addresses.push(address.clone());
        Ok(address)
    }

    /// Reads the address of a provider instance.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn provider(&mut self) -> Read<ProviderAddress> {
        if let Some(provider) = self.reference(|decoder| &decoder.providers)? {
            return Ok(provider);
        }
        let module = self.module()?;
        let name = self.text()?;
        let alias = self.option(Self::text)?;
        let key = self.key()?;
        let provider = ProviderAddress { module, provider: name, alias, key };
        self.providers.push(provider.clone());
        Ok(provider)
    }
}
