//! What happens to single resources in a run, one JSON object a line, as `terraform apply -json`
//! prints it: refreshes, steps, provisioners, ephemeral resources.
//!
//! Not here: lines of a command as a whole, which are [`super::lines`]'.

use super::{lines::line, state::index};
use crate::ui::{Words, duration_text, lease_words, words};
use infra_exec::report::{LeaseNews, LeaseWork, Refreshed, Report, Subject};
use infra_model::{
    address::{Address, ModuleAddress},
    journal::Time,
    text::Text,
};
use infra_plan::plan::Work;
use serde_json::{Value as Json, json};

/// Returns what names a resource instance.
pub(super) fn resource(address: &Address) -> Json {
    let local = Address { module: ModuleAddress::root(), ..address.clone() };
    let kind = &*address.kind.0;
    json!({
        "addr": address.to_string(),
        "module": address.module.to_string(),
        "resource": local.to_string(),
        "implied_provider": kind.split('_').next(),
        "resource_type": kind,
        "resource_name": &*address.name,
        "resource_key": index(&address.key),
    })
}

/// Returns the lines of a piece of news; `None` for those that tools know nothing of.
pub fn report(report: &Report, at: Time) -> Option<String> {
    Some(match report {
        Report::Started { subject: Subject { address, .. }, work, id } => {
            let message = format!("{address}: {}...", spoken(*work).begin);
            step((&message, at, "apply_start"), (address, *work), (None, id.as_ref()))
        }
        Report::Finished { subject: Subject { address, .. }, work, elapsed_ms, id } => {
            let (end, elapsed) = (spoken(*work).end, duration_text(*elapsed_ms));
            let message = format!("{address}: {end} complete after {elapsed}");
            // What was destroyed has no id any more.
            let id = id.as_ref().filter(|_| *work != Work::Delete);
            step((&message, at, "apply_complete"), (address, *work), (Some(*elapsed_ms), id))
        }
        Report::Failed { subject: Subject { address, .. }, work, elapsed_ms } => {
            let (end, elapsed) = (spoken(*work).end, duration_text(*elapsed_ms));
            let message = format!("{address}: {end} errored after {elapsed}");
            step((&message, at, "apply_errored"), (address, *work), (Some(*elapsed_ms), None))
        }
        Report::Provisioning { address, kind } => {
            let message = format!("{address}: Provisioning with '{kind}'...");
            provision((&message, at, "provision_start"), (address, kind), None)
        }
        Report::Provisioned { address, kind, failed } => {
            let (sort, end) = if *failed {
                ("provision_errored", "errored")
            } else {
                ("provision_complete", "complete")
            };
            let message = format!("{address}: ({kind}) Provisioning {end}");
            provision((&message, at, sort), (address, kind), None)
        }
        Report::Refreshing(objects) => {
            refresh(objects, at, ("refresh_start", "Refreshing state..."))
        }
        Report::Refreshed(objects) => {
            refresh(objects, at, ("refresh_complete", "Refresh complete"))
        }
        Report::Lease { address, work, news } => return lease(address, (*work, *news), at),
        Report::Repeating { .. }
        | Report::Planned
        | Report::Progress { .. }
        | Report::PlanningDeferred(_)
        | Report::Stopping(_) => return None,
    })
}

/// Returns the line that says that a step is still running.
pub fn still((address, doing): (&Address, &str), elapsed_ms: u64, at: Time) -> String {
    let elapsed = duration_text(elapsed_ms);
    let doing = if doing == words(Work::Read).doing { spoken(Work::Read).doing } else { doing };
    let message = format!("{address}: Still {doing}... [{elapsed} elapsed]");
    let (sort, action) = match doing {
        "opening" => ("ephemeral_op_progress", "open"),
        "renewing" => ("ephemeral_op_progress", "renew"),
        "closing" => ("ephemeral_op_progress", "close"),
        "creating" => ("apply_progress", "create"),
        "modifying" => ("apply_progress", "update"),
        "destroying" => ("apply_progress", "delete"),
        "refreshing" => ("apply_progress", "read"),
        _ => ("apply_progress", "noop"),
    };
    let hook = json!({
        "resource": resource(address), "action": action, "elapsed_seconds": elapsed_ms / 1000,
    });
    line(&message, at, sort, json!({ "hook": hook }))
}

