//! Copies of secrets: an attribute that a provider filled in with a secret of the same object is
//! masked as well, wherever the object is shown.

use infra_model::value::{Marks, Value};
use std::borrow::Cow;

/// Shorter secrets are found in too much by chance to be looked for.
const LENGTH_MIN: usize = 4;

/// Returns the value with every text that holds one of its own secrets marked as a secret too.
pub fn masked(value: &Value) -> Cow<'_, Value> {
    if !value.has_sensitive() {
        return Cow::Borrowed(value);
    }
    let mut secrets: Vec<String> = Vec::new();
    collect(value, false, &mut secrets);
    if secrets.is_empty() {
        return Cow::Borrowed(value);
    }
    let holds = |part: &Value| {
        part.as_text()
            .is_some_and(|text| secrets.iter().any(|secret| text.contains(secret.as_str())))
    };
    Cow::Owned(value.transform(&mut |_, part| if holds(&part) { part.sensitive() } else { part }))
}

fn collect(value: &Value, inside: bool, secrets: &mut Vec<String>) {
    let secret = inside || value.marks().contains(Marks::SENSITIVE);
    if let (true, Some(text)) = (secret, value.as_text())
        && text.len() >= LENGTH_MIN
    {
        secrets.push(text.to_string());
    }
    for item in value.items().unwrap_or_default() {
        collect(item, secret, secrets);
    }
    for (_, inner) in value.entries().unwrap_or_default() {
        collect(inner, secret, secrets);
    }
}

#[cfg(test)]
mod tests {
    use super::masked;
    use infra_model::value::Value;

    #[test]
    fn a_copy_of_a_secret_is_masked() {
        let secret = Value::from("hunter2-SECRET");
        let object = Value::object([
            ("input", secret.clone().sensitive()),
            ("output", secret),
            ("other", Value::from("plain")),
        ]);
        let text = masked(&object).to_string();
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("plain"), "{text}");
    }

    #[test]
    fn without_secrets_nothing_is_copied() {
        let object = Value::object([("a", Value::from("plain"))]);
        assert!(matches!(masked(&object), std::borrow::Cow::Borrowed(_)));
    }
}
