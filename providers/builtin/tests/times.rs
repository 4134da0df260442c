//! Points in time: taken from the clock of a call, planned where they are known, and over in time.

use super::support::{
    control, create, desired, import, judged, kind, make, make_under, refresh, step, text,
};
use infra_model::{
    diagnostic::Retry, journal::Verb, kind::Facts, observed::Observed, schema::Proposal,
    snapshot::Object, types::Type, value::Value,
};
use infra_sdk::{
    clock::VirtualClock,
    connection::{Clock, Control, Progress},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// 2020-02-12T06:36:13.789Z.
const NOW_MS: u64 = 1_581_489_373_789;
const DAY_MS: u64 = 86_400_000;

type Given = Vec<(&'static str, Value)>;

fn at(now_ms: u64) -> Control {
    Control::quiet(VirtualClock::eager(now_ms))
}

fn made(address: &str, given: Given) -> Object {
    make_under(at(NOW_MS), address, given).unwrap()
}

fn number(number: i64) -> Value {
    Value::from(number)
}

fn numbers(value: &Value) -> Vec<i64> {
    ["year", "month", "day", "hour", "minute", "second", "unix"]
        .iter()
        .map(|name| value.get(name).and_then(Value::as_number).unwrap().to_i64().unwrap())
        .collect()
}

fn planned(name: &str, prior: Option<&Object>, given: Given) -> Proposal {
    let desired = desired(name, given);
    kind(name).planned(prior.map(|object| &object.value), &desired, &Facts::new())
}

#[test]
fn a_static_time_is_that_of_its_creation() {
    let object = made("time_static.a", vec![]);
    assert_eq!(text(&object, "rfc3339"), "2020-02-12T06:36:13Z");
    assert_eq!(text(&object, "id"), "2020-02-12T06:36:13Z");
    assert_eq!(numbers(&object.value), [2020, 2, 12, 6, 36, 13, 1_581_489_373]);
    let open = planned("time_static", None, vec![]).planned;
    assert!(["id", "rfc3339", "unix"].iter().all(|name| !open.get(name).unwrap().is_known()));
}

#[test]
fn a_time_that_is_given_is_known_in_the_plan_and_kept_as_written() {
    let given = || vec![("rfc3339", Value::from("2020-02-12T06:36:13.5+01:00"))];
    let object = made("time_static.a", given());
    assert_eq!(planned("time_static", None, given()).planned, object.value);
    assert_eq!(text(&object, "rfc3339"), "2020-02-12T06:36:13.5+01:00");
    assert_eq!(numbers(&object.value), [2020, 2, 12, 6, 36, 13, 1_581_485_773]);
    let imported = import("time_static", "2020-02-12T06:36:13.5+01:00").unwrap();
    assert_eq!(imported.value, object.value);
}

#[test]
fn an_offset_moves_a_time_as_go_does() {
    let base = || ("base_rfc3339", Value::from("2020-01-31T12:00:00Z"));
    let cases = [
        ("offset_years", 1, "2021-01-31T12:00:00Z"),
        ("offset_months", 1, "2020-03-02T12:00:00Z"),
        ("offset_months", -2, "2019-12-01T12:00:00Z"),
        ("offset_days", 30, "2020-03-01T12:00:00Z"),
        ("offset_hours", -13, "2020-01-30T23:00:00Z"),
        ("offset_minutes", 721, "2020-02-01T00:01:00Z"),
        ("offset_seconds", 1, "2020-01-31T12:00:01Z"),
        ("offset_seconds", 0, "2020-01-31T12:00:00Z"),
    ];
    for (name, offset, expected) in cases {
        let given = || vec![base(), (name, number(offset))];
        let object = made("time_offset.a", given());
        assert_eq!(text(&object, "rfc3339"), expected, "{name} = {offset}");
        assert_eq!(text(&object, "id"), "2020-01-31T12:00:00Z");
        assert_eq!(planned("time_offset", None, given()).planned, object.value);
    }
    // The greatest unit but seconds before months, as it is in Terraform's provider.
    let several = vec![base(), ("offset_days", number(1)), ("offset_months", number(1))];
    assert_eq!(text(&made("time_offset.a", several), "rfc3339"), "2020-03-02T12:00:00Z");
    let now = made("time_offset.a", vec![("offset_days", number(1))]);
    assert_eq!(text(&now, "rfc3339"), "2020-02-13T06:36:13Z");
}

#[test]
fn another_offset_or_base_changes_a_time_in_place() {
    let object = made("time_offset.a", vec![("offset_days", number(1))]);
    let proposal = planned("time_offset", Some(&object), vec![("offset_days", number(2))]);
    assert!(proposal.replace.is_empty());
    assert_eq!(proposal.planned.get("rfc3339"), Some(&Value::from("2020-02-14T06:36:13Z")));
    assert_eq!(proposal.planned.get("id"), Some(&Value::from("2020-02-12T06:36:13Z")));
    let base = ("base_rfc3339", Value::from("2021-01-01T00:00:00Z"));
    let proposal = planned("time_offset", Some(&object), vec![base, ("offset_days", number(1))]);
    assert!(proposal.replace.is_empty());
    assert_eq!(proposal.planned.get("id"), Some(&Value::from("2021-01-01T00:00:00Z")));
    let open = vec![("offset_days", Value::unknown(Type::Number))];
    let proposal = planned("time_offset", Some(&object), open);
    assert!(!proposal.planned.get("rfc3339").unwrap().is_known());
    assert!(!proposal.planned.get("unix").unwrap().is_known());
}

#[test]
fn a_rotating_time_is_gone_when_its_time_has_passed() {
    let object = made("time_rotating.a", vec![("rotation_days", number(7))]);
    assert_eq!(text(&object, "rfc3339"), "2020-02-12T06:36:13Z");
    assert_eq!(text(&object, "rotation_rfc3339"), "2020-02-19T06:36:13Z");
    assert_eq!(numbers(&object.value)[..3], [2020, 2, 19]);
    let seen = |now_ms| refresh("time_rotating.a", &object, at(now_ms));
    assert_eq!(seen(NOW_MS), Observed::Present(object.value.clone()));
    let end = NOW_MS / 1000 * 1000 + 7 * DAY_MS;
    assert_eq!(seen(end), Observed::Present(object.value.clone()));
    assert_eq!(seen(end + 1000), Observed::Gone);
}

/// A machine whose clock was set back, or another one whose clock is behind.
#[test]
fn a_clock_that_goes_back_ends_no_time_and_takes_none_anew() {
    for name in ["time_static", "time_rotating", "time_offset"] {
        let shift = match name {
            "time_rotating" => vec![("rotation_days", number(1))],
            "time_offset" => vec![("offset_days", number(1))],
            _ => vec![],
        };
        let address = format!("{name}.a");
        let object = made(&address, shift.clone());
        for now in [0, NOW_MS - 365 * DAY_MS, NOW_MS - 1] {
            let seen = refresh(&address, &object, at(now));
            assert_eq!(seen, Observed::Present(object.value.clone()), "{name}");
        }
        let again = planned(name, Some(&object), shift);
        assert_eq!(again.planned, object.value, "{name}");
    }
}

#[test]
fn another_rotation_counts_from_the_same_base() {
    let object = made("time_rotating.a", vec![("rotation_days", number(7))]);
    let text_of = |proposal: &Proposal, name: &str| {
        assert!(proposal.replace.is_empty());
        proposal.planned.get(name).and_then(Value::as_text).unwrap().to_string()
    };
    let longer = planned("time_rotating", Some(&object), vec![("rotation_months", number(1))]);
    assert_eq!(text_of(&longer, "rotation_rfc3339"), "2020-03-12T06:36:13Z");
    assert_eq!(text_of(&longer, "rfc3339"), "2020-02-12T06:36:13Z");
    let end = || vec![("rotation_rfc3339", Value::from("2030-01-01T00:00:00Z"))];
    let fixed = planned("time_rotating", Some(&object), end());
    assert_eq!(numbers(&fixed.planned)[0], 2030);
    // The end of an earlier configuration does not outlive it.
    let fixed = made("time_rotating.a", end());
    let again = planned("time_rotating", Some(&fixed), vec![("rotation_days", number(1))]);
    assert_eq!(text_of(&again, "rotation_rfc3339"), "2020-02-13T06:36:13Z");
    assert_eq!(numbers(&again.planned)[..3], [2020, 2, 13]);
}

#[test]
fn times_are_imported_by_their_parts() {
    let rotating = import("time_rotating", "2020-02-12T06:36:13Z,,1,,,").unwrap();
    assert_eq!(text(&rotating, "rotation_rfc3339"), "2020-03-12T06:36:13Z");
    let two = import("time_rotating", "2020-02-12T06:36:13Z,2021-01-01T00:00:00Z").unwrap();
    assert_eq!(numbers(&two.value)[..3], [2021, 1, 1]);
    let offset = import("time_offset", "2020-02-12T06:36:13Z,,,,,,-13").unwrap();
    assert_eq!(text(&offset, "rfc3339"), "2020-02-12T06:36:00Z");
    let sleep = import("time_sleep", ",5m").unwrap();
    assert_eq!(text(&sleep, "destroy_duration"), "5m");
    let wrong = [
        ("time_static", "yesterday"),
        ("time_static", ""),
        ("time_rotating", "2020-02-12T06:36:13Z"),
        ("time_rotating", "2020-02-12T06:36:13Z,"),
        ("time_rotating", "2020-02-12T06:36:13Z,,,,,"),
        ("time_rotating", "2020-02-12T06:36:13Z,,,x,,"),
        ("time_rotating", ",,,1,,"),
        ("time_offset", "2020-02-12T06:36:13Z,1,2,3,4,5"),
        ("time_offset", "2020-02-12T06:36:13Z,,,,,,"),
        ("time_sleep", "5m"),
        ("time_sleep", ","),
        ("time_sleep", "5m,x"),
    ];
    for (kind, id) in wrong {
        let found = import(kind, id).unwrap_err();
        assert_eq!(found.code, "infra::builtin::import_id_wrong", "{kind} {id}");
    }
    let far = import("time_offset", "2020-02-12T06:36:13Z,9999,,,,,").unwrap_err();
    assert_eq!(far.code, "infra::builtin::time_out_of_range");
}

#[test]
fn wrong_times_are_told_when_planning() {
    let time = || Value::from("2020-02-30T00:00:00Z");
    assert_eq!(judged("time_static", &[("rfc3339", time())]), ["time_wrong rfc3339"]);
    assert_eq!(judged("time_static", &[]), [""; 0]);
    let far = |name| (name, number(i64::MAX));
    let base = |name| (name, Value::from("2020-02-12T06:36:13Z"));
    assert_eq!(judged("time_offset", &[]), ["argument_missing offset_years"]);
    assert_eq!(
        judged("time_offset", &[("base_rfc3339", time()), ("offset_days", number(1))]),
        ["time_wrong base_rfc3339"]
    );
    for name in ["offset_years", "offset_months", "offset_days", "offset_hours", "offset_seconds"] {
        let told = judged("time_offset", &[base("base_rfc3339"), far(name)]);
        assert_eq!(told, ["time_out_of_range base_rfc3339"], "{name}");
        let found = make("time_offset.a", [far(name)]).unwrap_err();
        assert_eq!(found.code, "infra::builtin::time_out_of_range");
    }
    assert_eq!(judged("time_rotating", &[]), ["argument_missing rotation_years"]);
    let zero = [("rotation_days", number(0))];
    assert_eq!(judged("time_rotating", &zero), ["number_wrong rotation_days"]);
    let told = judged("time_rotating", &[("rotation_rfc3339", time())]);
    assert_eq!(told, ["time_wrong rotation_rfc3339"]);
    let open = [("rotation_days", Value::unknown(Type::Number))];
    assert_eq!(judged("time_rotating", &open), [""; 0]);
    assert_eq!(judged("time_sleep", &[]), ["argument_missing create_duration"]);
    for wrong in ["5", "1h30m", "-1s", "3h"] {
        let told = judged("time_sleep", &[("create_duration", Value::from(wrong))]);
        assert_eq!(told, ["duration_wrong create_duration"], "{wrong}");
    }
}

#[test]
fn a_secret_is_not_told_with_what_is_wrong_with_it() {
    let secret = Value::from("geheim").sensitive();
    let desired = desired("time_static", [("rfc3339", secret)]);
    let found = kind("time_static").validate(&desired, &Facts::new());
    assert!(!format!("{found:?}").contains("geheim"), "{found:?}");
}

/// Keeps the lines, and stops the run with one of them.
struct Lines {
    seen: Mutex<Vec<String>>,
    stop: Arc<AtomicBool>,
    stop_at: usize,
}

impl Progress for Lines {
    fn line(&self, text: &str) {
        let mut seen = self.seen.lock().unwrap();
        seen.push(text.to_owned());
        self.stop.store(seen.len() == self.stop_at, Ordering::Relaxed);
    }
}

fn watched(clock: &VirtualClock, stop_at: usize) -> (Control, Arc<Lines>) {
    let stop = Arc::new(AtomicBool::new(false));
    let lines = Arc::new(Lines { seen: Mutex::default(), stop: stop.clone(), stop_at });
    let quiet = Control::quiet(clock.clone());
    (Control { stop, progress: lines.clone(), ..quiet }, lines)
}

#[test]
fn a_sleep_takes_its_time_and_says_how_long() {
    let clock = VirtualClock::eager(NOW_MS);
    let (control, lines) = watched(&clock, 0);
    let given = || [("create_duration", Value::from("61.5s"))];
    let object = make_under(control, "time_sleep.a", given()).unwrap();
    assert_eq!(clock.now_ms(), NOW_MS + 61_500);
    assert_eq!(text(&object, "id"), "2020-02-12T06:37:15Z");
    let seen = lines.seen.lock().unwrap();
    let left = ["1m2s", "52s", "42s", "32s", "22s", "12s", "2s"];
    assert_eq!(*seen, left.map(|left| format!("waiting, {left} left")));
}

#[test]
fn a_sleep_ends_when_the_run_is_stopped() {
    let clock = VirtualClock::eager(NOW_MS);
    let (control, _) = watched(&clock, 3);
    let given = [("create_duration", Value::from("1h"))];
    let found = make_under(control, "time_sleep.a", given).unwrap_err();
    assert_eq!(found.code, "infra::builtin::wait_stopped");
    assert_eq!(found.retry, Some(Retry::Safe));
    assert_eq!(clock.now_ms(), NOW_MS + 21_000);
    let late = Control { deadline_ms: Some(NOW_MS + 5_000), ..at(NOW_MS) };
    let given = [("create_duration", Value::from("1h"))];
    let found = make_under(late, "time_sleep.a", given).unwrap_err();
    assert_eq!(found.code, "infra::builtin::wait_stopped");
}

#[test]
fn a_sleep_waits_before_it_is_destroyed() {
    let given = || [("destroy_duration", Value::from("2s"))];
    let object = make("time_sleep.a", given()).unwrap();
    let clock = VirtualClock::eager(NOW_MS);
    let mut call = create("time_sleep.a", given());
    let null = Value::null(object.value.ty());
    call.intent.verb = Verb::Delete;
    (call.desired, call.planned) = (null.clone(), null);
    call.prior = Some(Arc::new(object.clone()));
    step(call.clone(), Control::quiet(clock.clone())).unwrap();
    assert_eq!(clock.now_ms(), NOW_MS + 2_000);
    let (stopped, _) = watched(&clock, 1);
    assert_eq!(step(call, stopped).unwrap_err().code, "infra::builtin::wait_stopped");
    assert_eq!(
        refresh("time_sleep.a", &object, control()),
        Observed::Present(object.value.clone())
    );
}
