//! `hcloud_load_balancer_service`: a port that a load balancer listens to, where it hands connections
//! to, and how it finds out which targets are well.

mod health;
mod http;

use crate::{
    client::Client,
    consequences::{destroyed, downtime},
    form,
    keyed::{Keyed, Parent, Parents},
    planning,
    problem::{Outcome, Problem},
    pure::Pure,
    rules,
    schemas::{given, number_or_given, required},
};
use hcloud::models::{
    DeleteServiceRequest, LoadBalancerService as Body, UpdateLoadBalancerService,
    load_balancer_service::Protocol,
};
use health::HealthCheck;
use http::HttpSettings;
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, Kind},
    schema::{Attribute, Block, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The greatest port.
const PORT_MAX: i64 = 65_535;

/// The type.
pub(crate) struct LoadBalancerService;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    load_balancer_id: Id,
    protocol: Option<String>,
    listen_port: Option<i32>,
    destination_port: Option<i32>,
    proxyprotocol: Option<bool>,
    http: Option<Vec<HttpSettings>>,
    health_check: Option<Vec<HealthCheck>>,
}

/// The id of a load balancer, which this type has as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
struct Id(i64);

impl From<Id> for String {
    fn from(Id(id): Id) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // Other ways to write a number would come back as this one.
        let id = text.parse().ok().filter(|id: &i64| id.to_string() == text);
        id.map(Self).ok_or("it is no id")
    }
}

impl Model {
    fn balancer(&self) -> Parent {
        Parent::load_balancer(self.load_balancer_id.0)
    }

    fn listen_port(&self) -> i32 {
        let usual = self.protocol.as_deref().and_then(usual_ports);
        self.listen_port.or(usual.map(|(listen, _)| listen)).unwrap_or_default()
    }

    fn destination_port(&self) -> i32 {
        let usual = self.protocol.as_deref().and_then(usual_ports);
        let usual = usual.map(|(_, destination)| destination);
        self.destination_port.or(usual).unwrap_or_default()
    }

    fn http(&self) -> Option<&HttpSettings> {
        self.http.as_ref()?.first()
    }

    fn check(&self) -> Option<&HealthCheck> {
        self.health_check.as_ref()?.first()
    }

    fn action(&self, name: &str) -> String {
        format!("/load_balancers/{}/actions/{name}", self.load_balancer_id.0)
    }
}

impl Keyed for LoadBalancerService {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("load_balancer_id", required().replaces()),
            ("protocol", required().replaces()),
            ("listen_port", number_or_given().replaces()),
            ("destination_port", number_or_given()),
            ("proxyprotocol", Attribute::optional_computed(Type::Bool)),
        ])
        .with([("http", http::block()), ("health_check", health::block())]);
        Pure::of("hcloud_load_balancer_service", block)
            .keyed_by(&["load_balancer_id", "listen_port"])
            .judged_by(validate)
            .planned_by(planned)
            .telling(tell)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![of.balancer()]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let services = parents.get(&of.balancer())?["services"].as_array()?;
        let port = i64::from(of.listen_port());
        let service = services.iter().find(|one| one["listen_port"].as_i64() == Some(port))?;
        Some(json!({
            "id": format!("{}__{port}", of.load_balancer_id.0), "load_balancer_id": of.load_balancer_id,
            "protocol": service["protocol"], "listen_port": port,
            "destination_port": service["destination_port"],
            "proxyprotocol": service["proxyprotocol"].as_bool().unwrap_or(false),
            "http": http::seen(&service["http"]),
            "health_check": health::seen(&service["health_check"]),
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        let model = &wanted.model;
        let check = model.check().cloned().unwrap_or_else(|| usual_check(model));
        let body = Body {
            destination_port: model.destination_port(),
            health_check: Box::new(check.body()),
            http: model.http().map(|http| Box::new(http.body())),
            listen_port: model.listen_port(),
            protocol: match model.protocol.as_deref() {
                Some("http") => Protocol::Http,
                Some("https") => Protocol::Https,
                _ => Protocol::Tcp,
            },
            proxyprotocol: model.proxyprotocol.unwrap_or(false),
        };
        let body = with_idle_time(&body, model.http())?;
        let _turn = client.balancer_turn(model.load_balancer_id.0).await;
        client.act(&model.action("add_service"), &body, control).await.map(drop)
    }

    async fn update(
        client: &Client,
        prior: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        let after = &wanted.model;
        let http = after.http().filter(|_| prior.http != after.http);
        let check = after.check().filter(|_| prior.health_check != after.health_check);
        let body = UpdateLoadBalancerService {
            destination_port: after
                .destination_port
                .filter(|_| prior.destination_port != after.destination_port),
            health_check: check.map(|check| Box::new(check.change())),
            http: http.map(|http| Box::new(http.body())),
            listen_port: prior.listen_port(),
            protocol: None,
            proxyprotocol: after
                .proxyprotocol
                .filter(|_| prior.proxyprotocol != after.proxyprotocol),
        };
        let body = with_idle_time(&body, http)?;
        let _turn = client.balancer_turn(prior.load_balancer_id.0).await;
        client.act(&prior.action("update_service"), &body, control).await.map(drop)
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        let _turn = client.balancer_turn(prior.load_balancer_id.0).await;
        let body = DeleteServiceRequest { listen_port: prior.listen_port() };
        client.act_if_there(&prior.action("delete_service"), &body, control).await
    }

    fn key(id: &str) -> Option<Json> {
        let (balancer, port) = id.split_once("__")?;
        let (balancer, port): (i64, i32) = (balancer.parse().ok()?, port.parse().ok()?);
        Some(json!({ "load_balancer_id": balancer.to_string(), "listen_port": port }))
    }

    /// Where nothing was said, what the API says by itself is no other value.
    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let mut observed: Model = form::observed(recorded, seen)?;
        let checks = observed.health_check.iter_mut().flatten();
        for (check, before) in checks.zip(recorded.health_check.iter().flatten()) {
            check.keep_unsaid(before);
        }
        Ok(observed)
    }
}

