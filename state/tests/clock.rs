//! A clock that goes back between two processes, by years: order is that of numbers, never of times.

use crate::{
    fixture::{began, finished, info, open, recorded, started, who},
    recording::Recording,
};
use infra_model::journal::Time;
use infra_state::{StateError, Store as _, Who};

/// Moments at which one process after the other runs.
const MOMENTS: [u64; 5] = [4_000_000_000_000, 1_795_224_021_000, 9_000_000_000_000, 0, 60_000];

#[test]
fn runs_follow_one_another_whatever_their_times_say() {
    let files = Recording::new();
    let store = open(&files.shared());
    for (number, at) in (0_u64..).zip(MOMENTS) {
        let mut writer = store.lock(Who { at: Time(at), ..who(1) }).unwrap();
        assert_eq!(writer.epoch(), number + 1);
        let first = if number == 0 { began() } else { recorded("a", number - 1, 100) };
        writer.append(&[first], Time(at)).unwrap();
        // Within a run too, as another process may have set the clock.
        writer.append(&[started("b", number, writer.epoch(), 10)], Time(at / 2)).unwrap();
        if number % 2 == 0 {
            writer.append(&[finished("b", number, 10)], Time(at / 3)).unwrap();
            writer.close(info(at)).unwrap();
        }
        let reading = store.read().unwrap();
        assert!(reading.warnings.is_empty(), "{:?}", reading.warnings);
        assert_eq!(u64::try_from(reading.snapshot.instances.len()).unwrap(), 2 * number + 1);
    }
    let history = store.history().unwrap();
    let kept: Vec<(u64, u64)> = history.iter().map(|kept| (kept.serial, kept.at.0)).collect();
    assert_eq!(
        kept,
        [(3, MOMENTS[4]), (2, MOMENTS[2])],
        "the last two are kept, the last one first"
    );
}

#[test]
fn lock_of_the_future_is_as_dead_as_its_holder_and_one_of_the_past_as_alive() {
    let files = Recording::new();
    let store = open(&files.shared());
    for at in [MOMENTS[2], MOMENTS[3]] {
        let mut writer = store.lock(Who { at: Time(at), ..who(1) }).unwrap();
        let record = if writer.snapshot().sequence == 0 { began() } else { recorded("a", 0, 1) };
        writer.append(&[record], Time(at)).unwrap();
        let refused = store.lock(Who { at: Time(MOMENTS[1]), ..who(2) }).map(drop);
        assert!(matches!(refused, Err(StateError::Locked(_))), "{refused:?}");
        assert_eq!(store.read().unwrap().holder.map(|holder| holder.who.at), Some(Time(at)));
        drop(writer);
        assert!(store.read().unwrap().holder.is_none());
    }
}
