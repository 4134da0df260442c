//! What a program says on its error output, without what it was asked with.
//!
//! Which of the values are secret is not known here, so none of them is shown.

use std::collections::BTreeMap;

/// Shorter values stand in too many words to be taken out, and keep no secret.
const SHOWN_BYTES_MAX: usize = 3;

/// Returns a text with the name of a query's value in the place of the value.
pub(super) fn redacted(text: &str, query: &BTreeMap<&str, &str>) -> String {
    let mut forms: Vec<(String, &str)> = Vec::new();
    for (name, value) in query.iter().filter(|(_, value)| value.len() > SHOWN_BYTES_MAX) {
        let written = serde_json::Value::from(*value).to_string();
        // As it stands in the object that the program got, and by itself.
        forms.push((written.trim_matches('"').to_owned(), name));
        forms.push(((*value).to_owned(), name));
        // A line of it says enough.
        forms.extend(value.lines().map(|line| (line.to_owned(), *name)));
    }
    forms.retain(|(form, _)| form.len() > SHOWN_BYTES_MAX);
    // One may stand in another.
    forms.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let mut text = cut(text, &forms).to_owned();
    for (form, name) in forms {
        text = text.replace(&form, &format!("(query.{name})"));
    }
    text
}

/// Returns a text without the beginning of a value at its end, where it may have been cut off.
fn cut<'a>(text: &'a str, forms: &[(String, &str)]) -> &'a str {
    // What is left of a character that was cut in two.
    let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let is_beginning = |tail: &str| {
        let is_part =
            |(form, _): &(String, &str)| form.len() > tail.len() && form.starts_with(tail);
        tail.len() > SHOWN_BYTES_MAX && forms.iter().any(is_part)
    };
    let starts = text.char_indices().map(|(start, _)| start);
    let found = starts.clone().find(|start| is_beginning(&text[*start..]));
    found.map_or(text, |start| &text[..start])
}

#[cfg(test)]
mod tests {
    use super::redacted;
    use std::collections::BTreeMap;

    #[test]
    fn values_of_the_query_are_not_shown() {
        let query: BTreeMap<&str, &str> =
            [("key", "hunter2"), ("long", "hunter2-more"), ("odd", "a\"b\nsecond"), ("a", "the")]
                .into();
        for (text, shown) in [
            ("the key hunter2 is wrong", "the key (query.key) is wrong"),
            ("hunter2-more", "(query.long)"),
            (r#"{"odd":"a\"b\nsecond"}"#, r#"{"odd":"(query.odd)"}"#),
            ("line second only", "line (query.odd) only"),
            ("cut off: hunter", "cut off: "),
            ("nothing", "nothing"),
        ] {
            assert_eq!(redacted(text, &query), shown);
        }
    }
}
