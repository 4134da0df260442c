//! Values that a mock makes up: the simplest of each type, and eight characters for a string.

use infra_model::{
    convert::convert,
    path::{Path, Step},
    text::Text,
    types::Type,
    value::Value,
};

/// What strings are drawn from.
const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// How long they are.
const LENGTH: usize = 8;

/// Returns a value with every unknown part given or drawn, and what is given and does not fit; the
/// draw is a function of seed and place.
pub(super) fn fill(
    value: &Value,
    given: Option<&Value>,
    draw: (&[u8; 32], &str),
) -> (Value, Vec<String>) {
    let mut misfits = Vec::new();
    let filled = value.transform(&mut |path, part| {
        if part.is_known() {
            return part;
        }
        let given = given.and_then(|given| below(given, path));
        let place = format!("{} {path:?}", draw.1);
        let marks = part.marks();
        // What may be anything has nothing that stands for it but what is given.
        match made(&part.ty(), given, (draw.0, &place)) {
            Ok(value) => value.with_marks(marks),
            Err(misfit) => {
                misfits.push(format!("the attribute \"{}\": {misfit}", names(path)));
                part
            }
        }
    });
    (filled, misfits)
}

fn names(path: &Path) -> String {
    let name = |step: &Step| match step {
        Step::Attribute(name) => Some(name.to_string()),
        Step::Index(_) | Step::Key(_) | Step::Element(_) => None,
    };
    path.0.iter().filter_map(name).collect::<Vec<String>>().join(".")
}

/// Returns what is given for a path: the steps into lists and maps of blocks do not count.
fn below<'v>(given: &'v Value, path: &Path) -> Option<&'v Value> {
    path.0.iter().try_fold(given, |value, step| match step {
        Step::Attribute(name) => value.get(name),
        Step::Index(_) | Step::Key(_) | Step::Element(_) => Some(value),
    })
}

/// Returns a value of a type: as given where it is, drawn where it is not.
fn made(ty: &Type, given: Option<&Value>, draw: (&[u8; 32], &str)) -> Result<Value, String> {
    if let Some(given) = given {
        match convert(given, ty) {
            Ok(value) => return Ok(value),
            // Of an object some attributes may be given.
            Err(_) if matches!(ty, Type::Object(_)) && given.entries().is_some() => {}
            Err(misfit) => return Err(misfit.to_string()),
        }
    }
    Ok(match ty {
        Type::Dynamic => Value::null(Type::Dynamic),
        Type::Bool => Value::from(false),
        Type::Number => Value::number(0_u64),
        Type::String => Value::string(letters(draw)),
        Type::List(element) => Value::list((**element).clone(), Vec::new()),
        Type::Set(element) => Value::set((**element).clone(), Vec::new()),
        Type::Map(element) => Value::map((**element).clone(), Vec::<(Text, Value)>::new()),
        Type::Tuple(types) => {
            let items: Result<_, String> = types.iter().map(|ty| made(ty, None, draw)).collect();
            Value::tuple(items?)
        }
        Type::Object(object) => {
            let mut entries = Vec::new();
            for (name, ty) in &object.attributes {
                let place = format!("{}.{name}", draw.1);
                let inner = given.and_then(|given| given.get(name));
                entries.push((name.clone(), made(ty, inner, (draw.0, &place))?));
            }
            Value::object(entries)
        }
    })
}

fn letters((seed, place): (&[u8; 32], &str)) -> String {
    let bytes = seed.iter().copied().chain(place.bytes());
    let mut state = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut text = String::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        // One step of SplitMix64: neighbouring places have nothing in common.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let index = (mixed ^ (mixed >> 27)) % LETTERS.len() as u64;
        text.push(char::from(LETTERS[usize::try_from(index).unwrap_or(0)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_given_or_drawn() {
        let object = Value::object([
            ("id", Value::unknown(Type::String)),
            ("name", Value::from("kept")),
            ("port", Value::unknown(Type::Number)),
            ("up", Value::unknown(Type::Bool)),
            ("tags", Value::unknown(Type::map(Type::String))),
            ("any", Value::unknown(Type::Dynamic)),
            ("fixed", Value::unknown(Type::String)),
        ]);
        let given = Value::object([("fixed", Value::from("given")), ("name", Value::from("no"))]);
        let (filled, misfits) = fill(&object, Some(&given), (&[7; 32], "x.y"));
        assert!(misfits.is_empty(), "{misfits:?}");
        let again = fill(&object, Some(&given), (&[7; 32], "x.y")).0;
        assert_eq!(filled, again);
        let elsewhere = fill(&object, Some(&given), (&[7; 32], "x.z")).0;
        assert_ne!(filled.get("id"), elsewhere.get("id"));
        let id = filled.get("id").and_then(Value::as_text).unwrap();
        assert_eq!(id.len(), 8);
        assert!(id.bytes().all(|b| LETTERS.contains(&b)), "{id}");
        assert_eq!(filled.get("name"), Some(&Value::from("kept")));
        assert_eq!(filled.get("fixed"), Some(&Value::from("given")));
        assert_eq!(filled.get("up"), Some(&Value::from(false)));
        assert_eq!(filled.get("port"), Some(&Value::number(0_u64)));
        assert!(filled.get("any").unwrap().is_null());
        assert!(filled.is_wholly_known());
    }
}
