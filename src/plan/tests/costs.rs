//! What plans cost a month: per change, in all, in words, and what has a price that nobody can tell.

use crate::{applier::Estate, builder::*};
use infra_model::{cost::Decimal, kind::ImpactSort, value::Value};
use infra_plan::{
    cost::{self, CostTotal},
    file,
    plan::{Action, Plan, PlanMode},
};

fn applied(config: &Config) -> Estate {
    let mut estate = Estate::new();
    assert!(estate.apply(config));
    estate
}

fn sized(name: &'static str, size: &'static str) -> Block {
    server(name).with("size", is(size))
}

/// The sums, net and gross before and after, and the lines about costs.
fn told(plan: &Plan) -> Vec<String> {
    let sums = cost::totals(plan).into_iter().map(|CostTotal { currency, before, after }| {
        format!("{currency} {}/{} -> {}/{}", before.net, before.gross, after.net, after.gross)
    });
    let impacts = plan.changes.iter().flat_map(|change| {
        let costs = change.impacts.iter().filter(|impact| impact.sort == ImpactSort::Cost);
        costs.map(move |impact| format!("{}: {}", change.address, impact.text))
    });
    let unpriced = plan.unpriced.iter().map(|address| format!("{address} cannot be told"));
    sums.chain(impacts).chain(unpriced).collect()
}

#[test]
fn everything_that_has_a_price_counts_changed_or_not() {
    let before =
        Config::of([sized("a", "small"), sized("b", "medium"), sized("c", "large"), network("n")]);
    let mut estate = applied(&before);
    let (plan, _) = estate.plan(&before);
    assert!(plan.is_empty());
    assert_eq!(told(&plan), ["XTS 28/33.32 -> 28/33.32"]);

    let after = Config::of([sized("a", "small"), sized("b", "large"), sized("d", "small")]);
    let (plan, _) = estate.plan(&after);
    assert_eq!(
        told(&plan),
        [
            "XTS 28/33.32 -> 24/28.56",
            "fake_server.b: 8.00 to 16.00 XTS a month (+8.00), net",
            "fake_server.c: -16.00 XTS a month, net",
            "fake_server.d: +4.00 XTS a month, net",
        ]
    );
    let network = plan.changes.iter().find(|c| *c.address.kind.0 == *"fake_network").unwrap();
    assert!(network.cost.is_none(), "it has no price");
    assert_eq!(told(&file::decode(&file::encode(&plan)).unwrap()), told(&plan));
}

#[test]
fn what_is_observed_is_what_it_costs_now() {
    let config = Config::of([sized("a", "small")]);
    let mut estate = applied(&config);
    let id = estate.world.objects().next().unwrap().id.clone();
    estate.world.set(&id, "size", Value::from("large"));
    let (plan, _) = estate.plan(&config);
    assert_eq!(told(&plan)[0], "XTS 16/19.04 -> 4/4.76");
    estate.world.remove(&id);
    let (plan, _) = estate.plan(&config);
    assert_eq!(told(&plan)[0], "XTS 0/0 -> 4/4.76", "what is gone costs nothing");
}

#[test]
fn a_replacement_costs_what_differs_and_a_destroy_saves_all() {
    let mut estate = applied(&Config::of([sized("a", "small")]));
    let (plan, _) = estate.plan(&Config::of([sized("a", "small").with("image", is("alpine"))]));
    assert_eq!(plan.changes[0].action, Action::Replace);
    assert_eq!(told(&plan), ["XTS 4/4.76 -> 4/4.76"]);

    estate.options.mode = PlanMode::Destroy;
    let (plan, _) = estate.plan(&Config::of([sized("a", "small")]));
    assert_eq!(told(&plan), ["XTS 4/4.76 -> 0/0", "fake_server.a: -4.00 XTS a month, net"]);
}

#[test]
fn what_is_forgotten_goes_on_to_cost_what_it_costs() {
    let mut estate = applied(&Config::of([sized("a", "small")]));
    let (plan, _) = estate.plan(&Config::of([]).removed("fake_server.a", false));
    assert_eq!(plan.changes[0].action, Action::Forget);
    assert_eq!(told(&plan), ["XTS 4/4.76 -> 4/4.76"]);
}

#[test]
fn what_cannot_be_told_is_counted_and_in_no_sum() {
    let before = Config::of([sized("a", "small"), sized("b", "small"), network("n")]);
    let mut estate = applied(&before);
    let unknown = sized("a", "small").with("size", of("fake_network.m", "id"));
    let after = Config::of([
        sized("b", "medium"),
        network("m"),
        unknown,
        server("many").each(of("fake_network.m", "id")),
    ]);
    let (plan, _) = estate.plan(&after);
    assert_eq!(
        told(&plan),
        [
            "XTS 4/4.76 -> 8/9.52",
            "fake_server.b: 4.00 to 8.00 XTS a month (+4.00), net",
            "fake_server.a cannot be told",
            "fake_server.many[*] cannot be told",
        ]
    );
    let a = plan.changes.iter().find(|c| *c.address.name == *"a").unwrap().cost.clone().unwrap();
    assert!(a.untold && a.after.is_none());
    assert_eq!(a.before.unwrap().net, Decimal::from(4));
}

#[test]
fn a_plan_without_prices_says_nothing_of_them() {
    let (plan, _) = Estate::new().plan(&Config::of([network("n"), disk("d")]));
    assert_eq!(told(&plan), [""; 0]);
    assert!(plan.changes.iter().all(|change| change.cost.is_none()));
}
