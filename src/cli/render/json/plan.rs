//! A plan in Terraform's plan format 1.2.

use super::{
    beyond::{
        self, ImpactJson, InterruptedJson, LostJson, MoveJson, UncertainJson, UnrecordedJson,
    },
    checks::{CheckJson, planned_checks},
    configuration::configuration,
    cost::{self, CostChangeJson, CostsJson},
    prior, relevant,
    state::{OutputValue, Resource, Values, bare, index, mode, modules, output, values},
    values::{known, sensitive_shape, unknown_shape},
};
use crate::{
    commands::version::TERRAFORM_VERSION, project::Project, provider_names::provider_source,
    render::literal::Secrets,
};
use infra_model::{
    address::{InstanceKey, Mode, ModuleAddress},
    path::{Path, Step},
    snapshot::Snapshot,
    types::Type,
    value::{Marks, Value},
};
use infra_plan::plan::{Action, Change, Drift, OutputChange, Plan, PlanMode, Reason};
use serde::Serialize;
use serde_json::{Value as Json, value::RawValue};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct PlanJson<'a> {
    format_version: &'static str,
    terraform_version: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<String, VariableJson>,
    planned_values: Values<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_drift: Vec<ResourceChange<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_changes: Vec<ResourceChange<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    output_changes: BTreeMap<&'a str, ChangeJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deferred_changes: Vec<DeferredJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prior_state: Option<PriorState<'a>>,
    configuration: Json,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relevant_attributes: Vec<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    interrupted: Vec<InterruptedJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    uncertain: Vec<UncertainJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lost: Vec<LostJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unrecorded: Vec<UnrecordedJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggested_moves: Vec<MoveJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly_cost: Option<CostsJson>,
    timestamp: String,
    applyable: bool,
    complete: bool,
    errored: bool,
}

#[derive(Serialize)]
struct VariableJson {
    value: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct PriorState<'a> {
    format_version: &'static str,
    terraform_version: &'static str,
    values: Values<'a>,
}

#[derive(Serialize)]
struct ResourceChange<'a> {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module_address: Option<String>,
    mode: &'static str,
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<Json>,
    provider_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    change: ChangeJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    impacts: Vec<ImpactJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly_cost: Option<CostChangeJson<'a>>,
}

#[derive(Serialize)]
struct ChangeJson {
    actions: Vec<&'static str>,
    before: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(
        clippy::option_option,
        reason = "left out where unknown, null where there is nothing"
    )]
    after: Option<Option<Box<RawValue>>>,
    after_unknown: Json,
    before_sensitive: Json,
    after_sensitive: Json,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replace_paths: Vec<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    importing: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated_config: Option<String>,
}

#[derive(Serialize)]
struct DeferredJson {
    reason: &'static str,
    resource_change: DeferredChange,
}

#[derive(Serialize)]
struct DeferredChange {
    address: String,
    waits_for: Vec<String>,
}

