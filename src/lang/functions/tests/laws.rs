//! Laws for every function, tried with arguments that nobody would think of.

use super::{
    super::{Function, all, call},
    with_environment,
};
use infra_model::{
    number::Number,
    types::Type,
    value::{Marks, Value},
};

/// Returns how often a function is called; one is slow on purpose.
fn rounds(function: &Function) -> usize {
    if function.name == "bcrypt" { 2 } else { 400 }
}

/// A generator of numbers that are the same in every run.
struct Seed(u64);

impl Seed {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn value(&mut self, depth: usize) -> Value {
        const TEXTS: [&str; 22] = [
            "",
            "a",
            "10.0.0.0/8",
            "2020-01-02T03:04:05Z",
            "1h",
            "{\"a\":[1,null]}",
            "a: [1, {b: c}]",
            "%s %d %5.2f %-3q %[1]v",
            "(a)(?P<b>.)*",
            "/a+/",
            "\u{1F468}\u{200d}\u{1F469}é\u{301}",
            "UTF-16",
            "**/{a,b}*",
            "a.txt",
            "-9223372036854775808",
            "99999999999999999999",
            "YYYY-MM-DD",
            "a,b\n1,2",
            "aGVsbG8=",
            "fd00::/8",
            "%",
            "\\",
        ];
        const NUMBERS: [&str; 16] = [
            "0",
            "1",
            "-1",
            "2",
            "0.5",
            "-0.5",
            "16",
            "62",
            "64",
            "9223372036854775807",
            "-9223372036854775808",
            "1e30",
            "-1e30",
            "1e-30",
            "inf",
            "-inf",
        ];
        let plain = match self.below(if depth > 2 { 7 } else { 14 }) {
            0 | 1 => Value::from(TEXTS[self.below(TEXTS.len())]),
            2 | 3 => Value::number(Number::parse(NUMBERS[self.below(NUMBERS.len())]).unwrap()),
            4 => Value::from(self.below(2) == 0),
            5 => Value::null([Type::Dynamic, Type::String, Type::Number][self.below(3)].clone()),
            6 => Value::unknown(
                [Type::Dynamic, Type::String, Type::list(Type::String)][self.below(3)].clone(),
            ),
            7 | 8 => self.values(depth, Value::tuple),
            9 => self.values(depth, |_| Value::list(Type::String, vec!["a".into(), "b".into()])),
            10 => self.values(depth, |_| Value::list(Type::Number, vec![3.into(), 1.into()])),
            11 => Value::set(Type::String, vec!["a".into(), Value::unknown(Type::String)]),
            12 => Value::map(Type::String, [("a", Value::from("x"))]),
            _ => self.values(depth, |items| Value::object(["k", "a", "b"].into_iter().zip(items))),
        };
        if self.below(12) == 0 { plain.with_marks(Marks::EPHEMERAL) } else { plain }
    }

    fn values(&mut self, depth: usize, build: impl FnOnce(Vec<Value>) -> Value) -> Value {
        let count = self.below(4);
        let items = (0..count).map(|_| self.value(depth + 1)).collect();
        build(items)
    }

    fn arguments(&mut self, function: &Function) -> Vec<Value> {
        let more = if function.variadic.is_some() { self.below(4) } else { 0 };
        (0..function.parameters.len() + more).map(|_| self.value(0)).collect()
    }
}

#[test]
fn no_arguments_make_a_function_panic() {
    with_environment(true, |environment| {
        for (number, function) in all().enumerate() {
            let mut seed = Seed(number as u64);
            for _ in 0..rounds(function) {
                let arguments = seed.arguments(function);
                if let Err(error) = call(function, &arguments, environment) {
                    assert!(!error.detail(function, function.name).is_empty());
                }
            }
        }
    });
}

#[test]
fn sensitive_arguments_give_sensitive_results() {
    with_environment(true, |environment| {
        for (number, function) in all().enumerate() {
            if matches!(function.name, "issensitive" | "nonsensitive" | "ephemeralasnull") {
                continue;
            }
            let mut seed = Seed(number as u64);
            for _ in 0..rounds(function) {
                let arguments: Vec<Value> =
                    seed.arguments(function).into_iter().map(Value::sensitive).collect();
                if arguments.is_empty() {
                    continue;
                }
                if let Ok(value) = call(function, &arguments, environment) {
                    assert!(value.has_sensitive(), "{}({arguments:?})", function.name);
                }
            }
        }
    });
}

#[test]
fn unknown_arguments_never_give_a_result_that_known_ones_contradict() {
    with_environment(true, |environment| {
        for (number, function) in all().enumerate() {
            let mut seed = Seed(number as u64 + 1000);
            for _ in 0..rounds(function) {
                let known = seed.arguments(function);
                let Ok(result) = call(function, &known, environment) else { continue };
                let blurred: Vec<Value> =
                    known.iter().map(|value| Value::unknown(value.ty())).collect();
                let Ok(early) = call(function, &blurred, environment) else { continue };
                let same = early.equality(&result) != Some(false);
                assert!(same, "{}({known:?}): {early} then {result}", function.name);
            }
        }
    });
}
