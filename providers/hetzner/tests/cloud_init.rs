//! Waiting for cloud-init on a server that was just made: a machine in this process that can be logged
//! in to, with a stand-in for cloud-init that says what a test wants, one report after the other.

mod machine;

use super::{
    bench::Bench,
    project::{Given, Project, at},
};
use infra_model::{ask::CallFailure, snapshot::Object, types::Type, value::Value};
use infra_sdk::ssh::server::{CUT, Key};
use machine::{Machine, Patient, patient};
use serde_json::json;
use std::sync::{Arc, atomic::Ordering};

const DONE: &str = r#"{"status": "done", "extended_status": "done", "errors": []}"#;
const RUNNING: &str = r#"{"status": "running", "extended_status": "running", "errors": []}"#;
const FAILED: &str =
    r#"{"status": "error", "extended_status": "error - done", "errors": ["runcmd failed"]}"#;

fn text(text: &str) -> Value {
    Value::from(text)
}

/// The block, as the language gives it.
fn block(machine: &Machine, more: Given<'_>) -> Value {
    let null = |ty: Type| Value::null(ty);
    let mut entries = vec![
        ("user", text("admin")),
        ("private_key", Value::from(&*machine.user_key).sensitive()),
        ("agent", Value::from(false)),
        ("host", text("127.0.0.1")),
        ("port", Value::from(i64::from(machine.port))),
        ("timeout", null(Type::String)),
        ("host_key", null(Type::String)),
        ("bastion_host", null(Type::String)),
        ("bastion_port", null(Type::Number)),
        ("bastion_user", null(Type::String)),
        ("bastion_private_key", null(Type::String)),
        ("bastion_host_key", null(Type::String)),
    ];
    for (name, value) in more {
        entries.iter_mut().find(|(given, _)| given == name).unwrap().1 = value.clone();
    }
    let block = Value::object(entries);
    Value::list(block.ty(), vec![block])
}

fn server(more: Given<'_>) -> Vec<(&'static str, Value)> {
    let base = [
        ("name", text("web")),
        ("server_type", text("cx23")),
        ("image", text("debian-12")),
        ("location", text("fsn1")),
    ];
    base.into_iter().chain(more.iter().cloned()).collect()
}

fn waiting(machine: &Machine) -> Vec<(&'static str, Value)> {
    server(&[("cloud_init", block(machine, &[]))])
}

/// A project in which time passes with short waits, and what is told meanwhile.
struct Stage {
    bench: Bench,
    patient: Patient,
}

impl Stage {
    async fn open() -> Self {
        let bench = Bench::start().await;
        let patient = patient(&bench);
        Self { bench, patient }
    }

    fn lines(&self) -> Vec<String> {
        self.patient.lines()
    }

    /// Everything is there once, was started once, and no disk was wiped.
    fn is_alone(&self) -> bool {
        let servers = self.bench.shown("/servers");
        let id = servers["servers"][0]["id"].as_u64().unwrap();
        let counters = self.bench.simulator.lock(|world| world.counters(id)).unwrap();
        servers["servers"].as_array().unwrap().len() == 1
            && (counters.boot_count, counters.disk_epoch) == (1, 0)
    }
}

