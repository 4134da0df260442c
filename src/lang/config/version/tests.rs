//! Versions and constraints, as the terraform binary judges them.

use super::{COMPATIBLE, Constraints, Version};

/// What 1.11.4 is to each constraint: accepted, refused, or not a constraint at all.
const JUDGED: &str = "\
accepted:= 1.11.4|=1.11.4|~> 1|~>1.11|>=1,<2|>= v1.0|v1.11.4|1.11.4+meta|01.11.4|~> 0|>= 1.0.0.0
accepted:!= 1|>= 1.0|~> 1.5|~> 1.11.0|>= 1.3, < 2.0.0|1.11.4|!= 1.10| >=  1.0 
refused:1|1.2.3.4|!= 1.11.4|~> 1.11.4.0|1.11|~> 1.11.3, != 1.11.4|~> 1.11.4.4|< 1.0|~> 1.10.0
refused:~> 1.0.0, != 1.0|~> 0.1.0|~> 2.0|= 1.11.3|>= 1.12|~> 2
wrong:||  |==1.11.4|>= 1, |,|1.x|1.*|1.11.x|*|>= 1.11.4 < 2|^1.0|=> 1|-1|1.-2|> 99999999999999999999
wrong:>= 1;2|x|>> 1|>= a.b|1..2|.1|1.|>=|vv1|v|1 2|=1.0 beta";

#[test]
fn constraints_are_judged_as_terraform_does() {
    let version = Version::parse(COMPATIBLE).unwrap();
    for line in JUDGED.lines() {
        let (judgement, constraints) = line.split_once(':').unwrap();
        for text in constraints.split('|') {
            let judged = match Constraints::parse(text).map(|all| all.accept(&version)) {
                Some(true) => "accepted",
                Some(false) => "refused",
                None => "wrong",
            };
            assert_eq!(judged, judgement, "{text:?}");
        }
    }
}

#[test]
fn versions_before_a_release_are_named_or_not_taken() {
    let beta = Version::parse("2.0.0-beta.2").unwrap();
    for text in ["2.0.0-beta.2", "= v2.0.0-beta.2", ">= 1.0, 2.0.0-beta.2"] {
        assert!(Constraints::parse(text).unwrap().accept(&beta), "{text}");
    }
    for text in [">= 1.0", "~> 2.0.0-beta", "!= 3.0.0", ">= 2.0.0-beta.1", "2.0.0-beta.3"] {
        assert!(!Constraints::parse(text).unwrap().accept(&beta), "{text}");
    }
}

#[test]
fn versions_are_ordered_by_number_and_release() {
    let text =
        "0.9 1.0.0-1 1.0.0-2 1.0.0-10 1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta 1.0 1.0.0.1 1.2 1.10";
    let ordered: Vec<Version> = text.split(' ').map(|v| Version::parse(v).unwrap()).collect();
    assert!(ordered.is_sorted_by(|a, b| a < b), "{ordered:?}");
    assert_eq!(Version::parse("v1.2").unwrap().to_string(), "1.2.0");
    assert_eq!(Version::parse("1.2.3-rc1+x").unwrap().to_string(), "1.2.3-rc1+x");
    assert_eq!(Version::parse("1.2+a"), Version::parse("1.2.0+b"));
}
