//! Certificates of the project: those that are uploaded, and those that Hetzner gets and renews.

mod managed;
mod pem;
mod uploaded;

pub(crate) use managed::ManagedCertificate;
pub(crate) use uploaded::{Older, Uploaded, Usual};

use crate::{
    client::Client,
    form,
    kept::{Change, HasLabels, Kept, Place, object},
    labels::{self, sent},
    problem::Outcome,
};
use hcloud::models::ReplaceCertificateRequest;
use infra_sdk::connection::Control;
use serde_json::{Value as Json, json};

/// Where certificates of all sorts are.
const PLACE: Place = Place { path: "/certificates", many: "certificates", one: "certificate" };

/// A service of a load balancer may just be letting go of a certificate.
const PASSING: &[&str] = &["resource_in_use"];

/// Returns what all certificates show.
fn seen(object: &Json) -> Json {
    json!({
        "id": form::id_text(&object["id"]), "name": object["name"], "type": object["type"],
        "certificate": object["certificate"], "labels": labels::of_user(object),
        "domain_names": object["domain_names"], "fingerprint": object["fingerprint"],
        "created": object["created"], "not_valid_before": object["not_valid_before"],
        "not_valid_after": object["not_valid_after"],
    })
}

/// Reads a certificate by its number, if it is of the sort that is meant.
async fn imported<T: Kept>(
    client: &Client,
    id: &str,
    is_meant: fn(&Json) -> bool,
    control: &Control,
) -> Outcome<Option<Json>> {
    if id.parse::<i64>().is_err() {
        return Ok(None);
    }
    let found = object::<T>(client, &format!("{}/{id}", T::PLACE.path), control).await?;
    Ok(found.filter(is_meant))
}

/// Changes what can be changed of a certificate.
async fn update<M: HasLabels>(
    client: &Client,
    change: &Change<'_, M>,
    control: &Control,
) -> Outcome<()> {
    let body =
        ReplaceCertificateRequest { labels: change.labels().and_then(sent), name: change.name() };
    client.put(change.path, &body, control).await.map(drop)
}
