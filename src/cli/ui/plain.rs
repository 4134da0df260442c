//! Text of others without what would move the cursor or change colours.

/// Returns a text without control characters and without the sequences that steer terminals.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' if rest.next_if_eq(&'[').is_some() => {
                // Parameters, then one letter that says what to do.
                while rest.next_if(|c| !('@'..='~').contains(c)).is_some() {}
                rest.next();
            }
            '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn steering_sequences_are_dropped() {
        assert_eq!(plain("\r\u{1b}[1;31mred\u{1b}[0m\tand\u{7} \u{1b}]plain"), "red\tand ]plain");
        assert_eq!(plain("\u{1b}[2"), "");
    }
}
