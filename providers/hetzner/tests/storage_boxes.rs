//! What storage boxes do beyond the contract.

use super::{
    bench::Bench,
    project::{Given, Project, at},
};
use infra_model::{kind::ImpactSort, observed::Observed, types::Type, value::Value};
use serde_json::json;

const PASSWORD: &str = "Correct-Horse-1";

fn base() -> Vec<(&'static str, Value)> {
    vec![
        ("name", Value::from("backup")),
        ("storage_box_type", Value::from("bx11")),
        ("location", Value::from("fsn1")),
        ("password", Value::from(PASSWORD)),
    ]
}

fn with(more: Given<'_>) -> Vec<(&'static str, Value)> {
    let mut given = base();
    given.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    given.extend(more.iter().cloned());
    given
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_said_of_access_is_off_and_days_begin_with_sunday() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let mut access: Vec<_> =
        ["reachable_externally", "samba_enabled", "webdav_enabled", "zfs_enabled"]
            .map(|name| (name, Value::null(Type::Bool)))
            .to_vec();
    access.push(("ssh_enabled", Value::from(true)));
    let plan = Value::object([
        ("max_snapshots", Value::from(5)),
        ("minute", Value::from(0)),
        ("hour", Value::from(2)),
        ("day_of_week", Value::from(0)),
        ("day_of_month", Value::null(Type::Number)),
    ]);
    let given = with(&[("access_settings", Value::object(access)), ("snapshot_plan", plan)]);
    let made = project.create("hcloud_storage_box", &given).await.unwrap();
    let settings = at(&made.value, "access_settings");
    assert_eq!(
        (&settings["ssh_enabled"], &settings["samba_enabled"]),
        (&json!(true), &json!(false))
    );
    let shown = bench.shown(&format!("/storage_boxes/{}", at(&made.value, "id")));
    assert_eq!(shown["storage_box"]["snapshot_plan"]["day_of_week"], 7);
    assert_eq!(at(&made.value, "snapshot_plan")["day_of_week"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_tell_what_they_do() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let made = project.create("hcloud_storage_box", &base()).await.unwrap();
    let sorts = |given: Given<'_>| {
        let told = project.impacts(&made, Some(&with(given)));
        assert!(!format!("{told:?}").contains("Horse"), "{told:?}");
        told.iter().map(|impact| impact.sort).collect::<Vec<_>>()
    };
    let mut open: Vec<_> = ["samba_enabled", "ssh_enabled", "webdav_enabled", "zfs_enabled"]
        .map(|name| (name, Value::from(false)))
        .to_vec();
    open.push(("reachable_externally", Value::from(true)));
    assert_eq!(sorts(&[("access_settings", Value::object(open))]), [ImpactSort::Exposure]);
    assert_eq!(sorts(&[("password", Value::from("Other-Horse-22"))]), [ImpactSort::Downtime]);
    assert_eq!(sorts(&[("name", Value::from("other"))]), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_not_taken_is_not_shown() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let told = project.judged("hcloud_storage_box", &with(&[("password", Value::from("hunter2"))]));
    assert_eq!(told.len(), 1);
    assert!(!format!("{told:?}").contains("hunter2"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_a_box_that_is_gone_is_gone() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let of = ("storage_box_id", Value::from(ground.storage_box));
    let snapshot =
        project.create("hcloud_storage_box_snapshot", std::slice::from_ref(&of)).await.unwrap();
    let account = [of, ("home_directory", Value::from("web")), ("password", Value::from(PASSWORD))];
    let account = project.create("hcloud_storage_box_subaccount", &account).await.unwrap();
    bench.outside("DELETE", &format!("/storage_boxes/{}", ground.storage_box), &json!(null));
    for object in [snapshot, account] {
        let seen = project.refresh(&object).await;
        assert!(matches!(seen, Observed::Gone), "{}: {seen:?}", object.kind);
        project.delete(&object).await.unwrap();
    }
}
