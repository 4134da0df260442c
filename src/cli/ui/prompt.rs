//! Questions: for approval before an apply, and for values that are missing.

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

/// Asks for a value; `None` if nobody can be asked, or the input has ended.
///
/// Where a program reads the standard output nobody is asked: the question would be in its way.
pub fn value(screen: &Screen, name: &str, about: &str) -> Option<String> {
    if !screen.may_ask || screen.machine || screen.events {
        return None;
    }
    let about: Vec<String> = about.lines().map(|line| format!("  {line}\n")).collect();
    screen.print(&format!("{name}\n{}\n  Enter a value: ", about.concat()));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    screen.print("\n");
    let is_there = read.is_ok_and(|length| length > 0);
    is_there.then(|| answer.trim_end_matches(['\r', '\n']).to_owned())
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
