//! The ssh agent of this machine, which signs with keys that never leave it.

use russh::keys::agent::{AgentIdentity, client::AgentClient};
use tokio::net::UnixStream;

/// A connection to the agent.
pub(super) struct Agent {
    pub(super) client: AgentClient<UnixStream>,
    /// What it can sign as, the preferred one first.
    pub(super) identities: Vec<AgentIdentity>,
}

/// Returns whether the environment names an agent that answers; without one, an agent that was
/// asked for is an error.
///
/// # Errors
///
/// In Terraform's words.
pub async fn is_there(wanted: Option<bool>) -> Result<bool, String> {
    if wanted == Some(false) {
        return Ok(false);
    }
    match AgentClient::connect_env().await {
        Ok(_) => Ok(true),
        Err(_) if wanted.is_none() => Ok(false),
        Err(russh::keys::Error::EnvVar(_)) => {
            Err("SSH agent requested but SSH_AUTH_SOCK not-specified".to_owned())
        }
        Err(error) => Err(format!("Error connecting to SSH agent: {error}")),
    }
}

impl Agent {
    /// Connects and asks for the identities.
    pub(super) async fn open(preferred: Option<&str>) -> Result<Self, String> {
        let failed = |error| format!("Error connecting to SSH agent: {error}");
        let mut client = AgentClient::connect_env().await.map_err(failed)?;
        let mut identities = client.request_identities().await.map_err(failed)?;
        if let Some(preferred) = preferred {
            let key = public_half(preferred);
            identities.sort_by_key(|identity| {
                let is_it = comment(identity) == preferred
                    || key
                        .as_ref()
                        .is_some_and(|key| identity.public_key().key_data() == key.key_data());
                !is_it
            });
        }
        Ok(Self { client, identities })
    }
}

fn comment(identity: &AgentIdentity) -> &str {
    match identity {
        AgentIdentity::PublicKey { comment, .. } | AgentIdentity::Certificate { comment, .. } => {
            comment
        }
    }
}

/// The identity may be named by the file of its private key, beside which the public one lies, or be
/// the text of the public key.
fn public_half(preferred: &str) -> Option<russh::keys::PublicKey> {
    // What is neither may still be the comment of a key.
    if let Ok(key) = russh::keys::PublicKey::from_openssh(preferred.trim()) {
        return Some(key);
    }
    russh::keys::load_public_key(format!("{preferred}.pub")).ok()
}