/// Returns a plan over a state as JSON.
pub fn plan(plan: &Plan, project: &Project, (prior, secrets): (&Snapshot, Secrets)) -> String {
    let refreshed = prior::refreshed(plan, prior);
    let prior_state = prior_state(plan, &refreshed, secrets);
    let mut changes: Vec<&Change> = plan.changes.iter().collect();
    // Outer modules come before all inner ones, data sources before the other resources.
    changes.sort_by(|a, b| {
        let order = |change: &Change| {
            let module = &change.address.module;
            (module.steps().len(), module.clone(), change.address.mode != Mode::Data)
        };
        order(a).cmp(&order(b))
    });
    let values = project.variables();
    let variables = values
        .iter()
        .filter(|(name, value)| {
            // What an ephemeral variable was given stays in the run; a default is in the files anyway.
            let given = project.inputs.variables.contains_key(*name);
            !project.ephemeral.contains(*name) || !given && value.is_known()
        })
        .map(|(name, value)| {
            let shown = variable(project.inputs.variables.get(name), value);
            (name.to_string(), VariableJson { value: known(&shown, secrets) })
        });
    super::document(&PlanJson {
        format_version: "1.2",
        terraform_version: TERRAFORM_VERSION,
        variables: variables.collect(),
        planned_values: planned_values(plan, secrets),
        resource_drift: all_drift(plan, (prior, secrets)),
        resource_changes: changes
            .into_iter()
            .filter(|change| is_told(plan, change))
            .map(|change| resource_change(plan, change, secrets))
            .collect(),
        output_changes: output_changes(plan, secrets),
        deferred_changes: plan.deferred.iter().map(deferred).collect(),
        prior_state,
        configuration: configuration(project, secrets),
        relevant_attributes: relevant::attributes(plan, project),
        checks: planned_checks(plan, project),
        interrupted: plan.interrupted.iter().map(beyond::interrupted).collect(),
        uncertain: plan.uncertain.iter().map(beyond::uncertain).collect(),
        unrecorded: plan.unrecorded.iter().map(beyond::unrecorded).collect(),
        lost: plan.lost.iter().map(beyond::lost).collect(),
        suggested_moves: beyond::suggested(plan, project),
        monthly_cost: cost::all(plan),
        timestamp: infra_state::moment::text(infra_model::journal::Time(project.inputs.now_ms)),
        applyable: !plan.is_empty(),
        complete: plan.deferred.is_empty() && !plan.partial,
        errored: false,
    })
}

/// Returns whether a document tells of a change: what was read by the plan itself is in the refreshed
/// state alone, and a plan that only records what it saw has no changes of resources.
fn is_told(plan: &Plan, change: &Change) -> bool {
    let is_read = change.address.mode == Mode::Data && change.action == Action::NoOp;
    let is_still = matches!(change.action, Action::NoOp | Action::Adopt);
    change.address.mode != Mode::Ephemeral
        && !is_read
        && !(plan.mode == PlanMode::RefreshOnly && is_still)
}

/// Returns a variable as it was given, neither converted nor filled in, or else its default.
fn variable(given: Option<&Value>, value: &Value) -> Value {
    let Some(given) = given else {
        let (value, marks) = value.clone().unmark();
        return value.with_marks(marks.without(Marks::EPHEMERAL));
    };
    let marks = if value.has_sensitive() { Marks::SENSITIVE } else { Marks::NONE };
    given.clone().with_marks(marks)
}

/// Returns the refreshed state; its outputs are those that this plan makes, as in Terraform, if
/// they are known.
fn prior_state<'a>(
    plan: &'a Plan,
    refreshed: &'a Snapshot,
    secrets: Secrets,
) -> Option<PriorState<'a>> {
    let mut values = values(refreshed, secrets);
    if plan.mode != PlanMode::Destroy {
        for (name, change) in &plan.outputs {
            match &change.planned {
                Some(planned) if planned.is_wholly_known() && !planned.is_null() => {
                    values.outputs.insert(&**name, output(planned, secrets));
                }
                // One that is not known yet stays as it was recorded.
                Some(planned) if !planned.is_wholly_known() => {}
                Some(_) | None => drop(values.outputs.remove(&**name)),
            }
        }
    }
    let is_empty = refreshed.instances.is_empty() && values.outputs.is_empty();
    (!is_empty).then_some(PriorState {
        format_version: "1.0",
        terraform_version: TERRAFORM_VERSION,
        values,
    })
}

fn planned_values(plan: &Plan, secrets: Secrets) -> Values<'_> {
    let mut resources = BTreeMap::<&ModuleAddress, Vec<Resource<'_>>>::new();
    for change in plan.changes.iter().filter(|c| c.deposed.is_none() && is_told(plan, c)) {
        let Some(planned) = &change.planned else { continue };
        resources.entry(&change.address.module).or_default().push(Resource {
            values: known(planned, secrets),
            sensitive_values: sensitive_shape(planned),
            ..bare(&change.address, &change.provider.provider)
        });
    }
    for list in resources.values_mut() {
        list.sort_by(|a, b| a.address.cmp(&b.address));
    }
    let outputs = plan.outputs.iter().filter_map(|(name, change)| {
        let value = change.planned.as_ref()?;
        let shown: OutputValue = output(value, secrets);
        Some((&**name, shown))
    });
    Values { outputs: outputs.collect(), root_module: modules(resources) }
}

