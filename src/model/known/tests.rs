//! The layers of what is known: each value is written once, and planned ones go as a whole.

use super::{Inputs, Known};
use crate::{address::InstanceId, value::Value};
use std::panic::{AssertUnwindSafe, catch_unwind};

const ONE: InstanceId = InstanceId(1);

#[test]
fn a_layer_is_written_once() {
    for planning in [false, true] {
        let mut known = Known::new(Inputs::default());
        if planning {
            known.begin_planning();
        }
        known.publish(ONE, Value::from("first"));
        let again = catch_unwind(AssertUnwindSafe(|| known.publish(ONE, Value::from("second"))));
        assert!(again.is_err(), "a second value was taken");
        assert_eq!(known.get(ONE), Some(&Value::from("first")));
    }
}

#[test]
fn planned_values_hide_final_ones_until_planning_ends() {
    let mut known = Known::new(Inputs::default());
    known.begin_planning();
    known.publish(ONE, Value::from("planned"));
    known.publish_final(ONE, Value::from("final"));
    assert_eq!(known.get(ONE), Some(&Value::from("planned")));
    assert_eq!(known.publications(), 2);
    known.end_planning();
    assert_eq!(known.get(ONE), Some(&Value::from("final")));
}
