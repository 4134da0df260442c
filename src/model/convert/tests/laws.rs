//! Tests of `convert`: laws.

use crate::{
    convert::{Safety, convert, possible},
    types::Type,
    unify::unify_values,
    value::{
        Value,
        tests::arbitrary::{EVERYTHING, PLAIN, any_type, any_value},
    },
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn is_identity_on_the_own_type(value in any_value(EVERYTHING)) {
        prop_assert_eq!(convert(&value, &value.ty()), Ok(value.clone()));
        prop_assert_eq!(convert(&value, &Type::Dynamic), Ok(value));
    }

    #[test]
    fn gives_the_type_asked_for_and_is_idempotent(value in any_value(EVERYTHING), ty in any_type()) {
        if let Ok(converted) = convert(&value, &ty) {
            prop_assert!(converted.is_of(&ty), "{value} -> {ty}: {converted}");
            prop_assert!(possible(&value.ty(), &ty, Safety::Unsafe));
            prop_assert_eq!(convert(&converted, &ty), Ok(converted));
        }
    }

    #[test]
    fn keeps_all_marks_of_what_it_keeps(value in any_value(EVERYTHING), ty in any_type()) {
        if let Ok(converted) = convert(&value.clone().sensitive(), &ty) {
            prop_assert!(converted.marks().contains(value.marks()) && converted.has_sensitive());
        }
    }

    #[test]
    fn safe_conversions_never_fail(value in any_value(EVERYTHING), ty in any_type()) {
        if possible(&value.ty(), &ty, Safety::Safe) {
            prop_assert!(convert(&value, &ty).is_ok());
        }
        prop_assert!(possible(&value.ty(), &ty, Safety::Unsafe) || convert(&value, &ty).is_err());
    }

    #[test]
    fn what_is_promised_of_an_unknown_holds(value in any_value(PLAIN), ty in any_type()) {
        // Converting and then hiding must allow whatever hiding and then converting allows.
        let hidden = Value::unknown(value.ty());
        if let (Ok(known), Ok(unknown)) = (convert(&value, &ty), convert(&hidden, &ty)) {
            prop_assert_eq!(crate::value::refines(&unknown, &known), Ok(()), "{} {}", unknown, known);
        }
    }

    #[test]
    fn unified_values_share_their_type(values in proptest::collection::vec(any_value(PLAIN), 1..4)) {
        if let Some((ty, unified)) = unify_values(&values) {
            prop_assert!(unified.iter().all(|value| value.is_of(&ty)));
        }
    }
}
