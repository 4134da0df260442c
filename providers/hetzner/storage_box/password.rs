//! Passwords of storage boxes and their accounts: what Hetzner takes, judged without showing them.

use crate::{
    consequences::{downtime, updated},
    rules,
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Impact, ImpactOf},
    value::Value,
};

/// The least and the most characters.
const CHARS: (usize, usize) = (12, 128);

/// What may stand in a password besides letters and digits.
const SPECIAL: &str = "^°!§$%/()=?+#-.,;:~*@{}_&";

/// Letters that are not ASCII.
const UMLAUTS: &str = "ÄÖÜäöüß";

/// Judges the password.
pub(super) fn validate(desired: &Value) -> Diagnostics {
    let Some(problem) = rules::text(desired, "password").and_then(|text| problem(text)) else {
        return Diagnostics::new();
    };
    let help = format!(
        "use {} to {} characters with an upper and a lower case letter, a digit and one of `{SPECIAL}`",
        CHARS.0, CHARS.1
    );
    vec![rules::wrong("password", format!("`password` {problem}"), help)]
}

/// Tells that the old one is not taken any more.
pub(super) fn tell(change: &ImpactOf<'_>) -> Option<Impact> {
    let (before, after) = updated(change)?;
    let password = |value: &Value| value.get("password").map(|text| text.clone().unmark_deep().0);
    let (before, after) = (password(before)?, password(after)?);
    (before != after)
        .then(|| downtime("the password is set anew: who uses the old one is not let in any more"))
}

fn problem(password: &str) -> Option<&'static str> {
    let length = password.chars().count();
    let has = |is: fn(char) -> bool| password.chars().any(is);
    let is_special = |c: char| SPECIAL.contains(c);
    let is_taken = |c: char| c.is_ascii_alphanumeric() || is_special(c) || UMLAUTS.contains(c);
    if length < CHARS.0 {
        Some("is too short")
    } else if length > CHARS.1 {
        Some("is too long")
    } else if !password.chars().all(is_taken) {
        Some("has a character that Hetzner does not take")
    } else if !has(char::is_uppercase) {
        Some("has no upper case letter")
    } else if !has(char::is_lowercase) {
        Some("has no lower case letter")
    } else if !has(|c| c.is_ascii_digit()) {
        Some("has no digit")
    } else if !has(is_special) {
        Some("has no special character")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_follow_the_policy() {
        assert_eq!(problem("Aa1!Aa1!Aa1!"), None);
        for bad in [
            "Aa1!",
            "aa1!aa1!aa1!",
            "AA1!AA1!AA1!",
            "Aaa!Aaa!Aaa!",
            "Aa11Aa11Aa11",
            "Aa1! Aa1!Aa1!",
        ] {
            assert!(problem(bad).is_some(), "{bad}");
        }
        assert!(problem(&"Aa1!".repeat(33)).is_some(), "too long");
    }

    #[test]
    fn what_is_said_of_a_password_does_not_show_it() {
        let desired = Value::object([("password", Value::from("hunter2"))]);
        let told = format!("{:?}", validate(&desired));
        assert!(!told.contains("hunter2"), "{told}");
    }
}
