//! Tests of `number`.

use super::{DIGITS_MAX, EXPONENT_MAX, Number, NumberError};
use proptest::prelude::*;
use std::{
    cmp::Ordering,
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
};

fn n(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|_| panic!("{text} is a number"))
}

fn hash(number: &Number) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn reads_what_terraform_reads() {
    let hundred_zeros = "0".repeat(100);
    for (text, printed) in [
        ("0", "0"),
        ("-0", "-0"),
        ("-0.0", "-0"),
        ("007", "7"),
        ("+5", "5"),
        ("5.", "5"),
        (".5", "0.5"),
        ("1E5", "100000"),
        ("1e-5", "0.00001"),
        ("1p4", "16"),
        ("1.5p1", "3"),
        ("inf", "+Inf"),
        ("+Inf", "+Inf"),
        ("-inf", "-Inf"),
        ("1e1000000000", "+Inf"),
        ("-1e1000000000", "-Inf"),
        ("1e-1000000000", "0"),
        ("1p1000000000", "+Inf"),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.12345678901234567890123456789", "0.12345678901234567890123456789"),
        ("99999999999999999999.99", "99999999999999999999.99"),
        ("1e100", &format!("1{hundred_zeros}")),
    ] {
        assert_eq!(n(text).to_string(), printed, "{text}");
    }
}

#[test]
fn refuses_what_terraform_refuses() {
    for text in [
        "",
        " 1",
        "1 ",
        "abc",
        "-",
        "+",
        ".",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        "1_000",
        "0x10",
        "0b1",
        "--1",
        "+-1",
        "Infinity",
        "INF",
        "nan",
        "1e99999999999",
        "١",
    ] {
        assert!(Number::parse(text).is_err(), "{text:?}");
    }
    assert!(Number::parse(&"1".repeat(DIGITS_MAX + 1)).is_err());
}

#[test]
fn prints_without_exponent_and_with_as_few_digits_as_read_back() {
    assert_eq!(n("0.1").add(&n("0.2")).unwrap().to_string(), "0.3");
    let third = n("1").div(&n("3")).unwrap();
    assert_eq!(third.to_string(), format!("0.{}5", "3".repeat(154)));
    let two_thirds = n("2").div(&n("3")).unwrap();
    assert_eq!(two_thirds.to_string(), format!("0.{}7", "6".repeat(153)));
    assert_eq!(third.mul(&n("3")).unwrap(), Number::ONE);
    assert_eq!(two_thirds.add(&third).unwrap(), Number::ONE);
    assert_eq!(n("1e400").div(&n("1e300")).unwrap(), n("1e100"));
    assert_eq!(n("1e70000").to_string().len(), 70_001);
    assert_eq!(n("1e-70000").to_string().len(), 70_002);
}

#[test]
fn computes_as_terraform_does() {
    for (left, operator, right, result) in [
        ("7", '/', "2", "3.5"),
        ("-1", '/', "0", "-Inf"),
        ("1", '/', "inf", "0"),
        ("inf", '/', "-2", "-Inf"),
        ("7", '%', "-3", "1"),
        ("5.5", '%', "2", "1.5"),
        ("-7.5", '%', "2", "-1.5"),
        ("5.5", '%', "0.1", "0"),
        ("1e30", '%', "7", "1"),
        ("5", '%', "0", "5"),
        ("inf", '%', "0", "+Inf"),
        ("-9223372036854775808", '%', "-1", "0"),
        ("-9223372036854775808", '/', "-1", "9223372036854775808"),
        ("9223372036854775807", '+', "1", "9223372036854775808"),
        ("-9223372036854775808", '-', "1", "-9223372036854775809"),
        ("1e20", '*', "1e20", "10000000000000000000000000000000000000000"),
        ("1.5", '*', "2", "3"),
        ("inf", '+', "1", "+Inf"),
        ("1", '-', "inf", "-Inf"),
        ("-2", '*', "inf", "-Inf"),
        ("0.5", '-', "0.5", "0"),
    ] {
        let (a, b) = (n(left), n(right));
        let computed = match operator {
            '+' => a.add(&b),
            '-' => a.sub(&b),
            '*' => a.mul(&b),
            '/' => a.div(&b),
            _ => a.rem(&b),
        };
        assert_eq!(computed.unwrap().to_string(), result, "{left} {operator} {right}");
    }
}

#[test]
fn has_no_result_where_there_is_none() {
    let (inf, zero) = (n("inf"), n("0"));
    assert_eq!(inf.add(&n("-inf")), Err(NumberError::SumOfOpposingInfinities));
    assert_eq!(inf.sub(&inf), Err(NumberError::DifferenceOfInfinities));
    assert_eq!(zero.mul(&inf), Err(NumberError::ProductOfZeroAndInfinity));
    assert_eq!(zero.div(&zero), Err(NumberError::QuotientOfZerosOrInfinities));
    assert_eq!(inf.div(&inf), Err(NumberError::QuotientOfZerosOrInfinities));
    assert_eq!(n("2").rem(&inf), Err(NumberError::RemainderOfInfinity));
}

