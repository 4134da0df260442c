//! The oracles that look at a whole run.

use super::{
    estate::{self, Estate},
    random::Random,
    run::{self, How, Ran},
    universe::Universe,
};

use infra_state::Store;

/// What was found.
pub(super) struct Verdict {
    pub(super) problems: Vec<String>,
    pub(super) transcript: String,
    pub(super) program: String,
    pub(super) appends: u64,
    pub(super) groups: u64,
}

/// Applies once more without faults and judges: nothing is left to do, nothing is lost, nothing is
/// there twice, and no secret was said.
pub(super) fn settle_and_judge(mut universe: Universe, estate: &Estate, destroy: bool) -> Verdict {
    let hcl = estate.hcl();
    nothing_is_unknown(&mut universe, "after the faults");
    let how = How { destroy, random: Random::new(universe.seed + 1) };
    if let Ran::Failed(why) = run::apply(&mut universe, &hcl, how) {
        universe.problems.push(format!("the apply after the faults failed: {why}"));
    }
    match run::plan(&mut universe, &hcl, destroy) {
        Ok(plan) if plan.is_empty() && plan.uncertain.is_empty() => {}
        Ok(plan) => {
            universe.problems.push(format!("the last plan is not empty: {:#?}", plan.steps));
        }
        Err(why) => universe.problems.push(format!("the last plan failed: {why}")),
    }
    nothing_is_unknown(&mut universe, "in the end");
    if destroy && universe.world.objects().any(|o| !o.token.is_empty() && *o.kind.0 != *LOCAL) {
        universe.problems.push("something is left after the destroy".to_owned());
    }
    let wrong = universe.world.violations();
    universe.problems.extend(wrong);
    if universe.transcript.contains(estate::SECRET) {
        universe.problems.push("a secret was said".to_owned());
    }
    if universe.transcript.contains(estate::LEASE) {
        universe.problems.push("an ephemeral value was said".to_owned());
    }
    Verdict {
        problems: universe.problems,
        transcript: universe.transcript,
        program: hcl,
        appends: universe.appends,
        groups: universe.groups,
    }
}

/// A kind without an outside object: what a lost create leaves is nothing that could be found.
const LOCAL: &str = "fake_token";

/// Oracle 2: every object of ours in the world is recorded or has an open intent.
fn nothing_is_unknown(universe: &mut Universe, when: &str) {
    let Ok(reading) = universe.store.read() else {
        universe.problems.push("the store cannot be read".to_owned());
        return;
    };
    let recorded: Vec<String> = reading
        .snapshot
        .instances
        .values()
        .flat_map(|instance| instance.objects.values())
        .filter_map(|object| object.value.get("id")?.as_text().map(ToString::to_string))
        .collect();
    let open: Vec<String> =
        reading.snapshot.open_intents().map(|intent| intent.token.to_string()).collect();
    let lost: Vec<String> = universe
        .world
        .objects()
        .filter(|object| !object.token.is_empty() && *object.kind.0 != *LOCAL)
        .filter(|object| !recorded.contains(&object.id) && !open.contains(&object.token))
        .map(|object| {
            format!("{when}: {} ({}) is not known to the state", object.id, object.address)
        })
        .collect();
    universe.problems.extend(lost);
}
