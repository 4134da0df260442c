//! Protection against removal, which most objects can have: set with an action of its own, and lifted
//! before this tool removes an object itself.

use crate::{client::Client, problem::Outcome};
use hcloud::models::ChangeProtectionRequest;
use infra_sdk::connection::Control;

/// Protects an object, or lifts its protection.
pub(crate) async fn set(
    client: &Client,
    path: &str,
    is_protected: bool,
    control: &Control,
) -> Outcome<()> {
    let body = ChangeProtectionRequest { delete: Some(is_protected) };
    client.act(&action(path), &body, control).await.map(drop)
}

/// Protects a new object if that is wanted.
pub(crate) async fn furnish(
    client: &Client,
    path: &str,
    wanted: Option<bool>,
    control: &Control,
) -> Outcome<()> {
    match wanted {
        Some(true) => set(client, path, true, control).await,
        Some(false) | None => Ok(()),
    }
}

/// Brings the protection of an object from what it was to what is wanted.
pub(crate) async fn update(
    client: &Client,
    path: &str,
    (prior, wanted): (Option<bool>, Option<bool>),
    control: &Control,
) -> Outcome<()> {
    let (prior, wanted) = (prior == Some(true), wanted == Some(true));
    if prior == wanted { Ok(()) } else { set(client, path, wanted, control).await }
}

/// Lifts the protection of an object that is to be removed; it may be gone already.
pub(crate) async fn lift(
    client: &Client,
    path: &str,
    prior: Option<bool>,
    control: &Control,
) -> Outcome<()> {
    if prior != Some(true) {
        return Ok(());
    }
    let body = ChangeProtectionRequest { delete: Some(false) };
    client.act_if_there(&action(path), &body, control).await
}

fn action(path: &str) -> String {
    format!("{path}/actions/change_protection")
}
