//! Objects that carry our mark and that the state does not know are told, never touched.

use super::{
    cloud::{Cloud, provider},
    estate::Estate,
};

const TWO: &str = r#"
resource "fake_network" "kept" {
  name = "kept"
}

resource "fake_network" "forgotten" {
  name = "forgotten"
}
"#;

#[test]
fn object_that_the_state_forgot_is_told_with_both_ways_on() {
    let cloud = Cloud::start();
    let provider = provider(&cloud.socket());
    let estate = Estate::of(&(provider.clone() + TWO)).with("INFRA_FAKE_PROVIDER", "1");
    estate.apply();
    estate.run("state rm fake_network.forgotten").exits(0);
    let (kept, _) = TWO.split_once("resource \"fake_network\" \"forgotten\"").unwrap();
    estate.write("main.tf", &(provider + kept));
    let plan = estate.run("plan -out=plan").exits(0);
    let told = plan.says("infra::plan::object_unrecorded").says("import {");
    told.says("fake_network.forgotten").says("No changes");
    let json = estate.run("show -json plan").exits(0).json();
    assert_eq!(json["unrecorded"][0]["created_for"], "fake_network.forgotten");
    estate.apply();
    assert_eq!(cloud.world(|world| world.objects().count()), 2);
}
