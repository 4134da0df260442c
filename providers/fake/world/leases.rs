//! What is open: secrets and leases that are given out, prolonged and given back.

use super::{World, steps::odd_name};
use crate::{
    catalogue::fnv,
    protocol::{Code, Reply, Trouble},
};
use infra_model::{
    address::{KindName, Mode},
    types::Type,
    value::Value,
};
use infra_sdk::convert::Dynamic;

/// Something that was opened and not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLease {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How long it holds from opening or renewal, in milliseconds; `None` for ever.
    pub ttl_ms: Option<u64>,
    /// When it ends by itself.
    pub until_ms: Option<u64>,
    /// How often it was renewed.
    pub renewals: u64,
}

impl World {
    /// Returns what is open.
    pub fn leases(&self) -> impl Iterator<Item = &OpenLease> {
        self.leases.values()
    }

    /// Opens an ephemeral resource.
    pub(super) fn open(&mut self, kind: &str, config: &Value, now_ms: u64) -> Reply {
        let known = self.catalogue.kind(Mode::Ephemeral, &KindName(kind.into()));
        if let Some(odd) = known.and_then(|kind| odd_name(&**kind, config)) {
            let text = format!("`{kind}` has no attribute `{odd}`");
            return Reply::Refused(Trouble::new(Code::RequestUnknown, text));
        }
        self.leased += 1;
        let name = config.get("name").cloned().unwrap_or_else(|| Value::null(Type::String));
        let text = name.as_text().map_or_else(String::new, ToString::to_string);
        let ttl = config.get("ttl_ms").cloned().unwrap_or_else(|| Value::null(Type::Number));
        let ttl_ms = ttl.as_number().and_then(infra_model::number::Number::to_u64);
        let until_ms = ttl_ms.map(|ttl_ms| now_ms + ttl_ms);
        let value = if kind == "fake_lease" {
            let seed = fnv(&format!("{text}/{}", self.leased));
            let token = Value::string(format!("lease-{seed:016x}"));
            Value::object([("name", name), ("token", token), ("ttl_ms", ttl)])
        } else {
            let seed = if name.as_text().is_some() { fnv(&text) } else { 0 };
            Value::object([("value", Value::string(format!("secret-{seed:016x}"))), ("name", name)])
        };
        let lease = OpenLease { kind: kind.to_owned(), name: text, ttl_ms, until_ms, renewals: 0 };
        self.leases.insert(self.leased, lease);
        Reply::Opened {
            value: Dynamic(value),
            lease: self.leased,
            renew_at_ms: ttl_ms.map(|ttl_ms| now_ms + ttl_ms / 2),
        }
    }

    /// Prolongs what is open and has not ended.
    pub(super) fn renew(&mut self, number: u64, now_ms: u64) -> Reply {
        let Some(lease) = self.leases.get_mut(&number) else { return not_open(number) };
        if lease.until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
            let text = format!("lease {number} has ended");
            return Reply::Refused(Trouble::new(Code::ObjectUnknown, text));
        }
        lease.renewals += 1;
        lease.until_ms = lease.ttl_ms.map(|ttl_ms| now_ms + ttl_ms);
        Reply::Renewed(lease.ttl_ms.map(|ttl_ms| now_ms + ttl_ms / 2))
    }

    /// Takes back what is open; twice is an error, which catches a careless engine.
    pub(super) fn close(&mut self, number: u64) -> Reply {
        match self.leases.remove(&number) {
            Some(_) => Reply::Closed,
            None => not_open(number),
        }
    }
}

fn not_open(number: u64) -> Reply {
    let text = format!("lease {number} is not open");
    Reply::Refused(Trouble::new(Code::ObjectUnknown, text))
}
