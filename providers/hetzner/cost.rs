//! What objects cost a month, by the price lists of the API: exact decimals, net and gross.
//!
//! Prices are facts under one key for all types of the cloud and one for storage boxes, so a plan asks
//! for each at most once. A monthly price is the most that an object costs in a month; traffic beyond
//! what is included is not told, since nobody can plan it.

use crate::{
    catalogue::{self, PRICING, STORAGE_BOX_TYPES},
    rules::{number, text},
};
use infra_model::{
    cost::{Cost, CostPart, Decimal},
    kind::{FactKey, Facts},
    value::Value,
};

/// A price, net and gross.
#[derive(Clone, Copy)]
struct Price(Decimal, Decimal);

/// Returns the fact that holds the prices of the cloud.
pub(crate) fn prices(_: Option<&Value>, _: &Value) -> Vec<FactKey> {
    vec![catalogue::key(PRICING)]
}

/// Returns the fact that holds the prices of storage boxes.
pub(crate) fn box_prices(_: Option<&Value>, _: &Value) -> Vec<FactKey> {
    vec![catalogue::key(STORAGE_BOX_TYPES)]
}

/// A server: its type, its address of IPv4 unless that is a primary IP of its own, and its backups.
pub(crate) fn server(value: &Value, facts: &Facts) -> Option<Cost> {
    let list = list(facts)?;
    let first = |name: &str, other: &str| {
        let given = text(value, name).filter(|text| !text.is_empty());
        given.or_else(|| text(value, other)).map(ToString::to_string)
    };
    let server_type = first("effective_server_type", "server_type")?;
    let location = first("effective_location", "location")?;
    let machine = in_location(named(list, "server_types", "name", &server_type)?, &location)?;
    let mut parts = vec![part("server", machine)];
    if has_own_ipv4(value)
        && let Some(price) = typed(list, "primary_ips", "ipv4", &location)
    {
        parts.push(part("IPv4 address", price));
    }
    if is_on(value, "backups") {
        let percentage = decimal(list.get("server_backup")?.get("percentage")?)?;
        let share = |amount: Decimal| amount * percentage / Decimal::ONE_HUNDRED;
        parts.push(part("backups", Price(share(machine.0), share(machine.1))));
    }
    Some(Cost::of(currency(list), parts))
}

/// A volume, by its size.
pub(crate) fn volume(value: &Value, facts: &Facts) -> Option<Cost> {
    let list = list(facts)?;
    let Price(net, gross) = price(list.get("volume")?.get("price_per_gb_month")?)?;
    let size = Decimal::from(number(value, "size")?);
    Some(Cost::of(currency(list), vec![part("storage", Price(net * size, gross * size))]))
}

/// A floating IP, by its family.
pub(crate) fn floating_ip(value: &Value, facts: &Facts) -> Option<Cost> {
    address(value, facts, ("floating_ips", "home_location"))
}

/// A primary IP, by its family.
pub(crate) fn primary_ip(value: &Value, facts: &Facts) -> Option<Cost> {
    address(value, facts, ("primary_ips", "location"))
}

/// A load balancer, by its type.
pub(crate) fn load_balancer(value: &Value, facts: &Facts) -> Option<Cost> {
    let list = list(facts)?;
    let name = text(value, "load_balancer_type")?;
    let of = named(list, "load_balancer_types", "name", name)?;
    let price = match text(value, "location") {
        Some(location) => in_location(of, location)?,
        // A network zone alone leaves the location to Hetzner.
        None => price(of.get("prices")?.items()?.first()?.get("price_monthly")?)?,
    };
    Some(Cost::of(currency(list), vec![part("load balancer", price)]))
}

/// A storage box, by its type.
pub(crate) fn storage_box(value: &Value, facts: &Facts) -> Option<Cost> {
    let all = facts.get(&catalogue::key(STORAGE_BOX_TYPES))?;
    let of = all.get(text(value, "storage_box_type")?)?;
    let price = in_location(of, text(value, "location")?)?;
    Some(Cost::of("EUR", vec![part("storage box", price)]))
}

fn address(value: &Value, facts: &Facts, (all, place): (&str, &str)) -> Option<Cost> {
    let list = list(facts)?;
    let price = typed(list, all, text(value, "type")?, text(value, place)?)?;
    Some(Cost::of(currency(list), vec![part("address", price)]))
}

fn list(facts: &Facts) -> Option<&Value> {
    facts.get(&catalogue::key(PRICING))
}

fn currency(list: &Value) -> String {
    text(list, "currency").map_or_else(|| "EUR".to_owned(), ToString::to_string)
}

/// Returns the one of a list of objects that has a value in a field.
fn named<'a>(list: &'a Value, all: &str, field: &str, wanted: &str) -> Option<&'a Value> {
    list.get(all)?
        .items()?
        .iter()
        .find(|one| text(one, field).is_some_and(|text| &**text == wanted))
}

fn typed(list: &Value, all: &str, family: &str, location: &str) -> Option<Price> {
    in_location(named(list, all, "type", family)?, location)
}

fn in_location(of: &Value, location: &str) -> Option<Price> {
    let place = named(of, "prices", "location", location)?;
    price(place.get("price_monthly")?)
}

fn price(of: &Value) -> Option<Price> {
    Some(Price(decimal(of.get("net")?)?, decimal(of.get("gross")?)?))
}

/// Prices have more digits than a decimal holds; what is beyond is nought.
fn decimal(value: &Value) -> Option<Decimal> {
    let digits: String = value.as_text()?.chars().take(24).collect();
    Decimal::from_str_exact(&digits).ok()
}

fn part(name: &str, Price(net, gross): Price) -> CostPart {
    CostPart { name: name.into(), net: net.normalize(), gross: gross.normalize() }
}

/// Returns whether a server has an address of IPv4 that came with it.
fn has_own_ipv4(value: &Value) -> bool {
    let blocks = value.get("public_net").and_then(Value::items).unwrap_or_default();
    blocks.first().is_none_or(|net| {
        let is_on = net.get("ipv4_enabled").and_then(Value::as_bool) != Some(false);
        is_on && net.get("ipv4").is_none_or(|id| id.is_null() || !id.is_known())
    })
}

fn is_on(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool) == Some(true)
}
