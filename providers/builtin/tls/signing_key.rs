//! The key that signs, recorded or write-only: exactly one of the two is given.

use super::{
    check_key,
    key::{self, PrivateKey},
    key_unreadable,
};
use crate::rules;
use infra_model::{diagnostic::Diagnostics, schema::Attribute, types::Type, value::Value};
use infra_sdk::failure::Failure;

/// The names of the attributes of one key.
#[derive(Clone, Copy)]
pub(super) struct SigningKey {
    recorded: &'static str,
    write_only: &'static str,
    version: &'static str,
}

/// The key of the object itself.
pub(super) const OWN: SigningKey = SigningKey {
    recorded: "private_key_pem",
    write_only: "private_key_pem_wo",
    version: "private_key_pem_wo_version",
};
/// The key of the authority.
pub(super) const AUTHORITY: SigningKey = SigningKey {
    recorded: "ca_private_key_pem",
    write_only: "ca_private_key_pem_wo",
    version: "ca_private_key_pem_wo_version",
};

impl SigningKey {
    /// Returns the attributes; only a new version says that the write-only key is another.
    pub(super) fn attributes(self) -> [(&'static str, Attribute); 3] {
        let text = || Attribute::optional(Type::String);
        [
            (self.recorded, text().sensitive().replaces()),
            (self.write_only, Attribute { write_only: true, ..text().sensitive() }),
            (self.version, text().replaces()),
        ]
    }

    /// Checks what is given.
    pub(super) fn validate(self, desired: &Value, wrong: &mut Diagnostics) {
        rules::exactly_one(desired, &[self.recorded, self.write_only], wrong);
        rules::requires(desired, (self.version, self.write_only), wrong);
        check_key(desired, self.recorded, wrong);
        check_key(desired, self.write_only, wrong);
    }

    /// Reads the one that is given.
    pub(super) fn read(
        self,
        recorded: Option<&String>,
        write_only: Option<&String>,
    ) -> Result<PrivateKey, Failure> {
        let (name, text) = match (recorded, write_only) {
            (None, Some(text)) => (self.write_only, Some(text)),
            (text, _) => (self.recorded, text),
        };
        let read = text.map_or(Err("it is not given"), |text| key::read_pem(text));
        read.map_err(|problem| Failure::new(key_unreadable(name, problem)))
    }
}
