//! What is drawn: deterministic by seed, of the form that is asked for.

use super::support::{desired, import, judged, kind, make, open, read, text};
use crate::draw::Draws;
use infra_model::{
    diagnostic::Retry,
    kind::Facts,
    snapshot::Object,
    types::Type,
    value::{Marks, Value},
};

fn number(number: i64) -> Value {
    Value::from(number)
}

#[test]
fn draws_depend_on_seed_address_and_token_alone() {
    let of = |seed: &str, address: &str, token: &str| {
        let address = address.parse().unwrap();
        Draws::seeded(seed).draw(&address, token).bytes(8).unwrap()
    };
    let first = of("s", "random_id.a", "t");
    assert_eq!(first, of("s", "random_id.a", "t"));
    assert_ne!(first, of("r", "random_id.a", "t"));
    assert_ne!(first, of("s", "random_id.b", "t"));
    assert_ne!(first, of("s", "random_id.a", "u"));
}

#[test]
fn the_system_draws_anew_each_time() {
    let bytes = || Draws::system().anywhere().bytes(16).unwrap();
    assert_ne!(bytes(), bytes());
}

#[test]
fn numbers_stay_below_their_bound_and_reach_every_value() {
    let mut draw = Draws::seeded("s").anywhere();
    let mut seen = [0; 5];
    for _ in 0..1000 {
        seen[usize::try_from(draw.below(5).unwrap()).unwrap()] += 1;
    }
    assert!(seen.iter().all(|times| (120..280).contains(times)), "{seen:?}");
}

#[test]
fn an_id_is_spelled_in_every_way() {
    let id = make("random_id.a", [("byte_length", number(2)), ("prefix", Value::from("p"))]);
    let id = id.unwrap();
    let hex = text(&id, "hex");
    let value = u16::from_str_radix(hex.strip_prefix('p').unwrap(), 16).unwrap();
    assert_eq!(text(&id, "dec"), format!("p{value}"));
    assert_eq!(text(&id, "b64_url"), format!("p{}", text(&id, "id")));
    let imported = import("random_id", &format!("p,{}", text(&id, "id"))).unwrap();
    assert_eq!(imported.value, id.value);
    assert_eq!(import("random_id", "?").unwrap_err().code, "infra::builtin::import_id_wrong");
    let large = import("random_id", "_____________________w").unwrap();
    assert_eq!(text(&large, "dec"), u128::MAX.to_string());
}

#[test]
fn characters_are_of_the_classes_that_are_asked_for() {
    let given = [
        ("length", number(30)),
        ("lower", Value::from(false)),
        ("min_upper", number(3)),
        ("min_numeric", number(4)),
        ("override_special", Value::from("_")),
    ];
    let result = text(&make("random_string.a", given).unwrap(), "result");
    let count = |is: fn(char) -> bool| result.chars().filter(|c| is(*c)).count();
    assert_eq!(result.chars().count(), 30);
    assert_eq!(count(|c| c.is_ascii_lowercase()), 0);
    assert!(count(|c| c.is_ascii_uppercase()) >= 3);
    assert!(count(|c| c.is_ascii_digit()) >= 4);
    assert_eq!(count(|c| !c.is_ascii_alphanumeric() && c != '_'), 0);
}

#[test]
fn number_and_numeric_are_one_argument() {
    for name in ["number", "numeric"] {
        let given = [("length", number(8)), (name, Value::from(false))];
        let object = make("random_string.a", given).unwrap();
        assert!(!text(&object, "result").contains(|c: char| c.is_ascii_digit()));
        for spelling in ["number", "numeric"] {
            assert_eq!(object.value.get(spelling), Some(&Value::from(false)), "{name}");
        }
    }
}

#[test]
fn a_password_is_secret_and_hashed() {
    let object = make("random_password.a", [("length", number(16))]).unwrap();
    for name in ["result", "bcrypt_hash"] {
        assert_eq!(object.value.get(name).unwrap().marks(), Marks::SENSITIVE);
    }
    assert_eq!(text(&object, "id"), "none");
    let hash = text(&object, "bcrypt_hash");
    assert!(hash.starts_with("$2a$"));
    assert!(bcrypt::verify(text(&object, "result"), &hash).unwrap());
}

