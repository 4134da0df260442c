//! The environment: read here once and passed on as a value, and nowhere else.

use infra_model::text::Text;
use std::{collections::BTreeMap, path::PathBuf};

/// What the process was given besides its arguments.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// The directory in which it was started.
    pub directory: PathBuf,
}

/// Terraform's prefix of root variables.
const VARIABLE_PREFIX: &str = "TF_VAR_";

impl Environment {
    /// Reads the environment of this process.
    pub fn read() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect();
        let directory = std::env::current_dir().unwrap_or_default();
        Self { variables, directory }
    }

    /// Returns an environment of these variables, for tests.
    #[cfg(test)]
    pub(crate) fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { variables: variables.into_iter().collect(), ..Self::default() }
    }

    /// Returns a variable; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns the root variables that `TF_VAR_*` gives, by name.
    pub fn root_variables(&self) -> impl Iterator<Item = (Text, &str)> {
        self.variables
            .iter()
            .filter_map(|(k, v)| Some((Text::from(k.strip_prefix(VARIABLE_PREFIX)?), v.as_str())))
    }

    /// Returns extra arguments from `TF_CLI_ARGS` and `TF_CLI_ARGS_<command>`, split as a shell
    /// does; the words of a command such as `state list` are joined by underscores.
    pub fn arguments(&self, command: &[&str]) -> Vec<String> {
        let specific = format!("TF_CLI_ARGS_{}", command.join("_").replace('-', "_"));
        let names = ["TF_CLI_ARGS", &specific];
        names.iter().filter_map(|name| self.get(name)).flat_map(shell_words).collect()
    }

    /// Returns whether other programs run this one, so that nobody wants to know what to type next.
    pub fn is_automation(&self) -> bool {
        self.get("TF_IN_AUTOMATION").is_some()
    }

    /// Returns whether questions may be asked.
    pub fn may_ask(&self) -> bool {
        !matches!(self.get("TF_INPUT"), Some("0" | "false"))
    }

    /// Returns whether colours are unwanted.
    pub fn no_color(&self) -> bool {
        self.get("NO_COLOR").is_some() || self.get("TERM") == Some("dumb")
    }
}

/// Splits a text into words at blanks, with quotes and backslashes as in a shell.
fn shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(rest.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::{Environment, shell_words};

    #[test]
    fn words_are_split_as_a_shell_does() {
        assert_eq!(shell_words(" -a  -b=c "), ["-a", "-b=c"]);
        assert_eq!(
            shell_words(r#"-var 'a=b c' -var="d=\"e\"" '' f\ g"#),
            ["-var", "a=b c", "-var=d=\"e\"", "", "f g"]
        );
        assert!(shell_words("  ").is_empty());
    }

    #[test]
    fn extra_arguments_are_found_by_the_words_of_the_command() {
        let variables = [
            ("TF_CLI_ARGS", "-no-color"),
            ("TF_CLI_ARGS_state_list", "-id=1"),
            ("TF_CLI_ARGS_force_unlock", "-force"),
        ];
        let variables = variables.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let environment = Environment { variables, ..Environment::default() };
        assert_eq!(environment.arguments(&["state", "list"]), ["-no-color", "-id=1"]);
        assert_eq!(environment.arguments(&["force-unlock"]), ["-no-color", "-force"]);
        assert_eq!(environment.arguments(&["plan"]), ["-no-color"]);
    }
}
