//! One byte for each enumerated word of a plan; the tables are the format and are only added to.

use super::Read;
use crate::plan::{Action, DeferredReason, InterruptedEnd, PlanMode, Reason};
use infra_model::{kind::ImpactSort, snapshot::CheckStatus, wire::Decoder};

const MODES: [PlanMode; 3] = [PlanMode::Normal, PlanMode::Destroy, PlanMode::RefreshOnly];

const ACTIONS: [Action; 8] = [
    Action::NoOp,
    Action::Read,
    Action::Create,
    Action::Update,
    Action::Replace,
    Action::Delete,
    Action::Adopt,
    Action::Forget,
];

const REASONS: [Reason; 14] = [
    Reason::Tainted,
    Reason::Requested,
    Reason::CannotUpdate,
    Reason::Triggered,
    Reason::NoResource,
    Reason::NoModule,
    Reason::NoKey,
    Reason::Removed,
    Reason::Deposed,
    Reason::Gone,
    Reason::Unknown,
    Reason::DependsOn,
    Reason::WrongRepetition,
    Reason::NoMoveTarget,
];

const DEFERRED: [DeferredReason; 3] =
    [DeferredReason::Expansion, DeferredReason::Provider, DeferredReason::Dependency];

const ENDS: [InterruptedEnd; 4] = [
    InterruptedEnd::Adopted,
    InterruptedEnd::NotFound,
    InterruptedEnd::StillThere,
    InterruptedEnd::Gone,
];

const IMPACTS: [ImpactSort; 5] = [
    ImpactSort::DataLoss,
    ImpactSort::Irreversible,
    ImpactSort::Exposure,
    ImpactSort::Downtime,
    ImpactSort::Cost,
];

const CHECKS: [CheckStatus; 4] =
    [CheckStatus::Pass, CheckStatus::Fail, CheckStatus::Error, CheckStatus::Unknown];

fn code<T: PartialEq>(table: &[T], word: &T) -> u8 {
    let found = table.iter().position(|entry| entry == word);
    // Every word is in its table; a missing one would be refused when it is read.
    found.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

fn word<T: Copy>(table: &[T], from: &mut Decoder<'_>, what: &'static str) -> Read<T> {
    let code = from.byte()?;
    table.get(usize::from(code)).copied().ok_or_else(|| from.unexpected(what))
}

pub(super) fn mode(mode: PlanMode) -> u8 {
    code(&MODES, &mode)
}

pub(super) fn read_mode(from: &mut Decoder<'_>) -> Read<PlanMode> {
    word(&MODES, from, "mode")
}

pub(super) fn action(action: Action) -> u8 {
    code(&ACTIONS, &action)
}

pub(super) fn read_action(from: &mut Decoder<'_>) -> Read<Action> {
    word(&ACTIONS, from, "action")
}

pub(super) fn reason(reason: Reason) -> u8 {
    code(&REASONS, &reason)
}

pub(super) fn read_reason(from: &mut Decoder<'_>) -> Read<Reason> {
    word(&REASONS, from, "reason")
}

pub(super) fn deferred(reason: DeferredReason) -> u8 {
    code(&DEFERRED, &reason)
}

pub(super) fn read_deferred(from: &mut Decoder<'_>) -> Read<DeferredReason> {
    word(&DEFERRED, from, "reason")
}

pub(super) fn end(end: InterruptedEnd) -> u8 {
    code(&ENDS, &end)
}

pub(super) fn read_end(from: &mut Decoder<'_>) -> Read<InterruptedEnd> {
    word(&ENDS, from, "end of a step")
}

pub(super) fn impact(sort: ImpactSort) -> u8 {
    code(&IMPACTS, &sort)
}

pub(super) fn read_impact(from: &mut Decoder<'_>) -> Read<ImpactSort> {
    word(&IMPACTS, from, "impact")
}

pub(super) fn check(status: CheckStatus) -> u8 {
    code(&CHECKS, &status)
}

pub(super) fn read_check(from: &mut Decoder<'_>) -> Read<CheckStatus> {
    word(&CHECKS, from, "status")
}
