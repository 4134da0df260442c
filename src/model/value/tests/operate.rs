//! Tests of `value`: operate.

use crate::{
    number::Number,
    types::Type,
    value::{
        Marks, Value,
        operate::{BinaryOperator as B, OperateError, UnaryOperator as U},
    },
};

fn s(text: &str) -> Value {
    Value::from(text)
}

fn number(text: &str) -> Value {
    Value::number(Number::parse(text).unwrap())
}

fn null() -> Value {
    Value::null(Type::Dynamic)
}

#[test]
fn converts_operands_and_computes() {
    for (left, operator, right, result) in [
        (s("1"), B::Add, number("1"), "2"),
        (s("1.5"), B::Multiply, s("2"), "3"),
        (number("7"), B::Divide, number("2"), "3.5"),
        (number("7"), B::Remainder, number("-3"), "1"),
        (number("1"), B::Subtract, number("-1"), "2"),
        (s("10"), B::Less, s("9"), "false"),
        (number("1"), B::Less, s("2"), "true"),
        (number("2"), B::LessOrEqual, number("2"), "true"),
        (number("2"), B::Greater, number("2"), "false"),
        (number("2"), B::GreaterOrEqual, number("2"), "true"),
        (s("true"), B::And, Value::from(true), "true"),
        (s("0"), B::Or, s("false"), "false"),
        (s("1"), B::Equal, number("1"), "false"),
        (s("1"), B::NotEqual, number("1"), "true"),
    ] {
        let name = format!("{left} {operator} {right}");
        assert_eq!(operator.apply(&left, &right).unwrap().to_string(), result, "{name}");
    }
    assert_eq!(U::Negate.apply(&s("5")).unwrap(), number("-5"));
    assert_eq!(U::Not.apply(&s("true")).unwrap(), Value::from(false));
}

/// Texts measured with the console of Terraform 1.11.4.
#[test]
fn explains_what_does_not_work() {
    let zero = number("0");
    for (left, operator, right, text) in [
        (s("a"), B::Add, number("1"), "Unsuitable value for left operand: a number is required."),
        (
            s("a"),
            B::Add,
            s("b"),
            "Unsuitable value for left operand: a number is required. \
             Unsuitable value for right operand: a number is required.",
        ),
        (
            Value::tuple(vec![]),
            B::Less,
            number("1"),
            "Unsuitable value for left operand: number required.",
        ),
        (
            s("yes"),
            B::And,
            Value::from(true),
            "Unsuitable value for left operand: a bool is required.",
        ),
        (
            number("1"),
            B::And,
            Value::from(true),
            "Unsuitable value for left operand: bool required.",
        ),
        (
            s("True"),
            B::And,
            Value::from(true),
            "Unsuitable value for left operand: a bool is required; to convert from string, use \
             lowercase \"true\".",
        ),
        (Value::from(true), B::Or, null(), "Error during operation: argument must not be null."),
        (null(), B::Less, number("1"), "Error during operation: argument must not be null."),
        (
            zero.clone(),
            B::Divide,
            zero,
            "Error during operation: can't divide zero by zero or infinity by infinity.",
        ),
    ] {
        let name = format!("{left} {operator} {right}");
        assert_eq!(operator.apply(&left, &right).unwrap_err().to_string(), text, "{name}");
    }
    assert_eq!(
        U::Not.apply(&number("1")).unwrap_err().to_string(),
        "Unsuitable value for unary operand: bool required."
    );
    assert!(matches!(U::Negate.apply(&null()), Err(OperateError::Operation(_))));
}

#[test]
fn unknown_operands_give_unknown_results_that_are_not_null() {
    let unknown = Value::unknown(Type::Dynamic);
    for (left, operator, right, ty) in [
        (Value::from(false), B::And, unknown.clone(), Type::Bool),
        (unknown.clone(), B::Or, Value::from(true), Type::Bool),
        (unknown.clone(), B::Add, number("1"), Type::Number),
        (unknown.clone(), B::GreaterOrEqual, number("0"), Type::Bool),
    ] {
        let result = operator.apply(&left, &right).unwrap();
        let refinements = result.as_unknown().unwrap();
        assert!(refinements.ty == ty && refinements.not_null, "{operator}");
    }
    // Null is refused before the unknown is looked at.
    assert!(B::Add.apply(&unknown, &null()).is_err());
}

#[test]
fn marks_spread() {
    let secret = number("1").sensitive();
    let ephemeral = Value::unknown(Type::Number).with_marks(Marks::EPHEMERAL);
    let both = Marks::SENSITIVE | Marks::EPHEMERAL;
    assert_eq!(B::Add.apply(&secret, &ephemeral).unwrap().marks(), both);
    assert_eq!(B::NotEqual.apply(&secret, &number("1")).unwrap().marks(), Marks::SENSITIVE);
    assert_eq!(U::Negate.apply(&secret).unwrap().marks(), Marks::SENSITIVE);
}
