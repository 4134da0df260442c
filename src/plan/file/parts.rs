//! The smaller parts of a plan in bytes, both ways side by side.

use super::{Read, codes};
use crate::plan::{Deferred, Drift, Interrupted, Lost, OutputChange, Uncertain, Unrecorded};
use infra_model::{
    diagnostic::Diagnostic,
    kind::Impact,
    observed::Marked,
    snapshot::Check,
    source::{SourceId, Span},
    text::Text,
    wire::{Decoder, Encoder},
};
use std::collections::BTreeMap;

pub(super) fn write_span(out: &mut Encoder, span: Option<Span>) {
    out.option(span.as_ref(), |out, span| {
        for number in [span.source.0, span.start, span.end] {
            out.number(u64::from(number));
        }
    });
}

pub(super) fn read_span(from: &mut Decoder<'_>) -> Read<Option<Span>> {
    from.option(|from| {
        let (source, start, end) = (small(from)?, small(from)?, small(from)?);
        if start > end {
            return Err(from.unexpected("span"));
        }
        Ok(Span::new(SourceId(source), start, end))
    })
}

fn small(from: &mut Decoder<'_>) -> Read<u32> {
    let number = from.number()?;
    u32::try_from(number).map_err(|_| from.unexpected("number"))
}

pub(super) fn write_impact(out: &mut Encoder, impact: &Impact) {
    out.byte(codes::impact(impact.sort));
    out.text(&impact.text);
}

pub(super) fn read_impact(from: &mut Decoder<'_>) -> Read<Impact> {
    Ok(Impact { sort: codes::read_impact(from)?, text: from.text()? })
}

pub(super) fn write_drift(out: &mut Encoder, drift: &Drift) {
    out.address(&drift.address);
    out.kind(&drift.kind);
    out.value(&drift.recorded);
    out.option(drift.observed.as_ref(), Encoder::value);
    out.bool(drift.relevant);
}

pub(super) fn read_drift(from: &mut Decoder<'_>) -> Read<Drift> {
    Ok(Drift {
        address: from.address()?,
        kind: from.kind()?,
        recorded: from.value()?,
        observed: from.option(Decoder::value)?,
        relevant: from.bool()?,
    })
}

pub(super) fn write_deferred(out: &mut Encoder, deferred: &Deferred) {
    out.address(&deferred.address);
    out.kind(&deferred.kind);
    out.byte(codes::deferred(deferred.reason));
    out.sequence(&deferred.waits_for, Encoder::address);
    out.option(deferred.planned.as_ref(), Encoder::value);
    write_span(out, deferred.span);
    out.sequence(&deferred.impacts, write_impact);
}

pub(super) fn read_deferred(from: &mut Decoder<'_>) -> Read<Deferred> {
    Ok(Deferred {
        address: from.address()?,
        kind: from.kind()?,
        reason: codes::read_deferred(from)?,
        waits_for: from.sequence(Decoder::address)?,
        planned: from.option(Decoder::value)?,
        span: read_span(from)?,
        impacts: from.sequence(read_impact)?,
    })
}

pub(super) fn write_uncertain(out: &mut Encoder, uncertain: &Uncertain) {
    out.intent(&uncertain.intent);
    out.bool(uncertain.in_flight);
    out.sequence(&uncertain.why, |out, why| {
        out.text(&why.summary);
        out.text(&why.detail);
        out.text(&why.help);
    });
}

pub(super) fn read_uncertain(from: &mut Decoder<'_>) -> Read<Uncertain> {
    Ok(Uncertain {
        intent: from.intent()?,
        in_flight: from.bool()?,
        why: from.sequence(|from| {
            let summary = from.text()?;
            let why = Diagnostic::error("infra::plan::create_uncertain", summary);
            Ok(why.detail(from.text()?).help(from.text()?))
        })?,
    })
}

pub(super) fn write_interrupted(out: &mut Encoder, interrupted: &Interrupted) {
    out.intent(&interrupted.intent);
    out.byte(codes::end(interrupted.end));
}

pub(super) fn read_interrupted(from: &mut Decoder<'_>) -> Read<Interrupted> {
    Ok(Interrupted { intent: from.intent()?, end: codes::read_end(from)? })
}

pub(super) fn write_lost(out: &mut Encoder, lost: &Lost) {
    out.address(&lost.address);
    out.kind(&lost.kind);
    out.address(&lost.with);
}

pub(super) fn read_lost(from: &mut Decoder<'_>) -> Read<Lost> {
    Ok(Lost { address: from.address()?, kind: from.kind()?, with: from.address()? })
}

pub(super) fn write_unrecorded(out: &mut Encoder, unrecorded: &Unrecorded) {
    out.kind(&unrecorded.object.kind);
    out.text(&unrecorded.object.id);
    out.text(&unrecorded.object.address);
    out.text(&unrecorded.object.token);
    out.provider(&unrecorded.provider);
}

pub(super) fn read_unrecorded(from: &mut Decoder<'_>) -> Read<Unrecorded> {
    let object =
        Marked { kind: from.kind()?, id: from.text()?, address: from.text()?, token: from.text()? };
    Ok(Unrecorded { object, provider: from.provider()? })
}

pub(super) fn write_outputs(out: &mut Encoder, outputs: &BTreeMap<Text, OutputChange>) {
    out.size(outputs.len());
    for (name, change) in outputs {
        out.text(name);
        out.option(change.prior.as_ref(), Encoder::value);
        out.option(change.planned.as_ref(), Encoder::value);
    }
}

pub(super) fn read_outputs(from: &mut Decoder<'_>) -> Read<BTreeMap<Text, OutputChange>> {
    let outputs = from.sequence(|from| {
        let name = from.text()?;
        let prior = from.option(Decoder::value)?;
        Ok((name, OutputChange { prior, planned: from.option(Decoder::value)? }))
    })?;
    Ok(outputs.into_iter().collect())
}

pub(super) fn write_checks(out: &mut Encoder, checks: &BTreeMap<Text, Check>) {
    out.size(checks.len());
    for (name, check) in checks {
        out.text(name);
        out.byte(codes::check(check.status));
        out.sequence(&check.messages, Encoder::text);
    }
}

pub(super) fn read_checks(from: &mut Decoder<'_>) -> Read<BTreeMap<Text, Check>> {
    let checks = from.sequence(|from| {
        let name = from.text()?;
        let status = codes::read_check(from)?;
        Ok((name, Check { status, messages: from.sequence(Decoder::text)? }))
    })?;
    Ok(checks.into_iter().collect())
}
