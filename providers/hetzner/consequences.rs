//! Short ways to say what a change does to what runs.

use infra_model::{
    kind::{Impact, ImpactOf, ImpactSort},
    text::Text,
    value::Value,
};

/// Something stops, or is not reachable.
pub(crate) fn downtime(text: impl Into<Text>) -> Impact {
    Impact { sort: ImpactSort::Downtime, text: text.into() }
}

/// Something becomes reachable that was not.
pub(crate) fn exposure(text: impl Into<Text>) -> Impact {
    Impact { sort: ImpactSort::Exposure, text: text.into() }
}

/// Data is destroyed.
pub(crate) fn data_loss(text: impl Into<Text>) -> Impact {
    Impact { sort: ImpactSort::DataLoss, text: text.into() }
}

/// Returns the recorded values of what is deleted, or deleted and created anew.
pub(crate) fn destroyed<'a>(change: &ImpactOf<'a>) -> Option<&'a Value> {
    change.prior.filter(|_| change.replace || change.planned.is_none())
}

/// Returns the values before and after of what is changed in place.
pub(crate) fn updated<'a>(change: &ImpactOf<'a>) -> Option<(&'a Value, &'a Value)> {
    change.prior.zip(change.planned).filter(|_| !change.replace)
}

/// Returns a text in the clear, if it is known and there.
pub(crate) fn shown<'a>(value: &'a Value, name: &str) -> Option<&'a Text> {
    value.get(name).filter(|value| !value.has_sensitive()).and_then(Value::as_text)
}

/// Returns a truth value that is known and there.
pub(crate) fn flag(value: &Value, name: &str) -> Option<bool> {
    value.get(name).and_then(Value::as_bool)
}
