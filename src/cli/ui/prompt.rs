//! The question before an apply.

use super::Screen;
use std::{
    future::Future,
    io::{self, BufRead},
    thread,
};
use tokio::sync::oneshot;

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
    ask(screen, question);
    answer(screen)
}

/// As [`confirm`], where Ctrl-C is caught and does not end the program by itself: an interrupt is a
/// no.
pub async fn confirm_unless<T>(
    screen: &Screen,
    question: &str,
    interrupt: impl Future<Output = T>,
) -> Confirmation {
    if !screen.may_ask {
        return Confirmation::NotAsked;
    }
    ask(screen, question);
    let (send, given) = oneshot::channel();
    let asked = *screen;
    // A thread of its own, which nobody waits for: it may read for as long as the program runs.
    thread::spawn(move || send.send(answer(&asked)));
    tokio::select! {
        biased;
        _ = interrupt => {
            screen.print("\n");
            Confirmation::No
        }
        given = given => given.unwrap_or(Confirmation::No),
    }
}

fn ask(screen: &Screen, question: &str) {
    screen.print(&format!(
        "\n{question}\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: "
    ));
}

fn answer(screen: &Screen) -> Confirmation {
    let mut answer = String::new();
    match io::stdin().lock().read_line(&mut answer) {
        Ok(_) if answer.trim_end_matches(['\r', '\n']) == "yes" => Confirmation::Yes,
        Ok(1..) => Confirmation::No,
        Ok(0) | Err(_) => {
            // The input has ended, and so has no line been.
            screen.print("\n");
            Confirmation::No
        }
    }
}