fn resource_change<'a>(plan: &Plan, change: &'a Change, secrets: Secrets) -> ResourceChange<'a> {
    let identity = bare(&change.address, &change.provider.provider);
    let module = &change.address.module;
    // What data was before is nothing to compare with.
    let prior = change.prior.as_ref().filter(|_| change.address.mode != Mode::Data);
    let mut json = difference(actions(change), (prior, change.planned.as_ref()), secrets);
    json.replace_paths = change.replace.iter().map(|cause| path(&cause.path)).collect();
    json.importing = change
        .importing
        .as_ref()
        .map(|id| serde_json::json!({ "id": id.as_text().map(ToString::to_string) }));
    json.generated_config = plan.generated_config.get(&change.address).map(ToString::to_string);
    ResourceChange {
        address: identity.address,
        previous_address: change.moved_from.as_ref().map(ToString::to_string),
        module_address: (!module.is_root()).then(|| module.to_string()),
        mode: mode(change.address.mode),
        kind: identity.kind,
        name: identity.name,
        index: index(&change.address.key),
        provider_name: identity.provider_name,
        deposed: change.deposed.map(|generation| format!("{:08x}", generation.0)),
        change: json,
        action_reason: action_reason(change),
        impacts: change.impacts.iter().map(beyond::impact).collect(),
        monthly_cost: change.cost.as_deref().map(cost::change),
    }
}

/// Returns what has changed outside. A plan that only records tells here, too, what has another
/// address.
fn all_drift<'a>(
    plan: &'a Plan,
    (prior, secrets): (&Snapshot, Secrets),
) -> Vec<ResourceChange<'a>> {
    let mut all: BTreeMap<_, ResourceChange<'a>> =
        plan.drift.iter().map(|d| (&d.address, drift(d, (prior, secrets)))).collect();
    if plan.mode == PlanMode::RefreshOnly {
        let is_moved = |change: &&Change| change.moved_from.is_some() && change.deposed.is_none();
        for change in plan.changes.iter().filter(is_moved) {
            let told = all
                .entry(&change.address)
                .or_insert_with(|| resource_change(plan, change, secrets));
            told.previous_address = change.moved_from.as_ref().map(ToString::to_string);
        }
    }
    let mut all: Vec<_> = all.into_iter().collect();
    // Outer modules come before all inner ones, as among the changes.
    all.sort_by_key(|(address, _)| address.module.steps().len());
    all.into_iter().map(|(_, told)| told).collect()
}

fn drift<'a>(drift: &'a Drift, (prior, secrets): (&Snapshot, Secrets)) -> ResourceChange<'a> {
    let actions = if drift.observed.is_some() { vec!["update"] } else { vec!["delete"] };
    let module = &drift.address.module;
    let recorded = prior.instances.get(&drift.address);
    let object = recorded.and_then(|instance| instance.objects.values().next_back());
    ResourceChange {
        address: drift.address.to_string(),
        previous_address: None,
        module_address: (!module.is_root()).then(|| module.to_string()),
        mode: mode(drift.address.mode),
        kind: &drift.kind.0,
        name: &drift.address.name,
        index: index(&drift.address.key),
        provider_name: object
            .map(|object| provider_source(&object.provider.provider))
            .unwrap_or_default(),
        deposed: None,
        change: difference(actions, (Some(&drift.recorded), drift.observed.as_ref()), secrets),
        action_reason: None,
        impacts: Vec::new(),
        monthly_cost: None,
    }
}

fn difference(
    actions: Vec<&'static str>,
    (before, after): (Option<&Value>, Option<&Value>),
    secrets: Secrets,
) -> ChangeJson {
    let null = Value::null(Type::Dynamic);
    let (before, after) = (before.unwrap_or(&null), after.unwrap_or(&null));
    let is_known = after.is_known();
    ChangeJson {
        actions,
        before: known(&secret_as(before, after), secrets),
        after: is_known.then(|| known(&secret_as(after, before), secrets)),
        after_unknown: if after.is_wholly_known() {
            Json::Object(serde_json::Map::new())
        } else {
            unknown_shape(after)
        },
        before_sensitive: sensitive_shape(before),
        after_sensitive: sensitive_shape(after),
        replace_paths: Vec::new(),
        importing: None,
        generated_config: None,
    }
}

