//! Waiting for actions: what the API does after it has answered.
//!
//! Whoever waits tells which actions; one of those who wait asks for all whose time has come, up to
//! 25 in one request, first when an action usually is done and then ever more seldom. So a hundred
//! servers that are made together cost a handful of questions.

use super::Client;
use crate::problem::{Outcome, Problem};
use infra_sdk::connection::Control;
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Mutex as Lock;

/// The most actions that one request may ask about.
const BATCH_MAX: usize = 25;

/// Waits after the first question, which double: the first and the longest.
const AGAIN_MS: (u64, u64) = (1_000, 15_000);

/// Actions whose time comes within this are asked about together with those whose time has come.
const TOGETHER_MS: u64 = 500;

/// How often an action may be missing from answers before it counts as lost.
const MISSING_MAX: u32 = 3;

/// The greatest time for an action that copies disks, and for any other.
const TIME_MS_MAX: (u64, u64) = (90 * 60_000, 20 * 60_000);

/// Commands and how long they usually take, in milliseconds.
const USUAL: &[(&str, u64)] = &[
    ("create_server", 8_000),
    ("delete_server", 4_000),
    ("start_server", 4_000),
    ("stop_server", 4_000),
    ("shutdown_server", 2_000),
    ("reboot_server", 2_000),
    ("reset_server", 2_000),
    ("change_server_type", 60_000),
    ("rebuild_server", 30_000),
    ("create_image", 60_000),
    ("create_volume", 3_000),
    ("attach_volume", 3_000),
    ("detach_volume", 3_000),
    ("create_load_balancer", 5_000),
    ("create_certificate", 30_000),
    ("issue_certificate", 30_000),
    ("create", 30_000),
];

/// The time of a command that is not listed.
const USUAL_MS: u64 = 1_000;

/// The actions that somebody waits for.
pub(super) struct Actions {
    poll_ms: Option<u64>,
    is_constant: bool,
    table: Mutex<BTreeMap<i64, Entry>>,
    /// Held by the one who asks for all.
    asking: Lock<()>,
}

/// One action.
#[derive(Clone, Debug)]
struct Entry {
    is_box: bool,
    command: String,
    due_ms: u64,
    late_ms: u64,
    asked: u32,
    missing: u32,
    progress: u64,
    /// How it ended; it is taken away by the one who waits for it.
    ended: Option<Ended>,
}

#[derive(Clone, Debug)]
enum Ended {
    Well,
    Badly { code: String, message: String },
    Lost(&'static str),
}

/// Returns how long a command usually takes, in milliseconds.
pub(crate) fn usual_ms(command: &str) -> u64 {
    USUAL.iter().find(|(name, _)| *name == command).map_or(USUAL_MS, |(_, usual_ms)| *usual_ms)
}

impl Actions {
    /// Returns an empty table; `poll_ms` takes the place of the usual times.
    pub(super) fn new(poll_ms: Option<u64>, is_constant: bool) -> Self {
        Self { poll_ms, is_constant, table: Mutex::default(), asking: Lock::default() }
    }

    /// Waits for all actions that an answer names: `action`, `actions` and `next_actions`.
    pub(super) async fn wait(
        &self,
        client: &Client,
        answer: &Json,
        control: &Control,
    ) -> Outcome<()> {
        let named = named(answer);
        let ids: Vec<i64> = named.iter().filter_map(|action| action["id"].as_i64()).collect();
        let usual_ms = whole_ms(answer);
        for action in &named {
            self.enter(action, usual_ms, control.clock.now_ms());
        }
        let waiting = Waiting { actions: self, ids };
        // What was set off goes on whether the run is stopped or not.
        let control = &control.for_begun();
        loop {
            let (next, shown) = waiting.next();
            let Some(due_ms) = next else { break };
            control.progress.line(&shown);
            let now_ms = control.clock.now_ms();
            if due_ms > now_ms {
                control.clock.sleep(Duration::from_millis(due_ms - now_ms)).await;
            }
            if control.is_late() {
                return Err(waiting.given_up());
            }
            self.ask(client, &waiting, control).await.map_err(|cause| waiting.unwatched(cause))?;
        }
        waiting.outcome()
    }

    fn enter(&self, action: &Json, whole_ms: u64, now_ms: u64) {
        let Some(id) = action["id"].as_i64() else { return };
        let command = action["command"].as_str().unwrap_or("action").to_owned();
        let first_ms = self.poll_ms.unwrap_or(whole_ms);
        let is_long = usual_ms(&command) >= 30_000 || command == "create_server";
        let longest_ms = if is_long { TIME_MS_MAX.0 } else { TIME_MS_MAX.1 };
        let entry = Entry {
            is_box: action["resources"][0]["type"]
                .as_str()
                .is_some_and(|t| t.starts_with("storage_box")),
            command,
            due_ms: now_ms + first_ms,
            late_ms: now_ms + longest_ms,
            asked: 0,
            missing: 0,
            progress: 0,
            ended: ended(action),
        };
        self.table().insert(id, entry);
    }

    /// Asks for all whose time has come, unless somebody else just did.
    async fn ask(&self, client: &Client, waiting: &Waiting<'_>, control: &Control) -> Outcome<()> {
        let _asking = self.asking.lock().await;
        let now_ms = control.clock.now_ms();
        let (next, _) = waiting.next();
        if next.is_none_or(|due_ms| due_ms > now_ms) {
            return Ok(());
        }
        for is_box in [false, true] {
            let due = self.due(is_box, now_ms + TOGETHER_MS);
            for some in due.chunks(BATCH_MAX) {
                let path = if is_box { "/storage_boxes/actions" } else { "/actions" };
                let query: Vec<_> = some.iter().map(|id| ("id", id.to_string())).collect();
                let answer = client.query(path, &query, control).await?;
                self.learn(some, &answer, control.clock.now_ms());
            }
        }
        Ok(())
    }

