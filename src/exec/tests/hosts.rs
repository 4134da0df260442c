//! Provider instances that come and go with the servers they are configured from.

use crate::bench::*;

fn fleet(servers: &str, containers: &str, more: &str) -> String {
    format!(
        r#"
resource "fake_server" "s" {{
  for_each = toset([{servers}])
  name     = each.key
  image    = "debian-12"
}}
provider "fakehost" {{
  alias     = "on"
  for_each  = toset([{servers}])
  server_id = fake_server.s[each.key].id
}}
resource "fakehost_container" "c" {{
  for_each = toset([{containers}])
  provider = fakehost.on[each.key]
  name     = each.key
  image    = "nginx"
  {more}
}}
"#
    )
}

fn both(names: &str) -> String {
    fleet(names, names, "")
}

fn recorded(bench: &Bench) -> Vec<String> {
    bench.snapshot().instances.keys().map(ToString::to_string).collect()
}

fn lost(plan: &infra_plan::plan::Plan) -> Vec<String> {
    plan.lost.iter().map(|lost| format!("{} with {}", lost.address, lost.with)).collect()
}

const ONE: [&str; 2] = ["fake_server.s[\"x\"]", "fakehost_container.c[\"x\"]"];

#[test]
fn a_server_and_what_lives_on_it_leave_in_one_apply() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", &both(r#""x", "y""#))]);
    let one = both(r#""x""#);
    let files = [("main.tf", one.as_str())];
    let plan = bench.apply(&files);
    assert_eq!(changes(&plan), [r#"Delete fake_server.s["y"]"#]);
    assert_eq!(lost(&plan), [r#"fakehost_container.c["y"] with fake_server.s["y"]"#]);
    assert_eq!(recorded(&bench), ONE);
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn the_last_server_leaves_with_what_lives_on_it() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", &both(r#""x", "y""#))]);
    let none = both("");
    let plan = bench.apply(&[("main.tf", none.as_str())]);
    assert_eq!(lost(&plan).len(), 2);
    assert_eq!(recorded(&bench), [""; 0]);
    assert_eq!(bench.world.lock().unwrap().objects().count(), 0);
}

#[test]
fn another_server_that_comes_at_the_same_time_takes_no_blame() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", &both(r#""x", "y""#))]);
    let other = both(r#""a", "x""#);
    let files = [("main.tf", other.as_str())];
    let plan = bench.apply(&files);
    assert_eq!(lost(&plan), [r#"fakehost_container.c["y"] with fake_server.s["y"]"#]);
    let expected = [r#"fake_server.s["a"]"#, ONE[0], r#"fakehost_container.c["a"]"#, ONE[1]];
    assert_eq!(recorded(&bench), expected);
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn a_server_that_was_removed_outside_takes_its_objects_with_it() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", &both(r#""x", "y""#))]);
    let server = bench.snapshot().current(&r#"fake_server.s["y"]"#.parse().unwrap()).cloned();
    let id = server.unwrap().value.get("id").unwrap().as_text().unwrap().clone();
    bench.world.lock().unwrap().remove(&id);
    let one = both(r#""x""#);
    let files = [("main.tf", one.as_str())];
    bench.apply(&files);
    assert_eq!(recorded(&bench), ONE);
    assert!(bench.plan(&files).unwrap().is_empty());
}

#[test]
fn what_stays_reachable_is_destroyed_and_not_only_forgotten() {
    let bench = Bench::new();
    bench.apply(&[("main.tf", &both(r#""x", "y""#))]);
    let kept = fleet(r#""x", "y""#, r#""x""#, "");
    let files = [("main.tf", kept.as_str())];
    let plan = bench.apply(&files);
    assert_eq!(changes(&plan), [r#"Delete fakehost_container.c["y"]"#]);
    assert!(bench.plan(&files).unwrap().is_empty());
    assert_eq!(bench.world.lock().unwrap().objects().count(), 3);
}

#[test]
fn an_instance_that_leaves_without_its_server_is_refused() {
    let bench = Bench::new();
    let before = both(r#""x", "y""#);
    bench.apply(&[("main.tf", before.as_str())]);
    // The servers stay, the provider instance of one of them and its container go.
    let names = |text: &str| text.replacen(r#"toset(["x", "y"])"#, r#"toset(["x"])"#, 2);
    let (server, rest) = before.split_at(before.find("provider").unwrap());
    let after = format!("{server}{}", names(rest));
    let refused = bench.plan(&[("main.tf", after.as_str())]).unwrap_err();
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert_eq!(refused[0].code, "infra::plan::provider_gone");
    assert_eq!(recorded(&bench).len(), 4);
    // Nor is it left out in silence because another server comes.
    let after = after.replacen(r#"toset(["x", "y"])"#, r#"toset(["x", "y", "z"])"#, 1);
    let refused = bench.plan(&[("main.tf", after.as_str())]).unwrap_err();
    assert_eq!(refused[0].code, "infra::plan::provider_gone");
}

#[test]
fn what_is_protected_keeps_its_server() {
    let bench = Bench::new();
    let guard = "lifecycle {\n    prevent_destroy = true\n  }";
    let config = fleet(r#""x", "y""#, r#""x", "y""#, guard);
    bench.apply(&[("main.tf", config.as_str())]);
    let refused = bench.plan(&[("main.tf", &both(r#""x""#))]).unwrap_err();
    assert_eq!(refused[0].code, "infra::plan::destroy_prevented");
}
