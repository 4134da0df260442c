//! `hcloud_firewall_attachment`: servers and labels that a firewall is applied to, apart from it.
//!
//! Only its own members count: servers may have the firewall by other ways as well, and those are
//! neither drift of this nor taken away with it.

use crate::{
    client::Client,
    consequences::exposure,
    firewall::targets::{self, Target},
    keyed::{Keyed, Parent, Parents},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, required_number},
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, Kind},
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeSet, sync::Arc};

/// The attributes that hold the members.
const MEMBERS: [&str; 2] = ["server_ids", "label_selectors"];

/// The type.
pub(crate) struct FirewallAttachment;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    firewall_id: i64,
    server_ids: Option<BTreeSet<i64>>,
    label_selectors: Option<BTreeSet<String>>,
}

impl Model {
    fn firewall(&self) -> i64 {
        self.firewall_id
    }

    fn path(&self) -> String {
        format!("/firewalls/{}", self.firewall())
    }

    fn members(&self) -> BTreeSet<Target> {
        let servers = self.server_ids.iter().flatten().copied().map(Target::Server);
        let selectors = self.label_selectors.iter().flatten().cloned().map(Target::Selector);
        servers.chain(selectors).collect()
    }
}

impl Keyed for FirewallAttachment {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("firewall_id", required_number().replaces()),
            ("server_ids", Attribute::optional(Type::set(Type::Number))),
            ("label_selectors", Attribute::optional(Type::set(Type::String))),
        ]);
        Pure::of("hcloud_firewall_attachment", block)
            .keyed_by(&["firewall_id"])
            .judged_by(validate)
            .telling(impact)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![Parent::firewall(of.firewall())]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let applied = targets::applied(parents.get(&Parent::firewall(of.firewall()))?);
        let members = of.members();
        // Whoever imports names no members: then all are meant.
        let theirs = if members.is_empty() { applied } else { &applied & &members };
        if theirs.is_empty() {
            return None;
        }
        let (mut servers, mut selectors) = (Vec::new(), Vec::new());
        for target in theirs {
            match target {
                Target::Server(id) => servers.push(id),
                Target::Selector(selector) => selectors.push(selector),
            }
        }
        Some(json!({
            "id": of.firewall().to_string(), "firewall_id": of.firewall(),
            "server_ids": Some(servers).filter(|ids| !ids.is_empty()),
            "label_selectors": Some(selectors).filter(|all| !all.is_empty()),
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        let model = &wanted.model;
        targets::apply(client, &model.path(), model.members(), control).await
    }

    async fn update(
        client: &Client,
        prior: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        let (before, after) = (prior.members(), wanted.model.members());
        // First what is added, so that nothing is without rules in between.
        targets::apply(client, &prior.path(), after.clone(), control).await?;
        targets::remove(client, &prior.path(), Some(&before - &after), control).await
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        targets::remove(client, &prior.path(), Some(prior.members()), control).await
    }

    fn key(id: &str) -> Option<Json> {
        let firewall: i64 = id.parse().ok()?;
        Some(json!({ "firewall_id": firewall }))
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let is_empty = |name: &&str| desired.get(name).is_none_or(|v| v.is_null() || v.is_empty());
    if !MEMBERS.iter().all(is_empty) {
        return rules::selectors(desired, "label_selectors");
    }
    let summary = "the firewall is attached to nothing".to_owned();
    vec![rules::wrong(MEMBERS[0], summary, "give `server_ids`, `label_selectors` or both")]
}

fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = change.prior else { return Vec::new() };
    let stays = change.planned.filter(|_| !change.replace);
    let freed = MEMBERS.iter().flat_map(|name| {
        let members = |value: &Value| value.get(name).and_then(Value::items).map(<[Value]>::to_vec);
        let after = stays.and_then(members).unwrap_or_default();
        let is_kept = stays.is_some_and(|s| s.get(name).is_some_and(|v| !v.is_wholly_known()));
        let before = members(prior).unwrap_or_default().into_iter();
        before.filter(move |member| !is_kept && !after.contains(member))
    });
    let freed: Vec<String> = freed.map(|member| told(&member)).collect();
    if freed.is_empty() {
        return Vec::new();
    }
    vec![exposure(format!("not protected by the firewall any more: {}", freed.join(", ")))]
}

fn told(member: &Value) -> String {
    let server = member.as_number().map(|id| format!("server {id}"));
    let selector = || member.as_text().map(|selector| format!("`{selector}`"));
    server.or_else(selector).unwrap_or_default()
}
