//! Natural keys that become known during the apply: whether they are free is asked just before the
//! intent, so that a create that was cut off is found again.

use super::{
    random::Random,
    run::{self, How, Ran},
    universe::Universe,
};
use infra_exec::event::Event;
use infra_fake::world::{At, CloudObject, Fault, Faults, Sort};
use infra_model::{address::KindName, value::Value};

/// Three records in the zone of a network; `zone` says how the zone is made of its id.
fn zoned(cidr: u64, zone: &str) -> String {
    format!(
        "provider \"fake\" {{}}\n\nresource \"fake_network\" \"n\" {{\n  name = \"n\"\n  \
         cidr = \"10.{cidr}.0.0/16\"\n  lifecycle {{\n    create_before_destroy = true\n  }}\n}}\n\n\
         resource \"fake_record\" \"r\" {{\n  count = 3\n  name  = \"r-${{count.index}}\"\n  \
         value = \"v\"\n  zone  = {zone}\n}}\n"
    )
}

const WHOLE: &str = "fake_network.n.id";

fn apply(universe: &mut Universe, hcl: &str) -> Ran {
    let seed = universe.seed;
    run::apply(universe, hcl, How { destroy: false, random: Random::new(seed) })
}

/// Applies once more without faults: then nothing is left to do, lost, or there twice.
#[track_caller]
fn settles(mut universe: Universe, hcl: &str, what: &str) {
    universe.end_faults();
    let last = apply(&mut universe, hcl);
    let why = if let Ran::Failed(why) = &last { why.as_str() } else { "" };
    assert!(matches!(last, Ran::Done), "{what}: {why}\n{}", universe.transcript);
    let plan = run::plan(&mut universe, hcl, false).unwrap();
    assert!(plan.is_empty() && plan.uncertain.is_empty(), "{what}\n{}", universe.transcript);
    assert_eq!(universe.problems, [""; 0], "{what}\n{}", universe.transcript);
    assert_eq!(universe.world.violations(), [""; 0], "{what}");
    assert_eq!(universe.world.objects().count(), 4, "{what}\n{}", universe.transcript);
}

#[test]
fn a_key_that_becomes_known_is_asked_for_once() {
    let mut universe = Universe::new(1);
    assert!(matches!(apply(&mut universe, &zoned(0, WHOLE)), Ran::Done), "{}", universe.transcript);
    assert_eq!(universe.world.count(Sort::Exists), 3, "{}", universe.transcript);
    assert_eq!(universe.transcript.matches("verb: Create").count(), 4);
    assert_eq!(universe.transcript.matches("absent_before: true").count(), 3);
    settles(universe, &zoned(0, WHOLE), "as it was");
}

#[test]
fn a_lost_create_whose_key_became_known_is_found_again() {
    for lookups in [Fault::Stale, Fault::NotAskable] {
        let mut universe = Universe::new(2);
        universe.world.faults = Faults::default()
            .once(At::Sort(Sort::Create), Fault::RateLimit { wait_ms: 5 })
            .always(
                At::Kind("fake_record".into(), infra_fake::protocol::Verb::Create),
                Fault::After,
            )
            .always(At::Sort(Sort::Find), lookups);
        let ran = apply(&mut universe, &zoned(0, WHOLE));
        let Ran::Failed(why) = ran else { panic!("{}", universe.transcript) };
        assert!(why.contains("infra::exec::create_uncertain"), "{why}");
        universe.end_faults();
        let plan = run::plan(&mut universe, &zoned(0, WHOLE), false).unwrap();
        assert!(plan.uncertain.is_empty() && !plan.interrupted.is_empty(), "{:?}", plan.uncertain);
        settles(universe, &zoned(0, WHOLE), "adopted by the next run");
    }
}

