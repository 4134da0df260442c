//! How many requests the program sends: the rate limit of a project is shared by all who use it.

use super::{Cloud, PROVIDER, estate};
use crate::end_to_end::outside;
use infra_hetzner_simulator::Pace;
use std::collections::BTreeMap;

/// The most requests that refresh 200 servers, 200 volumes and 50 firewalls.
const REFRESH_MAX: u64 = 12;

/// The most requests that make 100 servers, waiting included.
const CREATE_MAX: u64 = 160;

/// So many servers are made at the pace of the API in the tests; `INFRA_KILLS` makes 100. At the
/// provider's connection, where time is virtual, 100 are counted always.
const SERVERS: u64 = 50;

fn told(counts: &BTreeMap<String, u64>) -> (u64, String) {
    let sum = counts.values().sum();
    (sum, format!("{sum} requests: {counts:#?}"))
}

fn servers(count: u64) -> String {
    format!(
        "resource \"hcloud_server\" \"web\" {{\n  count = {count}\n  name = \"web-${{count.index}}\"\n  \
         server_type = \"cx23\"\n  image = \"debian-12\"\n  location = \"fsn1\"\n}}\n"
    )
}

#[test]
fn many_servers_take_few_requests() {
    // The virtual clock runs with the real one, faster: what the program waits for is done when it asks,
    // as it would be, and actions are waited for as they are unless something else is configured.
    let cloud = Cloud::paced(Pace::Running(1));
    let estate = estate(&cloud);
    let count = outside::variable("INFRA_KILLS").map_or(SERVERS, |_| 100);
    estate.write("main.tf", &servers(count));
    cloud.requests();
    estate.run("apply -auto-approve").exits(0).says(&format!("{count} added"));
    let (sum, counts) = told(&cloud.requests());
    outside::tell(&format!("many_servers_take_few_requests: {sum} for {count} servers"));
    let most = CREATE_MAX * count / 100;
    assert!(sum <= most, "at most {most}, and it took {counts}");
    assert_eq!(cloud.boots(), vec![1; usize::try_from(count).unwrap()]);
}

#[test]
fn a_refresh_of_hundreds_takes_few_requests() {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    let volumes = "resource \"hcloud_volume\" \"data\" {\n  count = 200\n  name = \"data-${count.index}\"\n  size = 10\n  location = \"fsn1\"\n}\n";
    let firewalls = "resource \"hcloud_firewall\" \"rules\" {\n  count = 50\n  name = \"rules-${count.index}\"\n}\n";
    estate.write("main.tf", &format!("{PROVIDER}{}{volumes}{firewalls}", servers(200)));
    estate.run("apply -auto-approve -parallelism=100").exits(0).says("450 added");
    cloud.requests();
    estate.run("plan -detailed-exitcode").exits(0).says("No changes.");
    let (sum, counts) = told(&cloud.requests());
    outside::tell(&format!("a_refresh_of_hundreds_takes_few_requests: {sum}"));
    assert!(sum <= REFRESH_MAX, "at most {REFRESH_MAX}, and it took {counts}");
}