#[test]
fn impossible_characters_are_told_when_planning() {
    let kind = kind("random_string");
    let told = |given: &[(&'static str, Value)]| {
        let desired = desired("random_string", given.iter().cloned());
        kind.validate(&desired, &Facts::new()).len()
    };
    assert_eq!(told(&[("length", number(4))]), 0);
    assert_eq!(told(&[("length", number(0))]), 1);
    assert_eq!(told(&[("length", number(4)), ("min_upper", number(5))]), 1);
    assert_eq!(told(&[("length", Value::unknown(Type::Number)), ("min_upper", number(5))]), 0);
}

#[test]
fn pets_have_as_many_words_as_are_asked_for() {
    let pet =
        |length: i64| text(&make("random_pet.a", [("length", number(length))]).unwrap(), "id");
    assert_eq!([1, 2, 4].map(|length| pet(length).split('-').count()), [1, 2, 4]);
    let given = [("prefix", Value::from("the")), ("separator", Value::from("_"))];
    let named = text(&make("random_pet.a", given).unwrap(), "id");
    assert!(named.starts_with("the_") && named.split('_').count() == 3, "{named}");
    let bare = text(&make("random_pet.a", [("prefix", Value::from(""))]).unwrap(), "id");
    assert_eq!(bare.split('-').count(), 2, "{bare}");
}

fn result(object: &Object) -> i64 {
    object.value.get("result").and_then(Value::as_number).unwrap().to_i64().unwrap()
}

#[test]
fn integers_are_within_their_bounds() {
    let given = || [("min", number(-3)), ("max", number(3))];
    assert!((-3..=3).contains(&result(&make("random_integer.a", given()).unwrap())));
    let all = [("min", number(i64::MIN)), ("max", number(i64::MAX))];
    make("random_integer.a", all.clone()).unwrap();
    let wrong = make("random_integer.a", [("min", number(2)), ("max", number(1))]);
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.code, "infra::builtin::bounds_wrong");
    assert_eq!(wrong.retry, Some(Retry::Never));
    let told = |max: Value| judged("random_integer", &[("min", number(2)), ("max", max)]);
    assert_eq!(told(number(1)), ["bounds_wrong min"]);
    assert_eq!(told(number(2)), [""; 0]);
    assert_eq!(told(Value::unknown(Type::Number)), [""; 0]);
    assert_eq!(told(half()), ["number_wrong max"]);
    let seeded: Vec<_> = all.into_iter().chain([("seed", Value::from("s"))]).collect();
    assert_eq!(judged("random_integer", &seeded), ["bounds_wrong max"]);
}

fn half() -> Value {
    Value::number("2.5".parse::<infra_model::number::Number>().unwrap())
}

/// Results that the tests of Terraform's provider promise.
#[test]
fn seeded_results_are_those_of_terraform() {
    let drawn = |min: i64, max: i64, seed: &str| {
        let given = [("min", number(min)), ("max", number(max)), ("seed", Value::from(seed))];
        result(&make("random_integer.a", given).unwrap())
    };
    assert_eq!(drawn(1, 3, "12345"), 3);
    assert_eq!(drawn(1, 3, "123456"), 2);
    let big = 7_227_701_560_655_103_597;
    assert_eq!(drawn(big, big + 1, "12345"), big + 1);
    let shuffled = |count: i64, input: &str| {
        let input = input.chars().map(|c| Value::string(c.to_string())).collect();
        let given = [
            ("input", Value::list(Type::String, input)),
            ("seed", Value::from("-")),
            ("result_count", number(count)),
        ];
        let object = make("random_shuffle.a", given).unwrap();
        assert_eq!(text(&object, "id"), "-");
        let items = object.value.get("result").and_then(Value::items).unwrap().to_vec();
        items.iter().map(|item| item.as_text().unwrap().to_string()).collect::<String>()
    };
    assert_eq!(shuffled(0, "abcde"), "acbed");
    assert_eq!(shuffled(3, "abcde"), "acb");
    assert_eq!(shuffled(12, "abcde"), "acbedaedcbab");
    assert_eq!(shuffled(12, ""), "");
    assert_eq!(shuffled(1, "a"), "a");
}

#[test]
fn a_shuffled_secret_stays_one() {
    let input = Value::list(Type::String, vec![Value::from("a").sensitive(), Value::from("b")]);
    let desired = desired("random_shuffle", [("input", input)]);
    let planned = kind("random_shuffle").planned(None, &desired, &Facts::new()).planned;
    assert_eq!(planned.get("result").unwrap().marks(), Marks::SENSITIVE);
}

#[test]
fn bytes_are_a_secret_in_two_spellings() {
    let object = make("random_bytes.a", [("length", number(3))]).unwrap();
    for name in ["base64", "hex"] {
        assert_eq!(object.value.get(name).unwrap().marks(), Marks::SENSITIVE);
    }
    assert_eq!([text(&object, "base64").len(), text(&object, "hex").len()], [4, 6]);
    let same = import("random_bytes", "AAH/").unwrap();
    assert_eq!(text(&same, "hex"), "0001ff");
    assert_eq!(import("random_bytes", "?").unwrap_err().code, "infra::builtin::import_id_wrong");
}

