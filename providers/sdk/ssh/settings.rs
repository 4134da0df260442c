//! What a `connection` block says, checked and with Terraform's defaults.

use super::hop::{self, Hop};
use crate::{convert::from_value, durations::nanoseconds};
use infra_model::{
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use serde::Deserialize;
use std::time::Duration;

/// The arguments of a block; one that is not given is null.
const NAMES: [&str; 29] = [
    "agent",
    "agent_identity",
    "bastion_certificate",
    "bastion_host",
    "bastion_host_key",
    "bastion_password",
    "bastion_port",
    "bastion_private_key",
    "bastion_user",
    "cacert",
    "certificate",
    "host",
    "host_key",
    "https",
    "insecure",
    "password",
    "port",
    "private_key",
    "proxy_host",
    "proxy_port",
    "proxy_scheme",
    "proxy_user_name",
    "proxy_user_password",
    "script_path",
    "target_platform",
    "timeout",
    "type",
    "use_ntlm",
    "user",
];

/// How long connecting is tried, unless the block says otherwise.
const TIMEOUT: Duration = Duration::from_mins(5);

/// The sort of system that is logged in to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// A POSIX shell.
    Unix,
    /// Windows with OpenSSH.
    Windows,
}

/// A way through another machine's proxy.
#[derive(Clone)]
pub(super) struct Proxy {
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) password: Option<String>,
}

/// What a `connection` block says.
#[derive(Clone)]
pub struct Settings {
    /// The machine that is worked on.
    pub(super) target: Hop,
    /// The machine that it is reached through.
    pub(super) bastion: Option<Hop>,
    pub(super) proxy: Option<Proxy>,
    /// Whether the agent is asked; `None` if there is one.
    pub(super) agent: Option<bool>,
    pub(super) agent_identity: Option<String>,
    pub(super) timeout: Duration,
    /// Where scripts are put; may hold `%RAND%`.
    pub script_path: String,
    /// The sort of system.
    pub platform: Platform,
}

#[derive(Deserialize)]
struct Block {
    r#type: Option<String>,
    user: Option<String>,
    password: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    timeout: Option<String>,
    script_path: Option<String>,
    target_platform: Option<String>,
    private_key: Option<String>,
    certificate: Option<String>,
    agent: Option<bool>,
    agent_identity: Option<String>,
    host_key: Option<String>,
    proxy_scheme: Option<String>,
    proxy_host: Option<String>,
    proxy_port: Option<u16>,
    proxy_user_name: Option<String>,
    proxy_user_password: Option<String>,
    bastion_host: Option<String>,
    bastion_host_key: Option<String>,
    bastion_port: Option<u16>,
    bastion_user: Option<String>,
    bastion_password: Option<String>,
    bastion_private_key: Option<String>,
    bastion_certificate: Option<String>,
    // Those of WinRM, which is refused.
    #[serde(rename = "cacert")]
    _cacert: Option<String>,
    #[serde(rename = "https")]
    _https: Option<bool>,
    #[serde(rename = "insecure")]
    _insecure: Option<bool>,
    #[serde(rename = "use_ntlm")]
    _use_ntlm: Option<bool>,
}

impl Settings {
    /// Reads a block.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in Terraform's words where it has them; never holds a secret.
    pub fn read(connection: &Value) -> Result<Self, String> {
        if connection.is_null() {
            return Err("Missing connection configuration for provisioner.".to_owned());
        }
        let is_marked = |names: [&str; 2]| {
            names.iter().any(|name| {
                connection.get(name).is_some_and(|value| value.deep_marks() != Marks::NONE)
            })
        };
        let is_secret = is_marked(["host", "user"]) || connection.marks() != Marks::NONE;
        let is_bastion_secret = is_secret || is_marked(["bastion_host", "bastion_user"]);
        let block: Block = from_value(&whole(connection)).map_err(|error| format!("{error}"))?;
        let platform = block.check()?;
        let target = block.target(is_secret)?;
        Ok(Self {
            bastion: block.bastion(&target, is_bastion_secret)?,
            target,
            agent: block.agent,
            agent_identity: some(block.agent_identity),
            timeout: block.timeout.as_deref().and_then(duration).unwrap_or(TIMEOUT),
            script_path: some(block.script_path).unwrap_or_else(|| script_path(platform)),
            platform,
            proxy: some(block.proxy_host).map(|host| Proxy {
                scheme: some(block.proxy_scheme).unwrap_or_else(|| "http".to_owned()),
                host,
                port: block.proxy_port.unwrap_or(0),
                user: block.proxy_user_name.unwrap_or_default(),
                password: some(block.proxy_user_password),
            }),
        })
    }
}

