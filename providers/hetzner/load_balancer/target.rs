//! `hcloud_load_balancer_target`: a server, all servers with some labels, or an address that a load
//! balancer hands connections to.

use crate::{
    client::{Client, Turn},
    consequences::{destroyed, downtime, flag, updated},
    form,
    keyed::{Keyed, Parent, Parents},
    patience::patiently,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, number, required, required_number, text},
};
use hcloud::models::{
    LabelSelector, LoadBalancerAddTarget, LoadBalancerTargetIp, RemoveTargetRequest, ResourceId,
    load_balancer_add_target, remove_target_request,
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
use std::sync::Arc;

/// The sorts of targets; each is told by an attribute.
const SORTS: [(&str, &str); 3] =
    [("server", "server_id"), ("label_selector", "label_selector"), ("ip", "ip")];

/// Load balancer or server may be on their way into the network.
const NOT_READY: [&str; 2] =
    ["load_balancer_not_attached_to_network", "resolve_cloud_private_targets_error"];

/// The most characters of a selector.
const SELECTOR_MAX: usize = 1000;

/// The type.
pub(crate) struct LoadBalancerTarget;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    r#type: Option<String>,
    load_balancer_id: i64,
    server_id: Option<i64>,
    label_selector: Option<String>,
    ip: Option<String>,
    use_private_ip: Option<bool>,
}

impl Model {
    fn balancer(&self) -> Parent {
        Parent::load_balancer(self.load_balancer_id)
    }

    fn sort(&self) -> &str {
        self.r#type.as_deref().unwrap_or_default()
    }

    fn server(&self) -> Option<Box<ResourceId>> {
        self.server_id.map(|id| Box::new(ResourceId { id }))
    }

    fn selector(&self) -> Option<Box<LabelSelector>> {
        self.label_selector.clone().map(|selector| Box::new(LabelSelector { selector }))
    }

    fn address(&self) -> Option<Box<LoadBalancerTargetIp>> {
        self.ip.clone().map(|ip| Box::new(LoadBalancerTargetIp { ip }))
    }

    /// What stands at the end of its import id.
    fn named(&self) -> Option<String> {
        match self.sort() {
            "server" => self.server_id.map(|id| id.to_string()),
            "label_selector" => self.label_selector.clone(),
            _ => self.ip.clone(),
        }
    }

    fn is_shown_as(&self, target: &Json) -> bool {
        if target["type"].as_str() != Some(self.sort()) {
            return false;
        }
        match self.sort() {
            "server" => target["server"]["id"].as_i64() == self.server_id,
            "label_selector" => {
                target["label_selector"]["selector"].as_str() == self.label_selector.as_deref()
            }
            _ => target["ip"]["ip"].as_str() == self.ip.as_deref(),
        }
    }

    async fn add(&self, client: &Client, control: &Control) -> Outcome<()> {
        use load_balancer_add_target::Type;
        let body = LoadBalancerAddTarget {
            ip: self.address(),
            label_selector: self.selector(),
            server: self.server(),
            r#type: match self.sort() {
                "server" => Type::Server,
                "label_selector" => Type::LabelSelector,
                _ => Type::Ip,
            },
            use_private_ip: self.use_private_ip.filter(|_| self.ip.is_none()),
        };
        let path = action(self, "add_target");
        let codes: &[&str] = if self.use_private_ip == Some(true) { &NOT_READY } else { &[] };
        // What is waited for needs its turns: they are given back between two attempts.
        let attempt = || async {
            let _turns = self.turns(client).await;
            client.act(&path, &body, control).await
        };
        patiently(codes, control, attempt).await.map(drop)
    }

    /// Waits for the turns of what it joins: of the server first.
    async fn turns(&self, client: &Client) -> (Option<Turn>, Turn) {
        let of_server = match self.server_id {
            Some(server) => Some(client.turn(server).await),
            None => None,
        };
        let balancer = self.load_balancer_id;
        (of_server, client.balancer_turn(balancer).await)
    }

    async fn remove(&self, client: &Client, control: &Control) -> Outcome<()> {
        use remove_target_request::Type;
        let body = RemoveTargetRequest {
            ip: self.address(),
            label_selector: self.selector(),
            server: self.server(),
            r#type: match self.sort() {
                "server" => Type::Server,
                "label_selector" => Type::LabelSelector,
                _ => Type::Ip,
            },
        };
        let _turns = self.turns(client).await;
        client.act_if_there(&action(self, "remove_target"), &body, control).await
    }
}