#[test]
fn rounds_half_to_even_at_512_bits() {
    let two_to_512 = n("1p512");
    assert_eq!(two_to_512.add(&n("1")).unwrap(), two_to_512, "a tie goes to the even mantissa");
    let odd = two_to_512.add(&n("2")).unwrap();
    assert_eq!(odd.add(&n("1")).unwrap(), two_to_512.add(&n("4")).unwrap(), "here it is above");
    assert_eq!(two_to_512.add(&n("1.0001")).unwrap(), odd);
    let overflow = Number::parse(&format!("1p{}", EXPONENT_MAX - 1)).unwrap();
    assert!(overflow.is_finite());
    assert_eq!(overflow.mul(&n("2")).unwrap(), Number::INFINITY);
}

#[test]
fn rounds_to_integers_in_each_direction() {
    for (text, floor, ceil, trunc) in [
        ("1.5", "1", "2", "1"),
        ("-1.5", "-2", "-1", "-1"),
        ("-0.25", "-1", "0", "0"),
        ("0.25", "0", "1", "0"),
        (
            "1.5e30",
            "1500000000000000000000000000000",
            "1500000000000000000000000000000",
            "1500000000000000000000000000000",
        ),
        ("inf", "+Inf", "+Inf", "+Inf"),
        (
            "9223372036854775807.5",
            "9223372036854775807",
            "9223372036854775808",
            "9223372036854775807",
        ),
    ] {
        let number = n(text);
        assert_eq!(number.floor().to_string(), floor, "{text}");
        assert_eq!(number.ceil().to_string(), ceil, "{text}");
        assert_eq!(number.trunc().to_string(), trunc, "{text}");
    }
}

#[test]
fn zeros_differ_in_their_sign_alone() {
    let (zero, minus) = (n("0"), n("-0"));
    assert_eq!((zero.cmp(&minus), &zero, hash(&zero)), (Ordering::Equal, &minus, hash(&minus)));
    assert!(minus.is_zero() && minus.is_integer() && minus.has_minus() && !minus.is_negative());
    assert_eq!((minus.to_i64(), minus.to_u64(), minus.signum()), (Some(0), Some(0), 0));
    for (got, text) in [
        (zero.neg(), "-0"),
        (minus.neg(), "0"),
        (minus.abs(), "0"),
        (minus.floor(), "0"),
        (zero.add(&minus).unwrap(), "0"),
        (minus.add(&minus).unwrap(), "-0"),
        (minus.sub(&zero).unwrap(), "-0"),
        (zero.sub(&zero).unwrap(), "0"),
        (n("5").sub(&zero).unwrap(), "5"),
        (zero.mul(&n("-1")).unwrap(), "-0"),
        (minus.mul(&minus).unwrap(), "0"),
        (zero.div(&n("-5")).unwrap(), "-0"),
        (n("-1").div(&n("inf")).unwrap(), "-0"),
        (n("1").div(&minus).unwrap(), "-Inf"),
        (n("-3").rem(&n("3")).unwrap(), "0"),
    ] {
        assert_eq!(got.to_string(), text);
    }
}

#[test]
fn orders_across_representations() {
    let sorted = [
        "-inf",
        "-1e30",
        "-9223372036854775809",
        "-9223372036854775808",
        "-1.5",
        "-1",
        "-0.5",
        "0",
        "1e-400",
        "0.1",
        "1",
        "1.5",
        "9223372036854775807",
        "9223372036854775808",
        "1e400",
        "inf",
    ];
    for (i, a) in sorted.iter().enumerate() {
        for (j, b) in sorted.iter().enumerate() {
            assert_eq!(n(a).cmp(&n(b)), i.cmp(&j), "{a} {b}");
        }
    }
}

#[test]
fn converts_to_machine_types_exactly_or_not_at_all() {
    assert_eq!(n("18446744073709551615").to_u64(), Some(u64::MAX));
    assert_eq!(n("18446744073709551616").to_u64(), None);
    assert_eq!(Number::from(u64::MAX), n("18446744073709551615"));
    assert_eq!(n("-1").to_u64(), None);
    assert_eq!(n("1.5").to_i64(), None);
    assert_eq!(n("3.0").to_usize(), Some(3));
    assert_eq!(n("inf").to_u64(), None);
    assert!(n("1e30").is_integer() && !n("0.5").is_integer() && !n("inf").is_integer());
}

