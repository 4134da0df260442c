//! When a storage box makes snapshots by itself.

use crate::{consequences::data_loss, rules, schemas};
use hcloud::models::EnableSnapshotPlanRequest;
use infra_model::{
    diagnostic::Diagnostics, kind::Impact, schema::Attribute, types::Type, value::Value,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// The parts.
const PARTS: [&str; 5] = ["max_snapshots", "minute", "hour", "day_of_week", "day_of_month"];

/// The days of a week, by which Sunday is 7 for the API and 0 in configurations.
const DAYS: i64 = 7;

/// The plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SnapshotPlan {
    max_snapshots: Option<i32>,
    minute: Option<i32>,
    hour: Option<i32>,
    day_of_week: Option<i32>,
    day_of_month: Option<i32>,
}

impl SnapshotPlan {
    /// Returns the body.
    pub(super) fn body(&self) -> EnableSnapshotPlanRequest {
        let week = self.day_of_week.map(|day| if day == 0 { 7 } else { day });
        EnableSnapshotPlanRequest {
            day_of_month: Some(self.day_of_month),
            day_of_week: Some(week),
            hour: self.hour.unwrap_or_default(),
            max_snapshots: self.max_snapshots.unwrap_or_default(),
            minute: self.minute.unwrap_or_default(),
        }
    }
}

/// Returns the attribute.
pub(super) fn attribute() -> Attribute {
    let parts = PARTS.map(|name| (name, Type::Number));
    Attribute::optional(schemas::object(parts, &["day_of_week", "day_of_month"]))
}

/// Returns the plan that the API shows; null if there is none.
pub(crate) fn from_api(plan: &Json) -> Json {
    if !plan.is_object() {
        return Json::Null;
    }
    let week = plan["day_of_week"].as_i64().map(|day| day % DAYS);
    json!({
        "max_snapshots": plan["max_snapshots"], "minute": plan["minute"], "hour": plan["hour"],
        "day_of_week": week, "day_of_month": plan["day_of_month"],
    })
}

/// Judges a plan.
pub(super) fn validate(plan: &Value) -> Diagnostics {
    let mut found = rules::between(plan, "max_snapshots", 1, i64::from(i32::MAX));
    found.extend(rules::between(plan, "minute", 0, 59));
    found.extend(rules::between(plan, "hour", 0, 23));
    found.extend(rules::between(plan, "day_of_week", 0, DAYS - 1));
    found.extend(rules::between(plan, "day_of_month", 1, 31));
    found
}

/// Tells that fewer snapshots are kept.
pub(super) fn tell(before: &Value, after: &Value) -> Option<Impact> {
    let most = |value: &Value| rules::number(value.get("snapshot_plan")?, "max_snapshots");
    let (before, after) = (most(before)?, most(after)?);
    (after < before).then(|| {
        data_loss(format!("automatic snapshots older than the newest {after} are removed"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sunday_is_zero_in_configurations_and_seven_for_the_api() {
        let plan = SnapshotPlan { day_of_week: Some(0), ..SnapshotPlan::default() };
        assert_eq!(plan.body().day_of_week, Some(Some(7)));
        let of = |day: Json| from_api(&json!({ "day_of_week": day }))["day_of_week"].clone();
        assert_eq!((of(json!(7)), of(json!(3)), of(Json::Null)), (json!(0), json!(3), Json::Null));
    }
}