/// The ports of a protocol where none are given: that of the load balancer, and that of targets.
fn usual_ports(protocol: &str) -> Option<(i32, i32)> {
    match protocol {
        "http" => Some((80, 80)),
        "https" => Some((443, 80)),
        _ => None,
    }
}

/// The check of the API where none is given.
fn usual_check(model: &Model) -> HealthCheck {
    let protocol = if model.protocol.as_deref() == Some("tcp") { "tcp" } else { "http" };
    HealthCheck::usual(protocol, model.destination_port())
}

/// The models of the crate do not have `timeout_idle` yet.
fn with_idle_time<B: Serialize>(body: &B, http: Option<&HttpSettings>) -> Outcome<Json> {
    let mut body = serde_json::to_value(body).map_err(|error| Problem::Unreadable {
        request: "a service of a load balancer".to_owned(),
        detail: format!("Its body can't be written ({:?} error).", error.classify()),
    })?;
    if let Some(seconds) = http.and_then(|http| http.timeout_idle) {
        body["http"]["timeout_idle"] = Json::from(seconds);
    }
    Ok(body)
}

/// Ports that the protocol tells are known while planning; a check that begins or ceases to speak
/// HTTP gets or loses what is said of that.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value, _: &Facts) -> Proposal {
    let mut wanted = desired.clone();
    let usual = rules::text(desired, "protocol").and_then(|protocol| usual_ports(protocol));
    if let (None, Some((listen, destination))) = (prior, usual) {
        for (name, port) in [("listen_port", listen), ("destination_port", destination)] {
            if planning::is_left_out(&wanted, name) {
                wanted = planning::with(&wanted, name, Value::from(i64::from(port)));
            }
        }
    }
    let proposal = propose(schema, prior, &wanted);
    let planned = health::with_fitting_http(&proposal.planned, desired);
    Proposal { planned, ..proposal }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::one_of(desired, "protocol", &["http", "https", "tcp"]);
    for name in ["listen_port", "destination_port"] {
        found.extend(rules::between(desired, name, 1, PORT_MAX));
    }
    if let Some(id) = rules::text(desired, "load_balancer_id")
        && Id::try_from(id.to_string()).is_err()
    {
        let help = "give the id of a `hcloud_load_balancer`".to_owned();
        found.push(rules::wrong("load_balancer_id", format!("`{id}` is no id"), help));
    }
    if rules::text(desired, "protocol").is_some_and(|protocol| &**protocol == "tcp") {
        for name in ["listen_port", "destination_port"] {
            if !rules::is_given(desired, name) {
                let summary = format!("`{name}` is missing, which a service of TCP has");
                found.push(rules::wrong("protocol", summary, format!("give `{name}`")));
            }
        }
        if !planning::is_left_out(desired, "http") {
            let summary = "a service of TCP has no `http`".to_owned();
            found.push(rules::wrong("http", summary, "remove the block, or use `http`"));
        }
    }
    found.extend(rules::inside(desired, "http", http::validate));
    found.extend(rules::inside(desired, "health_check", health::validate));
    found
}

fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = destroyed(change) else { return Vec::new() };
    let port = rules::number(prior, "listen_port").unwrap_or_default();
    let until = if change.replace { " until it is made anew" } else { "" };
    vec![downtime(format!("port {port} of the load balancer takes no connections{until}"))]
}