/// Returns what is recorded of a create that failed at waiting.
fn left(failure: CallFailure, code: &str) -> (Arc<Object>, String) {
    let CallFailure { partial, is_whole, diagnostic, .. } = failure;
    assert_eq!(diagnostic.code, code, "{}", diagnostic.detail);
    assert!(is_whole, "an update can bring it to what is wanted");
    assert!(diagnostic.detail.contains("is there and recorded"), "{}", diagnostic.detail);
    let told = format!("{}\n{}\n{}", diagnostic.summary, diagnostic.detail, diagnostic.help);
    (Arc::new(partial.unwrap()), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn how_cloud_init_ends_is_recorded_or_told() {
    let degraded = r#"{"status": "done", "extended_status": "degraded done", "errors": [],
        "recoverable_errors": {"WARNING": ["no such module"]}}"#;
    // What it says, how it ends, and what of that is told.
    let cases: [(&[&str], &str, &[&str]); 9] = [
        (&[DONE], "done", &[]),
        (&[r#"{"status": "not started"}"#, RUNNING, RUNNING, DONE], "done", &[]),
        (&["status: not run\n", "status: running\n", "status: done\n"], "done", &[]),
        (&["", "Welcome!\n", DONE], "done", &[]),
        (&[RUNNING, degraded], "degraded", &["WARNING: no such module"]),
        (&[r#"{"status": "disabled"}"#], "disabled", &["switched off"]),
        (
            &[FAILED],
            "error",
            &["`error - done`", "runcmd failed", "  line 30", "-replace='hcloud_"],
        ),
        (
            &["status: running\n", "status: error\ndetail:\n('init', ValueError('x'))\n"],
            "error",
            &["ValueError('x')", "  line 30"],
        ),
        (&[], "missing", &["There is no cloud-init on `web`"]),
    ];
    for (says, status, told) in cases {
        let stage = Stage::open().await;
        let project = Project::of(&stage.bench).await;
        let machine = Machine::start(says);
        let made = project.create("hcloud_server", &waiting(&machine)).await;
        let (object, said) = match made {
            Ok(object) => {
                let warnings = project.warnings().into_iter();
                let told = warnings.map(|w| format!("{} {}", w.summary, w.detail));
                (object, told.collect::<Vec<_>>().join("\n"))
            }
            Err(failure) if status == "missing" => {
                left(failure, "infra::hetzner::cloud_init_missing")
            }
            Err(failure) => left(failure, "infra::hetzner::cloud_init_failed"),
        };
        assert_eq!(at(&object.value, "cloud_init_status"), json!(status), "{says:?}");
        assert_eq!(at(&object.value, "host_key"), json!(machine.line()), "{says:?}");
        assert_eq!(told.is_empty(), said.is_empty(), "{said}");
        for part in told {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("line 10\n"), "20 lines are enough: {said}");
        let lines = stage.lines();
        let polls = lines.iter().filter(|line| line.starts_with("cloud-init on ")).count();
        assert_eq!(polls, says.len().saturating_sub(1), "{lines:#?}");
        let pinned = |line: &&String| line.contains(&machine.keys[0].fingerprint());
        assert_eq!(lines.iter().filter(pinned).count(), 1, "{lines:#?}");
        let is_settled = !["error", "missing"].contains(&status);
        let again = project.plans(Some(&object), &waiting(&machine), "cloud_init_status");
        assert_eq!(again.contains(status), is_settled, "{again}");
        assert!(stage.is_alone());
        assert_eq!(stage.bench.findings(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_waited_for_again_and_only_the_pinned_key_is_believed() {
    let stage = Stage::open().await;
    let project = Project::of(&stage.bench).await;
    let machine = Machine::start(&[FAILED]);
    let given = waiting(&machine);
    let failed = project.create("hcloud_server", &given).await.unwrap_err();
    let (object, _) = left(failed, "infra::hetzner::cloud_init_failed");
    assert!(!format!("{object:?}").contains("PRIVATE KEY"));

    machine.says(&[DONE]);
    let mended = project.update(&object, &given).await.unwrap();
    assert_eq!(at(&mended.value, "cloud_init_status"), json!("done"));
    assert_eq!(at(&mended.value, "host_key"), json!(machine.line()));
    let asked = machine.asked();
    let settled = project.update(&mended, &given).await.unwrap();
    assert_eq!(at(&settled.value, "cloud_init_status"), json!("done"));
    assert_eq!(machine.asked(), asked, "nobody asks again");

    // Another machine answers where the first one was.
    let other = Machine::start(&[DONE]);
    let there = waiting(&other);
    stage.lines();
    let refused = project.update(&object, &there).await.unwrap_err();
    assert_eq!(refused.diagnostic.code, "infra::hetzner::host_key_changed");
    for key in [&machine.keys[0], &other.keys[0]] {
        assert!(refused.diagnostic.detail.contains(&key.fingerprint()));
    }
    assert_eq!(stage.lines().len(), 1, "at once, and without another attempt");
    assert_eq!(other.asked(), 0, "nothing was done there");
    let kept = Arc::new(refused.partial.unwrap());
    assert_eq!(at(&kept.value, "host_key"), json!(machine.line()));

    // Whoever means the change says so.
    let vouched = [("host_key", Value::string(format!("{} comment", other.line())))];
    let vouched = server(&[("cloud_init", block(&other, &vouched))]);
    let meant = project.update(&kept, &vouched).await.unwrap();
    assert_eq!(at(&meant.value, "host_key"), json!(other.line()));
    assert_eq!(at(&meant.value, "cloud_init_status"), json!("done"));
    assert!(stage.is_alone());
    assert_eq!(stage.bench.findings(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_server_may_take_a_while_to_let_anybody_in() {
    let stage = Stage::open().await;
    let project = Project::of(&stage.bench).await;
    let mut machine = Machine::shut(&[DONE]);
    machine.options.refused = 2;
    stage.patient.on("connection refused", machine.opening());
    let made = project.create("hcloud_server", &waiting(&machine)).await.unwrap();
    assert_eq!(at(&made.value, "cloud_init_status"), json!("done"));
    let lines = stage.lines();
    let count = |part: &str| lines.iter().filter(|line| line.contains(part)).count();
    let told = (count("Connecting to admin@127.0.0.1"), count("connection refused"));
    assert_eq!(told, (4, 1), "{lines:#?}");
    assert_eq!(count("unable to authenticate"), 2, "{lines:#?}");
    assert!(lines[6].ends_with("(7 s)"), "1, 2 and 4 seconds: {lines:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_in_time_and_when_the_run_is_stopped() {
    // The log is shown, and how far it was is recorded.
    let cases = [
        (usize::MAX, false, "unknown", "infra::hetzner::login_failed", "unable to authenticate"),
        (0, false, "running", "infra::hetzner::cloud_init_late", "raise `timeout`"),
        (0, true, "running", "infra::hetzner::cloud_init_late", "was not waited for"),
    ];
    for (refused, is_stopped, status, code, part) in cases {
        let stage = Stage::open().await;
        let project = Project::of(&stage.bench).await;
        let mut machine = Machine::shut(&[RUNNING]);
        machine.options.refused = refused;
        machine.open();
        if is_stopped {
            let stop = Arc::clone(&stage.bench.stop);
            stage.patient.on("cloud-init on", move || stop.store(true, Ordering::Relaxed));
        }
        let began_ms = stage.bench.simulator.now_ms();
        let given = block(&machine, &[("timeout", text("1m30s"))]);
        let given = server(&[("cloud_init", given)]);
        let failed = project.create("hcloud_server", &given).await.unwrap_err();
        let (object, told) = left(failed, code);
        assert!(told.contains(part), "{told}");
        assert_eq!(told.contains("  line 30"), refused == 0, "{told}");
        assert_eq!(at(&object.value, "cloud_init_status"), json!(status));
        let passed_s = (stage.bench.simulator.now_ms() - began_ms) / 1_000;
        let is_right = if is_stopped { passed_s < 40 } else { (90..125).contains(&passed_s) };
        assert!(is_right, "{passed_s} s");
        assert!(stage.is_alone());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_restarts_meanwhile_is_connected_to_anew() {
    let stage = Stage::open().await;
    let project = Project::of(&stage.bench).await;
    let machine = Machine::start(&[RUNNING, CUT, DONE]);
    let made = project.create("hcloud_server", &waiting(&machine)).await.unwrap();
    assert_eq!(at(&made.value, "cloud_init_status"), json!("done"));
    assert_eq!(at(&made.value, "host_key"), json!(machine.line()));
    let lines = stage.lines();
    let count = |part: &str| lines.iter().filter(|line| line.contains(part)).count();
    assert_eq!(
        (count("is lost"), count("Connecting to"), count("Host key")),
        (1, 2, 1),
        "{lines:#?}"
    );
    // Another machine that comes back in its place is not believed within the same wait either.
    let two = vec![Key::draw().unwrap(), Key::draw().unwrap()];
    let machine = Machine::showing(two, &[RUNNING, CUT, DONE]);
    let given = server(&[("name", text("api")), ("cloud_init", block(&machine, &[]))]);
    let given: Vec<_> = given.into_iter().skip(1).collect();
    let failed = project.create("hcloud_server", &given).await.unwrap_err();
    let (object, _) = left(failed, "infra::hetzner::host_key_changed");
    assert_eq!(at(&object.value, "host_key"), json!(machine.line()));
    assert_eq!(machine.asked(), 2, "nothing was done there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_disk_shows_a_new_key_and_is_waited_for() {
    let stage = Stage::open().await;
    let project = Project::of(&stage.bench).await;
    let machine = Machine::showing(vec![Key::draw().unwrap(), Key::draw().unwrap()], &[DONE]);
    let with = |data: &'static str, cloud_init: Value| {
        let mode = ("on_user_data_change", text("rebuild"));
        server(&[("user_data", text(data)), mode, ("cloud_init", cloud_init)])
    };
    let given = |data| with(data, block(&machine, &[]));
    let made = project.create("hcloud_server", &given("#one")).await.unwrap();
    let before = at(&made.value, "host_key");
    assert_eq!(before, json!(machine.keys[0].line().unwrap()));
    for name in ["host_key", "cloud_init_status"] {
        let planned = project.plans(Some(&made), &given("#two"), name);
        assert!(planned.contains("known after apply"), "{name}: {planned}");
    }
    let rebuilt = project.update(&made, &given("#two")).await.unwrap();
    assert_eq!(at(&rebuilt.value, "id"), at(&made.value, "id"));
    assert_eq!(at(&rebuilt.value, "host_key"), json!(machine.keys[1].line().unwrap()));
    assert_eq!(at(&rebuilt.value, "cloud_init_status"), json!("done"));

    // Without the block nobody learns the key of the third disk.
    let none = Value::list(block(&machine, &[]).items().unwrap()[0].ty(), Vec::new());
    let dropped = project.update(&rebuilt, &with("#two", none.clone())).await.unwrap();
    assert_eq!(at(&dropped.value, "host_key"), at(&rebuilt.value, "host_key"), "it is still it");
    let asked = machine.asked();
    let wiped = project.update(&dropped, &with("#three", none)).await.unwrap();
    assert_eq!(at(&wiped.value, "host_key"), json!(null));
    assert_eq!(at(&wiped.value, "cloud_init_status"), json!(null));
    assert_eq!(machine.asked(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_there_before_is_not_logged_in_to_unseen() {
    let stage = Stage::open().await;
    let project = Project::of(&stage.bench).await;
    let machine = Machine::start(&[DONE]);
    let none = server(&[]);
    assert!(project.plans(None, &none, "host_key").contains("null"));
    let made = project.create("hcloud_server", &none).await.unwrap();
    let skipped = project.update(&made, &waiting(&machine)).await.unwrap();
    assert_eq!(at(&skipped.value, "cloud_init_status"), json!("skipped"));
    assert_eq!(at(&skipped.value, "host_key"), json!(null));
    let codes = |project: &Project<'_>| -> Vec<&'static str> {
        project.warnings().into_iter().map(|warning| warning.code).collect()
    };
    assert_eq!(codes(&project), ["infra::hetzner::cloud_init_skipped"]);
    let again = project.update(&skipped, &waiting(&machine)).await.unwrap();
    assert_eq!(codes(&project), [""; 0], "it is told once");
    assert_eq!((machine.asked(), stage.lines().len()), (0, 0));

    let known = block(&machine, &[("host_key", Value::from(&*machine.line()))]);
    let known = project.update(&again, &server(&[("cloud_init", known)])).await.unwrap();
    assert_eq!(at(&known.value, "cloud_init_status"), json!("done"));
    assert_eq!(at(&known.value, "host_key"), json!(machine.line()));
    assert!(stage.is_alone());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_of_what_secret_user_data_says() {
    let stage = Stage::open().await;
    let project = Project::of(&stage.bench).await;
    let machine = Machine::start(&[FAILED]);
    let secret = ("user_data", Value::from("#cloud-config\npassword: line 30\n").sensitive());
    let given = server(&[secret, ("cloud_init", block(&machine, &[]))]);
    let failed = project.create("hcloud_server", &given).await.unwrap_err();
    let (_, told) = left(failed, "infra::hetzner::cloud_init_failed");
    assert!(told.contains("is not shown") && !told.contains("line 3"), "{told}");
    assert!(!told.contains("runcmd failed"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bastion_leads_there() {
    let stage = Stage::open().await;
    let project = Project::of(&stage.bench).await;
    let (machine, bastion) = (Machine::start(&[DONE]), Machine::start(&[]));
    let through = [
        ("bastion_host", text("127.0.0.1")),
        ("bastion_port", Value::from(i64::from(bastion.port))),
        ("bastion_private_key", Value::from(&*bastion.user_key)),
        ("bastion_host_key", Value::from(&*bastion.line())),
    ];
    let given = server(&[("cloud_init", block(&machine, &through))]);
    let made = project.create("hcloud_server", &given).await.unwrap();
    assert_eq!(at(&made.value, "host_key"), json!(machine.line()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_block_is_found_before_anything_starts() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let machine = Machine::shut(&[]);
    let damaged =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
    let null = || Value::null(Type::String);
    let cases = [
        ("user", text("ro ot"), "`user` can't be `ro ot`"),
        ("user", text(""), "`user` can't be ``"),
        ("host", text("root@web"), "`host` can't be `root@web`"),
        ("port", Value::from(0_i64), "`port` can't be 0"),
        ("port", Value::from(70_000_i64), "`port` can't be 70000"),
        ("timeout", text("ten"), "`timeout` can't be `ten`"),
        ("timeout", text("0s"), "`timeout` can't be `0s`"),
        ("private_key", text("c2VjcmV0"), "no key found"),
        ("private_key", text(damaged), "Failed to parse ssh private key"),
        ("private_key", null(), "no way to log in"),
        ("host_key", text("c2VjcmV0"), "not a public key"),
        ("bastion_user", text("joe"), "without `bastion_host`"),
    ];
    for (name, value, told) in cases {
        let given = server(&[("cloud_init", block(&machine, &[(name, value)]))]);
        let found = project.judged("hcloud_server", &given);
        let all: Vec<String> = found.iter().map(|found| found.summary.to_string()).collect();
        assert!(all.len() == 1 && all[0].contains(told), "{name}: {all:?}");
        let place = found[0].path.as_ref().unwrap().to_string();
        let place_of = if told.contains("no way") { "agent" } else { name };
        assert!(place.starts_with("cloud_init[0].") && place.ends_with(place_of), "{place}");
        assert!(!format!("{found:?}").contains("c2VjcmV0"), "{name}");
    }
    assert_eq!(project.judged("hcloud_server", &waiting(&machine)).len(), 0);
}
