//! The file and back, and files of Terraform.

use super::*;
use infra_model::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    journal::{Intent, Time, Verb},
    kind::{Find, Kind, Kinds, ProviderFacts, any_config},
    schema::{Attribute, Block, Schema},
    snapshot::{Check, CheckStatus, Instance, Object, Output, Snapshot},
    text::Text,
    types::Type,
    value::Value,
};
use proptest::{collection::btree_map, prelude::*};
use std::sync::Arc;

mod mutated;

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

/// A kind of version 2, with a dynamic and a sensitive attribute.
fn kinds() -> Kinds {
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("any", Attribute::optional(Type::Dynamic)),
        ("anys", Attribute::optional(Type::map(Type::Dynamic))),
        ("number", Attribute::optional(Type::Number)),
        ("tags", Attribute::optional(Type::set(Type::String))),
        ("secret", Attribute::optional(Type::String).sensitive()),
    ]);
    let schema = Schema { version: 2, block };
    let thing = Thing { name: KindName("thing".into()), schema };
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

fn primitive() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z<&\"\\\\é\n]{0,6}".prop_map(|text| Value::from(&*text)),
        Just(Value::number("0.1".parse::<infra_model::number::Number>().unwrap())),
        Just(Value::null(Type::Dynamic)),
        Just(Value::null(Type::String)),
    ]
}

/// Values with the types that they imply; without marks.
fn tree() -> impl Strategy<Value = Value> {
    primitive().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::tuple),
            btree_map("[a-z]{1,3}", inner, 0..3).prop_map(Value::object),
            proptest::collection::vec("[a-z]{0,3}", 0..3).prop_map(|texts| {
                Value::list(Type::String, texts.iter().map(|t| Value::from(&**t)).collect())
            }),
        ]
    })
}

fn thing_value() -> impl Strategy<Value = Value> {
    let tags = proptest::option::of(proptest::collection::vec("[a-z]{1,3}", 0..3));
    (tree(), primitive(), any::<Option<i64>>(), tags, any::<bool>()).prop_map(
        |(any, one, number, tags, hidden)| {
            let tags = tags.map(|tags| tags.iter().map(|t| Value::from(&**t)).collect());
            let tags = tags.map_or_else(
                || Value::null(Type::set(Type::String)),
                |tags| Value::set(Type::String, tags),
            );
            let number = number.map_or_else(|| Value::null(Type::Number), Value::from);
            let anys = Value::map(one.ty(), [("k", one)]);
            Value::object([
                ("id", Value::from("1")),
                ("any", if hidden { any.sensitive() } else { any }),
                ("anys", anys),
                ("number", number),
                ("tags", tags),
                ("secret", Value::from("hunter2").sensitive()),
            ])
        },
    )
}

fn other_value() -> impl Strategy<Value = Value> {
    btree_map("[a-z]{1,3}", tree(), 0..3).prop_map(Value::object)
}

fn addresses() -> impl Strategy<Value = Address> {
    let key = prop_oneof![
        Just(InstanceKey::None),
        (0..3u64).prop_map(InstanceKey::Index),
        "[a-z \"$]{0,3}".prop_map(|name| InstanceKey::Name(name.into())),
    ];
    let kind = prop_oneof![Just("thing"), Just("unknown_kind")];
    (kind, "[a-c]", key, proptest::option::of("[m-n]")).prop_map(|(kind, name, key, module)| {
        let root = ModuleAddress::root();
        Address {
            module: module.map_or(root.clone(), |m| root.child(m, InstanceKey::Index(1))),
            mode: Mode::Managed,
            kind: KindName(kind.into()),
            name: name.into(),
            key,
        }
    })
}

fn provider(alias: bool) -> ProviderAddress {
    ProviderAddress {
        module: ModuleAddress::root(),
        provider: "docker".into(),
        alias: alias.then(|| "eu".into()),
        key: if alias { InstanceKey::Name("a.b".into()) } else { InstanceKey::None },
    }
}

fn objects(of: &Address) -> impl Strategy<Value = Object> + use<> {
    let kind = of.kind.clone();
    let value = if *kind.0 == *"thing" { thing_value().boxed() } else { other_value().boxed() };
    let needs = proptest::collection::vec(addresses(), 0..3);
    (value, any::<[bool; 4]>(), needs, any::<Vec<u8>>()).prop_map(
        move |(value, [tainted, prevent_destroy, create_before_destroy, alias], needs, private)| {
            Object {
                kind: kind.clone(),
                provider: provider(alias),
                value,
                private: private.into(),
                schema_version: 2,
                tainted,
                needs: needs.into(),
                prevent_destroy,
                create_before_destroy,
            }
        },
    )
}

