//! All prices in one answer. They are fictional.

use super::{
    World,
    call::{Answer, Call, Reply},
    catalogue::Price,
    route::Route,
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[Route::get("/pricing", get)];

const PRIMARY_IPV4: Price = Price(5_000);
const FLOATING_IPV4: Price = Price(30_000);
const FLOATING_IPV6: Price = Price(10_000);
const IMAGE_PER_GB: Price = Price(110);
const VOLUME_PER_GB: Price = Price(440);

#[allow(clippy::unnecessary_wraps, reason = "operations have one type")]
fn get(world: &mut World, _call: &Call) -> Answer {
    let catalogue = &world.catalogue;
    let now_ms = world.now_ms();
    let locations = || catalogue.locations.iter().map(|at| at.name);
    let hourly = |price: Price| {
        let at = |location| {
            json!({
                "location": location,
                "price_hourly": price.hourly().answer(),
                "price_monthly": price.answer(),
            })
        };
        locations().map(at).collect::<Vec<Value>>()
    };
    let monthly = |price: Price| {
        let at = |location| json!({ "location": location, "price_monthly": price.answer() });
        locations().map(at).collect::<Vec<Value>>()
    };
    let servers = catalogue.server_types.iter().filter(|of| !of.is_gone(now_ms));
    let servers: Vec<Value> =
        servers.map(|of| json!({ "id": of.id, "name": of.name, "prices": of.prices() })).collect();
    let balancers = catalogue.load_balancer_types.iter();
    let balancers: Vec<Value> = balancers
        .map(|of| json!({ "id": of.id, "name": of.name, "prices": of.prices() }))
        .collect();
    Ok(Reply::ok(json!({ "pricing": {
        "currency": "EUR",
        "vat_rate": "19.00",
        "primary_ips": [
            { "type": "ipv4", "prices": hourly(PRIMARY_IPV4) },
            { "type": "ipv6", "prices": hourly(Price(0)) },
        ],
        "floating_ips": [
            { "type": "ipv4", "prices": monthly(FLOATING_IPV4) },
            { "type": "ipv6", "prices": monthly(FLOATING_IPV6) },
        ],
        "floating_ip": { "price_monthly": FLOATING_IPV4.answer() },
        "image": { "price_per_gb_month": IMAGE_PER_GB.answer() },
        "volume": { "price_per_gb_month": VOLUME_PER_GB.answer() },
        "server_backup": { "percentage": "20.00" },
        "server_types": servers,
        "load_balancer_types": balancers,
    }})))
}
