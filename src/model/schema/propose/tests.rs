//! The default plan: what each usage, change rule and nesting gives, and that no change is none.

use super::*;
use crate::{
    schema::{Block, NestedBlock, Nesting},
    types::Type,
    value::Marks,
};

mod laws;

fn schema() -> Schema {
    let with_size = Changes::With(vec![Path::attribute("size")]);
    let block = Block::of([
        ("name", Attribute::required(Type::String)),
        ("image", Attribute::optional(Type::String).replaces()),
        ("size", Attribute::optional(Type::Number).default(1_i64)),
        ("id", Attribute::computed(Type::String)),
        ("ip", Attribute::optional_computed(Type::String)),
        ("speed", Attribute::computed(Type::Number).changes(with_size)),
        ("revision", Attribute::computed(Type::Number).changes(Changes::OnUpdate)),
        ("status", Attribute::computed(Type::String).changes(Changes::Volatile)),
        ("secret", Attribute::optional(Type::String).sensitive()),
        ("once", Attribute { write_only: true, ..Attribute::optional(Type::String) }),
    ]);
    let disk = Block::of([
        ("size", Attribute::required(Type::Number)),
        ("format", Attribute::optional(Type::String).replaces()),
        ("device", Attribute::computed(Type::String)),
    ]);
    let rule = Block::of([
        ("port", Attribute::required(Type::Number)),
        ("protocol", Attribute::optional(Type::String).default("tcp")),
        ("handle", Attribute::computed(Type::String)),
    ]);
    let block = block.with([
        ("disk", NestedBlock::new(Nesting::List, disk.clone())),
        ("rule", NestedBlock::new(Nesting::Set, rule)),
        ("mount", NestedBlock::new(Nesting::Map, disk)),
        ("boot", NestedBlock::new(Nesting::Single, Block::of([order()])).replaces()),
    ]);
    Schema { version: 0, block }
}

fn order() -> (&'static str, Attribute) {
    ("order", Attribute::optional(Type::String))
}

/// An object of the schema with these entries, and null or nothing elsewhere.
fn object(schema: &Schema, entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    object_of(&schema.block, entries)
}

fn object_of(block: &Block, entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let null = |(name, a): (&Text, &Attribute)| (name.clone(), Value::null(a.ty.clone()));
    let mut all: Vec<(Text, Value)> = block.attributes.iter().map(null).collect();
    for (name, nested) in &block.blocks {
        let object = nested.block.implied_type();
        let nothing = match nested.nesting {
            Nesting::Single | Nesting::Group => Value::null(object),
            Nesting::List => Value::list(object, vec![]),
            Nesting::Set => Value::set(object, vec![]),
            Nesting::Map => Value::map::<Text>(object, []),
        };
        all.push((name.clone(), nothing));
    }
    all.extend(entries.into_iter().map(|(name, value)| (Text::from(name), value)));
    Value::object(all)
}

