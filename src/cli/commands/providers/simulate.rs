//! `infra providers simulate`: the API of a provider, answered by its simulator on this machine.
//!
//! Whatever speaks to that API can be pointed at it: this program, other clients, scripts. Nothing is
//! kept when it ends.

use crate::{context::Context, exit::Exit, failure::Failure, signals, wire};
use clap::Args;
use infra_model::diagnostic::Diagnostic;
use tokio::net::TcpListener;

/// Answer the API of a provider with its simulator, on this machine
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The provider: hetzner
    provider: String,
    /// The port on 127.0.0.1; a free one is chosen if it is 0
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many times as fast as real time it runs
    #[arg(long, default_value_t = 60)]
    speed: u32,
    /// What chance is drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the command: it ends with Ctrl-C.
///
/// # Errors
///
/// If there is no such simulator, or the port is taken.
pub(super) async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let Some(simulator) = wire::simulator(&arguments.provider, arguments.seed, arguments.speed)
    else {
        return Err(unknown(&arguments.provider).into());
    };
    let listener = TcpListener::bind(("127.0.0.1", arguments.port)).await;
    let listener = listener.map_err(|error| unbound(arguments.port, &error.to_string()))?;
    let address = listener.local_addr().map_err(|e| unbound(arguments.port, &e.to_string()))?;
    let mut stops =
        signals::listen().map_err(|error| unbound(arguments.port, &error.to_string()))?;
    context.screen.print(&greeting(&simulator.settings(&address.to_string()), arguments));
    let ended = async move {
        stops.recv().await;
    };
    let served = simulator.serve(listener, ended).await;
    served.map_err(|error| unbound(arguments.port, &error.to_string()))?;
    Ok(Exit::Done)
}

fn greeting(settings: &[(&'static str, String)], arguments: &Arguments) -> String {
    let provider = &arguments.provider;
    let mut out =
        format!("Simulating `{provider}`, {} times as fast as it is.\n\n", arguments.speed);
    for (name, value) in settings {
        out.push_str(&format!("  export {name}={value}\n"));
    }
    out.push_str(
        "\nPrices are fictional, and durations are invented. Ctrl-C ends it; nothing is kept.\n",
    );
    out
}

fn unknown(name: &str) -> Diagnostic {
    let summary = format!("There is no simulator of `{name}`");
    let known = wire::SIMULATORS.join("`, `");
    Diagnostic::error("infra::cli::simulator_unknown", summary)
        .detail("Nothing was started.")
        .help(format!("use one of `{known}`"))
}

fn unbound(port: u16, why: &str) -> Diagnostic {
    let summary = format!("The simulator can't answer on port {port}");
    Diagnostic::error("infra::cli::simulator_unbound", summary)
        .detail(format!("The system says: {why}. Nothing was started."))
        .help("choose another port, or none for a free one")
}
