//! A configured account: two hosts that are asked in the same way, and what is shared by all asks.
//!
//! Requests and answers travel as JSON. What an answer holds is read by the types, tolerantly: a
//! value that this program does not know must never make a whole list unreadable. What goes out is
//! made of the models of the `hcloud` crate.

mod actions;
mod lists;
mod queue;
mod rules;

pub(crate) use lists::{All, List};
pub(crate) use queue::Turn;

use crate::problem::{Outcome, Problem, Refusal};
use actions::Actions;
use infra_sdk::{
    connection::Control,
    http::{Http, Method, Reply, Request},
    proxies::Proxies,
    ssh::Pins,
};
use lists::Lists;
use queue::Queues;
use rules::HetznerRules;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How an account is reached.
#[derive(Clone)]
pub(crate) struct Reach {
    /// The token.
    pub(crate) token: String,
    /// The address of the cloud, ending in its version.
    pub(crate) cloud: String,
    /// The address of storage boxes, ending in its version.
    pub(crate) boxes: String,
    /// How long to wait before an action is asked about, if the configuration says.
    pub(crate) poll_ms: Option<u64>,
    /// The wait between two questions does not grow.
    pub(crate) is_constant: bool,
    /// Hundredths of the rate limit that are left to others.
    pub(crate) share: u8,
}

/// The client.
pub(crate) struct Client {
    http: Http,
    cloud: String,
    boxes: String,
    lists: Lists,
    actions: Actions,
    queues: Queues,
    /// The host keys of servers that are logged in to, by id, and of bastions, for a run.
    pub(crate) pins: Arc<Pins>,
    /// Rises before and after everything that may change something, so that no list from before is
    /// taken for one from after.
    changes: AtomicU64,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("cloud", &self.cloud).finish_non_exhaustive()
    }
}

impl Client {
    /// Returns a client; nothing is asked yet.
    ///
    /// # Errors
    ///
    /// What this machine lacks for it, for people.
    pub(crate) fn new(reach: Reach, proxies: &Proxies) -> Result<Self, String> {
        Ok(Self {
            http: Http::bearer(&reach.token, proxies, &HetznerRules, reach.share)?,
            cloud: reach.cloud,
            boxes: reach.boxes,
            lists: Lists::default(),
            actions: Actions::new(reach.poll_ms, reach.is_constant),
            queues: Queues::default(),
            pins: Arc::default(),
            changes: AtomicU64::new(0),
        })
    }

    /// Reads an object; `None` if there is none.
    pub(crate) async fn get(&self, path: &str, control: &Control) -> Outcome<Option<Json>> {
        missing_is_none(self.send(self.request(Method::Get, path), control).await)
    }

    /// Reads with a query.
    pub(crate) async fn query(
        &self,
        path: &str,
        query: &[(&str, String)],
        control: &Control,
    ) -> Outcome<Json> {
        let request = self.request(Method::Get, path);
        let request = query.iter().fold(request, |r, (name, value)| r.with(name, value.clone()));
        self.send(request, control).await
    }

    /// Makes something or sets something off, and does not wait for its actions.
    pub(crate) async fn post<B: Serialize>(
        &self,
        path: &str,
        body: &B,
        control: &Control,
    ) -> Outcome<Json> {
        self.change(self.request(Method::Post, path).body(bytes(body)?), control).await
    }

    /// Sets something off and waits until its actions are done.
    pub(crate) async fn act<B: Serialize>(
        &self,
        path: &str,
        body: &B,
        control: &Control,
    ) -> Outcome<Json> {
        let answer = self.post(path, body, control).await?;
        self.finish(&answer, control).await?;
        Ok(answer)
    }

    /// Sets something off that takes a part away; if it, or what it was part of, is not there any more,
    /// that is no failure.
    pub(crate) async fn act_if_there<B: Serialize>(
        &self,
        path: &str,
        body: &B,
        control: &Control,
    ) -> Outcome<()> {
        missing_is_none(self.act(path, body, control).await).map(drop)
    }

