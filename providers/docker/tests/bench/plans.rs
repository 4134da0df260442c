//! Plans of one object, as the engine makes them, and what differs in them.

use super::Bench;
use infra_model::{
    ask::{Answer, Question},
    kind::{Impact, ImpactOf},
    path::Path,
    snapshot::Object,
    value::Value,
};
use serde_json::Value as Json;

/// What a plan of one object says.
#[derive(Debug)]
pub(in crate::tests) struct Plan {
    pub(in crate::tests) planned: Value,
    pub(in crate::tests) replace: Vec<String>,
    pub(in crate::tests) impacts: Vec<Impact>,
    pub(in crate::tests) is_empty: bool,
}

impl Bench {
    /// Plans against what is there now, with the facts that the kind asks for.
    pub(in crate::tests) async fn plan(&self, kind: &str, object: &Object, json: Json) -> Plan {
        let prior = self.present(kind, object).await;
        self.plan_from(kind, &prior, json).await
    }

    pub(in crate::tests) async fn plan_from(&self, kind: &str, prior: &Value, json: Json) -> Plan {
        let desired = self.desired(kind, json);
        let pure = self.kind(kind);
        let keys = pure.facts(Some(prior), &desired);
        let facts = match self.connection.ask(Question::Facts(keys), self.control()).await {
            Answer::Facts(facts, _) => facts,
            other => panic!("the facts ended with {other:?}"),
        };
        let proposal = pure.planned(Some(prior), &desired, &facts);
        let replace = !proposal.replace.is_empty();
        let change = ImpactOf {
            prior: Some(prior),
            planned: Some(&proposal.planned),
            replace,
            facts: &facts,
        };
        Plan {
            impacts: pure.impact(&change),
            is_empty: proposal.planned == *prior && !replace,
            replace: proposal.replace.iter().map(Path::to_string).collect(),
            planned: proposal.planned,
        }
    }

    /// Asserts that nothing has drifted and that a second plan changes nothing.
    pub(in crate::tests) async fn is_settled(&self, kind: &str, object: &Object, json: Json) {
        let now = self.present(kind, object).await;
        let drift = differences(&object.value, &now);
        assert!(drift.is_empty(), "drift of {kind}: {drift:#?}");
        let plan = self.plan_from(kind, &now, json).await;
        let changes = differences(&now, &plan.planned);
        assert!(
            plan.is_empty,
            "the second plan changes {changes:#?}, replacing for {:?}",
            plan.replace
        );
    }
}

/// Returns the attributes that differ, those that may differ at any time left out.
pub(in crate::tests) fn differences(before: &Value, after: &Value) -> Vec<String> {
    let volatile = ["exit_code", "container_logs", "bridge", "network_data"];
    let all = before.entries().unwrap().iter();
    all.filter(|(name, _)| !volatile.contains(&&**name))
        .filter_map(|(name, old)| {
            let new = after.get(name);
            (new != Some(old)).then(|| format!("{name}: {old} -> {new:?}"))
        })
        .collect()
}
