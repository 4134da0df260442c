//! What is drawn: deterministic by seed, of the form that is asked for.

use super::support::{import, kind, make, text};
use crate::draw::Draws;
use infra_model::{
    diagnostic::Retry,
    kind::Facts,
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
        let desired = super::support::desired("random_string", given.iter().cloned());
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
}

#[test]
fn integers_are_within_their_bounds_and_fixed_by_a_seed() {
    let given = |seed: Value| [("min", number(-3)), ("max", number(3)), ("seed", seed)];
    let result = |address: &str, seed: Value| {
        let object = make(address, given(seed)).unwrap();
        object.value.get("result").and_then(Value::as_number).unwrap().to_i64().unwrap()
    };
    let null = || Value::null(Type::String);
    assert!((-3..=3).contains(&result("random_integer.a", null())));
    let seeded = || Value::from("fixed");
    assert_eq!(result("random_integer.a", seeded()), result("random_integer.b", seeded()));
    let wrong = make("random_integer.a", [("min", number(2)), ("max", number(1))]);
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.code, "infra::builtin::bounds_wrong");
    assert_eq!(wrong.retry, Some(Retry::Never));
    let desired =
        |max: Value| super::support::desired("random_integer", [("min", number(2)), ("max", max)]);
    let codes = |max: Value| {
        let found = kind("random_integer").validate(&desired(max), &Facts::new());
        found.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(number(1)), ["infra::builtin::bounds_wrong"]);
    assert_eq!(codes(number(2)), [""; 0]);
    assert_eq!(codes(Value::unknown(Type::Number)), [""; 0]);
}

#[test]
fn uuids_are_of_version_four() {
    let uuid = text(&make("random_uuid.a", []).unwrap(), "result");
    assert_eq!(uuid.len(), 36);
    assert_eq!(uuid.as_bytes()[14], b'4');
    assert!(import("random_uuid", "nonsense").is_err());
}

#[test]
fn terraform_data_plans_its_output_with_the_type_of_its_input() {
    let kind = kind("terraform_data");
    let planned = |given: &[(&'static str, Value)]| {
        let desired = super::support::desired("terraform_data", given.iter().cloned());
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
    assert!(password.chars().filter(|c| c.is_ascii_uppercase()).count() >= 2);
    assert_eq!(secret("result").marks(), Marks::SENSITIVE);
    assert!(bcrypt::verify(&**password, secret("bcrypt_hash").as_text().unwrap()).unwrap());
    assert_eq!(secret("numeric"), &Value::from(true), "defaults are told");
    assert_eq!(lease.renew_at, None);
}