/// Returns a value whose parts are as secret as those of the other: what one side of a change hides
/// is not to be read on the other.
fn secret_as(value: &Value, other: &Value) -> Value {
    let paths: Vec<_> = other.secrets().into_iter().map(|path| (path, Marks::SENSITIVE)).collect();
    value.clone().mark_paths(&paths)
}

fn actions(change: &Change) -> Vec<&'static str> {
    match change.action {
        Action::NoOp | Action::Adopt => vec!["no-op"],
        Action::Read => vec!["read"],
        Action::Create => vec!["create"],
        Action::Update => vec!["update"],
        Action::Replace if change.create_before_destroy => vec!["create", "delete"],
        Action::Replace => vec!["delete", "create"],
        Action::Delete => vec!["delete"],
        Action::Forget => vec!["forget"],
    }
}

pub(super) fn action_reason(change: &Change) -> Option<&'static str> {
    Some(match change.reason? {
        Reason::Tainted => "replace_because_tainted",
        Reason::Requested => "replace_by_request",
        Reason::CannotUpdate => "replace_because_cannot_update",
        Reason::Triggered => "replace_by_triggers",
        Reason::NoResource | Reason::Removed => "delete_because_no_resource_config",
        Reason::NoModule => "delete_because_no_module",
        Reason::NoMoveTarget => "delete_because_no_move_target",
        Reason::WrongRepetition => "delete_because_wrong_repetition",
        Reason::NoKey => match change.address.key {
            InstanceKey::Index(_) => "delete_because_count_index",
            InstanceKey::Name(_) | InstanceKey::Any => "delete_because_each_key",
            InstanceKey::None => "delete_because_enabled_false",
        },
        Reason::Unknown => "read_because_config_unknown",
        Reason::DependsOn => "read_because_dependency_pending",
        Reason::Deposed | Reason::Gone => return None,
    })
}

fn path(path: &Path) -> Json {
    path.0
        .iter()
        .map(|step| match step {
            Step::Attribute(name) | Step::Key(name) => Json::from(&**name),
            Step::Index(index) => Json::from(*index),
            Step::Element(_) => Json::Null,
        })
        .collect()
}

fn output_changes(plan: &Plan, secrets: Secrets) -> BTreeMap<&str, ChangeJson> {
    plan.outputs
        .iter()
        .map(|(name, change)| {
            let action = output_action(change);
            let mut json =
                difference(vec![action], (change.prior.as_ref(), change.planned.as_ref()), secrets);
            // An output is sensitive as a whole, and so before and after.
            let values = [&change.prior, &change.planned].into_iter().flatten();
            let is_sensitive = Json::Bool(values.into_iter().any(Value::has_sensitive));
            if change.planned.as_ref().is_none_or(Value::is_wholly_known) {
                json.after_unknown = Json::Bool(false);
            }
            json.before_sensitive = is_sensitive.clone();
            json.after_sensitive = is_sensitive;
            (&**name, json)
        })
        .collect()
}

/// Returns what becomes of an output.
pub(super) fn output_action(change: &OutputChange) -> &'static str {
    match (&change.prior, &change.planned) {
        // What is null before and after is nothing all along.
        (before, Some(after)) if after.is_null() && before.as_ref().is_none_or(Value::is_null) => {
            "no-op"
        }
        (None, _) => "create",
        (Some(_), None) => "delete",
        (Some(before), Some(after)) if before == after => "no-op",
        (Some(_), Some(_)) => "update",
    }
}

fn deferred(deferred: &infra_plan::plan::Deferred) -> DeferredJson {
    use infra_plan::plan::DeferredReason;
    DeferredJson {
        reason: match deferred.reason {
            DeferredReason::Expansion => "instance_count_unknown",
            DeferredReason::Provider => "provider_config_unknown",
            DeferredReason::Dependency => "deferred_prereq",
        },
        resource_change: DeferredChange {
            address: deferred.address.to_string(),
            waits_for: deferred.waits_for.iter().map(ToString::to_string).collect(),
        },
    }
}
