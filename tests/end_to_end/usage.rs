//! Flags, commands and exit codes that have nothing to do with any configuration.

use super::estate::Estate;

#[test]
fn no_command_shows_the_commands_and_exits_with_127() {
    let output = Estate::new().run("").exits(127);
    for command in ["init", "plan", "apply", "destroy", "validate", "output", "show", "state"] {
        assert!(output.stderr.contains(command), "{command}:\n{}", output.stderr);
    }
}

#[test]
fn usage_errors_exit_with_1() {
    let estate = Estate::of("");
    for wrong in [
        "frobnicate",
        "plan -frobnicate",
        "plan -parallelism=many",
        "plan -refresh=perhaps",
        "apply -lock-timeout=soon",
        "plan -destroy -refresh-only",
        "plan -target=no..address",
        "plan -replace=[]",
        "state mv only_one",
        "state frobnicate",
        "output -raw",
    ] {
        let output = estate.run(wrong).exits(1);
        assert!(!output.stderr.is_empty(), "`{wrong}` fails without a word");
    }
}

#[test]
fn unknown_flags_and_commands_are_suggested() {
    let estate = Estate::of("");
    estate.run("plan -detailed-exitcod").exits(1).says("'-detailed-exitcode'");
    estate.run("aply").exits(1).says("apply");
}

#[test]
fn one_dash_does_as_well_as_two() {
    let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n");
    estate.run("plan -detailed-exitcode -no-color").exits(2);
    estate.run("plan --detailed-exitcode --no-color").exits(2);
    estate.run("plan -out=one").exits(0);
    estate.run("plan --out two").exits(0);
    assert!(estate.file("one").is_file() && estate.file("two").is_file());
}

#[test]
fn version_and_help_are_told() {
    let estate = Estate::new();
    let version = estate.run("version").exits(0).says(env!("CARGO_PKG_VERSION")).stdout;
    assert_eq!(estate.run("-version").exits(0).stdout, version);
    assert!(estate.run("version -json").exits(0).json().is_object());
    estate.run("-help").exits(0).says("Usage:");
    estate.run("apply -help").exits(0).says("-auto-approve");
}

#[test]
fn another_directory_is_worked_in_with_chdir() {
    let estate = Estate::new();
    estate.write("inner/main.tf", "resource \"terraform_data\" \"a\" {}\n");
    estate.run("-chdir=inner apply -auto-approve").exits(0).says("1 added");
    assert!(estate.file("inner/.infra").is_dir());
    assert!(!estate.file(".infra").exists());
}

#[test]
fn arguments_come_from_the_environment_too() {
    let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n")
        .with("TF_CLI_ARGS_plan", "-detailed-exitcode");
    estate.run("plan").exits(2);
}

#[test]
fn approval_that_nobody_can_give_is_refused() {
    let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n");
    estate.run("apply").exits(1).says("Nothing was changed").says("-auto-approve");
    // Nothing is asked about a lock that is not there.
    let unlock = estate.run("force-unlock 1-1").exits(1);
    unlock.says("no lock with the id `1-1`").lacks("approval");
    assert!(estate.recorded().is_empty());
}

#[test]
fn modes_that_exclude_each_other_are_refused() {
    let estate = Estate::of("resource \"terraform_data\" \"a\" {}\n");
    let refused = estate.run("plan -destroy -refresh-only").exits(1);
    refused.says("Nothing was changed").says("Give one of them");
}
