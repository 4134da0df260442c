//! Arithmetic: `abs ceil floor log max min parseint pow range signum sum`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail, fail_at, items, number, quoted_or_hidden, text, whole},
    float,
};
use infra_model::{
    convert::convert,
    number::{Number, NumberError},
    types::Type,
    value::{Marks, Value},
};

/// The values that `range` may give.
const RANGE_MAX: usize = 1024;

const NUM: &[Parameter] = &[Parameter::new("num", Shape::Number)];

pub(super) const TABLE: &[Function] = &[
    Function::new("abs", "The distance of a number from zero.", NUM, Body::Plain(abs))
        .returns(Shape::Number),
    Function::new(
        "ceil",
        "The nearest whole number that is not below the given one.",
        NUM,
        Body::Plain(ceil),
    )
    .returns(Shape::Number),
    Function::new(
        "floor",
        "The nearest whole number that is not above the given one.",
        NUM,
        Body::Plain(floor),
    )
    .returns(Shape::Number),
    Function::new(
        "log",
        "The logarithm of a number to a base.",
        &[Parameter::new("num", Shape::Number), Parameter::new("base", Shape::Number)],
        Body::Plain(log),
    )
    .returns(Shape::Number),
    Function::new("max", "The greatest of the given numbers.", &[], Body::Plain(max))
        .variadic(Parameter::new("numbers", Shape::Number))
        .returns(Shape::Number),
    Function::new("min", "The least of the given numbers.", &[], Body::Plain(min))
        .variadic(Parameter::new("numbers", Shape::Number))
        .returns(Shape::Number),
    Function::new(
        "parseint",
        "The whole number that a string writes in a base from 2 to 62.",
        &[
            Parameter::new("number", Shape::Any).marked(),
            Parameter::new("base", Shape::Number).marked(),
        ],
        Body::Plain(parseint),
    )
    .depends(parseint_type),
    Function::new(
        "pow",
        "A number raised to a power.",
        &[Parameter::new("num", Shape::Number), Parameter::new("power", Shape::Number)],
        Body::Plain(pow),
    )
    .returns(Shape::Number),
    Function::new(
        "range",
        "The numbers from a start up or down to a limit, in steps.",
        &[],
        Body::Plain(range),
    )
    .variadic(Parameter::new("params", Shape::Number))
    .returns(Shape::Numbers),
    Function::new("signum", "-1, 0 or 1: the sign of a number.", NUM, Body::Plain(signum))
        .returns(Shape::Number),
    Function::new(
        "sum",
        "The sum of the numbers of a list or set.",
        &[Parameter::new("list", Shape::Any)],
        Body::Plain(sum),
    )
    .returns(Shape::Number),
];

fn abs(arguments: &[Value]) -> Outcome {
    Ok(Value::number(number(arguments, 0).abs()))
}

fn ceil(arguments: &[Value]) -> Outcome {
    Ok(Value::number(number(arguments, 0).ceil()))
}

fn floor(arguments: &[Value]) -> Outcome {
    Ok(Value::number(number(arguments, 0).floor()))
}

fn log(arguments: &[Value]) -> Outcome {
    let (value, base) = (number(arguments, 0).to_f64(), number(arguments, 1).to_f64());
    from_float(float::log(value) / float::log(base))
}

fn pow(arguments: &[Value]) -> Outcome {
    let (value, power) = (number(arguments, 0).to_f64(), number(arguments, 1).to_f64());
    from_float(float::pow(value, power))
}

fn from_float(value: f64) -> Outcome {
    match Number::from_f64(value) {
        Some(number) => Ok(Value::number(number)),
        None => fail("the result is not a number"),
    }
}

fn max(arguments: &[Value]) -> Outcome {
    extreme(arguments.iter().filter_map(Value::as_number).max())
}

fn min(arguments: &[Value]) -> Outcome {
    extreme(arguments.iter().filter_map(Value::as_number).min())
}

fn extreme(found: Option<&Number>) -> Outcome {
    match found {
        // Of equal ones it is not said which, so a zero has no sign.
        Some(number) if number.is_zero() => Ok(Value::number(Number::ZERO)),
        Some(number) => Ok(Value::number(number.clone())),
        None => fail("must pass at least one number"),
    }
}

fn parseint_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    if matches!(ty, Type::String | Type::Dynamic) {
        return Ok(Type::Number);
    }
    let problem = format!("first argument must be a string, not {}", ty.friendly_name());
    Err(FunctionError::at(0, problem))
}

fn parseint(arguments: &[Value]) -> Outcome {
    let marks = arguments.iter().fold(Marks::NONE, |all, value| all | value.deep_marks());
    let base = whole(arguments, 1).map_err(|message| FunctionError::at(1, message))?;
    let Some(radix) = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)) else {
        return fail_at(1, "base must be a whole number between 2 and 62 inclusive");
    };
    match Number::from_radix(text(arguments, 0), radix) {
        Some(number) => Ok(Value::number(number).with_marks(marks)),
        None => fail_at(
            0,
            format!(
                "cannot parse {} as a base {radix} integer",
                quoted_or_hidden(text(arguments, 0), marks)
            ),
        ),
    }
}

fn range(arguments: &[Value]) -> Outcome {
    let (zero, one) = (Number::ZERO, Number::ONE);
    let (start, end, step) = match arguments {
        [_] => (&zero, number(arguments, 0), None),
        [_, _] => (number(arguments, 0), number(arguments, 1), None),
        [_, _, _] => (number(arguments, 0), number(arguments, 1), Some(number(arguments, 2))),
        _ => return fail("must have one, two, or three arguments"),
    };
    let step = step.cloned().unwrap_or_else(|| if end < start { one.neg() } else { one });
    let down = step.is_negative();
    let last = arguments.len() - 1;
    if down && end > start {
        return fail_at(last, "end must be less than start when step is negative");
    }
    if !down && !step.is_zero() && end < start {
        return fail_at(last, "end must be greater than start when step is positive");
    }
    let mut values = Vec::new();
    let mut next = start.clone();
    while if down { next > *end } else { next < *end } {
        if values.len() >= RANGE_MAX {
            return fail(format!(
                "more than {RANGE_MAX} values were generated; either decrease the difference \
                 between start and end or use a smaller step"
            ));
        }
        values.push(Value::number(next.clone()));
        next = next.add(&step).map_err(failed)?;
    }
    Ok(Value::list(Type::Number, values))
}

fn failed(error: NumberError) -> FunctionError {
    FunctionError::call(error.to_string())
}

fn signum(arguments: &[Value]) -> Outcome {
    whole(arguments, 0).map_or_else(fail, |value| Ok(Value::number(value.signum())))
}

fn sum(arguments: &[Value]) -> Outcome {
    let list = &arguments[0];
    let ty = list.ty();
    if ty.is_primitive() {
        return fail_at(0, "cannot sum noniterable");
    }
    if list.is_empty() {
        return fail_at(0, "cannot sum an empty list");
    }
    if !super::arguments::is_iterable(&ty) {
        return fail_at(
            0,
            format!("argument must be list, set, or tuple. Received {}", ty.friendly_name()),
        );
    }
    if !list.is_wholly_known() {
        return Ok(Value::unknown(Type::Number));
    }
    // Not a plain zero, as the sum of negative zeros is one.
    let mut total = Number::ZERO.neg();
    for item in items(list) {
        let converted = convert(item, &Type::Number).ok();
        let Some(number) = converted.as_ref().and_then(Value::as_number) else {
            return fail_at(0, "argument must be list, set, or tuple of number values");
        };
        total = total.add(number).map_err(failed)?;
    }
    Ok(Value::number(total))
}
