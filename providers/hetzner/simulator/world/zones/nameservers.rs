//! The nameservers from which a zone in secondary mode has its records.

use crate::world::input::Input;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use std::net::IpAddr;

const PORT: u64 = 53;

const ALGORITHMS: [&str; 3] = ["hmac-md5", "hmac-sha1", "hmac-sha256"];

/// A primary nameserver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nameserver {
    address: String,
    port: u64,
    tsig_key: Option<String>,
    tsig_algorithm: Option<String>,
}

impl Nameserver {
    /// Returns the nameserver as the API shows it; what is not given is left out.
    pub(super) fn answer(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("address".to_owned(), self.address.clone().into());
        shown.insert("port".to_owned(), self.port.into());
        for (name, value) in
            [("tsig_key", &self.tsig_key), ("tsig_algorithm", &self.tsig_algorithm)]
        {
            if let Some(value) = value {
                shown.insert(name.to_owned(), value.clone().into());
            }
        }
        shown.into()
    }
}

/// Reads the nameservers of a body: a zone in secondary mode has at least one.
pub(super) fn read(input: &mut Input<'_>) -> Vec<Nameserver> {
    let all = input.each("primary_nameservers", read_one);
    if all.as_ref().is_none_or(Vec::is_empty) {
        input.refuse("primary_nameservers", "must not be empty in secondary mode");
    }
    all.unwrap_or_default()
}

fn read_one(input: &mut Input<'_>) -> Nameserver {
    let address = input.needed_text("address");
    if !address.is_empty() && address.parse::<IpAddr>().is_err() {
        input.refuse("address", "must be an IP address");
    }
    let port = input.integer("port").map(|port| u64::try_from(port).unwrap_or(0));
    if port.is_some_and(|port| !(1..=65_535).contains(&port)) {
        input.refuse("port", "must be between 1 and 65535");
    }
    let tsig_key = input.text("tsig_key");
    if tsig_key.as_ref().is_some_and(|key| STANDARD.decode(key).is_err()) {
        input.refuse("tsig_key", "must be base64");
    }
    let tsig_algorithm = input.choice("tsig_algorithm", &ALGORITHMS);
    Nameserver { address, port: port.unwrap_or(PORT), tsig_key, tsig_algorithm }
}
