//! The question before an apply.

use super::Screen;
use std::io::{self, BufRead};

/// What a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// `yes`, and nothing else.
    Yes,
    /// Anything else.
    No,
    /// Nobody can be asked.
    NotAsked,
}

/// Asks a question to which only `yes` is an agreement.
pub fn confirm(screen: &Screen, question: &str) -> Confirmation {
    if !screen.may_ask {
        return Confirmation::NotAsked;
    }
    screen.print(&format!(
        "\n{question}\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: "
    ));
    let mut answer = String::new();
    match io::stdin().lock().read_line(&mut answer) {
        Ok(_) if answer.trim_end_matches(['\r', '\n']) == "yes" => Confirmation::Yes,
        Ok(_) | Err(_) => Confirmation::No,
    }
}