impl Settings {
    /// Returns `USER@HOST:PORT` as it may be shown.
    pub fn shown_login(&self) -> String {
        self.target.shown_login()
    }

    /// Returns `HOST:PORT` as it may be shown.
    pub fn shown_place(&self) -> String {
        self.target.shown_place()
    }

    /// Returns the same, with another time for which connecting is tried.
    #[must_use]
    pub fn trying_for(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }
}

impl Block {
    fn check(&self) -> Result<Platform, String> {
        match self.r#type.as_deref().unwrap_or_default() {
            "" | "ssh" => {}
            "winrm" => {
                return Err("connection type 'winrm' not supported: only ssh is. Windows can be \
                            reached over ssh with `target_platform = \"windows\"`"
                    .to_owned());
            }
            other => return Err(format!("connection type '{other}' not supported")),
        }
        if self.host.as_deref().unwrap_or_default().is_empty() {
            return Err("host for provisioner cannot be empty".to_owned());
        }
        if self.proxy_host.is_some() {
            match self.proxy_scheme.as_deref().unwrap_or_default() {
                "" | "http" | "socks5" => {}
                "https" => {
                    return Err(
                        "proxy: the scheme https is not supported: use http or socks5".to_owned()
                    );
                }
                other => return Err(format!("proxy: unknown scheme: {other}")),
            }
        }
        match self.target_platform.as_deref().unwrap_or_default() {
            "" | "unix" => Ok(Platform::Unix),
            "windows" => Ok(Platform::Windows),
            _ => Err("target_platform for provisioner has to be either unix or windows".to_owned()),
        }
    }

    fn target(&self, is_secret: bool) -> Result<Hop, String> {
        Ok(Hop {
            host: bare(self.host.as_deref().unwrap_or_default()),
            port: self.port.filter(|port| *port != 0).unwrap_or(22),
            user: some(self.user.clone()).unwrap_or_else(|| "root".to_owned()),
            password: some(self.password.clone()),
            key: given(self.private_key.as_deref()).map(hop::private_key).transpose()?,
            certificate: given(self.certificate.as_deref()).map(hop::certificate).transpose()?,
            host_key: given(self.host_key.as_deref()).map(hop::public_key).transpose()?,
            is_secret,
        })
    }

    /// What is not said of the bastion is as for the target, its host key and certificate aside.
    fn bastion(&self, target: &Hop, is_secret: bool) -> Result<Option<Hop>, String> {
        let Some(host) = given(self.bastion_host.as_deref()) else { return Ok(None) };
        let key = given(self.bastion_private_key.as_deref()).map(hop::private_key).transpose()?;
        let certificate =
            given(self.bastion_certificate.as_deref()).map(hop::certificate).transpose()?;
        Ok(Some(Hop {
            host: bare(host),
            port: self.bastion_port.filter(|port| *port != 0).unwrap_or(target.port),
            user: some(self.bastion_user.clone()).unwrap_or_else(|| target.user.clone()),
            password: some(self.bastion_password.clone()).or_else(|| target.password.clone()),
            key: key.or_else(|| target.key.clone()),
            certificate: certificate.or_else(|| target.certificate.clone()),
            host_key: given(self.bastion_host_key.as_deref()).map(hop::public_key).transpose()?,
            is_secret,
        }))
    }
}

/// A block with everything that it may say.
fn whole(connection: &Value) -> Value {
    let given = connection.entries().unwrap_or_default().iter().cloned();
    let is_absent = |name: &&&str| connection.get(name).is_none();
    let nulls = NAMES.iter().filter(is_absent);
    let nulls = nulls.map(|name| (Text::from(*name), Value::null(Type::Dynamic)));
    Value::object(given.chain(nulls)).with_marks(connection.marks())
}

fn duration(text: &str) -> Option<Duration> {
    nanoseconds(text).filter(|n| *n > 0).map(|n| Duration::from_nanos(n.unsigned_abs()))
}

fn script_path(platform: Platform) -> String {
    match platform {
        Platform::Unix => "/tmp/terraform_%RAND%.sh",
        Platform::Windows => "C:/windows/temp/terraform_%RAND%.cmd",
    }
    .to_owned()
}

/// An address of IPv6 may stand in brackets.
fn bare(host: &str) -> String {
    host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host).to_owned()
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// An empty text says nothing, as in Terraform.
fn some(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