#[test]
fn an_ephemeral_password_is_drawn_when_it_is_opened() {
    let given = [("length", number(12)), ("special", Value::from(false))];
    let opened = open("random_password", given).unwrap();
    let result = opened.get("result").unwrap();
    assert_eq!(result.marks(), Marks::SENSITIVE);
    let password = result.as_text().unwrap();
    assert_eq!(password.len(), 12);
    assert!(password.chars().all(|c| c.is_ascii_alphanumeric()), "{password}");
    let hash = opened.get("bcrypt_hash").unwrap().as_text().unwrap();
    assert!(bcrypt::verify(&**password, hash).unwrap());
    assert_eq!(opened.get("numeric"), Some(&Value::from(true)));
    assert!(opened.get("keepers").is_none() && opened.get("id").is_none());
}

#[test]
fn absurd_numbers_are_told_when_planning() {
    for (kind, name) in
        [("random_bytes", "length"), ("random_id", "byte_length"), ("random_pet", "length")]
    {
        for wrong in [number(0), number(-1), number(1 << 30), half()] {
            assert_eq!(judged(kind, &[(name, wrong)]), [format!("number_wrong {name}")]);
        }
        assert_eq!(judged(kind, &[(name, Value::unknown(Type::Number))]), [""; 0]);
    }
    let told = |length: Value, least: Value| {
        judged("random_password", &[("length", length), ("min_upper", least)])
    };
    assert_eq!(told(number(1 << 30), number(0)), ["number_wrong length"]);
    assert_eq!(told(half(), number(0)), ["number_wrong length"]);
    assert_eq!(told(number(3), number(-1)), ["number_wrong min_upper"]);
    let count = |count: Value| judged("random_shuffle", &[("result_count", count)]);
    assert_eq!(count(number(-1)), ["number_wrong result_count"]);
}

/// It was unknown when it was planned, so nobody could tell before.
#[test]
fn arguments_that_become_known_late_are_judged_before_anything_happens() {
    let wrong = make("random_bytes.a", [("length", half())]).unwrap_err();
    assert_eq!(wrong.code, "infra::builtin::number_wrong");
}

#[test]
fn uuids_are_of_their_version() {
    for (kind, version) in [("random_uuid", b'4'), ("random_uuid4", b'4'), ("random_uuid7", b'7')] {
        let uuid = text(&make(&format!("{kind}.a"), []).unwrap(), "result");
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], version);
        assert!(b"89ab".contains(&uuid.as_bytes()[19]));
        for wrong in ["nonsense", "", "0b5ee6ac-8f67-4b6e-a0e6-74f1d8f4f1dg", "é"] {
            let found = import(kind, wrong).unwrap_err();
            assert_eq!(found.code, "infra::builtin::import_id_wrong", "{wrong}");
        }
        let plain = "0b5ee6ac-8f67-4b6e-a0e6-74f1d8f4f1d0";
        for form in [plain, "{0B5EE6AC-8f67-4b6e-a0e6-74f1d8f4f1d0}", &plain.replace('-', "")] {
            assert_eq!(text(&import(kind, form).unwrap(), "result"), plain);
        }
    }
}

