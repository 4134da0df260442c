//! What is at one server at a time and can go to another: volumes and floating IPs.
//!
//! Where it is counts, not where it was recorded to be: other types of this provider may have moved
//! it, and so may people.

use crate::{client::Client, problem::Outcome};
use infra_sdk::connection::Control;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::fmt::Display;

/// What the API says of something that is at a server already.
const TAKEN: [&str; 2] = ["volume_already_attached", "floating_ip_assigned"];

/// Something that is at one server at a time.
#[derive(Clone, Debug)]
pub(crate) struct Movable {
    path: String,
    one: &'static str,
    enter: &'static str,
    leave: &'static str,
}

impl Movable {
    /// A volume.
    pub(crate) fn volume(id: impl Display) -> Self {
        let path = format!("/volumes/{id}");
        Self { path, one: "volume", enter: "attach", leave: "detach" }
    }

    /// A floating IP.
    pub(crate) fn floating_ip(id: impl Display) -> Self {
        let path = format!("/floating_ips/{id}");
        Self { path, one: "floating_ip", enter: "assign", leave: "unassign" }
    }

    /// Returns the server that it is at; none as well if it does not exist.
    pub(crate) async fn place(&self, client: &Client, control: &Control) -> Outcome<Option<i64>> {
        let answer = client.get(&self.path, control).await?;
        Ok(answer.and_then(|answer| answer[self.one]["server"].as_i64()))
    }

    /// Brings it to a server, away from another if it is there.
    pub(crate) async fn go<B: Serialize>(
        &self,
        client: &Client,
        (server, body): (i64, &B),
        control: &Control,
    ) -> Outcome<()> {
        match self.place(client, control).await? {
            Some(now) if now == server => return Ok(()),
            Some(now) => self.off(client, now, control).await?,
            None => {}
        }
        let _turn = client.turn(server).await;
        let path = format!("{}/actions/{}", self.path, self.enter);
        match client.act(&path, body, control).await {
            // Somebody was quicker, be it an earlier attempt of ours: what is there decides.
            Err(problem) if problem.code().is_some_and(|code| TAKEN.contains(&code)) => {
                match self.place(client, control).await? {
                    Some(now) if now == server => Ok(()),
                    _ => Err(problem),
                }
            }
            outcome => outcome.map(drop),
        }
    }

    /// Takes it off the server that it is at; with `only`, off that one and no other.
    pub(crate) async fn leave(
        &self,
        client: &Client,
        only: Option<i64>,
        control: &Control,
    ) -> Outcome<()> {
        match self.place(client, control).await? {
            Some(now) if only.is_none_or(|only| only == now) => {
                self.off(client, now, control).await
            }
            _ => Ok(()),
        }
    }

    async fn off(&self, client: &Client, server: i64, control: &Control) -> Outcome<()> {
        let _turn = client.turn(server).await;
        let path = format!("{}/actions/{}", self.path, self.leave);
        client.act_if_there(&path, &json!({}), control).await
    }
}

/// Waits for what an answer set off at a server whose turn is held, so that nobody waits for it again.
/// What failed stays in the answer, for those who know what it left behind.
pub(crate) async fn finished(client: &Client, mut answer: Json, control: &Control) -> Json {
    if client.finish(&answer, control).await.is_ok() {
        for actions in ["action", "actions", "next_actions"] {
            answer[actions] = Json::Null;
        }
    }
    answer
}