/// Returns the line of what a provisioner prints.
pub fn provision_progress((address, kind): (&Address, &str), text: &str, at: Time) -> String {
    let message = format!("{address}: ({kind}): {text}");
    provision((&message, at, "provision_progress"), (address, kind), Some(text))
}

/// Returns how a step is spoken of: reading is called refreshing in these lines.
fn spoken(work: Work) -> Words {
    match work {
        Work::Read => Words { begin: "Refreshing", doing: "refreshing", end: "Refresh" },
        Work::Create { .. } | Work::Update | Work::Delete | Work::Join => words(work),
    }
}

fn step(
    (message, at, sort): (&str, Time, &str),
    (address, work): (&Address, Work),
    (elapsed_ms, id): (Option<u64>, Option<&Text>),
) -> String {
    let action = match work {
        Work::Create { .. } => "create",
        Work::Update => "update",
        Work::Delete => "delete",
        Work::Read => "read",
        Work::Join => "noop",
    };
    let mut hook = json!({ "resource": resource(address), "action": action });
    if let Some(ms) = elapsed_ms {
        hook["elapsed_seconds"] = Json::from(ms / 1000);
    }
    let message = identified(message, &mut hook, id);
    line(&message, at, sort, json!({ "hook": hook }))
}

fn refresh(objects: &[Refreshed], at: Time, (sort, words): (&str, &str)) -> String {
    let one = |object: &Refreshed| {
        let mut hook = json!({ "resource": resource(&object.subject.address) });
        let message = format!("{}: {words}", object.subject.address);
        let message = identified(&message, &mut hook, object.id.as_ref());
        line(&message, at, sort, json!({ "hook": hook }))
    };
    objects.iter().map(one).collect()
}

/// Adds the id of an object to its hook and to what is said.
fn identified(message: &str, hook: &mut Json, id: Option<&Text>) -> String {
    let Some(id) = id else { return message.to_owned() };
    hook["id_key"] = Json::from("id");
    hook["id_value"] = Json::from(&**id);
    format!("{message} [id={id}]")
}

fn provision(
    (message, at, sort): (&str, Time, &str),
    (address, kind): (&Address, &str),
    output: Option<&str>,
) -> String {
    let mut hook = json!({ "resource": resource(address), "provisioner": kind });
    if let Some(output) = output {
        hook["output"] = Json::from(output);
    }
    line(message, at, sort, json!({ "hook": hook }))
}

/// Returns the line of an ephemeral resource; `None` for one that has to wait, of which the plan's
/// lines speak.
fn lease(address: &Address, (work, news): (LeaseWork, LeaseNews), at: Time) -> Option<String> {
    let words = lease_words(work);
    let action = match work {
        LeaseWork::Open => "open",
        LeaseWork::Renew => "renew",
        LeaseWork::Close => "close",
    };
    let mut hook = json!({ "resource": resource(address), "action": action });
    let mut ended = |ms: u64, end: &str| {
        hook["elapsed_seconds"] = Json::from(ms / 1000);
        format!("{address}: {} {end} after {}", words.end, duration_text(ms))
    };
    let (sort, message) = match news {
        LeaseNews::Began => ("ephemeral_op_start", format!("{address}: {}...", words.begin)),
        LeaseNews::Done(ms) => ("ephemeral_op_complete", ended(ms, "complete")),
        LeaseNews::Failed(ms) => ("ephemeral_op_errored", ended(ms, "errored")),
        LeaseNews::Deferred => return None,
    };
    Some(line(&message, at, sort, json!({ "hook": hook })))
}
