//! Logging in: the methods in order, as far as the server takes them.

use super::{agent::Agent, hop::Hop, trust::Judge};
use russh::{
    MethodKind, MethodSet,
    client::{AuthResult, Handle, KeyboardInteractiveAuthResponse},
    keys::{HashAlg, PrivateKeyWithHashAlg, agent::AgentIdentity},
};

/// How many rounds of questions are answered with the password.
const QUESTIONS_MAX: usize = 8;

/// That an agent is there, and which of its keys is to be tried first.
pub(super) struct UseAgent<'a> {
    pub(super) preferred: Option<&'a str>,
}

/// A login on its way.
pub(super) struct Login<'a> {
    pub(super) handle: &'a mut Handle<Judge>,
    pub(super) hop: &'a Hop,
    /// What the server still takes.
    allowed: MethodSet,
    tried: Vec<&'static str>,
}

impl<'a> Login<'a> {
    pub(super) fn new(handle: &'a mut Handle<Judge>, hop: &'a Hop) -> Self {
        Self { handle, hop, allowed: MethodSet::empty(), tried: vec!["none"] }
    }

    /// Logs in.
    ///
    /// # Errors
    ///
    /// Which methods were tried; never holds a secret.
    pub(super) async fn run(mut self, agent: Option<UseAgent<'_>>) -> Result<(), String> {
        let first = self.handle.authenticate_none(&self.hop.user).await;
        if self.took(first)? || self.with_key().await? {
            return Ok(());
        }
        if let Some(agent) = agent
            && self.with_agent(agent.preferred).await?
        {
            return Ok(());
        }
        if self.with_password().await? {
            return Ok(());
        }
        let tried = self.tried.join(" ");
        Err(format!(
            "ssh: handshake failed: ssh: unable to authenticate, attempted methods [{tried}], no \
             supported methods remain"
        ))
    }

    async fn with_key(&mut self) -> Result<bool, String> {
        let Some(key) = self.hop.key.clone() else { return Ok(false) };
        if !self.may(MethodKind::PublicKey, "publickey") {
            return Ok(false);
        }
        let user = &self.hop.user;
        if let Some(certificate) = self.hop.certificate.clone() {
            let result = self.handle.authenticate_openssh_cert(user, key, certificate).await;
            return self.took(result);
        }
        let hash = self.hash(key.algorithm().is_rsa()).await?;
        let key = PrivateKeyWithHashAlg::new(key, hash);
        let result = self.handle.authenticate_publickey(user, key).await;
        self.took(result)
    }

    async fn with_agent(&mut self, preferred: Option<&str>) -> Result<bool, String> {
        if !self.allowed.contains(&MethodKind::PublicKey) {
            return Ok(false);
        }
        let Agent { mut client, identities } = Agent::open(preferred).await?;
        for identity in identities {
            if !self.may(MethodKind::PublicKey, "publickey") {
                return Ok(false);
            }
            let hash = self.hash(identity.public_key().algorithm().is_rsa()).await?;
            let user = &self.hop.user;
            let result = match identity {
                AgentIdentity::PublicKey { key, .. } => {
                    self.handle.authenticate_publickey_with(user, key, hash, &mut client).await
                }
                AgentIdentity::Certificate { certificate, .. } => {
                    let shown = certificate;
                    self.handle.authenticate_certificate_with(user, shown, hash, &mut client).await
                }
            };
            // An agent that does not sign with one key may with the next.
            if let Ok(result) = result
                && self.took(Ok(result))?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn with_password(&mut self) -> Result<bool, String> {
        let Some(password) = self.hop.password.clone() else { return Ok(false) };
        let user = &self.hop.user;
        if self.may(MethodKind::Password, "password") {
            let result = self.handle.authenticate_password(user, password.clone()).await;
            if self.took(result)? {
                return Ok(true);
            }
        }
        if !self.may(MethodKind::KeyboardInteractive, "keyboard-interactive") {
            return Ok(false);
        }
        let mut answer =
            self.handle.authenticate_keyboard_interactive_start(user, None).await.map_err(told)?;
        for _ in 0..QUESTIONS_MAX {
            let prompts = match answer {
                KeyboardInteractiveAuthResponse::Success => return Ok(true),
                KeyboardInteractiveAuthResponse::Failure { .. } => return Ok(false),
                KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => prompts.len(),
            };
            let answers = vec![password.clone(); prompts];
            answer = self
                .handle
                .authenticate_keyboard_interactive_respond(answers)
                .await
                .map_err(told)?;
        }
        Ok(false)
    }

    /// Returns whether the server takes a method, which is then one that was tried.
    fn may(&mut self, method: MethodKind, name: &'static str) -> bool {
        let may = self.allowed.contains(&method);
        if may && !self.tried.contains(&name) {
            self.tried.push(name);
        }
        may
    }

    /// What RSA signs with on this server: nothing else has a choice.
    async fn hash(&self, is_rsa: bool) -> Result<Option<HashAlg>, String> {
        if !is_rsa {
            return Ok(None);
        }
        let best = self.handle.best_supported_rsa_hash().await.map_err(told)?;
        Ok(best.unwrap_or(Some(HashAlg::Sha256)))
    }

    fn took(&mut self, result: Result<AuthResult, russh::Error>) -> Result<bool, String> {
        match result.map_err(told)? {
            AuthResult::Success => Ok(true),
            AuthResult::Failure { remaining_methods, .. } => {
                if self.handle.is_closed() {
                    return Err("ssh: handshake failed: the connection was closed".to_owned());
                }
                self.allowed = remaining_methods;
                Ok(false)
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn told(error: russh::Error) -> String {
    format!("ssh: handshake failed: {error}")
}
