//! `random_id`: random bytes in several spellings.

use super::{Keepers, common};
use crate::{
    digest::hex,
    draw::{Draw, Draws},
    hooked::Hooked,
    keepers::with_keepers,
    local::{Local, import_id_wrong},
    rules,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomId;

/// The greatest number of bytes; writing many of them as one decimal number takes its time.
const BYTES_MAX: i64 = 1 << 14;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    keepers: Keepers,
    byte_length: u32,
    prefix: Option<String>,
    b64_url: Option<String>,
    b64_std: Option<String>,
    hex: Option<String>,
    dec: Option<String>,
}

impl Local for RandomId {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let computed = || Attribute::computed(Type::String);
        let own = [
            ("byte_length", Attribute::required(Type::Number).replaces()),
            ("prefix", Attribute::optional(Type::String).replaces()),
            ("b64_url", computed()),
            ("b64_std", computed()),
            ("hex", computed()),
            ("dec", computed()),
        ];
        let block = Block::of(common().into_iter().chain(own));
        Hooked::new(SchemaKind::managed("random_id", block).local())
            .validate(|desired| {
                rules::judged(|wrong| rules::within(desired, "byte_length", 1..=BYTES_MAX, wrong))
            })
            .planned(with_keepers)
            .shared()
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let length = usize::try_from(wanted.byte_length).unwrap_or(usize::MAX);
        let bytes = draw.bytes(length)?;
        Ok(spelled(&bytes, wanted.prefix, wanted.keepers))
    }

    /// The id is the part of `b64_url` behind the prefix, or prefix, comma and that part.
    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        let (prefix, encoded) = match id.rsplit_once(',') {
            Some((prefix, encoded)) => (Some(prefix.to_owned()), encoded),
            None => (None, id),
        };
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| {
            import_id_wrong(&Self::kind(), "`ID` or `PREFIX,ID` with an ID in URL-safe base 64")
        })?;
        Ok(spelled(&bytes, prefix, None))
    }
}

fn spelled(bytes: &[u8], prefix: Option<String>, keepers: Keepers) -> Model {
    let start = prefix.clone().unwrap_or_default();
    let with_prefix = |text: String| Some(format!("{start}{text}"));
    let url = URL_SAFE_NO_PAD.encode(bytes);
    Model {
        id: Some(url.clone()),
        keepers,
        byte_length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        b64_url: with_prefix(url),
        b64_std: with_prefix(STANDARD.encode(bytes)),
        hex: with_prefix(hex(bytes)),
        dec: with_prefix(decimal(bytes)),
        prefix,
    }
}

/// Returns bytes, the greatest first, as a decimal number.
fn decimal(bytes: &[u8]) -> String {
    // Sixteen digits leave room in a word for a byte more.
    const DIGITS: u64 = 10_u64.pow(16);
    let mut groups: Vec<u64> = vec![0];
    for byte in bytes {
        let mut carry = u64::from(*byte);
        for group in &mut groups {
            let sum = (*group << 8) + carry;
            *group = sum % DIGITS;
            carry = sum / DIGITS;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut text = String::new();
    for (place, group) in groups.iter().rev().enumerate() {
        text += &if place == 0 { group.to_string() } else { format!("{group:016}") };
    }
    text
}
