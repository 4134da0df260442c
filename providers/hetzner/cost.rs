//! What objects cost a month, by the price lists of the API: exact decimals, net and gross.
//!
//! Prices are facts under one key for all types of the cloud and one for storage boxes, so a plan asks
//! for each at most once. A monthly price is the most that an object costs in a month. Traffic beyond
//! what is included is told with its price and not counted, since nobody can plan it; snapshots cost by
//! their size, which is not known before there is one.

use crate::{
    catalogue::{self, PRICING, SNAPSHOTS, STORAGE_BOX_TYPES},
    rules::{number, text},
};
use infra_model::{
    cost::{Cost, CostPart, Decimal},
    kind::{FactKey, Facts},
    value::Value,
};

/// The bytes of a TB, as traffic may be counted: which of the two the API means is not documented.
const TB: [i64; 2] = [1 << 40, 1_000_000_000_000];

/// A price, net and gross.
#[derive(Clone, Copy)]
struct Price(Decimal, Decimal);

/// Returns the fact that holds the prices of the cloud.
pub(crate) fn prices(_: Option<&Value>, _: &Value) -> Vec<FactKey> {
    vec![catalogue::key(PRICING)]
}

/// Returns the facts by which a snapshot has a price, which it has only when it is there.
pub(crate) fn snapshot_prices(prior: Option<&Value>, _: &Value) -> Vec<FactKey> {
    if prior.is_none() {
        return Vec::new();
    }
    vec![catalogue::key(PRICING), catalogue::key(SNAPSHOTS)]
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
    let place = place(named(list, "server_types", "name", &server_type)?, &location)?;
    let machine = price(place.get("price_monthly")?)?;
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
    parts.extend(traffic(place, &currency(list)));
    Some(Cost::of(currency(list), parts))
}

/// A volume, by its size.
pub(crate) fn volume(value: &Value, facts: &Facts) -> Option<Cost> {
    let list = list(facts)?;
    let Price(net, gross) = price(list.get("volume")?.get("price_per_gb_month")?)?;
    let size = Decimal::from(number(value, "size")?);
    Some(Cost::of(currency(list), vec![part("storage", Price(net * size, gross * size))]))
}

/// A snapshot, by its size.
pub(crate) fn snapshot(value: &Value, facts: &Facts) -> Option<Cost> {
    let list = list(facts)?;
    let Price(net, gross) = price(list.get("image")?.get("price_per_gb_month")?)?;
    let of = facts.get(&catalogue::key(SNAPSHOTS))?.get(text(value, "id")?)?;
    let size = Decimal::from_str_exact(&of.get("size")?.as_number()?.to_string()).ok()?;
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
    let place = match text(value, "location") {
        Some(location) => place(of, location)?,
        // A network zone alone leaves the location to Hetzner.
        None => of.get("prices")?.items()?.first()?,
    };
    let mut parts = vec![part("load balancer", price(place.get("price_monthly")?)?)];
    parts.extend(traffic(place, &currency(list)));
    Some(Cost::of(currency(list), parts))
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
    price(place(of, location)?.get("price_monthly")?)
}

/// Returns what there is of prices for a location.
fn place<'a>(of: &'a Value, location: &str) -> Option<&'a Value> {
    named(of, "prices", "location", location)
}

/// What is included of traffic costs nothing; what is beyond is told with its price.
fn traffic(place: &Value, currency: &str) -> Option<CostPart> {
    let Price(beyond, _) = price(place.get("price_per_tb_traffic")?)?;
    let bytes = number(place, "included_traffic")?;
    let tb = TB.into_iter().find(|tb| bytes % tb == 0).unwrap_or(TB[0]);
    let included = Decimal::from(bytes) / Decimal::from(tb);
    let name = format!(
        "traffic up to {} TB ({} {currency} a TB beyond)",
        included.round_dp(2).normalize(),
        beyond.round_dp(4).normalize()
    );
    Some(part(&name, Price(Decimal::ZERO, Decimal::ZERO)))
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
