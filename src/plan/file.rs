//! A plan in bytes: versioned, deterministic, complete but for the answers it was made from.
//!
//! Sources, inputs and the sealing around it are the business of who saves it.

use crate::{
    digest,
    plan::{Counters, Plan, Step, StepId, Work},
};
use infra_model::{
    journal::Entry,
    kind::FactKey,
    wire::{Decoder, Encoder, Policy, WireError},
};

mod changes;
mod codes;
mod costs;
mod parts;

/// The version of this form; any other is refused, older ones too: a plan is made anew in a moment,
/// and one that is understood in part would be applied in part.
const VERSION: u64 = 4;

type Read<T> = Result<T, WireError>;

/// Returns a plan as bytes; the same plan gives the same bytes. A plan that must not be stored
/// (with an ephemeral value in it, which its audit reports) gives none.
pub fn encode(plan: &Plan) -> Vec<u8> {
    let mut out = Encoder::new(Policy::Plan);
    out.number(VERSION);
    out.byte(codes::mode(plan.mode));
    out.text(&plan.lineage);
    out.number(plan.sequence);
    out.sequence(&plan.records, |out, record| {
        let (epoch, at) = (0, infra_model::journal::Time(0));
        out.entry(&Entry { sequence: 0, epoch, at, record: record.clone() });
    });
    out.sequence(&plan.changes, changes::write);
    out.sequence(&plan.drift, parts::write_drift);
    out.sequence(&plan.steps, write_step);
    out.sequence(&plan.deferred, parts::write_deferred);
    out.sequence(&plan.uncertain, parts::write_uncertain);
    out.sequence(&plan.interrupted, parts::write_interrupted);
    out.sequence(&plan.lost, parts::write_lost);
    parts::write_outputs(&mut out, &plan.outputs);
    parts::write_checks(&mut out, &plan.checks);
    out.sequence(&plan.values, |out, (address, value)| {
        out.address(address);
        out.value(value);
    });
    out.size(plan.facts.len());
    for (provider, facts) in &plan.facts {
        out.provider(provider);
        out.size(facts.len());
        for (FactKey(key), value) in facts {
            out.text(key);
            out.value(value);
        }
    }
    out.size(plan.configs.len());
    for (provider, config) in &plan.configs {
        out.provider(provider);
        out.value(config);
    }
    out.bool(plan.partial);
    for counter in [plan.counters.evaluations, plan.counters.edges, plan.counters.asks] {
        out.number(counter);
    }
    out.sequence(&plan.unrecorded, parts::write_unrecorded);
    out.sequence(&plan.unpriced, Encoder::address);
    out.size(plan.generated_config.len());
    for (address, text) in &plan.generated_config {
        out.address(address);
        out.text(text);
    }
    out.finish().unwrap_or_default()
}

/// Returns the plan of these bytes, without answers.
///
/// # Errors
///
/// If they are no plan of this version.
pub fn decode(bytes: &[u8]) -> Read<Plan> {
    let mut from = Decoder::new(bytes)?;
    if from.number()? != VERSION {
        return Err(from.unexpected("version of a plan"));
    }
    let mode = codes::read_mode(&mut from)?;
    let plan = Plan {
        generated: Vec::new(),
        mode,
        lineage: from.text()?,
        sequence: from.number()?,
        records: from.sequence(|from| Ok(from.entry()?.record))?,
        changes: from.sequence(changes::read)?,
        drift: from.sequence(parts::read_drift)?,
        steps: from.sequence(read_step)?,
        deferred: from.sequence(parts::read_deferred)?,
        uncertain: from.sequence(parts::read_uncertain)?,
        interrupted: from.sequence(parts::read_interrupted)?,
        lost: from.sequence(parts::read_lost)?,
        outputs: parts::read_outputs(&mut from)?,
        checks: parts::read_checks(&mut from)?,
        values: from.sequence(|from| Ok((from.address()?, from.value()?)))?,
        facts: from
            .sequence(|from| {
                let provider = from.provider()?;
                let facts = from.sequence(|from| Ok((FactKey(from.text()?), from.value()?)))?;
                Ok((provider, facts.into_iter().collect()))
            })?
            .into_iter()
            .collect(),
        configs: from.sequence(|from| Ok((from.provider()?, from.value()?)))?.into_iter().collect(),
        partial: from.bool()?,
        counters: Counters {
            evaluations: from.number()?,
            edges: from.number()?,
            asks: from.number()?,
        },
        unrecorded: from.sequence(parts::read_unrecorded)?,
        unpriced: from.sequence(Decoder::address)?,
        generated_config: from
            .sequence(|from| Ok((from.address()?, from.text()?)))?
            .into_iter()
            .collect(),
        answers: Vec::new(),
    };
    from.finish()?;
    Ok(plan)
}

/// Returns the fingerprint of a plan: what an approval names.
pub fn digest(plan: &Plan) -> [u8; 32] {
    digest::of_bytes(&encode(plan))
}

fn write_step(out: &mut Encoder, step: &Step) {
    out.number(u64::from(step.id.0));
    match step.work {
        Work::Create { depose, absent_before } => {
            out.byte(0);
            out.option(depose.as_ref(), |out, generation| out.generation(*generation));
            out.bool(absent_before);
        }
        Work::Update => out.byte(1),
        Work::Delete => out.byte(2),
        Work::Read => out.byte(3),
        Work::Join => out.byte(4),
    }
    out.address(&step.address);
    out.generation(step.generation);
    out.kind(&step.kind);
    out.provider(&step.provider);
    out.sequence(&step.after, |out, after| out.number(u64::from(after.0)));
}

fn read_step(from: &mut Decoder<'_>) -> Read<Step> {
    let id = step_id(from)?;
    let work = match from.byte()? {
        0 => {
            Work::Create { depose: from.option(Decoder::generation)?, absent_before: from.bool()? }
        }
        1 => Work::Update,
        2 => Work::Delete,
        3 => Work::Read,
        4 => Work::Join,
        _ => return Err(from.unexpected("work")),
    };
    Ok(Step {
        id,
        work,
        address: from.address()?,
        generation: from.generation()?,
        kind: from.kind()?,
        provider: from.provider()?,
        after: from.sequence(step_id)?,
    })
}

fn step_id(from: &mut Decoder<'_>) -> Read<StepId> {
    let number = from.number()?;
    u32::try_from(number).map(StepId).map_err(|_| from.unexpected("number of a step"))
}
