//! A directory with a configuration, and the program run in it with a clean environment.

use super::{
    child::{Output, Running},
    outside,
    terminal::Terminal,
};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{ChildStdin, Command},
    thread,
};
use tempfile::TempDir;

/// A key as `INFRA_STATE_KEY` takes it, without stretching.
pub(crate) const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Variables of the tests' own environment that the program needs to find things.
const INHERITED: [&str; 2] = ["PATH", "DOCKER_HOST"];

/// A configuration in a directory of its own.
pub(crate) struct Estate {
    directory: TempDir,
    environment: BTreeMap<String, String>,
}

impl Estate {
    /// Returns an empty directory.
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("infra-test-").tempdir().unwrap();
        for name in ["work", "home"] {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        let home = directory.path().join("home").display().to_string();
        let own = [("HOME", &*home), ("USER", "tester"), ("LANG", "C.UTF-8"), ("COLUMNS", "100")];
        let mut environment: BTreeMap<String, String> =
            own.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        for name in INHERITED {
            environment.extend(outside::variable(name).map(|value| (name.to_owned(), value)));
        }
        Self { directory, environment }
    }

    /// Returns a directory with a `main.tf`.
    pub(crate) fn of(main: &str) -> Self {
        let estate = Self::new();
        estate.write("main.tf", main);
        estate
    }

    /// Returns this estate with a variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Returns this estate with an encrypted state.
    pub(crate) fn sealed(self) -> Self {
        self.with("INFRA_STATE_KEY", KEY)
    }

    /// Returns the working directory.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("work")
    }

    /// Returns a file in the working directory.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file, and the directories above it.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Starts the program with arguments that are separated by blanks.
    pub(crate) fn start(&self, arguments: &str) -> Running {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        self.start_words(&words)
    }

    /// Starts the program.
    pub(crate) fn start_words(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(arguments), format!("infra {}", arguments.join(" ")))
    }

    /// Starts the program with arguments that are separated by blanks and an input to write to.
    pub(crate) fn start_fed(&self, arguments: &str) -> (Running, ChildStdin) {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        Running::fed(self.command(&words), format!("infra {arguments}"))
    }

    /// Runs the program with an input.
    pub(crate) fn feed(&self, arguments: &str, input: &str) -> Output {
        let (running, mut pipe) = self.start_fed(arguments);
        let input = input.to_owned();
        // One that ends early does not read it all.
        let writer = thread::spawn(move || pipe.write_all(input.as_bytes()).ok());
        let output = running.finish();
        writer.join().unwrap();
        output
    }

    /// Starts the program at a terminal.
    pub(super) fn at_terminal(&self, arguments: &str) -> Terminal {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        Terminal::start(self.command(&words))
    }

    /// Starts the program at a terminal.
    pub(super) fn at_terminal_words(&self, words: &[&str]) -> Terminal {
        Terminal::start(self.command(words))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.path()).env_clear().envs(&self.environment);
        command
    }

    /// Runs the program with arguments that are separated by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Output {
        self.start(arguments).finish()
    }

    /// Runs the program with more variables of the environment.
    pub(crate) fn run_with(&self, arguments: &str, variables: &[(&str, String)]) -> Output {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = self.command(&words);
        command.envs(variables.iter().map(|(name, value)| (*name, value)));
        Running::start(command, format!("infra {arguments}")).finish()
    }

    /// Runs the program.
    pub(crate) fn run_words(&self, arguments: &[&str]) -> Output {
        self.start_words(arguments).finish()
    }

    /// Applies, which must work.
    #[track_caller]
    pub(crate) fn apply(&self) -> Output {
        self.run("apply -auto-approve").exits(0)
    }

    /// Checks that the next plan is empty.
    #[track_caller]
    pub(crate) fn is_settled(&self) {
        self.run("plan -detailed-exitcode").exits(0).says("No changes.");
    }

    /// Returns the addresses in the state.
    #[track_caller]
    pub(crate) fn recorded(&self) -> Vec<String> {
        self.run("state list").exits(0).stdout.lines().map(str::to_owned).collect()
    }

    /// Returns every file below the directory with its bytes.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        files_below(self.directory.path())
    }
}

/// Returns every regular file below a directory, sorted.
pub(crate) fn files_below(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            files.push((path, bytes));
        }
    }
    files
}

/// The program under test.
pub(crate) fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_infra")
}
