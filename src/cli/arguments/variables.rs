//! `-var` and `-var-file`, in the order in which they stand on the command line.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, error::Error as ClapError};
use std::path::PathBuf;

/// Where root variables get their values, in the order of the command line.
#[derive(Clone, Debug, Default)]
pub struct VariableArguments {
    /// Assignments and files; a later one wins.
    pub given: Vec<VariableSource>,
}

/// One `-var` or `-var-file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariableSource {
    /// `name=value`.
    Assignment(String),
    /// A file of assignments.
    File(PathBuf),
}

impl Args for VariableArguments {
    fn augment_args(command: Command) -> Command {
        let assignment = Arg::new("var")
            .long("var")
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .help("Set a root variable; may be repeated");
        let file = Arg::new("var-file")
            .long("var-file")
            .value_name("FILE")
            .action(ArgAction::Append)
            .help("Set root variables from a file; may be repeated");
        command.arg(assignment).arg(file)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for VariableArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, ClapError> {
        let mut given = Vec::new();
        for id in ["var", "var-file"] {
            let places = matches.indices_of(id).into_iter().flatten();
            let values = matches.get_many::<String>(id).into_iter().flatten();
            given.extend(places.zip(values).map(|(place, value)| {
                let source = match id {
                    "var" => VariableSource::Assignment(value.clone()),
                    _ => VariableSource::File(PathBuf::from(value)),
                };
                (place, source)
            }));
        }
        given.sort_by_key(|(place, _)| *place);
        Ok(Self { given: given.into_iter().map(|(_, source)| source).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), ClapError> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
