//! The policy of passwords. A password is judged here and kept nowhere.

use crate::world::input::Input;

const SPECIAL: &str = "^°!§$%/()=?+#-.,;:~*@{}_&";
const UMLAUTS: &str = "ÄÖÜäöüß";

/// Passwords that are taken for known ones; the API asks a list of all that ever leaked.
const KNOWN: [&str; 4] = ["Password123!", "Passw0rd1234!", "Qwertz123456!", "Welcome12345!"];

/// Reads a password that must be there.
pub(super) fn read(input: &mut Input<'_>) {
    let password = input.needed_text("password");
    if input.value("password").is_some()
        && let Some(wrong) = wrong(&password)
    {
        input.refuse("password", wrong);
    }
}

/// Returns what is wrong in a password; it does not tell the password.
fn wrong(password: &str) -> Option<&'static str> {
    let has = |is: fn(char) -> bool| password.chars().any(is);
    let is_allowed =
        |c: char| c.is_ascii_alphanumeric() || UMLAUTS.contains(c) || SPECIAL.contains(c);
    if !(12..=128).contains(&password.chars().count()) {
        Some("must have 12 to 128 characters")
    } else if !password.chars().all(is_allowed) {
        Some("has a character that is not allowed")
    } else if !has(char::is_uppercase) || !has(char::is_lowercase) {
        Some("must have an upper and a lower case letter")
    } else if !has(|c| c.is_ascii_digit()) || !has(|c| SPECIAL.contains(c)) {
        Some("must have a number and a special character")
    } else if KNOWN.contains(&password) {
        Some("has appeared in a data breach")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn passwords_follow_the_policy() {
        let long = format!("aA1!{}", "a".repeat(125));
        for good in ["abcdefgH1234!", "Ää1!Ää1!Ää1!", "aA1°§§§§§§§§", &long[..128]] {
            assert_eq!(wrong(good), None, "{good}");
        }
        for bad in [
            "abcdeH1234!",
            &long,
            "abcdefgh1234!",
            "ABCDEFGH1234!",
            "abcdefgHijkl!",
            "abcdefgH12345",
            "abcdefgH1234! ",
            "abcdefgH1234\"!",
            "abcdefgH1234!é",
            "Password123!",
        ] {
            assert!(wrong(bad).is_some(), "{bad}");
        }
    }
}
