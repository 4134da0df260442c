//! Ephemeral resources in virtual time: renewed when their time comes, closed at the end, and what
//! happens when the cloud will not have it.

use super::{
    estate::LEASE,
    random::Random,
    run::{self, How, Ran},
    universe::Universe,
};
use infra_fake::world::{At, Fault, Faults, Sort};

/// A chain of objects that takes longer than the lease holds, all of them made with its token.
fn chain() -> String {
    let mut hcl = String::from(
        "provider \"fake\" {}\n\nephemeral \"fake_lease\" \"l\" {\n  name   = \"l\"\n  ttl_ms = 4000\n}\n",
    );
    for number in 0..12 {
        let before = match number {
            0 => "\"first\"".to_owned(),
            _ => format!("fake_values.v{}.id", number - 1),
        };
        hcl.push_str(&format!(
            "resource \"fake_values\" \"v{number}\" {{\n  string = {before}\n  once   = ephemeral.fake_lease.l.token\n}}\n"
        ));
    }
    hcl
}

fn apply(universe: &mut Universe) -> Ran {
    let seed = universe.seed;
    run::apply(universe, &chain(), How { destroy: false, random: Random::new(seed) })
}

fn says(universe: &Universe, what: &str) -> usize {
    universe.transcript.matches(what).count()
}

#[track_caller]
fn is_sound(universe: &Universe) {
    assert_eq!(universe.problems, [""; 0], "{}", universe.transcript);
    assert!(!universe.transcript.contains(LEASE), "{}", universe.transcript);
}

#[test]
fn a_lease_is_renewed_as_long_as_it_is_used() {
    for seed in 0..20 {
        let mut universe = Universe::new(seed);
        assert!(matches!(apply(&mut universe), Ran::Done), "{}", universe.transcript);
        is_sound(&universe);
        assert!(says(&universe, "work: Renew, news: Done") > 0, "{}", universe.transcript);
        assert_eq!(says(&universe, "work: Close, news: Done"), 2, "once planned, once applied");
        assert_eq!(universe.world.leases().count(), 0);
    }
}

#[test]
fn a_lease_that_is_not_renewed_keeps_what_has_not_begun_from_beginning() {
    let mut universe = Universe::new(3);
    universe.world.faults = Faults::default().always(At::Sort(Sort::Renew), Fault::Before);
    let Ran::Failed(why) = apply(&mut universe) else { panic!("{}", universe.transcript) };
    assert!(why.contains("infra::exec::ephemeral_not_renewed"), "{why}");
    is_sound(&universe);
    assert_eq!(universe.world.leases().count(), 0, "it is closed all the same");
    let made = universe.world.objects().count();
    assert!((1..12).contains(&made), "{made}");
    universe.end_faults();
    assert!(matches!(apply(&mut universe), Ran::Done), "{}", universe.transcript);
    assert_eq!(universe.world.objects().count(), 12);
}

#[test]
fn a_lease_that_is_not_closed_is_told_and_nothing_is_lost() {
    let mut universe = Universe::new(4);
    let twice = Faults::default()
        .once(At::Sort(Sort::Close), Fault::Stale)
        .once(At::Sort(Sort::Close), Fault::Before);
    universe.world.faults = twice;
    let Ran::Failed(why) = apply(&mut universe) else { panic!("{}", universe.transcript) };
    assert!(why.contains("infra::exec::ephemeral_not_closed"), "{why}");
    assert!(!universe.transcript.contains(LEASE));
    assert_eq!(universe.world.objects().count(), 12, "everything else was done");
    universe.end_faults();
    assert!(matches!(apply(&mut universe), Ran::Done), "{}", universe.transcript);
}

#[test]
fn a_lease_that_is_not_opened_stops_what_needs_it() {
    let mut universe = Universe::new(5);
    universe.world.faults = Faults::default().once(At::Sort(Sort::Open), Fault::Before);
    assert!(matches!(apply(&mut universe), Ran::Failed(_)), "planning fails");
    assert_eq!(universe.world.objects().count(), 0);
    // The first opening is planning's, the second is that of the apply.
    universe.world.faults = Faults::default()
        .once(At::Sort(Sort::Open), Fault::Stale)
        .once(At::Sort(Sort::Open), Fault::Before);
    assert!(matches!(apply(&mut universe), Ran::Failed(_)), "applying fails");
    is_sound(&universe);
    assert_eq!(universe.world.objects().count(), 0);
    assert_eq!(universe.world.leases().count(), 0);
}
