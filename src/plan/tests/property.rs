//! Whatever goes wrong, the same end is reached: random estates, mishaps at every step.

use crate::{
    applier::{Estate, Mishap},
    builder::*,
};
use infra_plan::{options::Target, plan::PlanMode};
use proptest::prelude::*;
use std::collections::BTreeSet;

const CIDRS: [&str; 3] = ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"];
const IMAGES: [&str; 3] = ["debian-12", "debian-13", "alpine"];
const SIZES: [&str; 3] = ["small", "medium", "large"];
const SERVERS: [&str; 3] = ["s0", "s1", "s2"];
const SERVER_AT: [&str; 3] = ["fake_server.s0", "fake_server.s1", "fake_server.s2"];

/// What is random about an estate; numbers are taken modulo what there is.
#[derive(Clone, Debug)]
struct Seed {
    nets: Vec<usize>,
    servers: Vec<(usize, usize, usize)>,
    disks: Vec<(usize, u8)>,
    records: usize,
    containers: Vec<usize>,
    host: (usize, usize),
}

fn seed() -> impl Strategy<Value = Seed> {
    (
        prop::collection::vec(0_usize..3, 1..3),
        prop::collection::vec((0_usize..3, 0_usize..3, 0_usize..3), 0..4),
        prop::collection::vec((0_usize..3, 1_u8..4), 0..3),
        0_usize..3,
        prop::collection::vec(0_usize..3, 0..3),
        (0_usize..3, 0_usize..3),
    )
        .prop_map(|(nets, servers, disks, records, containers, host)| Seed {
            nets,
            servers: servers.into_iter().take(3).collect(),
            disks,
            records,
            containers,
            host,
        })
}

fn build(seed: &Seed) -> Config {
    let mut blocks = Vec::new();
    for (name, cidr) in ["n0", "n1"].into_iter().zip(&seed.nets) {
        blocks.push(network(name).with("cidr", is(CIDRS[*cidr])).create_first());
    }
    let nets = ["fake_network.n0", "fake_network.n1"];
    for (name, (net, image, size)) in SERVERS.into_iter().zip(&seed.servers) {
        let net = nets[net % seed.nets.len()];
        let block = server(name).with("network_id", of(net, "id")).create_first();
        blocks.push(block.with("image", is(IMAGES[*image])).with("size", is(SIZES[*size])));
    }
    for (name, (on, size)) in ["d0", "d1"].into_iter().zip(&seed.disks) {
        let block = disk(name).with("size", is(i64::from(*size)));
        blocks.push(match SERVER_AT.iter().take(seed.servers.len()).nth(*on) {
            Some(server) => block.with("server_id", of(server, "id")),
            None => block,
        });
    }
    if seed.records > 0 {
        let record = block("fake_record", "r").count(seed.records as u64);
        blocks.push(record.with("name", Expr::Key).with("value", of("fake_network.n0", "id")));
    }
    let host = server("host").with("image", is(IMAGES[seed.host.0]));
    blocks.push(host.with("size", is(SIZES[seed.host.1])));
    for (name, image) in ["c0", "c1"].into_iter().zip(&seed.containers) {
        blocks.push(container(name).with("image", is(IMAGES[*image])));
    }
    Config::of(blocks).host(of("fake_server.host", "id"))
}

/// What is there, without ids that count.
fn shape(estate: &Estate) -> BTreeSet<(String, String)> {
    let objects = estate.world.objects();
    objects.map(|o| (o.address.clone(), format!("{:?}", o.value.get("image")))).collect()
}

/// Applies until the plan is empty, at most a few times.
fn settle(estate: &mut Estate, config: &Config) {
    for _ in 0..4 {
        let (plan, said) = estate.plan(config);
        assert!(!infra_model::diagnostic::has_errors(&said), "{said:#?}");
        assert!(plan.uncertain.is_empty());
        if plan.is_empty() && plan.records.is_empty() {
            assert_eq!(estate.world.violations(), Vec::<String>::new());
            assert_eq!(estate.snapshot.open_intents().count(), 0);
            return;
        }
        estate.carry_out(config, &plan);
    }
    panic!("it does not settle: {:#?}", estate.plan(config));
}

fn applied(config: &Config) -> Estate {
    let mut estate = Estate::new();
    assert!(estate.apply(config), "{:#?}", estate.said);
    estate
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_apply_with_deferral_ends_like_two_without(seed in seed()) {
        let config = build(&seed);
        let whole = applied(&config);
        let mut parts = Estate::new();
        parts.options.targets = vec![Target::Resource(at("fake_server.host"))];
        prop_assert!(parts.apply(&config));
        parts.options.targets.clear();
        let (plan, _) = parts.plan(&config);
        prop_assert!(plan.deferred.is_empty());
        prop_assert!(parts.carry_out(&config, &plan));
        prop_assert_eq!(shape(&whole), shape(&parts));
        prop_assert_eq!(whole.recorded(), parts.recorded());
        let mut whole = whole;
        let (plan, _) = whole.plan(&config);
        prop_assert!(plan.is_empty() && plan.records.is_empty(), "{:#?}", plan);
    }

    #[test]
    fn changes_settle_and_everything_can_be_destroyed(a in seed(), b in seed()) {
        let mut estate = applied(&build(&a));
        let config = build(&b);
        settle(&mut estate, &config);
        prop_assert_eq!(shape(&estate), shape(&applied(&config)));
        estate.options.mode = PlanMode::Destroy;
        prop_assert!(estate.apply(&config), "{:#?}", estate.said);
        prop_assert_eq!(estate.world.objects().count(), 0);
        prop_assert!(estate.snapshot.instances.is_empty());
    }

    #[test]
    fn a_mishap_at_any_step_changes_nothing_in_the_end(a in seed(), b in seed(), how in 0_usize..3) {
        let (before, after) = (build(&a), build(&b));
        let mut clean = applied(&before);
        settle(&mut clean, &after);
        let how = [Mishap::Fails, Mishap::DiesBefore, Mishap::DiesAfter][how];
        for step in 0..64 {
            let mut estate = applied(&before);
            estate.mishap = Some((step, how));
            let whole = estate.apply(&after);
            let reached = estate.effects > step;
            prop_assert!(!(reached && whole));
            settle(&mut estate, &after);
            prop_assert_eq!(shape(&estate), shape(&clean));
            if !reached {
                break;
            }
        }
    }
}
