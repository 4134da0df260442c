//! Certificates: uploaded ones, and managed ones, which an authority issues while an action runs.
//! Managed ones are never renewed here.

mod der;
mod issuance;
mod pem;
mod x509;

use self::{issuance::Issuance, x509::Facts};
use super::{
    World,
    call::{Answer, Call, Reply},
    clock,
    input::Input,
    kind::Kind,
    load_balancers::Service,
    page::SORTS,
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, needed_name, stored_in},
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/certificates", list),
    Route::post("/certificates", create),
    Route::get("/certificates/{id}", standard::get::<Certificate>),
    Route::put("/certificates/{id}", Kind::Certificate, standard::update::<Certificate>),
    Route::delete("/certificates/{id}", Kind::Certificate, standard::delete::<Certificate>),
    Route::act("/certificates/{id}/actions/retry", Kind::Certificate, issuance::retry),
];

const NAME_MAX: usize = 128;

/// A certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    head: Head,
    /// None for one that was uploaded.
    issuance: Option<Issuance>,
    /// What was asked for; an uploaded one says itself what it is for.
    domain_names: Vec<String>,
    /// The text with what it says, once there is one.
    issued: Option<(String, Facts)>,
}

impl Resource for Certificate {
    const KIND: Kind = Kind::Certificate;

    stored_in!(certificates);

    fn answer(&self, world: &World) -> Value {
        let facts = self.issued.as_ref().map(|(_, facts)| facts);
        let users = world.users_of_certificate(self.head.id);
        let user = |(kind, id): &(Kind, u64)| json!({ "id": id, "type": kind.word() });
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "labels": self.head.labels,
            "type": self.sort(),
            "certificate": self.issued.as_ref().map(|(text, _)| text),
            "created": clock::rfc3339(self.head.created_ms),
            "not_valid_before": facts.map(|facts| &facts.not_valid_before),
            "not_valid_after": facts.map(|facts| &facts.not_valid_after),
            "domain_names": self.domain_names,
            "fingerprint": facts.map(|facts| &facts.fingerprint),
            "status": self.issuance.as_ref().map(Issuance::answer),
            "used_by": users.iter().map(user).collect::<Vec<_>>(),
        })
    }

    fn may_go(&self, world: &World) -> Result<(), Refusal> {
        if world.users_of_certificate(self.head.id).is_empty() {
            return Ok(());
        }
        Err(Refusal::rule("resource_in_use", "certificate is used by a load balancer"))
    }
}

impl Certificate {
    fn sort(&self) -> &'static str {
        if self.issuance.is_some() { "managed" } else { "uploaded" }
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let is_meant = |certificate: &Certificate| call.passes("type", certificate.sort());
    standard::list_where(world, call, SORTS, is_meant)
}

fn create(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    let labels = input.labels().unwrap_or_default();
    let is_managed =
        input.choice("type", &["uploaded", "managed"]).is_some_and(|sort| sort == "managed");
    let (issued, domain_names) = if is_managed {
        (None, issuance::read_domains(&mut input))
    } else {
        let issued = read_uploaded(&mut input);
        let names = issued.as_ref().map(|(_, facts)| facts.domain_names.clone());
        (issued, names.unwrap_or_default())
    };
    input.done()?;
    world.name_is_free::<Certificate>(&name, None)?;
    world.has_room_for::<Certificate>()?;
    let head = world.head(&name, labels);
    let issuance = is_managed.then(Issuance::default);
    let id = world.insert(Certificate { head, issuance, domain_names, issued });
    let action = is_managed.then(|| issuance::begin(world, "create_certificate", id));
    let action = action.map(|action| world.action(action));
    let certificate = world.show::<Certificate>(id);
    Ok(Reply::created(json!({ "certificate": certificate, "action": action })))
}

/// Reads a certificate with its chain and the key that belongs to it.
fn read_uploaded(input: &mut Input<'_>) -> Option<(String, Facts)> {
    let text = input.needed_text("certificate");
    let key = input.needed_text("private_key");
    if text.is_empty() || key.is_empty() {
        return None;
    }
    let facts = match x509::read_chain(&text) {
        Ok(facts) => facts,
        Err(message) => {
            input.refuse("certificate", message);
            return None;
        }
    };
    match pem::read_key(&key) {
        None => input.refuse("private_key", "is not a private key in PEM format"),
        Some(key) if !facts.belongs_to(&key) => {
            input.refuse("private_key", "does not belong to the certificate");
        }
        Some(_) => {}
    }
    Some((text, facts))
}

impl World {
    /// Returns what uses a certificate: load balancers in their services.
    fn users_of_certificate(&self, certificate: u64) -> Vec<(Kind, u64)> {
        let uses = |service: &Service| service.certificates().contains(&certificate);
        let balancers = self.load_balancers.values();
        let balancers = balancers.filter(|of| of.services.iter().any(uses));
        balancers.map(|of| (Kind::LoadBalancer, of.head.id)).collect()
    }
}
