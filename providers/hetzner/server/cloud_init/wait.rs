//! The wait itself: who logs in where, whose key is believed, and what is recorded of how it ended.

use super::{
    super::Model,
    SKIPPED,
    block::CloudInit,
    report::Stage,
    told::About,
    watch::{End, Watch},
};
use crate::{
    client::Client,
    problem::{Outcome, Problem},
    rules::is_given,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    text::Text,
    value::{Marks, Value},
};
use infra_sdk::{
    connection::Control,
    durations::nanoseconds,
    resource::Wanted,
    ssh::{Scope, Settings, Trust, has_agent},
};
use std::{sync::Arc, time::Duration};

/// What is left of the time of a call when waiting ends, so that what is there can be recorded, in
/// milliseconds.
const REST_MS: u64 = 2_000;

/// What a connection takes from the block under the same name.
const TAKEN: [&str; 9] = [
    "agent",
    "bastion_host",
    "bastion_host_key",
    "bastion_port",
    "bastion_private_key",
    "bastion_user",
    "port",
    "private_key",
    "user",
];

/// Sees that there is a way to log in, before anything is made or changed for it.
pub(crate) async fn prepare(wanted: &Wanted<Model>) -> Outcome<()> {
    if block(&wanted.model).is_none() || wanted.model.cloud_init_status.is_some() {
        return Ok(());
    }
    let Err(problem) = way_in(given(wanted)).await else { return Ok(()) };
    let summary = "There is no way to log in to the server";
    let found = Diagnostic::error("infra::hetzner::login_missing", summary)
        .detail(format!("{} Nothing was made or changed.", sentence(&problem)))
        .help("give `private_key` in the `cloud_init` block, or start an ssh agent with the key");
    Err(found.into())
}

async fn way_in(given: Option<&Value>) -> Result<(), String> {
    // What is not known before it is made does not matter here.
    settings(given, "server".into(), None)?;
    let agent = given.and_then(|given| given.get("agent")).and_then(Value::as_bool);
    let has_key = given.is_some_and(|given| is_given(given, "private_key"));
    if has_agent(agent).await? || has_key {
        return Ok(());
    }
    Err("There is neither a `private_key` nor an ssh agent".to_owned())
}

/// Waits for a server that is as it is wanted, if it is to be waited for.
pub(crate) async fn ready(
    client: &Client,
    wanted: &Wanted<Model>,
    prior: Option<&Model>,
    model: &mut Model,
    control: &Control,
) -> Outcome<Diagnostics> {
    let Some(block) = block(&wanted.model) else { return Ok(Diagnostics::new()) };
    let is_secret =
        wanted.given.get("user_data").is_some_and(|data| data.deep_marks() != Marks::NONE);
    if let Some(status) = model.cloud_init_status.as_deref() {
        let is_news = status == SKIPPED && prior.is_none_or(|p| p.cloud_init_status.is_none());
        let address = &wanted.address;
        let about = About { model, address, login: "", is_new: false, is_secret };
        return Ok(if is_news { about.skipped() } else { Diagnostics::new() });
    }
    let before = prior.and_then(|prior| prior.host_key.as_deref());
    let key = Key { expected: wanted.model.host_key.as_deref(), before };
    let watch = watch(client, (wanted, block), (model, &key), control)?;
    let end = watch.run().await;
    let login = watch.settings.shown_login();
    let learned = watch.trust.pins.line(&watch.id).map_err(odd)?;
    model.host_key = learned.or_else(|| model.host_key.take());
    model.cloud_init_status = Some(status(&end));
    let (address, is_new) = (&wanted.address, prior.is_none());
    let about = About { model, address, login: &login, is_new, is_secret };
    judged(&about, &end, control.is_stopping())
}

/// What is known of the host key.
struct Key<'a> {
    /// The one that the server must show.
    expected: Option<&'a str>,
    /// The one that was recorded before.
    before: Option<&'a str>,
}

fn judged(about: &About<'_>, end: &End, is_stopping: bool) -> Outcome<Diagnostics> {
    if let Some(found) = about.ended(end, is_stopping) {
        return Err(found.into());
    }
    let End::Ended(report, log) = end else { return Ok(Diagnostics::new()) };
    match report.stage {
        Stage::Failed => Err(about.failed(report, log).into()),
        Stage::Missing => Err(about.missing().into()),
        Stage::Degraded => Ok(about.degraded(report)),
        Stage::Disabled => Ok(about.disabled()),
        Stage::Done | Stage::Running | Stage::Waiting => Ok(Diagnostics::new()),
    }
}