fn intent(address: &Address, generation: u64) -> Intent {
    Intent {
        address: address.clone(),
        generation: Generation(generation),
        verb: Verb::Create,
        kind: address.kind.clone(),
        provider: provider(false),
        epoch: 4,
        at: Time(5),
        absent_before: true,
        desired: Value::object([("a", Value::from("hunter2").sensitive())]),
        needs: Arc::from([]),
        token: "token".into(),
    }
}

fn instances() -> impl Strategy<Value = (Address, Instance)> {
    let address = addresses();
    address
        .prop_flat_map(|address| {
            let objects = btree_map(1..5u64, objects(&address), 0..3);
            (Just(address), objects, any::<[bool; 2]>(), 0..3u64)
        })
        .prop_map(|(address, objects, [all_deposed, open], further)| {
            let last = objects.keys().last().copied().unwrap_or_default();
            let deposed = objects.keys().filter(|g| all_deposed || **g != last);
            let deposed = deposed.map(|g| Generation(*g)).collect();
            let objects: std::collections::BTreeMap<_, _> =
                objects.into_iter().map(|(g, o)| (Generation(g), Arc::new(o))).collect();
            let is_open = open || objects.is_empty();
            let newest = last + further + u64::from(is_open);
            let open = if is_open { vec![intent(&address, newest)] } else { Vec::new() };
            (address, Instance { objects, deposed, open, newest: Generation(newest) })
        })
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let outputs = btree_map("[a-z]{1,3}", (tree(), any::<bool>()), 0..3);
    let instances = proptest::collection::vec(instances(), 0..5);
    (outputs, instances, any::<u32>()).prop_map(|(outputs, instances, sequence)| Snapshot {
        lineage: "lineage".into(),
        sequence: u64::from(sequence),
        instances: instances.into_iter().collect(),
        outputs: outputs
            .into_iter()
            .map(|(name, (value, hidden))| {
                let value = if hidden { value.sensitive() } else { value };
                (Text::from(name), Output { value })
            })
            .collect(),
        checks: [(
            Text::from("check.health"),
            Check { status: CheckStatus::Fail, messages: vec!["it is ill".into()] },
        )]
        .into(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_was_pulled_can_be_pushed(snapshot in snapshots()) {
        let text = write(&snapshot, &kinds()).unwrap();
        let back = read(&text, &kinds());
        prop_assert_eq!(back.as_ref(), Ok(&snapshot), "{}", text);
        prop_assert!(infra_state::records_between(&snapshot, &back.unwrap()).is_empty());
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", at in any::<prop::sample::Index>()) {
        let _refused = read(&text, &kinds());
        let mut file = FOREIGN.to_owned();
        let place = at.index(file.len());
        if file.is_char_boundary(place) {
            file.insert_str(place, &text);
            let _either = read(&file, &kinds());
        }
    }
}

/// What has no object yet has no line in the file: a need of all its instances stays one.
#[test]
fn a_need_of_what_is_only_intended_survives() {
    let intended: Address = "thing.b".parse().unwrap();
    let needing: Address = "thing.c".parse().unwrap();
    let object = Object {
        kind: needing.kind.clone(),
        provider: provider(false),
        value: Value::object([("id", Value::from("1"))]),
        private: Arc::from([]),
        schema_version: 2,
        tainted: false,
        needs: [intended.with_key(InstanceKey::Any)].into(),
        prevent_destroy: false,
        create_before_destroy: false,
    };
    let open =
        Instance { open: vec![intent(&intended, 1)], newest: Generation(1), ..Instance::default() };
    let there = Instance {
        objects: [(Generation(1), Arc::new(object))].into(),
        newest: Generation(1),
        ..Instance::default()
    };
    let snapshot =
        Snapshot { instances: [(intended, open), (needing, there)].into(), ..Snapshot::default() };
    let text = write(&snapshot, &Kinds::default()).unwrap();
    assert_eq!(read(&text, &Kinds::default()).as_ref(), Ok(&snapshot));
}

/// As `terraform state pull` writes it.
const FOREIGN: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 7,
  "lineage": "3f9b8c1e-0000-0000-0000-000000000000",
  "outputs": {
    "token": { "value": "hunter2", "type": "string", "sensitive": true },
    "sizes": { "value": [1, 2.5], "type": ["tuple", ["number", "number"]] }
  },
  "resources": [
    {
      "module": "module.app[0]",
      "mode": "managed",
      "type": "thing",
      "name": "web",
      "provider": "module.app.provider[\"registry.terraform.io/hashicorp/test\"].eu",
      "instances": [
        {
          "index_key": "a",
          "status": "tainted",
          "schema_version": 2,
          "attributes": {
            "id": "1",
            "any": { "value": { "x": [true] }, "type": ["object", { "x": ["tuple", ["bool"]] }] },
            "number": 12345678901234567890.5,
            "secret": "hunter2",
            "tags": ["b", "a"]
          },
          "sensitive_attributes": [[{ "type": "get_attr", "value": "id" }]],
          "private": "eyJzY2hlbWFfdmVyc2lvbiI6IjIifQ==",
          "dependencies": ["module.app.thing.base", "thing.root"],
          "create_before_destroy": true
        },
        { "index_key": "a", "deposed": "0a1b2c3d", "schema_version": 1, "attributes": { "id": "0" } }
      ]
    },
    {
      "mode": "managed",
      "type": "thing",
      "name": "root",
      "provider": "provider[\"registry.terraform.io/hashicorp/test\"]",
      "instances": [{ "schema_version": 2, "attributes": { "id": "2" }, "sensitive_attributes": [] }]
    }
  ],
  "check_results": null
}"#;

#[test]
fn files_of_terraform_are_read() {
    let snapshot = read(FOREIGN, &kinds()).unwrap();
    assert_eq!((snapshot.sequence, snapshot.instances.len()), (7, 2));
    assert!(snapshot.outputs["token"].value.has_sensitive());
    let address: Address = "module.app[0].thing.web[\"a\"]".parse().unwrap();
    let instance = snapshot.instance(&address).unwrap();
    let (generation, object) = instance.current().unwrap();
    assert_eq!((generation, &*instance.deposed), (Generation(2), &[Generation(1)][..]));
    assert!(object.tainted && object.create_before_destroy);
    assert_eq!(object.provider.to_string(), "module.app.provider.test.eu");
    assert_eq!(&*object.private, b"{\"schema_version\":\"2\"}");
    let needs: Vec<String> = object.needs.iter().map(ToString::to_string).collect();
    assert_eq!(needs, ["module.app[*].thing.base[*]", "thing.root"]);
    let value = &object.value;
    assert!(value.get("id").unwrap().has_sensitive(), "the file says so");
    assert!(value.get("secret").unwrap().has_sensitive(), "the schema says so");
    assert_eq!(
        value.get("number").unwrap().as_number().unwrap().to_string(),
        "12345678901234567890.5"
    );
    let any = Value::object([("x", Value::tuple(vec![Value::from(true)]))]);
    assert_eq!(value.get("any"), Some(&any));
    assert_eq!(value.get("anys"), Some(&Value::null(Type::map(Type::Dynamic))));
}

fn problems(text: &str) -> String {
    let found = read(text, &kinds()).unwrap_err();
    found.iter().map(|d| format!("{}\n", d.detail)).collect::<Vec<_>>().concat()
}

#[test]
fn what_cannot_be_read_is_said_all_at_once() {
    let wrong = FOREIGN
        .replace("\"number\": 12345678901234567890.5", "\"nubmer\": 1")
        .replace("\"id\": \"2\"", "\"id\": [\"hunter2\"]");
    let said = problems(&wrong);
    assert!(said.contains("module.app[0].thing.web") && said.contains("`nubmer`"), "{said}");
    assert!(said.contains("thing.root") && !said.contains("hunter2"), "{said}");
    assert!(problems("nonsense").contains("line 1"));
    assert!(problems("{\"version\": 3}").contains("version 3"));
    assert!(problems("{\"encrypted_data\": \"x\"}").contains("encrypted"));
    let twice = FOREIGN.replace("\"deposed\": \"0a1b2c3d\", ", "");
    assert!(problems(&twice).contains("more than one"));
}
