//! `infra version`.

use crate::{context::Context, exit::Exit};
use clap::Args;

/// The version of Terraform whose language and formats this program follows.
pub const TERRAFORM_VERSION: &str = "1.11.4";

/// Show the version
#[derive(Debug, Args)]
pub struct Arguments {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(context: &Context, arguments: &Arguments) -> Exit {
    let version = env!("CARGO_PKG_VERSION");
    let platform = format!("{}_{}", std::env::consts::OS, std::env::consts::ARCH);
    let text = if arguments.json {
        let json = serde_json::json!({
            "infra_version": version,
            "terraform_version": TERRAFORM_VERSION,
            "platform": platform,
            "provider_selections": {},
            "terraform_outdated": false,
        });
        format!("{json:#}\n")
    } else {
        format!(
            "infra v{version}\non {platform}\n(language and formats of Terraform {TERRAFORM_VERSION})\n"
        )
    };
    context.screen.print(&text);
    Exit::Done
}
