//! The settings of the backends that `terraform_remote_state` reads, and what is said of wrong ones.

use super::as_text;
use crate::elsewhere::http::{SETTINGS, Sort};
use infra_model::{diagnostic::Diagnostic, path::Path, value::Value};

/// The backend of files and directories.
pub(super) const LOCAL: &str = "local";
/// The backend of addresses.
pub(super) const HTTP: &str = "http";

/// What the configuration of the backend `local` may say.
const LOCAL_SETTINGS: [(&str, Sort); 2] = [("path", Sort::Text), ("workspace_dir", Sort::Text)];

/// Returns what is wrong with a backend and its configuration.
pub(super) fn check(backend: &str, config: Option<&Value>) -> Option<Diagnostic> {
    let settings = match backend {
        LOCAL => &LOCAL_SETTINGS[..],
        HTTP => &SETTINGS[..],
        _ => return Some(no_backend(backend)),
    };
    let why = wrong(settings, config?)?;
    let names: Vec<String> = settings.iter().map(|(name, _)| format!("`{name}`")).collect();
    let help = format!("It takes {}.", names.join(", "));
    Some(invalid(backend, &why).help(help).at_path(Path::attribute("config")))
}

fn wrong(settings: &[(&str, Sort)], config: &Value) -> Option<String> {
    let Some(entries) = config.entries() else { return Some("an object is required".to_owned()) };
    let sort =
        |name: &str| settings.iter().find(|(known, _)| *known == name).map(|(_, sort)| *sort);
    if let Some((name, _)) = entries.iter().find(|(name, _)| sort(name).is_none()) {
        return Some(format!("unexpected attribute {:?}", &**name));
    }
    let given = entries.iter().filter(|(_, value)| value.is_known() && !value.is_null());
    let mut wrong = given.filter_map(|(name, value)| {
        let text = value.as_text().is_some();
        Some(match sort(name)? {
            Sort::Text if as_text(value).is_none() => {
                format!("attribute {:?}: string required", &**name)
            }
            Sort::Number if !is_number(value) && text => format!(".{name}: a number is required"),
            Sort::Number if !is_number(value) => format!(".{name}: number required"),
            Sort::Truth if !is_truth(value) && text => format!(".{name}: a bool is required"),
            Sort::Truth if !is_truth(value) => format!(".{name}: bool required"),
            Sort::Text | Sort::Number | Sort::Truth => return None,
        })
    });
    wrong.next()
}

fn is_number(value: &Value) -> bool {
    let is_text = value.as_text().is_some_and(|text| text.parse::<f64>().is_ok());
    value.as_number().is_some() || is_text
}

fn is_truth(value: &Value) -> bool {
    let is_text = value.as_text().is_some_and(|text| matches!(&**text, "true" | "false"));
    value.as_bool().is_some() || is_text
}

fn no_backend(name: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::remote_backend_unknown", "Invalid backend configuration")
        .detail(format!(
            "There is no backend type named {name:?} that can be read here. There are: {LOCAL}, \
             {HTTP}. Nothing was changed."
        ))
        .help(
            "Fetch the state into a file first, such as with `terraform state pull`, and read it \
             with `backend = \"local\"` and `config = { path = FILE }`.",
        )
        .at_path(Path::attribute("backend"))
}

/// Returns what is said of a configuration that a backend does not take.
pub(super) fn invalid(backend: &str, why: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::remote_config_invalid", "Invalid backend configuration")
        .detail(format!("The given configuration is not valid for backend {backend:?}: {why}."))
}

/// Returns what is said of a workspace behind an address.
pub(super) fn no_workspaces() -> Diagnostic {
    Diagnostic::error("infra::cli::remote_config_invalid", "Error loading state error")
        .detail("error loading the remote state: workspaces not supported. Nothing was changed.")
        .help("Leave `workspace` out; with the backend \"http\" each state has its own `address`.")
        .at_path(Path::attribute("backend"))
}

/// Returns what is said of an address without a state.
pub(super) fn nothing_at(address: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::remote_state_missing", "Unable to find remote state")
        .detail(format!(
            "No stored state was found for the given workspace in the given backend: `{address}` \
             has none. Nothing was changed."
        ))
        .help("Correct `address`, or apply the other configuration first.")
}