    fn due(&self, is_box: bool, until_ms: u64) -> Vec<i64> {
        let is_due = |entry: &Entry| {
            entry.ended.is_none() && entry.is_box == is_box && entry.due_ms <= until_ms
        };
        self.table().iter().filter(|(_, entry)| is_due(entry)).map(|(id, _)| *id).collect()
    }

    fn learn(&self, asked: &[i64], answer: &Json, now_ms: u64) {
        let told = answer["actions"].as_array().map_or(&[] as &[Json], Vec::as_slice);
        let by_id: BTreeMap<i64, &Json> =
            told.iter().filter_map(|action| Some((action["id"].as_i64()?, action))).collect();
        let mut table = self.table();
        for id in asked {
            let Some(entry) = table.get_mut(id) else { continue };
            entry.learn(by_id.get(id).copied(), now_ms);
            entry.due_ms = now_ms + self.again_ms(entry.asked);
        }
    }

    fn again_ms(&self, asked: u32) -> u64 {
        let first = self.poll_ms.unwrap_or(AGAIN_MS.0).max(1);
        if self.is_constant {
            return first;
        }
        (first << asked.saturating_sub(1).min(16)).min(AGAIN_MS.1.max(first))
    }

    fn table(&self) -> MutexGuard<'_, BTreeMap<i64, Entry>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn learn(&mut self, action: Option<&Json>, now_ms: u64) {
        self.asked += 1;
        if let Some(action) = action {
            self.missing = 0;
            self.progress = action["progress"].as_u64().unwrap_or(self.progress);
            self.ended = ended(action);
        } else {
            self.missing += 1;
            if self.missing >= MISSING_MAX {
                self.ended = Some(Ended::Lost("The API does not know the action any more."));
            }
        }
        if self.ended.is_none() && now_ms >= self.late_ms {
            self.ended = Some(Ended::Lost("It has been running for far longer than usual."));
        }
    }
}

/// The actions that one waits for; they are forgotten when the wait is over, however it ends.
struct Waiting<'a> {
    actions: &'a Actions,
    ids: Vec<i64>,
}

impl Waiting<'_> {
    /// Returns when the next question is due, if anything still runs, and what to show meanwhile.
    fn next(&self) -> (Option<u64>, String) {
        let table = self.actions.table();
        let running = self.ids.iter().filter_map(|id| table.get(id)).filter(|e| e.ended.is_none());
        let mut shown: BTreeSet<String> = BTreeSet::new();
        let mut due_ms: Option<u64> = None;
        for entry in running {
            due_ms = Some(due_ms.map_or(entry.due_ms, |due| due.min(entry.due_ms)));
            shown.insert(format!("{} {} %", entry.command, entry.progress));
        }
        (due_ms, shown.into_iter().collect::<Vec<_>>().join(", "))
    }

    fn outcome(&self) -> Outcome<()> {
        let table = self.actions.table();
        for entry in self.ids.iter().filter_map(|id| table.get(id)) {
            let command = entry.command.clone();
            match entry.ended.clone() {
                Some(Ended::Badly { code, message }) => {
                    return Err(Problem::Action { command, code, message });
                }
                Some(Ended::Lost(detail)) => {
                    return Err(Problem::ActionLost { command, detail: detail.to_owned() });
                }
                Some(Ended::Well) | None => {}
            }
        }
        Ok(())
    }

    fn unwatched(&self, cause: Problem) -> Problem {
        Problem::Unwatched { command: self.running(), cause: Box::new(cause) }
    }

    fn running(&self) -> String {
        let table = self.actions.table();
        let running = self.ids.iter().filter_map(|id| table.get(id)).find(|e| e.ended.is_none());
        running.map_or_else(|| "action".to_owned(), |entry| entry.command.clone())
    }

    fn given_up(&self) -> Problem {
        let command = self.running();
        let detail = "The time of this run is over, and it is still going on.".to_owned();
        Problem::ActionLost { command, detail }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut table = self.actions.table();
        for id in &self.ids {
            table.remove(id);
        }
    }
}

/// How long all that an answer names usually takes: what comes next begins when the first is done, and
/// nobody needs to know of the first before.
fn whole_ms(answer: &Json) -> u64 {
    let longest_ms = |actions: &[Json]| {
        let usual = actions.iter().map(|action| usual_ms(action["command"].as_str().unwrap_or("")));
        usual.max().unwrap_or_default()
    };
    let first: Vec<Json> = named(answer);
    let next = answer["next_actions"].as_array().map_or(&[] as &[Json], Vec::as_slice);
    let first_ms = longest_ms(&first[..first.len() - next.len()]);
    first_ms + longest_ms(next)
}

/// All actions of an answer.
fn named(answer: &Json) -> Vec<Json> {
    let one = answer.get("action").filter(|action| action.is_object()).cloned();
    let many = ["actions", "next_actions"].into_iter();
    let many = many.filter_map(|name| answer.get(name)?.as_array()).flatten().cloned();
    one.into_iter().chain(many).collect()
}

/// How an action ended; a status that this program does not know is one that still runs.
fn ended(action: &Json) -> Option<Ended> {
    let text = |name: &str| action["error"][name].as_str().unwrap_or_default().to_owned();
    match action["status"].as_str() {
        Some("success") => Some(Ended::Well),
        Some("error") => Some(Ended::Badly { code: text("code"), message: text("message") }),
        _ => None,
    }
}
