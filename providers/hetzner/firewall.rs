//! `hcloud_firewall`: rules of what may reach servers and what servers may reach.

mod impact;
mod judge;
mod rule;
pub(crate) mod targets;

use crate::{
    client::Client,
    form,
    kept::{Change, Kept, Made, Place, has_labels},
    labels::{self, Labels, sent},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, number_or_given, required, set_of, text, text_or_given},
};
use hcloud::models::{CreateFirewallRequest, ReplaceFirewallRequest, SetRulesRequest};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{
    connection::Control,
    resource::{Thing, Wanted},
};
use rule::Rule;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use targets::Target;

/// The most characters of a name.
const NAME_MAX: usize = 128;

/// The type.
pub(crate) struct Firewall;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    apply_to: Option<Vec<ApplyTo>>,
    #[serde(default)]
    rule: Vec<Rule>,
}

/// What it is applied to, by the configuration of the firewall itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ApplyTo {
    label_selector: Option<String>,
    server: Option<i64>,
}

impl ApplyTo {
    fn target(&self) -> Option<Target> {
        let selector = self.label_selector.clone().filter(|selector| !selector.is_empty());
        let server = self.server.filter(|server| *server > 0);
        selector.map(Target::Selector).or(server.map(Target::Server))
    }
}

impl Model {
    fn targets(&self) -> BTreeSet<Target> {
        self.apply_to.iter().flatten().filter_map(ApplyTo::target).collect()
    }
}

has_labels!(Model, name);

impl Kept for Firewall {
    type Model = Model;

    const PLACE: Place = Place { path: "/firewalls", many: "firewalls", one: "firewall" };

    const PASSING: &'static [&'static str] = &["resource_in_use"];

    fn kind() -> Arc<dyn Kind> {
        let mut apply_to =
            set_of(Block::of([("label_selector", text_or_given()), ("server", number_or_given())]));
        // Other types apply it as well: what is not said here is not meant to be undone here.
        apply_to.computed = true;
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("labels", Attribute::optional_computed(Type::map(Type::String))),
        ])
        .with([("apply_to", apply_to), ("rule", set_of(rules_block()))]);
        Pure::of("hcloud_firewall", block)
            .judged_by(|desired, _| rules::name_of(desired, NAME_MAX))
            .judged_by(judge::desired)
            .planned_by(rule::planned)
            .telling(impact::of)
            .shared()
    }

    fn seen(object: &Json) -> Json {
        json!({
            "id": object["id"].as_i64().map(|id| id.to_string()), "name": object["name"],
            "labels": labels::of_user(object), "rule": rule::seen(object),
            "apply_to": targets::blocks(object),
        })
    }

    /// It is made without being applied to anything: what can't be applied leaves a whole firewall.
    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let body = CreateFirewallRequest {
            apply_to: None,
            labels: sent(labels),
            name: wanted.model.name.clone().unwrap_or_default(),
            rules: Some(wanted.model.rule.iter().map(Rule::sent).collect()),
        };
        Ok(client.post("/firewalls", &body, control).await?.into())
    }

    async fn furnish(
        client: &Client,
        (path, _): (&str, &Json),
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        targets::apply(client, path, wanted.model.targets(), control).await
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let (prior, wanted) = (&change.prior.model, &change.wanted.model);
        let (name, labels) = (change.name(), change.labels());
        if name.is_some() || labels.is_some() {
            let body = ReplaceFirewallRequest { labels: labels.and_then(sent), name };
            client.put(change.path, &body, control).await?;
        }
        if !rule::are_same(&prior.rule, &wanted.rule) {
            let rules = wanted.rule.iter().map(Rule::sent).collect();
            let path = format!("{}/actions/set_rules", change.path);
            client.act(&path, &SetRulesRequest::new(rules), control).await?;
        }
        let (before, after) = (prior.targets(), wanted.targets());
        // First what is added, so that nothing is without rules in between.
        targets::apply(client, change.path, &after - &before, control).await?;
        targets::remove(client, change.path, Some(&before - &after), control).await
    }

    async fn release(
        client: &Client,
        path: &str,
        _: &Thing<Model>,
        control: &Control,
    ) -> Outcome<()> {
        targets::remove(client, path, None, control).await
    }

    fn recorded(block: &Block, wanted: &Model, seen: &Json) -> Outcome<Model> {
        let recorded: Model = form::recorded(block, wanted, seen)?;
        let apply_to = wanted.apply_to.clone().or_else(|| Some(Vec::new()));
        Ok(Model { apply_to, rule: wanted.rule.clone(), ..recorded })
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        let given = recorded.apply_to.as_deref().unwrap_or_default();
        let before = |now: ApplyTo| {
            let same = given.iter().find(|one| one.target() == now.target());
            same.cloned().unwrap_or(now)
        };
        // Servers and attachments say themselves which firewalls they have.
        let now = observed.apply_to.into_iter().flatten().filter(|_| !given.is_empty());
        let apply_to = Some(now.map(before).collect());
        let rule = rule::in_words_of(&recorded.rule, observed.rule);
        Ok(Model { apply_to, rule, ..observed })
    }
}

/// Returns what a firewall is applied to, and its rules.
pub(crate) fn blocks(object: &Json) -> (Json, Json) {
    (targets::blocks(object), rule::seen(object))
}

fn rules_block() -> Block {
    let ranges = || Attribute::optional(Type::set(Type::String));
    Block::of([
        ("direction", required()),
        ("protocol", required()),
        ("port", text()),
        ("source_ips", ranges()),
        ("destination_ips", ranges()),
        ("description", text()),
    ])
}
