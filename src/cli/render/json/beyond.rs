//! What a plan of ours tells and Terraform's format has no place for: consequences, steps of earlier
//! runs that were cut off (settled now, or still uncertain), objects that die with their host, and
//! objects of ours that the state does not know.

use crate::{project::Project, provider_names::provider_source};
use infra_model::{journal::Verb, kind::Impact};
use infra_plan::{
    plan::{Interrupted, InterruptedEnd, Lost, Plan, Uncertain, Unrecorded},
    suggest,
};
use infra_state::moment;
use serde::Serialize;

/// A consequence of a change.
#[derive(Serialize)]
pub(super) struct ImpactJson<'a> {
    sort: String,
    text: &'a str,
}

/// A step of an earlier run that was cut off, and how it ended.
#[derive(Serialize)]
pub(super) struct InterruptedJson {
    address: String,
    action: &'static str,
    begun: String,
    end: &'static str,
}

/// A step of an earlier run of which it is not known whether it happened.
#[derive(Serialize)]
pub(super) struct UncertainJson {
    address: String,
    action: &'static str,
    begun: String,
    in_flight: bool,
}

/// A recorded object that dies with another.
#[derive(Serialize)]
pub(super) struct LostJson<'a> {
    address: String,
    #[serde(rename = "type")]
    kind: &'a str,
    with: String,
}

/// An object with our mark that is not in the state.
#[derive(Serialize)]
pub(super) struct UnrecordedJson<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
    created_for: String,
    provider_name: String,
}

pub(super) fn unrecorded(found: &Unrecorded) -> UnrecordedJson<'_> {
    UnrecordedJson {
        kind: &found.object.kind.0,
        id: &found.object.id,
        created_for: found.object.address.to_string(),
        provider_name: provider_source(&found.provider.provider),
    }
}

pub(super) fn impact(impact: &Impact) -> ImpactJson<'_> {
    ImpactJson { sort: format!("{:?}", impact.sort), text: &impact.text }
}

pub(super) fn interrupted(found: &Interrupted) -> InterruptedJson {
    InterruptedJson {
        address: found.intent.address.to_string(),
        action: action(found.intent.verb),
        begun: moment::text(found.intent.at),
        end: match found.end {
            InterruptedEnd::Adopted => "adopted",
            InterruptedEnd::NotFound => "not_found",
            InterruptedEnd::StillThere => "still_there",
            InterruptedEnd::Gone => "gone",
        },
    }
}

pub(super) fn uncertain(found: &Uncertain) -> UncertainJson {
    UncertainJson {
        address: found.intent.address.to_string(),
        action: action(found.intent.verb),
        begun: moment::text(found.intent.at),
        in_flight: found.in_flight,
    }
}

fn action(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    }
}

pub(super) fn lost(lost: &Lost) -> LostJson<'_> {
    LostJson { address: lost.address.to_string(), kind: &lost.kind.0, with: lost.with.to_string() }
}

/// A `moved` block that would explain a destroy and a create.
#[derive(Serialize)]
pub(super) struct MoveJson {
    from: String,
    to: String,
}

/// Returns the renames that a plan looks like.
pub(super) fn suggested(plan: &Plan, project: &Project) -> Vec<MoveJson> {
    let found = suggest::moves(plan, &project.kinds).into_iter();
    found.map(|moved| MoveJson { from: moved.from, to: moved.to }).collect()
}