impl Keyed for LoadBalancerTarget {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("type", required().replaces()),
            ("load_balancer_id", required_number().replaces()),
            ("server_id", number().replaces()),
            ("label_selector", text().replaces()),
            ("ip", text().replaces()),
            ("use_private_ip", Attribute::optional_computed(Type::Bool)),
        ]);
        Pure::of("hcloud_load_balancer_target", block)
            .keyed_by(&["load_balancer_id", "type", "server_id", "label_selector", "ip"])
            .judged_by(validate)
            .telling(tell)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![of.balancer()]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let balancer = parents.get(&of.balancer())?;
        let target = balancer["targets"].as_array()?.iter().find(|t| of.is_shown_as(t))?;
        let id = format!("{}__{}__{}", of.load_balancer_id, of.sort(), of.named()?);
        Some(json!({
            "id": id, "type": of.r#type, "load_balancer_id": of.load_balancer_id,
            "server_id": of.server_id, "label_selector": of.label_selector, "ip": of.ip,
            "use_private_ip": target["use_private_ip"].as_bool().unwrap_or(false),
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        wanted.model.add(client, control).await
    }

    /// The API can't change a target: it is taken away and put back.
    async fn update(
        client: &Client,
        prior: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        if prior.use_private_ip == wanted.model.use_private_ip {
            return Ok(());
        }
        prior.remove(client, control).await?;
        wanted.model.add(client, control).await
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        prior.remove(client, control).await
    }

    fn key(id: &str) -> Option<Json> {
        let mut parts = id.splitn(3, "__");
        let (balancer, sort, named) = (parts.next()?, parts.next()?, parts.next()?);
        let balancer: i64 = balancer.parse().ok()?;
        let (_, attribute) = SORTS.iter().find(|(name, _)| *name == sort)?;
        let named = match sort {
            "server" => Json::from(named.parse::<i64>().ok()?),
            _ => Json::from(named),
        };
        Some(json!({ "load_balancer_id": balancer, "type": sort, *attribute: named }))
    }

    /// A state that was taken over has ids of another form.
    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        Ok(Model { id: recorded.id.clone().or(observed.id), ..observed })
    }
}

fn action(of: &Model, name: &str) -> String {
    format!("/load_balancers/{}/actions/{name}", of.load_balancer_id)
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let names = SORTS.map(|(sort, _)| sort);
    let mut found = rules::one_of(desired, "type", &names);
    found.extend(rules::exactly_one(desired, &SORTS.map(|(_, attribute)| attribute)));
    found.extend(rules::address(desired, "ip"));
    found.extend(rules::at_most(desired, "label_selector", SELECTOR_MAX));
    found.extend(rules::selector(desired, "label_selector"));
    let sort = rules::text(desired, "type");
    let expected = SORTS.iter().find(|(name, _)| sort.is_some_and(|sort| **sort == **name));
    if let Some((sort, attribute)) = expected
        && found.is_empty()
        && !rules::is_given(desired, attribute)
    {
        let summary = format!("`{attribute}` is missing, which a target of type `{sort}` has");
        found.push(rules::wrong("type", summary, "give it, or another type"));
    }
    if rules::is_given(desired, "ip") && rules::is_given(desired, "use_private_ip") {
        let summary = "`use_private_ip` can't be given together with `ip`".to_owned();
        found.push(rules::wrong("use_private_ip", summary, "leave it out: the address says it"));
    }
    found
}

fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    if destroyed(change).is_some() {
        return vec![downtime("connections to the target end, and it gets no more of them")];
    }
    let Some((before, after)) = updated(change) else { return Vec::new() };
    if flag(before, "use_private_ip") == flag(after, "use_private_ip") {
        return Vec::new();
    }
    vec![downtime("connections to the target end while it is taken away and put back")]
}
