//! `provider::time::{rfc3339_parse, unix_timestamp_parse, duration_parse}`: times and durations as
//! objects of their parts.

use super::{
    go_duration::GoDuration,
    moment::{Calendar, Moment},
};
use infra_model::{
    function::{Body, Function, FunctionError, Outcome, Parameter, Shape},
    number::Number,
    text::Text,
    types::Type,
    value::Value,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What both kinds of time are told as.
const PARTS: [(&str, Type); 12] = [
    ("year", Type::Number),
    ("year_day", Type::Number),
    ("day", Type::Number),
    ("month", Type::Number),
    ("month_name", Type::String),
    ("weekday", Type::Number),
    ("weekday_name", Type::String),
    ("hour", Type::Number),
    ("minute", Type::Number),
    ("second", Type::Number),
    ("iso_year", Type::Number),
    ("iso_week", Type::Number),
];
/// What a duration is told as.
const DURATION: [&str; 6] =
    ["hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];

const TIMESTAMP: &[Parameter] = &[Parameter::new("timestamp", Shape::String).marked()];
const UNIX: &[Parameter] = &[Parameter::new("unix_timestamp", Shape::Number).marked()];
const LENGTH: &[Parameter] = &[Parameter::new("duration", Shape::String).marked()];

/// The functions of the provider.
pub(crate) const TABLE: &[Function] = &[
    Function::new(
        "duration_parse",
        "A duration in the form of Go, such as 1h30m, in several units.",
        LENGTH,
        Body::Plain(duration_parse),
    )
    .depends(|_| Ok(Type::object(DURATION.map(|name| (Text::from(name), Type::Number))))),
    Function::new(
        "rfc3339_parse",
        "The parts of a time in the form of RFC 3339.",
        TIMESTAMP,
        Body::Plain(rfc3339_parse),
    )
    .depends(|_| Ok(time_type("unix", Type::Number))),
    Function::new(
        "unix_timestamp_parse",
        "The parts of a time that is given in seconds since 1970 in UTC.",
        UNIX,
        Body::Plain(unix_timestamp_parse),
    )
    .depends(|_| Ok(time_type("rfc3339", Type::String))),
];

fn time_type(name: &str, ty: Type) -> Type {
    let parts = PARTS.into_iter().chain([(name, ty)]);
    Type::object(parts.map(|(name, ty)| (Text::from(name), ty)))
}

fn rfc3339_parse(arguments: &[Value]) -> Outcome {
    let text = text(arguments);
    let Some(moment) = Moment::parse(text) else {
        let shown = shown(&arguments[0], text);
        return Err(FunctionError::at(
            0,
            format!("Error parsing RFC3339 timestamp: {shown} is not a valid RFC3339 timestamp"),
        ));
    };
    let unix = Value::from(moment.parts().unix);
    Ok(told(moment, ("unix", unix)).with_marks(arguments[0].marks()))
}

fn unix_timestamp_parse(arguments: &[Value]) -> Outcome {
    let number = arguments[0].as_number();
    let Some(seconds) = number.and_then(Number::to_i64) else {
        let number = number.map(ToString::to_string).unwrap_or_default();
        let number = if arguments[0].marks().is_empty() { &*number } else { "(sensitive value)" };
        return Err(FunctionError::at(0, format!("Value {number} is not a 64-bit integer")));
    };
    let moment = Moment::at_seconds(seconds);
    let text = Value::string(moment.text());
    Ok(told(moment, ("rfc3339", text)).with_marks(arguments[0].marks()))
}

fn told(moment: Moment, other: (&'static str, Value)) -> Value {
    let parts = moment.parts();
    let Calendar { weekday, year_day, iso_year, iso_week } = moment.week();
    let name = |names: &[&'static str], index: i64| {
        let found = usize::try_from(index).ok().and_then(|index| names.get(index));
        Value::from(found.copied().unwrap_or_default())
    };
    let numbers = [
        ("year", parts.year),
        ("year_day", year_day),
        ("day", parts.day),
        ("month", parts.month),
        ("weekday", weekday),
        ("hour", parts.hour),
        ("minute", parts.minute),
        ("second", parts.second),
        ("iso_year", iso_year),
        ("iso_week", iso_week),
    ];
    let names = [
        ("month_name", name(&MONTHS, parts.month - 1)),
        ("weekday_name", name(&WEEKDAYS, weekday)),
        other,
    ];
    Value::object(
        numbers.map(|(name, number)| (name, Value::from(number))).into_iter().chain(names),
    )
}

fn duration_parse(arguments: &[Value]) -> Outcome {
    let text = text(arguments);
    let Some(duration) = GoDuration::parse(text) else {
        let shown = shown(&arguments[0], text);
        return Err(FunctionError::at(
            0,
            format!("Error parsing duration string: {shown} is not a valid duration string"),
        ));
    };
    let whole = [duration.nanos() / 1_000_000, duration.nanos() / 1_000, duration.nanos()];
    let fractions = [3_600, 60, 1].map(|seconds| duration.in_units_of(seconds));
    let entries = fractions.into_iter().chain(whole.map(Value::from));
    Ok(Value::object(DURATION.into_iter().zip(entries)).with_marks(arguments[0].marks()))
}

fn text(arguments: &[Value]) -> &str {
    arguments[0].as_text().map_or("", |text| &**text)
}

fn shown(argument: &Value, text: &str) -> String {
    if argument.marks().is_empty() { format!("{text:?}") } else { "(sensitive value)".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{duration_parse, rfc3339_parse, unix_timestamp_parse};
    use infra_model::value::{Marks, Value};

    fn part(value: &Value, name: &str) -> String {
        let part = value.get(name).unwrap();
        part.as_text().map_or_else(|| part.as_number().unwrap().to_string(), ToString::to_string)
    }

    fn parts(value: &Value, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| part(value, name)).collect()
    }

    /// What the ecosystem's provider says in its own tests.
    #[test]
    fn a_time_is_told_in_parts() {
        let names = ["year", "year_day", "month_name", "weekday", "weekday_name", "hour"];
        let value = rfc3339_parse(&[Value::from("1996-12-19T16:39:57-08:00")]).unwrap();
        assert_eq!(parts(&value, &names), ["1996", "354", "December", "4", "Thursday", "16"]);
        assert_eq!(parts(&value, &["iso_year", "iso_week", "unix"]), ["1996", "51", "851042397"]);
        let value = unix_timestamp_parse(&[Value::from(1_690_328_596_i64)]).unwrap();
        assert_eq!(parts(&value, &names), ["2023", "206", "July", "2", "Tuesday", "23"]);
        assert_eq!(parts(&value, &["iso_week", "rfc3339"]), ["30", "2023-07-25T23:43:16Z"]);
        let value = unix_timestamp_parse(&[Value::from(-1_i64)]).unwrap();
        assert_eq!(part(&value, "rfc3339"), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn weeks_at_the_turn_of_the_year_are_those_of_iso_8601() {
        for (date, year, week, weekday) in [
            ("2021-01-01", "2020", "53", "5"),
            ("2021-01-04", "2021", "1", "1"),
            ("2018-12-31", "2019", "1", "1"),
            ("2017-01-01", "2016", "52", "0"),
            ("2024-12-30", "2025", "1", "1"),
        ] {
            let value = rfc3339_parse(&[Value::string(format!("{date}T00:00:00Z"))]).unwrap();
            let found = parts(&value, &["iso_year", "iso_week", "weekday"]);
            assert_eq!(found, [year, week, weekday], "{date}");
        }
    }

    #[test]
    fn a_duration_is_told_in_units() {
        let value = duration_parse(&[Value::from("-1h30m0.5s")]).unwrap();
        let names = ["hours", "minutes", "seconds", "milliseconds", "nanoseconds"];
        let found = parts(&value, &names);
        assert_eq!(found[1..], ["-90.00833333333334", "-5400.5", "-5400500", "-5400500000000"]);
    }

    #[test]
    fn secrets_are_not_shown_and_stay_secret() {
        let secret = Value::from("hush").with_marks(Marks::SENSITIVE);
        let given = [secret];
        for wrong in [rfc3339_parse(&given), duration_parse(&given)] {
            let message = wrong.unwrap_err().to_string();
            assert!(message.contains("(sensitive value) is not a valid"), "{message}");
        }
        let secret = Value::from("1h").with_marks(Marks::SENSITIVE);
        assert!(duration_parse(&[secret]).unwrap().has_sensitive());
    }
}
