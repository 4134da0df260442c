//! Costs in bytes, both ways side by side; amounts as exact text.

use super::Read;
use crate::cost::CostChange;
use infra_model::{
    cost::{Cost, CostPart, Decimal},
    wire::{Decoder, Encoder},
};

pub(super) fn write(out: &mut Encoder, change: &CostChange) {
    out.option(change.before.as_ref(), write_cost);
    out.option(change.after.as_ref(), write_cost);
    out.bool(change.untold);
}

pub(super) fn read(from: &mut Decoder<'_>) -> Read<Box<CostChange>> {
    Ok(Box::new(CostChange {
        before: from.option(read_cost)?,
        after: from.option(read_cost)?,
        untold: from.bool()?,
    }))
}

fn write_cost(out: &mut Encoder, cost: &Cost) {
    out.text(&cost.currency);
    write_amount(out, cost.net);
    write_amount(out, cost.gross);
    out.sequence(&cost.parts, |out, part| {
        out.text(&part.name);
        write_amount(out, part.net);
        write_amount(out, part.gross);
    });
}

fn read_cost(from: &mut Decoder<'_>) -> Read<Cost> {
    Ok(Cost {
        currency: from.text()?,
        net: read_amount(from)?,
        gross: read_amount(from)?,
        parts: from.sequence(|from| {
            Ok(CostPart { name: from.text()?, net: read_amount(from)?, gross: read_amount(from)? })
        })?,
    })
}

fn write_amount(out: &mut Encoder, amount: Decimal) {
    out.text(&amount.to_string().into());
}

fn read_amount(from: &mut Decoder<'_>) -> Read<Decimal> {
    let text = from.text()?;
    text.parse().map_err(|_| from.unexpected("amount"))
}
