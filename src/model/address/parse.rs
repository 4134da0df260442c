//! Addresses from text, as people write them in flags and as state files hold them.

use super::{Address, InstanceKey, KindName, Mode, ModuleAddress, ModuleStep};
use crate::text::Text;
use std::str::FromStr;

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError {
    /// The offset in bytes at which reading stopped.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl std::fmt::Display for AddressError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {} at character {}", self.expected, self.offset + 1)
    }
}

impl std::error::Error for AddressError {}

impl FromStr for Address {
    type Err = AddressError;

    /// Reads `module.a["x"].docker_container.web[0]`, `data.kind.name`, `kind.name[*]`.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader { text, at: 0 };
        let module = reader.module()?;
        let mode = if reader.word("data.") {
            Mode::Data
        } else if reader.word("ephemeral.") {
            Mode::Ephemeral
        } else {
            Mode::Managed
        };
        let kind = KindName(reader.name("a resource type")?);
        reader.dot()?;
        let name = reader.name("a resource name")?;
        let key = reader.key()?;
        reader.end()?;
        Ok(Self { module, mode, kind, name, key })
    }
}

impl FromStr for ModuleAddress {
    type Err = AddressError;

    /// Reads `module.a["x"].module.b`; the empty text is the root module.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader { text, at: 0 };
        if text.is_empty() {
            return Ok(Self::root());
        }
        let mut steps = Vec::new();
        loop {
            if !reader.word("module.") {
                return Err(reader.error("`module.`"));
            }
            let name = reader.name("a module name")?;
            steps.push(ModuleStep { name, key: reader.key()? });
            if reader.rest().is_empty() {
                return Ok(steps.into_iter().collect());
            }
            reader.dot()?;
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn error(&self, expected: &'static str) -> AddressError {
        AddressError { offset: self.at, expected }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn dot(&mut self) -> Result<(), AddressError> {
        if self.word(".") { Ok(()) } else { Err(self.error("a dot")) }
    }

    fn end(&self) -> Result<(), AddressError> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.error("the end of the address")) }
    }

    fn module(&mut self) -> Result<ModuleAddress, AddressError> {
        let mut steps = Vec::new();
        while self.word("module.") {
            let name = self.name("a module name")?;
            let key = self.key()?;
            steps.push(ModuleStep { name, key });
            self.dot()?;
        }
        Ok(steps.into_iter().collect())
    }

    fn name(&mut self, expected: &'static str) -> Result<Text, AddressError> {
        let rest = self.rest();
        let good = |(i, c): (usize, char)| {
            c == '_' || c.is_alphabetic() || (i > 0 && (c == '-' || c.is_alphanumeric()))
        };
        let length = rest.char_indices().find(|at| !good(*at)).map_or(rest.len(), |(i, _)| i);
        if length == 0 {
            return Err(self.error(expected));
        }
        self.at += length;
        Ok(Text::from(&rest[..length]))
    }

    fn key(&mut self) -> Result<InstanceKey, AddressError> {
        if !self.word("[") {
            return Ok(InstanceKey::None);
        }
        let key = if self.word("*") {
            InstanceKey::Any
        } else if self.word("\"") {
            InstanceKey::Name(self.quoted()?)
        } else {
            let rest = self.rest();
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let index = rest[..length].parse().map_err(|_| self.error("a number or a string"))?;
            self.at += length;
            InstanceKey::Index(index)
        };
        if self.word("]") { Ok(key) } else { Err(self.error("`]`")) }
    }

    fn quoted(&mut self) -> Result<Text, AddressError> {
        let mut out = String::new();
        loop {
            let Some(c) = self.rest().chars().next() else {
                return Err(self.error("a closing quote"));
            };
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(out.into()),
                '\\' => out.push(self.escape()?),
                '$' | '%' if self.rest().starts_with(&format!("{c}{{")) => {
                    self.at += 1;
                    out.push(c);
                }
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, AddressError> {
        let Some(c) = self.rest().chars().next() else {
            return Err(self.error("an escaped character"));
        };
        self.at += c.len_utf8();
        Ok(match c {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            c => c,
        })
    }
}