#[test]
fn null_values_that_are_new_in_keepers_are_no_reason_for_a_new_draw() {
    let map = |entries: &[(&'static str, Option<&str>)]| {
        let value =
            |text: Option<&str>| text.map_or_else(|| Value::null(Type::String), Value::from);
        Value::map(Type::String, entries.iter().map(|(key, text)| (*key, value(*text))))
    };
    let none = || Value::null(Type::map(Type::String));
    let cases = [
        (none(), map(&[]), false),
        (none(), map(&[("a", None)]), false),
        (map(&[]), none(), false),
        (map(&[]), map(&[("a", None)]), false),
        (map(&[("a", Some("1"))]), map(&[("a", Some("1")), ("b", None)]), false),
        (none(), map(&[("a", Some("1"))]), true),
        (map(&[("a", None)]), map(&[("a", Some("1"))]), true),
        (map(&[("a", Some("1"))]), map(&[]), true),
        (map(&[("a", Some("1"))]), none(), true),
        (map(&[("a", Some("1"))]), map(&[("a", None)]), true),
        (map(&[]), Value::unknown(Type::map(Type::String)), true),
    ];
    for (kind_name, name) in [("random_uuid", "keepers"), ("null_resource", "triggers")] {
        for (before, after, replaces) in &cases {
            let made = make(&format!("{kind_name}.a"), [(name, before.clone())]).unwrap();
            let wanted = desired(kind_name, [(name, after.clone())]);
            let proposal = kind(kind_name).planned(Some(&made.value), &wanted, &Facts::new());
            assert_eq!(!proposal.replace.is_empty(), *replaces, "{before} to {after}");
            assert_eq!(proposal.planned.get(name), Some(after));
        }
    }
}

#[test]
fn an_empty_override_is_none() {
    let given = |special: Value| [("length", number(8)), ("override_special", special)];
    let made = make("random_string.a", given(Value::from(""))).unwrap();
    let wanted = desired("random_string", given(Value::null(Type::String)));
    let proposal = kind("random_string").planned(Some(&made.value), &wanted, &Facts::new());
    assert!(proposal.replace.is_empty(), "{:?}", proposal.replace);
    let wanted = desired("random_string", given(Value::from("_")));
    let proposal = kind("random_string").planned(Some(&made.value), &wanted, &Facts::new());
    assert_eq!(proposal.replace.len(), 1);
}

#[test]
fn nothing_to_draw_from_is_told_when_planning() {
    let off = ["numeric", "lower", "upper", "special"].map(|name| (name, Value::from(false)));
    let given = |more: &[(&'static str, Value)]| {
        let given: Vec<_> = off.iter().chain(more).cloned().collect();
        judged("random_password", &given)
    };
    assert_eq!(given(&[("length", number(4))]), ["characters_wrong special"]);
    assert_eq!(given(&[("length", number(4)), ("min_upper", number(4))]), [""; 0]);
    let unsure = [("length", number(4)), ("min_upper", Value::unknown(Type::Number))];
    assert_eq!(given(&unsure), [""; 0]);
}

#[test]
fn records_of_old_imports_are_completed() {
    let nulls = desired("random_password", [("result", Value::from("geheim"))]);
    let upgraded = kind("random_password").upgrade(1, nulls).unwrap();
    assert_eq!(upgraded.get("length"), Some(&number(6)));
    assert_eq!(upgraded.get("upper"), Some(&Value::from(true)));
    assert_eq!(upgraded.get("min_special"), Some(&number(0)));
}

#[test]
fn a_null_data_source_hands_on_what_it_is_given() {
    let inputs = Value::map(Type::String, [("a", Value::from("1"))]);
    let seen = read("null_data_source", [("inputs", inputs.clone())]).unwrap();
    assert_eq!(seen.get("outputs"), Some(&inputs));
    assert_eq!(seen.get("id"), Some(&Value::from("static")));
    assert_eq!(seen.get("has_computed_default"), Some(&Value::from("default")));
    assert!(seen.get("random").unwrap().as_text().unwrap().parse::<i64>().is_ok());
    let seen = read("null_data_source", [("has_computed_default", Value::from("x"))]).unwrap();
    assert_eq!(seen.get("has_computed_default"), Some(&Value::from("x")));
    assert!(seen.get("outputs").unwrap().is_null());
}

#[test]
fn terraform_data_plans_its_output_with_the_type_of_its_input() {
    let kind = kind("terraform_data");
    let planned = |given: &[(&'static str, Value)]| {
        let desired = desired("terraform_data", given.iter().cloned());
        kind.planned(None, &desired, &Facts::new()).planned
    };
    let with_input = planned(&[("input", Value::tuple(vec![number(1)]))]);
    let output = with_input.get("output").unwrap();
    assert!(!output.is_known());
    assert_eq!(output.ty(), Type::tuple([Type::Number]));
    assert!(planned(&[]).get("output").unwrap().is_null());
    assert!(with_input.get("id").unwrap().as_unknown().unwrap().not_null);
}

#[test]
fn an_ephemeral_password_is_what_was_asked_for_and_needs_no_renewal() {
    use infra_model::ask::{Answer, Question};
    use infra_sdk::contract::block_on;
    let address = "ephemeral.random_password.a".parse().unwrap();
    let config = Value::object([
        ("length", number(12)),
        ("special", Value::from(false)),
        ("min_upper", number(2)),
    ]);
    let connection = super::support::connection("random_password");
    let asked = connection.ask(Question::Open(address, config), super::support::control());
    let Answer::Opened(lease, _) = block_on(asked) else { panic!("it is opened") };
    let secret = |name| lease.value.get(name).unwrap();
    let password = secret("result").as_text().unwrap();
    assert_eq!(password.chars().count(), 12);
    assert!(password.chars().all(char::is_alphanumeric));
    assert!(password.chars().filter(char::is_ascii_uppercase).count() >= 2);
    assert_eq!(secret("result").marks(), Marks::SENSITIVE);
    assert!(bcrypt::verify(&**password, secret("bcrypt_hash").as_text().unwrap()).unwrap());
    assert_eq!(secret("numeric"), &Value::from(true), "defaults are told");
    assert_eq!(lease.renew_at, None);
}