    /// Changes the plain attributes of an object.
    pub(crate) async fn put<B: Serialize>(
        &self,
        path: &str,
        body: &B,
        control: &Control,
    ) -> Outcome<Json> {
        self.change(self.request(Method::Put, path).body(bytes(body)?), control).await
    }

    /// Removes an object and waits until it is done; one that does not exist is no failure.
    pub(crate) async fn delete(&self, path: &str, control: &Control) -> Outcome<()> {
        let request = self.request(Method::Delete, path);
        match missing_is_none(self.change(request, control).await)? {
            Some(answer) => self.finish(&answer, control).await,
            None => Ok(()),
        }
    }

    /// Returns all objects of a list, which is fetched once for all who ask at the same time.
    pub(crate) async fn all(&self, list: &List, control: &Control) -> Outcome<All> {
        self.lists.get(self, list, control).await
    }

    /// Returns all objects of a list of parts. What they are part of may not exist, and then there are
    /// none.
    pub(crate) async fn all_if_there(&self, list: &List, control: &Control) -> Outcome<All> {
        match self.all(list, control).await {
            Err(Problem::Refused(refusal)) if refusal.is_missing() => Ok(All::default()),
            listed => listed,
        }
    }

    /// Waits for the actions that an answer names.
    pub(crate) async fn finish(&self, answer: &Json, control: &Control) -> Outcome<()> {
        let outcome = self.actions.wait(self, answer, control).await;
        self.changed();
        outcome
    }

    /// Waits for the turn of a server: the API takes one change of a server at a time.
    pub(crate) async fn turn(&self, server: i64) -> Turn {
        self.queues.turn(format!("/servers/{server}")).await
    }

    /// Waits for the turn of a load balancer; whoever needs that of a server too takes it first.
    pub(crate) async fn balancer_turn(&self, balancer: i64) -> Turn {
        self.queues.turn(format!("/load_balancers/{balancer}")).await
    }

    /// Waits for the turn of a record set, by its path: record sets of one zone do not wait for each
    /// other.
    pub(crate) async fn set_turn(&self, path: &str) -> Turn {
        self.queues.turn(path.to_owned()).await
    }

    /// Waits for the turn of a storage box.
    pub(crate) async fn box_turn(&self, storage_box: i64) -> Turn {
        self.queues.turn(format!("/storage_boxes/{storage_box}")).await
    }

    fn request(&self, method: Method, path: &str) -> Request {
        let is_box = path.starts_with("/storage_box");
        let host = if is_box { &self.boxes } else { &self.cloud };
        Request::new(method, format!("{host}{path}"))
    }

    async fn change(&self, request: Request, control: &Control) -> Outcome<Json> {
        self.changed();
        let outcome = self.send(request, control).await;
        self.changed();
        outcome
    }

    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    async fn send(&self, request: Request, control: &Control) -> Outcome<Json> {
        let told = format!("{request:?}");
        match self.http.exchange(&request, control).await {
            Ok(exchange) => read(&told, &exchange.reply),
            Err(lost) => Err(Problem::of_lost(&told, lost)),
        }
    }
}

/// Returns the content of a good answer.
fn read(told: &str, reply: &Reply) -> Outcome<Json> {
    if !(200..300).contains(&reply.status) {
        return Err(Problem::Refused(Box::new(Refusal::read(told, reply))));
    }
    if reply.body.is_empty() {
        return Ok(Json::Object(Map::new()));
    }
    serde_json::from_slice(&reply.body).map_err(|error| Problem::Unreadable {
        request: told.to_owned(),
        // The words of the parser may repeat the content.
        detail: format!("It is no whole JSON ({:?} error).", error.classify()),
    })
}

fn bytes<B: Serialize>(body: &B) -> Outcome<Vec<u8>> {
    serde_json::to_vec(body).map_err(|error| Problem::Unreadable {
        request: "a request".to_owned(),
        detail: format!("Its body can't be written ({:?} error).", error.classify()),
    })
}

fn missing_is_none(outcome: Outcome<Json>) -> Outcome<Option<Json>> {
    match outcome {
        Ok(answer) => Ok(Some(answer)),
        Err(Problem::Refused(refusal)) if refusal.is_missing() => Ok(None),
        Err(problem) => Err(problem),
    }
}
