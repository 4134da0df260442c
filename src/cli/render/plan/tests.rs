//! Whole plans as people see them.

use super::*;
use infra_lang::{
    compile::compile,
    config::load::{LoadOptions, load},
};
use infra_model::{
    address::{Address, Generation, KindName, Mode, ModuleAddress, ProviderAddress},
    journal::{Intent, Time, Verb},
    kind::{Find, Impact, ImpactSort, Kind, ProviderFacts, any_config},
    path::{Path, Step},
    schema::{Attribute, Block, NestedBlock, Nesting, Schema},
    text::Text,
    types::Type,
    value::Value,
};
use infra_plan::plan::{
    Change, Deferred, DeferredReason, Drift, Interrupted, InterruptedEnd, Lost, OutputChange,
    Reason, ReplaceCause, Uncertain,
};
use std::sync::Arc;

struct Thing {
    name: KindName,
    schema: Schema,
}

impl Kind for Thing {
    fn name(&self) -> &KindName {
        &self.name
    }

    fn mode(&self) -> Mode {
        Mode::Managed
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn find(&self) -> Find {
        Find::Local
    }
}

const MAIN: &str = "resource \"test_thing\" \"a\" {\n  name  = \"web\"\n  image = \"two\"\n}\n";

fn kinds() -> Kinds {
    let port = Block::of([
        ("internal", Attribute::required(Type::Number)),
        ("protocol", Attribute::optional(Type::String)),
    ]);
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String)),
        ("image", Attribute::required(Type::String).replaces()),
        ("env", Attribute::optional(Type::set(Type::String))),
        ("labels", Attribute::optional(Type::map(Type::String))),
        ("password", Attribute::optional(Type::String).sensitive()),
        ("zone", Attribute::optional(Type::list(Type::String))),
    ])
    .with([("ports", NestedBlock::new(Nesting::List, port))]);
    let thing = Thing { name: KindName("test_thing".into()), schema: Schema { version: 0, block } };
    let facts = ProviderFacts {
        config: Schema::default(),
        objects_live_on_host: false,
        calls_in_flight_max: None,
        kinds: Vec::new(),
        validate: any_config,
        functions: &[],
    };
    let mut kinds = Kinds::default();
    kinds.add("test", facts, vec![Arc::new(thing)]);
    kinds
}

/// Returns the text of a plan, as it is printed without colours.
fn check(plan: &Plan) -> String {
    let kinds = Arc::new(kinds());
    let files = Arc::new(crate::files::MemorySources::new([("main.tf", MAIN)]));
    let (configuration, map, _) = load(files.as_ref(), ".", LoadOptions::default());
    let (program, _) = compile(configuration, map, &kinds, files);
    let paint = Paint::new(false);
    render(
        plan,
        &View { program: &program, kinds: &kinds, paint, width: 100, saved: None, guides: true },
    )
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn provider() -> ProviderAddress {
    ProviderAddress {
        module: ModuleAddress::root(),
        provider: "test".into(),
        alias: None,
        key: infra_model::address::InstanceKey::None,
    }
}

/// Returns a thing with these attributes in place of the usual ones.
fn thing<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    let port = Type::object([("internal", Type::Number), ("protocol", Type::String)]);
    let mut all: std::collections::BTreeMap<Text, Value> = [
        ("id", Value::from("1")),
        ("name", "web".into()),
        ("image", "one".into()),
        ("env", Value::null(Type::set(Type::String))),
        ("labels", Value::null(Type::map(Type::String))),
        ("password", Value::null(Type::String)),
        ("zone", Value::null(Type::list(Type::String))),
        ("ports", Value::list(port, Vec::new())),
    ]
    .map(|(name, value)| (Text::from(name), value))
    .into();
    all.extend(attributes.map(|(name, value)| (Text::from(name), value)));
    Value::object(all)
}

fn ports(numbers: &[i64]) -> Value {
    let port = |n: &i64| {
        Value::object([("internal", Value::from(*n)), ("protocol", Value::null(Type::String))])
    };
    let ty = Type::object([("internal", Type::Number), ("protocol", Type::String)]);
    Value::list(ty, numbers.iter().map(port).collect())
}

