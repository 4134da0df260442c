//! `infra output`: the recorded root outputs; in clear where a person asks for one of them.

use crate::{
    arguments::StateFlags,
    context::Context,
    exit::Exit,
    failure::Failure,
    project::Project,
    render::{json, outputs},
    wire,
};
use clap::Args;
use infra_model::{diagnostic::Diagnostic, snapshot::Output, source::SourceMap, text, value::Data};

/// Show output values of the recorded state
#[derive(Debug, Args)]
pub struct Arguments {
    /// Only this output
    pub name: Option<String>,
    /// Print as JSON, secrets in clear
    #[arg(long)]
    pub json: bool,
    /// Print the bare text of a string, number or bool
    #[arg(long)]
    pub raw: bool,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If the state cannot be read, or there is no such output.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let backend = Project::backend(context)?;
    let reading = wire::store_at(context, &backend)?.read()?;
    context.screen.diagnostics(&reading.warnings, &SourceMap::default());
    let recorded = &reading.snapshot.outputs;
    let Some(name) = &arguments.name else {
        if arguments.raw {
            return Err(Failure::from(
                Diagnostic::error("infra::cli::output_name_needed", "Output name required")
                    .detail("`-raw` prints one output.")
                    .help("Name it: `infra output -raw NAME`."),
            ));
        }
        let text = if arguments.json {
            json::outputs(recorded)
        } else {
            outputs::lines(&reading.snapshot)
        };
        if text.is_empty() {
            context.screen.diagnostics(&[none()], &SourceMap::default());
        }
        context.screen.print(&text);
        return Ok(Exit::Done);
    };
    let Some(output) = recorded.get(name.as_str()) else {
        return Err(Failure::from(unknown(name, recorded.keys().map(AsRef::as_ref))));
    };
    context.screen.print(&one(name, output, arguments)?);
    Ok(Exit::Done)
}

fn one(name: &str, output: &Output, arguments: &Arguments) -> Result<String, Failure> {
    if arguments.json {
        return Ok(json::value(&output.value) + "\n");
    }
    if !arguments.raw {
        // Asked for by name it is shown in clear, as Terraform does.
        return Ok(outputs::clear(&output.value) + "\n");
    }
    match output.value.data() {
        Data::String(text) => Ok(text.to_string()),
        Data::Number(number) => Ok(number.to_string()),
        Data::Bool(value) => Ok(value.to_string()),
        Data::Null(_)
        | Data::Unknown(_)
        | Data::List(_)
        | Data::Set(_)
        | Data::Map(_)
        | Data::Tuple(_)
        | Data::Object(_) => Err(Failure::from(
            Diagnostic::error("infra::cli::output_not_raw", "Unsupported value for raw output")
                .detail(format!(
                    "`-raw` prints strings, numbers and bools; `{name}` is a {}.",
                    output.value.ty()
                ))
                .help("Use `-json` for it."),
        )),
    }
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("infra::cli::output_unknown", format!("Output `{name}` is not recorded"))
            .detail("The state has no output of that name.");
    match text::nearest(name, known) {
        Some(near) => diagnostic.help(format!("Did you mean `{near}`?")),
        None => diagnostic.help("Outputs are recorded by `infra apply`."),
    }
}

fn none() -> Diagnostic {
    Diagnostic::warning("infra::cli::outputs_none", "No outputs found")
        .detail(
            "The state has no outputs: none are defined, all are null, or nothing was applied yet.",
        )
        .help("Define one with an `output` block, and run `infra apply`.")
}