#[test]
fn floats_read_as_their_shortest_text() {
    for (float, text) in [
        (1000f64.ln() / 10f64.ln(), "2.9999999999999996"),
        (2f64.powf(0.5), "1.4142135623730951"),
        (2f64.powi(100), "1267650600228229400000000000000"),
        (2f64.powi(62), "4611686018427387904"),
        (-0.0, "-0"),
        (5e-324, &format!("0.{}5", "0".repeat(323))),
        (f64::INFINITY, "+Inf"),
    ] {
        let number = Number::from_f64(float).unwrap();
        assert_eq!(number.to_string(), text);
        assert_eq!(number.to_f64().to_bits(), float.to_bits());
    }
    assert_eq!(Number::from_f64(f64::NAN), None);
    assert!(n("1e400").to_f64().is_infinite());
}

#[test]
fn reads_integers_of_any_radix() {
    for (text, radix, value) in [
        ("ff", 16, Some("255")),
        ("-FF", 16, Some("-255")),
        ("+f", 16, Some("15")),
        ("zz", 36, Some("1295")),
        ("Zz", 62, Some("3817")),
        ("1012", 2, None),
        ("", 10, None),
        ("1_0", 10, None),
        ("12345678901234567890", 10, Some("12345678901234567890")),
    ] {
        let read = Number::from_radix(text, radix).map(|number| number.to_string());
        assert_eq!(read.as_deref(), value, "{text} {radix}");
    }
}

#[test]
fn sort_text_has_ten_digits() {
    for (text, sort) in [
        ("0", "0"),
        ("10", "10"),
        ("-3", "-3"),
        ("1.5", "1.5"),
        ("0.00001", "1e-05"),
        ("0.0001", "0.0001"),
        ("1e20", "1e+20"),
        ("1234567890", "1234567890"),
        ("12345678901", "1.23456789e+10"),
        ("0.99999999999", "1"),
    ] {
        assert_eq!(n(text).sort_text(), sort, "{text}");
    }
}

fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        (-1000i64..1000).prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        ("-?[0-9]{1,40}", -60i32..60)
            .prop_map(|(digits, e)| Number::parse(&format!("{digits}e{e}")).unwrap()),
        ("[1-9][0-9]{160,200}", -600i32..600)
            .prop_map(|(digits, e)| Number::parse(&format!("{digits}e{e}")).unwrap()),
        any::<f64>().prop_filter_map("a number", Number::from_f64),
        (1i64.., 1i64..).prop_map(|(a, b)| Number::from(a).div(&Number::from(b)).unwrap()),
    ]
}

proptest! {
    #[test]
    fn reads_back_what_it_prints(number in any_number()) {
        let read = Number::parse(&number.to_string()).unwrap();
        prop_assert_eq!(&read, &number);
        prop_assert_eq!(hash(&read), hash(&number));
        prop_assert!(number.to_i64().is_none_or(|small| Number::from(small) == number));
    }

    #[test]
    fn agrees_with_exact_integers(a in any::<i64>(), b in any::<i64>()) {
        let (x, y, wide) = (Number::from(a), Number::from(b), i128::from(a));
        prop_assert_eq!(x.add(&y).unwrap().to_string(), (wide + i128::from(b)).to_string());
        prop_assert_eq!(x.sub(&y).unwrap().to_string(), (wide - i128::from(b)).to_string());
        prop_assert_eq!(x.mul(&y).unwrap().to_string(), (wide * i128::from(b)).to_string());
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
    }

    #[test]
    fn agrees_with_exact_rationals(a in -999i32..999, b in 1i32..999, c in -999i32..999, d in 1i32..999) {
        let quotient = |x: i32, y: i32| Number::from(x).div(&Number::from(y)).unwrap();
        let (a, b, c, d) = (a, b * 8, c, d * 4);
        let (x, y) = (quotient(a, b), quotient(c, d));
        let product = quotient(a * c, b * d).sub(&x.mul(&y).unwrap()).unwrap().abs();
        let sum = quotient(a * d + c * b, b * d).sub(&x.add(&y).unwrap()).unwrap().abs();
        let tiny = Number::parse("1e-140").unwrap();
        prop_assert!(product < tiny && sum < tiny);
        prop_assert_eq!(x.cmp(&y), (a * d).cmp(&(c * b)));
        prop_assert_eq!(x.to_f64().to_bits(), (f64::from(a) / f64::from(b)).to_bits());
    }

    #[test]
    fn orders_totally(a in any_number(), b in any_number(), c in any_number()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
        if a.is_finite() && b.is_finite() {
            prop_assert_eq!(a.sub(&b).unwrap().signum(), a.cmp(&b) as i64);
        }
    }

    #[test]
    fn floor_and_ceil_enclose(a in any_number()) {
        prop_assert!(a.floor() <= a && a <= a.ceil());
        if a.is_finite() {
            prop_assert!(a.floor().is_integer() && a.ceil().is_integer());
        }
        prop_assert_eq!(a.neg().floor(), a.ceil().neg());
    }

    #[test]
    fn never_panics_on_text(text in "\\PC{0,20}") {
        let _any = Number::parse(&text);
    }
}
