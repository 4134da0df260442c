//! Changes in bytes, both ways side by side.

use super::{Read, codes, costs, parts};
use crate::plan::{Change, Digests, ReplaceCause};
use infra_model::wire::{Decoder, Encoder};

pub(super) fn write(out: &mut Encoder, change: &Change) {
    out.address(&change.address);
    out.option(change.moved_from.as_ref(), Encoder::address);
    out.option(change.deposed.as_ref(), |out, generation| out.generation(*generation));
    out.kind(&change.kind);
    out.provider(&change.provider);
    out.byte(codes::action(change.action));
    out.option(change.reason.as_ref(), |out, reason| out.byte(codes::reason(*reason)));
    out.option(change.prior.as_ref(), Encoder::value);
    out.option(change.planned.as_ref(), Encoder::value);
    out.sequence(&change.replace, |out, cause| {
        out.path(&cause.path);
        parts::write_span(out, cause.span);
    });
    out.sequence(&change.impacts, parts::write_impact);
    out.option(change.cost.as_deref(), costs::write);
    out.sequence(&*change.needs, Encoder::address);
    out.option(change.digest.as_ref(), |out, digests| {
        out.bytes(&digests.recorded);
        out.bytes(&digests.observed);
    });
    out.bool(change.create_before_destroy);
    out.option(change.importing.as_ref(), Encoder::value);
}

pub(super) fn read(from: &mut Decoder<'_>) -> Read<Change> {
    Ok(Change {
        address: from.address()?,
        moved_from: from.option(Decoder::address)?,
        deposed: from.option(Decoder::generation)?,
        kind: from.kind()?,
        provider: from.provider()?,
        action: codes::read_action(from)?,
        reason: from.option(codes::read_reason)?,
        prior: from.option(Decoder::value)?,
        planned: from.option(Decoder::value)?,
        replace: from.sequence(|from| {
            Ok(ReplaceCause { path: from.path()?, span: parts::read_span(from)? })
        })?,
        impacts: from.sequence(parts::read_impact)?,
        cost: from.option(costs::read)?,
        needs: from.sequence(Decoder::address)?.into(),
        digest: from.option(|from| {
            Ok(Digests { recorded: fingerprint(from)?, observed: fingerprint(from)? })
        })?,
        create_before_destroy: from.bool()?,
        importing: from.option(Decoder::value)?,
    })
}

fn fingerprint(from: &mut Decoder<'_>) -> Read<[u8; 32]> {
    let bytes = from.bytes()?;
    bytes.try_into().map_err(|_| from.unexpected("fingerprint"))
}
