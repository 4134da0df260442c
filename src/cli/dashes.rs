//! Terraform's way of writing flags: one dash or two, `-x=v` or `-x v`.
//!
//! clap reads `-out` as `-o -u -t`, so single-dash words are rewritten before it sees them.

use crate::arguments::boolean;
use clap::{ArgAction, Command};
use std::{collections::BTreeSet, ffi::OsString};

/// Returns the arguments with every single-dash word as a double-dash one.
///
/// Nothing behind a bare `--` is touched, nor are one-letter flags, a bare `-` and numbers.
pub fn rewrite(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut literal = false;
    arguments
        .map(|argument| {
            let Some(text) = argument.to_str() else { return argument };
            literal |= text == "--";
            if literal || !is_single_dash_word(text) {
                return argument;
            }
            OsString::from(format!("-{text}"))
        })
        .collect()
}

/// Returns the arguments with `--flag=true` and `--flag=false` resolved for flags without a value.
///
/// The last one counts: `=false` takes earlier ones away.
pub fn resolve_flags(arguments: Vec<OsString>, command: &Command) -> Vec<OsString> {
    let flags = flags_of(command);
    let mut resolved: Vec<OsString> = Vec::with_capacity(arguments.len());
    let mut literal = false;
    for argument in arguments {
        literal |= argument == "--";
        let given = argument.to_str().and_then(|text| text.strip_prefix("--")?.split_once('='));
        let given = given.filter(|(name, _)| !literal && flags.contains(*name));
        match given.and_then(|(name, value)| Some((format!("--{name}"), boolean(value).ok()?))) {
            Some((flag, true)) => resolved.push(OsString::from(flag)),
            Some((flag, false)) => resolved.retain(|earlier| *earlier != *flag),
            None => resolved.push(argument),
        }
    }
    resolved
}

/// Returns a text of clap's about flags with one dash where it has two: that is how they are
/// documented. Columns of a table stay where they are.
pub fn single(text: &str) -> String {
    text.split_inclusive('\n').map(single_line).collect()
}

fn single_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut before = ' ';
    let mut taken = 0;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let begins = c == '-' && before != '-' && !before.is_alphanumeric();
        let is_name = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase());
        if begins && rest.strip_prefix('-').is_some_and(is_name) {
            rest = &rest[1..];
            taken += 1;
        }
        if taken > 0 && c == ' ' && before != ' ' && rest.starts_with(' ') {
            // The gap before the next column.
            out.push_str(&" ".repeat(taken));
            taken = 0;
        }
        out.push(c);
        before = c;
    }
    out
}

/// Returns the names of all flags without a value, of a command and all below it.
fn flags_of(command: &Command) -> BTreeSet<String> {
    let is_flag = |arg: &&clap::Arg| matches!(arg.get_action(), ArgAction::SetTrue);
    let own = command.get_arguments().filter(is_flag).filter_map(clap::Arg::get_long);
    own.map(str::to_owned).chain(command.get_subcommands().flat_map(flags_of)).collect()
}

fn is_single_dash_word(text: &str) -> bool {
    let Some(word) = text.strip_prefix('-') else { return false };
    let name = word.split('=').next().unwrap_or("");
    name.len() > 1 && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::{resolve_flags, rewrite, single};
    use clap::{Arg, ArgAction, Command};
    use std::ffi::OsString;

    fn check(given: &[&str], expected: &[&str]) {
        let rewritten = rewrite(given.iter().map(OsString::from));
        assert_eq!(rewritten, expected.iter().map(OsString::from).collect::<Vec<_>>());
    }

    #[test]
    fn single_dash_words_become_double() {
        check(&["plan", "-out=x", "-var", "a=b"], &["plan", "--out=x", "--var", "a=b"]);
    }

    #[test]
    fn other_words_stay() {
        check(
            &["-h", "--out", "-", "-1", "a-b", "--", "-out"],
            &["-h", "--out", "-", "-1", "a-b", "--", "-out"],
        );
    }

    #[test]
    fn texts_have_one_dash() {
        let text = "'--targt' [--out <FILE>], -h, --help; a--b, -- and ---";
        assert_eq!(single(text), "'-targt' [-out <FILE>], -h, -help; a--b, -- and ---");
        assert_eq!(
            single("      --out <FILE>  To\n  -h, --help        It\n                    goes on"),
            "      -out <FILE>   To\n  -h, -help         It\n                    goes on"
        );
    }

    fn resolved(given: &[&str]) -> Vec<String> {
        let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
        let refresh = Arg::new("refresh").long("refresh").action(ArgAction::Set);
        let plan = Command::new("plan").arg(flag("json")).arg(refresh);
        let command = Command::new("infra").subcommand(plan).arg(flag("version"));
        let words = given.iter().map(OsString::from).collect();
        resolve_flags(words, &command).into_iter().map(|w| w.into_string().unwrap()).collect()
    }

    #[test]
    fn flags_take_a_truth_value_and_the_last_one_counts() {
        assert_eq!(resolved(&["plan", "--json=true"]), ["plan", "--json"]);
        assert_eq!(resolved(&["plan", "--json", "--json=false"]), ["plan"]);
        assert_eq!(resolved(&["plan", "--json=false", "--json"]), ["plan", "--json"]);
    }

    #[test]
    fn what_is_no_flag_stays() {
        let same = ["plan", "--refresh=false", "--json=maybe", "--out=x", "--", "--json=false"];
        assert_eq!(resolved(&same), same);
    }
}
