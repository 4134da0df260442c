//! The attributes of the block.

use crate::schemas::{number, one_of, text};
use infra_model::{
    schema::{Attribute, Block, NestedBlock},
    types::Type,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long is waited, unless the block says otherwise.
const TIMEOUT: &str = "10m";

/// How to log in to a server that was just made, and how long to wait.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CloudInit {
    pub(super) user: Option<String>,
    private_key: Option<String>,
    agent: Option<bool>,
    pub(super) host: Option<String>,
    port: Option<i64>,
    pub(super) timeout: Option<String>,
    host_key: Option<String>,
    bastion_host: Option<String>,
    bastion_port: Option<i64>,
    bastion_user: Option<String>,
    bastion_private_key: Option<String>,
    bastion_host_key: Option<String>,
}

/// Returns the block as it stands in the schema.
pub(crate) fn blocks() -> NestedBlock {
    let secret = || Attribute { write_only: true, ..text().sensitive() };
    one_of(Block::of([
        ("user", text().default("root").describe("The user who logs in.")),
        ("private_key", secret().describe("The private key of the user; it is never recorded.")),
        (
            "agent",
            Attribute::optional(Type::Bool)
                .describe("Whether the ssh agent is asked; if there is one, unless told."),
        ),
        (
            "host",
            text().describe(
                "Where to log in; the public address of IPv4, else of IPv6, else the private one.",
            ),
        ),
        ("port", number().default(22_i64).describe("The port of ssh.")),
        ("timeout", text().default(TIMEOUT).describe("How long to wait in all.")),
        (
            "host_key",
            text().describe("The key that the server must show, if it is known beforehand."),
        ),
        ("bastion_host", text().describe("The machine that the server is reached through.")),
        ("bastion_port", number().describe("Its port; that of the server, unless told.")),
        ("bastion_user", text().describe("Its user; that of the server, unless told.")),
        (
            "bastion_private_key",
            secret().describe("Its private key; that of the server, unless told."),
        ),
        ("bastion_host_key", text().describe("The key that it must show.")),
    ]))
}

impl CloudInit {
    /// Forgets what is sent and never recorded.
    pub(crate) fn forget_secrets(&mut self) {
        self.private_key = None;
        self.bastion_private_key = None;
    }
}

impl fmt::Debug for CloudInit {
    /// Private keys lie here.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CloudInit").finish_non_exhaustive()
    }
}