/// Returns what is recorded of an end: what is not settled is waited for again.
fn status(end: &End) -> String {
    match end {
        End::Ended(report, _) => report.stage.word().to_owned(),
        End::Late(word, _) => (*word).to_owned(),
        End::Locked(_) | End::Changed { .. } => "unknown".to_owned(),
    }
}

fn watch<'a>(
    client: &Client,
    (wanted, block): (&Wanted<Model>, &CloudInit),
    (model, key): (&Model, &Key<'_>),
    control: &'a Control,
) -> Outcome<Watch<'a>> {
    let id = Text::from(model.number().to_string());
    let host = block.host.clone().filter(|host| !host.is_empty()).or_else(|| address(model));
    let Some(host) = host else { return Err(nowhere()) };
    // A key that was recorded is pinned: another one is an error at once. One that the user knows
    // beforehand may come a little later than the first login, while the system is set up.
    let is_pinned = key.expected.is_some() && key.expected == key.before;
    client.pins.expect(&id, key.expected.filter(|_| is_pinned)).map_err(odd)?;
    let vouched = key.expected.filter(|_| !is_pinned);
    let settings = settings(given(wanted), host.as_str().into(), vouched).map_err(odd)?;
    let now_ms = control.clock.now_ms();
    let timeout = block.timeout.as_deref().and_then(nanoseconds).unwrap_or_default();
    let timeout_ms = Duration::from_nanos(timeout.unsigned_abs()).as_millis();
    let until_ms = now_ms.saturating_add(u64::try_from(timeout_ms).unwrap_or(u64::MAX));
    let call_ms = control.deadline_ms.map(|deadline| deadline.saturating_sub(REST_MS));
    let pins = Arc::clone(&client.pins);
    let trust = Trust { pins, target: Scope::Object(id.clone()), bastion: Scope::Standing };
    let until_ms = call_ms.map_or(until_ms, |call_ms| call_ms.min(until_ms));
    Ok(Watch { settings, trust, id, since_ms: now_ms, until_ms, control })
}

/// Returns how to log in, as a `connection` block would say it.
fn settings(given: Option<&Value>, host: Value, key: Option<&str>) -> Result<Settings, String> {
    let of_block = |name: &str| given.and_then(|given| given.get(name)).cloned();
    let marks = of_block("host").map_or(Marks::NONE, |host| host.deep_marks());
    let taken = TAKEN.iter().filter_map(|name| Some((Text::from(*name), of_block(name)?)));
    let key = key.map(|key| (Text::from("host_key"), Value::from(key)));
    let host = (Text::from("host"), host.with_marks(marks));
    Settings::read(&Value::object(taken.chain(key).chain([host])))
}

/// Returns the block with the marks of what was written.
fn given(wanted: &Wanted<Model>) -> Option<&Value> {
    wanted.given.get("cloud_init")?.items()?.first()
}

fn block(model: &Model) -> Option<&CloudInit> {
    model.cloud_init.as_ref()?.first()
}

/// Returns the address that a server is logged in to at.
fn address(model: &Model) -> Option<String> {
    let private = || model.network.iter().flatten().find_map(|network| network.ip.clone());
    [&model.ipv4_address, &model.ipv6_address]
        .into_iter()
        .flatten()
        .find(|address| !address.is_empty())
        .cloned()
        .or_else(private)
}

fn nowhere() -> Problem {
    let summary = "The server has no address to log in at";
    Diagnostic::error("infra::hetzner::login_failed", summary)
        .detail("The server is there and recorded. The next apply waits again.")
        .help("give `host` in the `cloud_init` block the address that it will have")
        .into()
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn odd(problem: String) -> Problem {
    Diagnostic::error("infra::hetzner::login_failed", "Nobody can log in with what was given")
        .detail(format!("{} The server is there and recorded.", sentence(&problem)))
        .help("correct the `cloud_init` block and apply again")
        .into()
}

fn sentence(problem: &str) -> String {
    format!("{}.", problem.trim_end_matches('.'))
}
