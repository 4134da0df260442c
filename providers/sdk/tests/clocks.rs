//! The virtual clock, and tokens.

use crate::{clock::VirtualClock, connection::Clock, token::token};
use infra_model::address::{Address, Generation};
use std::{
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

#[test]
fn a_manual_clock_wakes_sleepers_when_it_is_advanced() {
    let clock = VirtualClock::manual(1000);
    let mut sleep = pin!(clock.sleep(Duration::from_millis(50)));
    let mut context = Context::from_waker(Waker::noop());
    assert!(sleep.as_mut().poll(&mut context).is_pending());
    clock.advance(Duration::from_millis(49));
    assert!(sleep.as_mut().poll(&mut context).is_pending());
    clock.advance(Duration::from_millis(1));
    assert!(sleep.as_mut().poll(&mut context).is_ready());
    assert_eq!(clock.now_ms(), 1050);
}

#[test]
fn an_eager_clock_is_moved_by_sleeping() {
    let clock = VirtualClock::eager(0);
    let mut sleep = pin!(clock.sleep(Duration::from_secs(5)));
    assert!(sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    assert_eq!(clock.now_ms(), 5000);
}

#[test]
fn tokens_are_stable_and_tell_lineage_address_and_generation_apart() {
    let address = |text: &str| text.parse::<Address>().unwrap();
    let web = address("fake_server.web");
    let of = |lineage: &str, address: &Address, generation| {
        token(lineage, address, Generation(generation)).to_string()
    };
    let first = of("l", &web, 1);
    assert_eq!(
        first, "i4dcc3kvetavhwq3d7ngd7aip",
        "it is written on real objects: never change it"
    );
    assert_ne!(first, of("l", &web, 2));
    assert_ne!(first, of("m", &web, 1));
    assert_ne!(first, of("l", &address("fake_server.web[0]"), 1));
}
