//! One machine to log in to: where it is, and as whom. Secrets lie here, so nothing derives `Debug`.

use russh::keys::{Certificate, PrivateKey, PublicKey, ssh_key};
use std::sync::Arc;

/// A machine and how to log in to it.
#[derive(Clone)]
pub(super) struct Hop {
    /// Its name or address, without brackets.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    /// The user.
    pub(super) user: String,
    /// The password, if there is one.
    pub(super) password: Option<String>,
    /// The private key, if there is one.
    pub(super) key: Option<Arc<PrivateKey>>,
    /// The certificate of the private key.
    pub(super) certificate: Option<Certificate>,
    /// The key that the machine must show, or that of the authority that signed it.
    pub(super) host_key: Option<PublicKey>,
    /// Name and user are secret.
    pub(super) is_secret: bool,
}

impl Hop {
    /// Returns `HOST:PORT`.
    pub(super) fn place(&self) -> String {
        let Self { host, port, .. } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }

    /// Returns `HOST:PORT` as it may be shown.
    pub(super) fn shown_place(&self) -> String {
        if self.is_secret { "(sensitive value)".to_owned() } else { self.place() }
    }

    /// Returns `USER@HOST:PORT` as it may be shown.
    pub(super) fn shown_login(&self) -> String {
        if self.is_secret {
            return self.shown_place();
        }
        format!("{}@{}", self.user, self.place())
    }

    /// Returns the lines of Terraform's listing, all but the last.
    pub(super) fn listing(&self, has_agent: bool) -> String {
        let shown = |text: &str| {
            if self.is_secret { "(sensitive value)".to_owned() } else { text.to_owned() }
        };
        format!(
            "  Host: {}\n  User: {}\n  Password: {}\n  Private key: {}\n  Certificate: {}\n  \
             SSH Agent: {has_agent}\n  Checking Host Key: {}\n",
            shown(&self.host),
            shown(&self.user),
            self.password.is_some(),
            self.key.is_some(),
            self.certificate.is_some(),
            self.host_key.is_some(),
        )
    }
}

/// Reads a private key of any of the usual forms.
///
/// # Errors
///
/// In Terraform's words, which never hold anything of the key.
pub(super) fn private_key(text: &str) -> Result<Arc<PrivateKey>, String> {
    if !text.contains("-----BEGIN ") {
        return Err("Failed to read ssh private key: no key found".to_owned());
    }
    let is_encrypted = text.contains("Proc-Type: 4,ENCRYPTED")
        || text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    let protected = || {
        "Failed to parse ssh private key: ssh: this private key is passphrase protected".to_owned()
    };
    if is_encrypted {
        return Err(protected());
    }
    // What the parser says is dropped: it may quote what it read.
    let key = russh::keys::decode_secret_key(&tidied(text), None).map_err(|error| {
        if matches!(error, russh::keys::Error::KeyIsEncrypted) {
            protected()
        } else {
            "Failed to parse ssh private key: it is damaged, or of a form that is not known"
                .to_owned()
        }
    })?;
    if key.is_encrypted() { Err(protected()) } else { Ok(Arc::new(key)) }
}

/// Says what is wrong with the text of a private key.
///
/// # Errors
///
/// In Terraform's words, which never hold anything of the key.
pub fn check_private_key(text: &str) -> Result<(), String> {
    private_key(text).map(drop)
}

/// Returns a host key as `TYPE BASE64`, without what else may stand in its line.
///
/// # Errors
///
/// That it is none; never holds what was given.
pub fn host_key_line(text: &str) -> Result<String, String> {
    line(&public_key(text)?)
}

/// Returns a public key as `TYPE BASE64`.
pub(super) fn line(key: &PublicKey) -> Result<String, String> {
    let key = PublicKey::new(key.key_data().clone(), "");
    let line = key.to_openssh().map_err(|_| "the host key can't be written".to_owned())?;
    Ok(line.trim_end().to_owned())
}

/// Reads a certificate, a line such as `ssh-keygen -s` writes.
pub(super) fn certificate(text: &str) -> Result<Certificate, String> {
    Certificate::from_openssh(text.trim())
        .map_err(|_| "failed to parse ssh certificate: ssh: no key found".to_owned())
}

/// Reads a public key: `TYPE BASE64`, with or without a comment.
pub(super) fn public_key(text: &str) -> Result<PublicKey, String> {
    let parse = |text: &str| PublicKey::from_openssh(text);
    let result: Result<PublicKey, ssh_key::Error> = parse(text.trim());
    result.map_err(|_| "the host key is not a public key such as `ssh-ed25519 AAAA…`".to_owned())
}

/// Lines without the space around them, which indented heredocs leave.
fn tidied(text: &str) -> String {
    text.trim().lines().map(|line| line.trim().to_owned() + "\n").collect()
}