fn block_in(
    schema: &Schema,
    name: &str,
    entries: impl IntoIterator<Item = (&'static str, Value)>,
) -> Value {
    object_of(&schema.block.blocks[name].block, entries)
}

fn number(number: i64) -> Value {
    Value::from(number)
}

/// An object as it is after a create.
fn recorded() -> Value {
    object(
        &schema(),
        [
            ("name", Value::from("web")),
            ("image", Value::from("debian")),
            ("size", number(1)),
            ("id", Value::from("7")),
            ("ip", Value::from("10.0.0.1")),
            ("speed", number(100)),
            ("revision", number(1)),
            ("status", Value::from("running")),
            ("secret", Value::null(Type::String).sensitive()),
        ],
    )
}

fn desired(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let base = [("name", Value::from("web")), ("image", Value::from("debian"))];
    object(&schema(), base.into_iter().chain(entries))
}

fn update(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Proposal {
    propose(&schema(), Some(&recorded()), &desired(entries))
}

fn paths(proposal: &Proposal) -> Vec<String> {
    proposal.replace.iter().map(ToString::to_string).collect()
}

#[test]
fn a_create_leaves_to_the_provider_what_is_computed() {
    let proposal = propose(&schema(), None, &desired([]));
    let planned = &proposal.planned;
    assert_eq!(planned.get("name"), Some(&Value::from("web")));
    assert_eq!(planned.get("size"), Some(&number(1)), "the default");
    for name in ["id", "ip", "speed", "revision", "status"] {
        assert!(!planned.get(name).unwrap().is_known(), "{name}");
    }
    assert!(planned.get("secret").unwrap().is_null());
    assert!(proposal.replace.is_empty(), "nothing is there to be replaced");
}

#[test]
fn an_equal_configuration_plans_what_is_recorded() {
    assert_eq!(update([]), Proposal { planned: recorded(), replace: vec![] });
}

#[test]
fn a_configured_value_wins_over_a_recorded_one() {
    let planned = update([("ip", Value::from("10.0.0.9"))]).planned;
    assert_eq!(planned.get("ip"), Some(&Value::from("10.0.0.9")));
    assert_eq!(planned.get("id"), Some(&Value::from("7")), "stable");
    assert_eq!(planned.get("speed"), Some(&number(100)), "follows the size alone");
    assert!(!planned.get("revision").unwrap().is_known(), "follows every update");
    assert!(!planned.get("status").unwrap().is_known(), "may differ after an update");
}

#[test]
fn a_computed_attribute_follows_what_it_changes_with() {
    let planned = update([("size", number(2))]).planned;
    assert!(!planned.get("speed").unwrap().is_known());
    assert_eq!(planned.get("ip"), Some(&Value::from("10.0.0.1")));
}

#[test]
fn an_optional_attribute_that_is_unset_becomes_null_and_a_defaulted_one_its_default() {
    let schema = schema();
    let prior = {
        let entries = recorded().entries().unwrap().to_vec();
        let changed = [(Text::from("secret"), Value::from("s")), (Text::from("size"), number(9))];
        Value::object(entries.into_iter().chain(changed))
    };
    let planned = propose(&schema, Some(&prior), &desired([])).planned;
    assert!(planned.get("secret").unwrap().is_null());
    assert_eq!(planned.get("size"), Some(&number(1)));
}

#[test]
fn a_change_of_a_replacing_attribute_names_its_path() {
    assert_eq!(paths(&update([("image", Value::from("arch"))])), ["image"]);
    assert_eq!(paths(&update([("image", Value::unknown(Type::String))])), ["image"]);
    assert_eq!(paths(&update([("image", Value::null(Type::String))])), ["image"]);
    assert!(paths(&update([("size", number(3))])).is_empty());
}

#[test]
fn write_only_values_are_never_planned_and_are_no_change() {
    let proposal = update([("once", Value::from("hush"))]);
    assert_eq!(proposal.planned, recorded());
}

#[test]
fn marks_are_no_change_and_those_of_the_configuration_stay() {
    let proposal = update([("image", Value::from("debian").sensitive())]);
    assert!(proposal.replace.is_empty());
    assert_eq!(proposal.planned.get("image").unwrap().marks(), Marks::SENSITIVE);
    assert_eq!(proposal.planned.get("revision"), Some(&number(1)));
    let secret = update([("secret", Value::from("s"))]).planned;
    assert_eq!(secret.get("secret").unwrap().marks(), Marks::SENSITIVE, "the schema says so");
}

#[test]
fn sensitive_parts_of_objects_are_marked_and_the_rest_is_not() {
    let server = Type::object([("address", Type::String), ("key", Type::String)]);
    let servers = Attribute::optional(Type::list(server.clone())).sensitive_parts(["key"]);
    let schema = Schema { version: 0, block: Block::of([("servers", servers)]) };
    let one = Value::object([("address", Value::from("a")), ("key", Value::from("b"))]);
    let value = Value::object([("servers", Value::list(server, vec![one]))]);
    let planned = propose(&schema, None, &value).planned;
    for marked in [planned, schema.block.mark_sensitive(value)] {
        let places = marked.unmark_paths().1;
        let places: Vec<String> = places.iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(places, ["servers[0].key"]);
    }
    assert!(schema.block.has_sensitive());
}

fn disks(devices: &[Option<&'static str>]) -> Value {
    let schema = schema();
    let disk = |(index, device): (usize, Option<&'static str>)| {
        let size = number(10 + i64::try_from(index).unwrap());
        let device = device.map_or(Value::null(Type::String), Value::from);
        block_in(&schema, "disk", [("size", size), ("device", device)])
    };
    let object = schema.block.blocks["disk"].block.implied_type();
    Value::list(object, devices.iter().copied().enumerate().map(disk).collect())
}

fn with_block(name: &'static str, before: Value, after: Value) -> Proposal {
    let entries = recorded().entries().unwrap().to_vec();
    let prior = Value::object(entries.into_iter().chain([(Text::from(name), before)]));
    propose(&schema(), Some(&prior), &desired([(name, after)]))
}

#[test]
fn blocks_of_a_list_continue_by_index() {
    let proposal = with_block("disk", disks(&[Some("a"), Some("b")]), disks(&[None, None, None]));
    let planned = proposal.planned.get("disk").unwrap().items().unwrap();
    assert_eq!(planned[0].get("device"), Some(&Value::from("a")));
    assert_eq!(planned[1].get("device"), Some(&Value::from("b")));
    assert!(!planned[2].get("device").unwrap().is_known());
    assert!(proposal.replace.is_empty(), "a new block gives no format, so nothing replaces");
    assert!(!proposal.planned.get("revision").unwrap().is_known(), "a new block is a change");
}

#[test]
fn a_replacing_attribute_inside_a_block_names_the_way_to_it() {
    let schema = schema();
    let object = schema.block.blocks["disk"].block.implied_type();
    let formatted = |format: &'static str| {
        let entries = [("size", number(10)), ("format", Value::from(format))];
        Value::list(object.clone(), vec![block_in(&schema, "disk", entries)])
    };
    let proposal = with_block("disk", formatted("ext4"), formatted("xfs"));
    assert_eq!(paths(&proposal), ["disk[0].format"]);
    let removed = with_block("disk", formatted("ext4"), Value::list(object.clone(), vec![]));
    assert_eq!(paths(&removed), ["disk"]);
}

fn rules(rules: &[(i64, Option<&'static str>)]) -> Value {
    let schema = schema();
    let rule = |(port, handle): &(i64, Option<&'static str>)| {
        // What is recorded has the default, what is desired has none.
        let protocol = handle.map_or(Value::null(Type::String), |_| Value::from("tcp"));
        let handle = handle.map_or(Value::null(Type::String), Value::from);
        let entries = [("port", number(*port)), ("protocol", protocol), ("handle", handle)];
        block_in(&schema, "rule", entries)
    };
    let object = schema.block.blocks["rule"].block.implied_type();
    Value::set(object, rules.iter().map(rule).collect())
}

#[test]
fn blocks_of_a_set_continue_those_that_agree_in_what_is_configured() {
    let before = rules(&[(80, Some("a")), (443, Some("b"))]);
    let same = with_block("rule", before.clone(), rules(&[(443, None), (80, None)]));
    assert_eq!(same.planned.get("rule"), Some(&before));
    let more = with_block("rule", before, rules(&[(443, None), (22, None)]));
    let planned = more.planned.get("rule").unwrap().items().unwrap();
    let kept = planned.iter().find(|r| r.get("port") == Some(&number(443))).unwrap();
    assert_eq!(kept.get("handle"), Some(&Value::from("b")));
    let new = planned.iter().find(|r| r.get("port") == Some(&number(22))).unwrap();
    assert!(!new.get("handle").unwrap().is_known());
}

#[test]
fn blocks_of_a_map_continue_by_key() {
    let schema = schema();
    let object = schema.block.blocks["mount"].block.implied_type();
    let mount =
        |device: Value| block_in(&schema, "mount", [("size", number(1)), ("device", device)]);
    let before = Value::map(object.clone(), [("a", mount(Value::from("x")))]);
    let null = Value::null(Type::String);
    let after = Value::map(object, [("a", mount(null.clone())), ("b", mount(null))]);
    let planned = with_block("mount", before, after).planned;
    let mounts = planned.get("mount").unwrap();
    assert_eq!(mounts.get("a").unwrap().get("device"), Some(&Value::from("x")));
    assert!(!mounts.get("b").unwrap().get("device").unwrap().is_known());
}

#[test]
fn any_change_inside_a_replacing_block_replaces() {
    let schema = schema();
    let boot = |order: &'static str| block_in(&schema, "boot", [("order", Value::from(order))]);
    let object = schema.block.blocks["boot"].block.implied_type();
    assert_eq!(paths(&with_block("boot", boot("a"), boot("b"))), ["boot.order"]);
    assert_eq!(paths(&with_block("boot", boot("a"), Value::null(object.clone()))), ["boot"]);
    assert!(!paths(&with_block("boot", Value::null(object.clone()), boot("b"))).is_empty());
    assert_eq!(paths(&with_block("boot", boot("a"), Value::unknown(object))), ["boot"]);
}

#[test]
fn unknown_blocks_stay_unknown() {
    let unknown = Value::unknown(schema().block.blocks["rule"].implied_type());
    let proposal = with_block("rule", rules(&[(80, Some("a"))]), unknown.clone());
    assert_eq!(proposal.planned.get("rule"), Some(&unknown));
    assert!(!proposal.planned.get("revision").unwrap().is_known(), "it may be a change");
}

#[test]
fn computed_blocks_keep_what_is_recorded_and_are_unknown_before() {
    let mut schema = schema();
    schema.block.blocks.get_mut("disk").unwrap().computed = true;
    let planned = propose(&schema, None, &desired([])).planned;
    assert!(!planned.get("disk").unwrap().is_known());
    let before = disks(&[Some("a")]);
    let entries = recorded().entries().unwrap().to_vec();
    let prior = Value::object(entries.into_iter().chain([(Text::from("disk"), before)]));
    assert_eq!(propose(&schema, Some(&prior), &desired([])).planned, prior);
}

#[test]
fn nothing_is_proposed_for_a_delete() {
    let null = Value::null(schema().block.implied_type());
    assert_eq!(propose(&schema(), Some(&recorded()), &null).planned, null);
}
