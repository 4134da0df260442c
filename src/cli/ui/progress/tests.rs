//! What is said of steps while they run.

use super::{LiveProgress, State, Still, Voice};
use crate::{environment::Environment, ui::Screen};
use infra_exec::report::Subject;
use infra_model::{
    address::{Address, Generation},
    text::Text,
};
use infra_sdk::clock::VirtualClock;
use std::sync::Arc;

fn address() -> Address {
    "terraform_data.web".parse().unwrap()
}

#[test]
fn what_takes_long_is_spoken_of_every_ten_seconds() {
    let mut state = State::default();
    state.began(&address().into(), "creating", 1_000);
    let still = |elapsed_ms| Still {
        subject: Text::from("terraform_data.web"),
        address: address(),
        doing: "creating",
        elapsed_ms,
    };
    assert_eq!(state.still(10_999), []);
    assert_eq!(state.still(11_000), [still(10_000)]);
    assert_eq!(state.still(20_999), []);
    assert_eq!(state.still(21_500), [still(20_500)]);
}

#[test]
fn an_object_in_use_and_one_left_over_are_told_apart() {
    let mut state = State::default();
    state.began(&address().into(), "modifying", 0);
    let left = Subject { address: address(), deposed: Some(Generation(3)) };
    state.began(&left, "destroying", 0);
    let said: Vec<_> =
        state.still(10_000).into_iter().map(|still| (still.subject, still.doing)).collect();
    assert_eq!(
        said,
        [
            (Text::from("terraform_data.web"), "modifying"),
            (Text::from("terraform_data.web (deposed object 3)"), "destroying"),
        ]
    );
}

#[test]
fn the_live_line_says_how_far_it_is_and_what_runs() {
    let screen = Screen { live: true, width: 80, ..Screen::new(&Environment::default(), true) };
    let live = LiveProgress::new(screen, Arc::new(VirtualClock::manual(65_000)), Voice::Text);
    let mut state = State { settled: 3, total: 12, ..State::default() };
    state.began(&address().into(), "creating", 0);
    assert_eq!(live.live_line(&state), "3/12 done | terraform_data.web 1m5s");
}
