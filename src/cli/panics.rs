//! What is said and which exit code there is when this program has a bug.

use std::{
    io::Write as _,
    panic::PanicHookInfo,
    sync::atomic::{AtomicBool, Ordering},
};

/// The exit code of a panic: our bug.
pub const EXIT: u8 = 101;

/// A thread of this process has panicked.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// Makes a panic say one thing that helps, on whatever thread it is.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let first = !PANICKED.swap(true, Ordering::Relaxed);
        let text = text(info, first);
        // Where nobody listens any more, there is nothing left to do.
        let _closed = std::io::stderr().write_all(text.as_bytes());
    }));
}

/// Returns whether a thread of this process has panicked.
pub fn happened() -> bool {
    PANICKED.load(Ordering::Relaxed)
}

fn text(info: &PanicHookInfo<'_>, first: bool) -> String {
    let message = info.payload_as_str().unwrap_or("no message");
    let message: String = message.chars().filter(|c| !c.is_control()).collect();
    let place = info.location().map_or_else(String::new, |place| format!(" at {place}"));
    let version = env!("CARGO_PKG_VERSION");
    if !first {
        return format!("infra v{version} failed once more{place}: {message}\n");
    }
    format!(
        "\ninfra v{version} has a bug and stops{place}: {message}\n\
         The state is safe: everything that was acknowledged is recorded, and what was in flight is \
         looked up by the next plan.\n\
         Please report this line with the command you ran.\n"
    )
}