fn change(action: Action, prior: Option<Value>, planned: Option<Value>) -> Change {
    Change {
        address: address("test_thing.a"),
        moved_from: None,
        deposed: None,
        kind: KindName("test_thing".into()),
        provider: provider(),
        action,
        reason: None,
        prior,
        planned,
        replace: Vec::new(),
        impacts: Vec::new(),
        needs: Arc::from([]),
        digest: None,
        create_before_destroy: false,
        cost: None,
        importing: None,
    }
}

fn plan_of(changes: Vec<Change>) -> Plan {
    Plan { changes, ..Plan::default() }
}

#[test]
fn create() {
    let planned = thing([
        ("id", Value::unknown(Type::String)),
        ("env", Value::set(Type::String, vec!["A=1".into(), "B=2".into()])),
        ("labels", Value::map(Type::String, [("tier", Value::from("front")), ("a b", "c".into())])),
        ("password", Value::from("hunter2").sensitive()),
        ("ports", ports(&[80, 443])),
    ]);
    let plan = plan_of(vec![change(Action::Create, None, Some(planned))]);
    insta::assert_snapshot!(check(&plan), @r#"

    Actions are indicated with the following symbols:
      + create

    infra will perform the following actions:

      # test_thing.a will be created
      + resource "test_thing" "a" {
          + env      = [
              + "A=1",
              + "B=2",
            ]
          + id       = (known after apply)
          + image    = "one"
          + labels   = {
              + "a b"  = "c"
              + "tier" = "front"
            }
          + name     = "web"
          + password = (sensitive value)

          + ports {
              + internal = 80
            }
          + ports {
              + internal = 443
            }
        }

    Plan: 1 to add, 0 to change, 0 to destroy.
    "#);
}

#[test]
fn update() {
    let prior = thing([
        ("env", Value::set(Type::String, vec!["A=1".into(), "B=2".into()])),
        ("labels", Value::map(Type::String, [("tier", Value::from("front")), ("old", "x".into())])),
        ("password", Value::from("hunter2").sensitive()),
        ("ports", ports(&[80, 443])),
    ]);
    let planned = thing([
        ("env", Value::set(Type::String, vec!["A=1".into(), "B=3".into()])),
        ("labels", Value::map(Type::String, [("tier", Value::from("back"))])),
        ("password", Value::from("hunter3").sensitive()),
        ("ports", ports(&[80, 8443, 9000])),
    ]);
    let plan = plan_of(vec![change(Action::Update, Some(prior), Some(planned))]);
    insta::assert_snapshot!(check(&plan), @r#"

    Actions are indicated with the following symbols:
      ~ update in-place

    infra will perform the following actions:

      # test_thing.a will be updated in-place
      ~ resource "test_thing" "a" {
          ~ env      = [
              - "B=2",
              + "B=3",
                # (1 unchanged element hidden)
            ]
            id       = "1"
          ~ labels   = {
              - "old"  = "x" -> null
              ~ "tier" = "front" -> "back"
            }
            name     = "web"
          ~ password = (sensitive value)
            # (1 unchanged attribute hidden)

          ~ ports {
              ~ internal = 443 -> 8443
            }
          + ports {
              + internal = 9000
            }

            # (1 unchanged block hidden)
        }

    Plan: 0 to add, 1 to change, 0 to destroy.
    "#);
}

#[test]
fn replacement_says_why_and_where() {
    let prior =
        thing([("zone", Value::list(Type::String, vec!["a".into()])), ("ports", ports(&[80]))]);
    let planned = thing([
        ("id", Value::unknown(Type::String)),
        ("image", "two".into()),
        ("zone", Value::list(Type::String, vec!["b".into()])),
        ("ports", ports(&[81])),
    ]);
    let mut change = change(Action::Replace, Some(prior), Some(planned));
    change.reason = Some(Reason::CannotUpdate);
    let at = MAIN.find("\"two\"").and_then(|at| u32::try_from(at).ok()).unwrap();
    let source = infra_model::source::SourceId(0);
    let span = infra_model::source::Span { source, start: at, end: at + 5 };
    let port = Path::attribute("ports").then(Step::Index(0));
    change.replace = vec![
        ReplaceCause { path: Path::attribute("image"), span: Some(span) },
        ReplaceCause { path: Path::attribute("zone").then(Step::Index(0)), span: None },
        ReplaceCause { path: port.then(Step::Attribute("internal".into())), span: None },
    ];
    change.impacts =
        vec![Impact { sort: ImpactSort::Downtime, text: "the thing stops for about 10 s".into() }];
    insta::assert_snapshot!(check(&plan_of(vec![change])), @r#"

    Actions are indicated with the following symbols:
    -/+ destroy and then create replacement

    infra will perform the following actions:

      # test_thing.a must be replaced
      # ! downtime: the thing stops for about 10 s
    -/+ resource "test_thing" "a" {
          ~ id    = "1" -> (known after apply)
          ~ image = "one" -> "two" # forces replacement (main.tf:3)
            name  = "web"
          ~ zone  = [ # forces replacement
              ~ "a" -> "b",
            ]

          ~ ports {
              ~ internal = 80 -> 81 # forces replacement
            }
        }

    Plan: 1 to add, 0 to change, 1 to destroy.

    Consequences:
      ! downtime: test_thing.a: the thing stops for about 10 s
    "#);
}

#[test]
fn delete_and_other_ends() {
    let prior = || Some(thing([("password", Value::from("hunter2").sensitive())]));
    let mut delete = change(Action::Delete, prior(), None);
    delete.reason = Some(Reason::NoResource);
    delete.impacts =
        vec![Impact { sort: ImpactSort::DataLoss, text: "everything in it is lost".into() }];
    let mut deposed = change(Action::Delete, prior(), None);
    deposed.deposed = Some(Generation(3));
    deposed.reason = Some(Reason::Deposed);
    let mut moved = change(Action::NoOp, prior(), prior());
    moved.moved_from = Some(address("test_thing.old"));
    let forget = change(Action::Forget, prior(), None);
    let unchanged = change(Action::NoOp, prior(), prior());
    insta::assert_snapshot!(check(&plan_of(vec![delete, deposed, moved, forget, unchanged])), @r#"

    Actions are indicated with the following symbols:
      - destroy
      . forget, without destroying

    infra will perform the following actions:

      # test_thing.a will be destroyed
      # (because test_thing.a is not in configuration)
      # ! data loss: everything in it is lost
      - resource "test_thing" "a" {
          - id       = "1" -> null
          - image    = "one" -> null
          - name     = "web" -> null
          - password = (sensitive value) -> null
        }

      # test_thing.a (deposed object 3) will be destroyed
      # (left over from a partially-failed replacement of this instance)
      - resource "test_thing" "a" {
          - id       = "1" -> null
          - image    = "one" -> null
          - name     = "web" -> null
          - password = (sensitive value) -> null
        }

      # test_thing.old has moved to test_thing.a
        resource "test_thing" "a" {
            id       = "1"
            name     = "web"
            # (2 unchanged attributes hidden)
        }

     # test_thing.a will no longer be managed by infra, but will not be destroyed
     # (destroy = false is set in the configuration)
     . resource "test_thing" "a" {
            id       = "1"
            name     = "web"
            # (2 unchanged attributes hidden)
        }

    Plan: 0 to add, 0 to change, 2 to destroy, 1 to forget.

    Consequences:
      ! data loss: test_thing.a: everything in it is lost
    "#);
}

#[test]
fn nothing_to_do() {
    insta::assert_snapshot!(check(&Plan::default()), @"

    No changes. Your infrastructure matches the configuration.
    ");
    let destroy = Plan { mode: PlanMode::Destroy, ..Plan::default() };
    insta::assert_snapshot!(check(&destroy), @"

    No changes. No objects need to be destroyed.

    Nothing that is recorded is still there.
    ");
}

#[test]
fn drift_is_shown_where_it_matters_and_folded_where_not() {
    let drift = |name: &str, relevant: bool, observed: Option<Value>| Drift {
        address: address(&format!("test_thing.{name}")),
        kind: KindName("test_thing".into()),
        recorded: thing([]),
        observed,
        relevant,
    };
    let other = || Some(thing([("name", "other".into())]));
    let mut plan = plan_of(vec![change(Action::Update, other(), Some(thing([])))]);
    plan.drift = vec![drift("a", true, other()), drift("b", true, None)];
    plan.drift.extend((0..12).map(|i| drift(&format!("c{i}"), false, other())));
    insta::assert_snapshot!(check(&plan), @r#"

    Changed outside of infra:

      # test_thing.a has changed
      ~ resource "test_thing" "a" {
            id    = "1"
          ~ name  = "web" -> "other"
            # (1 unchanged attribute hidden)
        }

      # test_thing.b is gone

      # No change follows from what has changed at test_thing.c0, test_thing.c1, test_thing.c2, test_thing.c3, test_thing.c4, test_thing.c5, test_thing.c6, test_thing.c7, test_thing.c8, test_thing.c9 and 2 more.

    Actions are indicated with the following symbols:
      ~ update in-place

    infra will perform the following actions:

      # test_thing.a will be updated in-place
      ~ resource "test_thing" "a" {
            id    = "1"
          ~ name  = "other" -> "web"
            # (1 unchanged attribute hidden)
        }

    Plan: 0 to add, 1 to change, 0 to destroy.
    "#);
}

#[test]
fn what_is_not_sure_is_said() {
    let intent = |name: &str, verb: Verb| Intent {
        address: address(&format!("test_thing.{name}")),
        generation: Generation(1),
        verb,
        kind: KindName("test_thing".into()),
        provider: provider(),
        epoch: 1,
        at: Time(1_795_224_021_000),
        absent_before: false,
        desired: Value::null(Type::Dynamic),
        needs: Arc::from([]),
        token: "t".into(),
    };
    let plan = Plan {
        deferred: vec![Deferred {
            address: address("test_thing.many[*]"),
            kind: KindName("test_thing".into()),
            reason: DeferredReason::Expansion,
            waits_for: vec![address("test_thing.a")],
            planned: None,
            span: None,
            impacts: vec![Impact { sort: ImpactSort::Exposure, text: "port 80 is opened".into() }],
        }],
        uncertain: vec![
            Uncertain { intent: intent("lost", Verb::Create), in_flight: false, why: Vec::new() },
            Uncertain { intent: intent("busy", Verb::Create), in_flight: true, why: Vec::new() },
        ],
        interrupted: vec![Interrupted {
            intent: intent("cut", Verb::Delete),
            end: InterruptedEnd::Gone,
        }],
        lost: vec![Lost {
            address: address("test_thing.guest"),
            kind: KindName("test_thing".into()),
            with: address("test_thing.host"),
        }],
        ..Plan::default()
    };
    insta::assert_snapshot!(check(&plan), @"

    Steps of an earlier run that was cut off:

      # test_thing.cut: delete of 2026-11-21T01:20:21Z: the object is gone

    Uncertain:

      # test_thing.lost: create started at 2026-11-21T01:20:21Z was cut off; it may exist.
      #   Until that is known, nothing is planned for it or for what depends on it.
      #   To settle it by hand: an `import` block takes it over; infra state rm 'test_thing.lost' forgets it
      # test_thing.busy: create in flight since 2026-11-21T01:20:21Z, by the run that holds the lock

    Lost with the host they live on:

      - test_thing.guest (with test_thing.host)

    Deferred: planned in the same apply, once what they wait for is known

      # test_thing.many[*] after `test_thing.a` (the number of instances is not known)

    Plan: 0 to add, 0 to change, 0 to destroy, 1 deferred.

    Consequences:
      ! exposure: test_thing.many[*]: port 80 is opened
    ");
}

#[test]
fn outputs_are_compared() {
    let secret = |text: &str| Some(Value::from(text).sensitive());
    let outputs = [
        ("added", OutputChange { prior: None, planned: Some("new".into()) }),
        ("address", OutputChange { prior: Some("a".into()), planned: Some("b".into()) }),
        ("gone", OutputChange { prior: Some("x".into()), planned: None }),
        ("token", OutputChange { prior: secret("hunter2"), planned: secret("hunter3") }),
        ("later", OutputChange { prior: None, planned: Some(Value::unknown(Type::String)) }),
    ];
    let outputs = outputs.map(|(name, change)| (Text::from(name), change)).into();
    insta::assert_snapshot!(check(&Plan { outputs, ..Plan::default() }), @r#"

    Changes to Outputs:
      + added   = "new"
      ~ address = "a" -> "b"
      - gone    = "x" -> null
      + later   = (known after apply)
      ~ token   = (sensitive value)

    You can apply this plan to save these new output values to the infra
    state, without changing any real infrastructure.
    "#);
}