#[test]
fn what_stands_there_already_is_left_alone() {
    let mut universe = Universe::new(3);
    let zone = |value: &str| Value::from(value);
    let attributes = [
        ("id", zone("rec-other-1")),
        ("zone", zone("net-n-1")),
        ("type", zone("A")),
        ("name", zone("r-1")),
        ("value", zone("somebody's")),
        ("ttl", Value::from(60_i64)),
    ];
    universe.world.insert(CloudObject {
        kind: KindName("fake_record".into()),
        id: "rec-other-1".into(),
        token: String::new(),
        address: String::new(),
        lineage: String::new(),
        host: None,
        value: Value::object(attributes),
        before: None,
        revision: 1,
    });
    let Ran::Failed(why) = apply(&mut universe, &zoned(0, WHOLE)) else { panic!("it must fail") };
    assert!(why.contains("infra::plan::already_exists fake_record.r[1]"), "{why}");
    assert!(why.contains("It is not in the state, so this state did not make it."), "{why}");
    assert_eq!(universe.world.objects_of("fake_record").count(), 3, "the two others were made");
    assert!(!universe.transcript.contains("call Create fake_record.r[1]"));
    assert_eq!(universe.store_intents(), 0);
    let value = universe.world.object("rec-other-1").unwrap().value.get("value").cloned();
    assert_eq!(value, Some(Value::from("somebody's")));
    universe.world.remove("rec-other-1");
    settles(universe, &zoned(0, WHOLE), "the key is free now");
}

#[test]
fn a_question_that_fails_begins_nothing() {
    for fault in [Fault::Before, Fault::NotAskable] {
        let mut universe = Universe::new(4);
        universe.world.faults = Faults::default().always(At::Sort(Sort::Exists), fault);
        let ran = apply(&mut universe, &zoned(0, WHOLE));
        let Ran::Failed(why) = ran else { panic!("{}", universe.transcript) };
        assert!(why.contains("infra::exec::absence_unknown"), "{why}");
        assert_eq!(universe.world.objects().count(), 1, "the network alone was made");
        assert_eq!(universe.store_intents(), 0, "nothing is open");
        settles(universe, &zoned(0, WHOLE), "asked again");
    }
}

#[test]
fn a_destroyed_predecessor_does_not_stand_in_the_way() {
    // Of the id only what all ids of networks begin with: not known, and the same in the end.
    let prefix = "substr(fake_network.n.id, 0, 3)";
    let mut universe = Universe::new(5);
    assert!(matches!(apply(&mut universe, &zoned(0, prefix)), Ran::Done));
    let asked = universe.world.count(Sort::Exists);
    assert!(
        matches!(apply(&mut universe, &zoned(1, prefix)), Ran::Done),
        "{}",
        universe.transcript
    );
    assert_eq!(universe.transcript.matches("call Delete fake_record").count(), 3);
    assert_eq!(universe.world.count(Sort::Exists), asked, "it was our own that stood there");
    settles(universe, &zoned(1, prefix), "the same key");

    let mut universe = Universe::new(5);
    assert!(matches!(apply(&mut universe, &zoned(0, WHOLE)), Ran::Done));
    assert!(matches!(apply(&mut universe, &zoned(1, WHOLE)), Ran::Done), "{}", universe.transcript);
    assert_eq!(universe.world.count(Sort::Exists), 6, "another key");
    settles(universe, &zoned(1, WHOLE), "another key");
}

#[test]
fn the_process_may_die_before_and_behind_every_question() {
    for (first, second) in [(0, 0), (0, 1)] {
        for record in 1.. {
            let mut universe = Universe::new(6);
            if second > 0 {
                assert!(matches!(apply(&mut universe, &zoned(first, WHOLE)), Ran::Done));
            }
            universe.crash_at = Some(record);
            let died = matches!(apply(&mut universe, &zoned(second, WHOLE)), Ran::Crashed);
            settles(universe, &zoned(second, WHOLE), &format!("death at record {record}"));
            if !died {
                break;
            }
        }
    }
}

#[test]
fn a_person_may_stop_it_at_every_question() {
    for event in [Event::Stop, Event::Abort] {
        for turn in 1.. {
            let mut universe = Universe::new(7);
            universe.signal = Some((turn, event.clone()));
            let _any_end = apply(&mut universe, &zoned(0, WHOLE));
            let signalled = universe.transcript.contains("signalled");
            let asked = universe.world.count(Sort::Exists);
            let begun = universe.transcript.matches("call Create fake_record").count() as u64;
            assert!(begun <= asked, "nothing is begun that was not asked for");
            if (3..6).contains(&turn) {
                // Connected, the network made, and now the questions: none of them is waited for.
                assert_eq!(asked, 0, "{event:?} at {turn}\n{}", universe.transcript);
            }
            settles(universe, &zoned(0, WHOLE), &format!("{event:?} at {turn}"));
            if !signalled {
                break;
            }
        }
    }
}
