//! What things cost: below the counts of a plan, in its documents, and in `infra cost`. The prices of
//! the fake cloud mean nothing.

use super::{cloud::Cloud, estate::Estate};
use serde_json::{Value as Json, json};

fn estate(cloud: &Cloud, servers: &str) -> Estate {
    let estate = Estate::of("").with("INFRA_FAKE_PROVIDER", "1");
    write(&estate, cloud, servers);
    estate
}

fn write(estate: &Estate, cloud: &Cloud, servers: &str) {
    let socket = cloud.socket();
    let provider = format!("provider \"fake\" {{\n  socket = \"{}\"\n}}\n", socket.display());
    estate.write("main.tf", &format!("{provider}{servers}"));
}

fn server(name: &str, more: &str) -> String {
    format!(
        "resource \"fake_server\" \"{name}\" {{\n  name  = \"{name}\"\n  image = \"debian\"\n  {more}\n}}\n"
    )
}

const NETWORK: &str = "resource \"fake_network\" \"n\" {\n  name = \"n\"\n}\n";

fn disk(size: u32) -> String {
    format!("disk {{\n    name = \"data\"\n    size = {size}\n  }}")
}

#[test]
fn plans_say_what_they_cost() {
    let cloud = Cloud::start();
    let before = format!("{}{}", server("a", "size = \"small\""), server("b", &disk(30)));
    let estate = estate(&cloud, &before);
    let first = estate.run("plan").exits(0).says("  # ! cost: +4.00 XTS a month, net\n");
    first.says("Plan: 2 to add, 0 to change, 0 to destroy.\nMonthly cost: 0.00 XTS now, 9.50 XTS after this (+9.50), net; gross 0.00 to\n11.31.\n");
    estate.apply();
    estate
        .run("plan")
        .exits(0)
        .says("matches the configuration.\nMonthly cost: 9.50 XTS, net; gross 11.31.\n");

    let after = format!(
        "{NETWORK}{}{}{}",
        server("a", "size = \"large\""),
        server("b", "size = fake_network.n.id"),
        server("c", "count = length(fake_network.n.id)"),
    );
    write(&estate, &cloud, &after);
    let plan = estate.run("plan -out p").exits(0);
    let plan = plan.says("(+12.00), net; gross 4.76 to").says("Not counted: 2 resources");
    plan.says("  ! cost: fake_server.a: 4.00 to 16.00 XTS a month (+12.00), net\n");
    let shown = estate.run("show p").exits(0);
    shown.says("(+12.00), net; gross 4.76 to");

    let document = estate.run("show -json p").exits(0).json();
    assert_eq!(
        document["monthly_cost"],
        json!({
            "totals": [{
                "currency": "XTS",
                "before": { "net": "4", "gross": "4.76" },
                "after": { "net": "16", "gross": "19.04" },
                "difference": { "net": "12", "gross": "14.28" },
            }],
            "unpriced": ["fake_server.b", "fake_server.c[*]"],
        })
    );
    let changes = document["resource_changes"].as_array().unwrap();
    let of = |address: &str| changes.iter().find(|c| c["address"] == address).unwrap();
    assert_eq!(of("fake_server.b")["monthly_cost"]["unpriced"], true);
    assert_eq!(of("fake_server.b")["monthly_cost"]["after"], Json::Null);
    let parts = &of("fake_server.b")["monthly_cost"]["before"]["parts"];
    assert_eq!(parts[1], json!({ "name": "disk data", "net": "1.5", "gross": "1.785" }));
    assert_eq!(of("fake_network.n").get("monthly_cost"), None);

    let lines = estate.run("plan -json").exits(0).all();
    let lines = lines.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let priced: Vec<Json> = lines.filter(|line| line.get("monthly_cost").is_some()).collect();
    let types: Vec<&str> = priced.iter().filter_map(|line| line["type"].as_str()).collect();
    assert_eq!(types, ["planned_change", "planned_change", "change_summary"]);
    assert_eq!(priced[2]["monthly_cost"], document["monthly_cost"]);
}

#[test]
fn plan_without_prices_says_nothing_of_them() {
    let cloud = Cloud::start();
    let estate = estate(&cloud, NETWORK);
    let said = estate.run("plan -out p").exits(0).all();
    assert!(!said.to_lowercase().contains("cost"), "{said}");
    let document = estate.run("show -json p").exits(0).all();
    assert!(!document.contains("cost"), "{document}");
    estate.run("cost").exits(0).says("Nothing in this configuration has a price.");
}

#[test]
fn costs_are_listed_and_nothing_is_changed() {
    let cloud = Cloud::start();
    let before = format!("{NETWORK}{}{}", server("a", ""), server("b", &disk(30)));
    let estate = estate(&cloud, &before);
    estate.apply();
    let after = format!(
        "variable \"size\" {{}}\n{}{}",
        server("b", &format!("size = var.size\n  {}", disk(40))),
        server("c", "")
    );
    write(&estate, &cloud, &after);
    let requests = cloud.world(|world| world.objects().count());
    let table = estate.run("cost -var size=large").exits(0);
    table.says(
        "
A month, net               now     planned
fake_server.a         4.00 XTS           -
fake_server.b         5.50 XTS   18.00 XTS
  small               4.00 XTS           -
  disk data           1.50 XTS    2.00 XTS
  large                      -   16.00 XTS
fake_server.c                -    4.00 XTS

All, net              9.50 XTS   22.00 XTS
All, gross           11.31 XTS   26.18 XTS
Difference, net                +12.50 XTS
Difference, gross              +14.88 XTS
",
    );
    let json = estate.run("cost -var size=medium -refresh=false -json").exits(0).json();
    assert_eq!(json["monthly_cost"]["totals"][0]["after"]["net"], "14");
    let resources = json["resources"].as_array().unwrap();
    let actions: Vec<_> = resources.iter().map(|r| (&r["address"], &r["action"])).collect();
    assert_eq!(
        json!(actions),
        json!([
            ["fake_server.a", "delete"],
            ["fake_server.b", "update"],
            ["fake_server.c", "create"]
        ])
    );
    assert_eq!(resources[0]["monthly_cost"]["after"], Json::Null);
    assert_eq!(cloud.world(|world| world.objects().count()), requests, "nothing was changed");
    assert_eq!(estate.recorded().len(), 3);
    estate.run("cost -var size=none").exits(1).says("there is no size `none`");
}
