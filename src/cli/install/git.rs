//! Repositories, by the `git` program.
//!
//! It runs in a process group of its own, which ends with us, and asks nobody anything.

use super::{
    fetch::{Fetcher, package_of},
    problem::{Outcome, download_failed, unwritable},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use infra_lang::config::module_source::{RemoteSource, redacted};
use infra_model::diagnostic::Diagnostic;
use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::Command;

/// The oldest version that can do all that is asked of it.
const VERSION_MIN: (u32, u32) = (2, 11);

/// The letters of a whole commit.
const COMMIT_LETTERS: usize = 40;

/// What of the environment would lead git to another repository.
const FOREIGN: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
];

/// A git that can be run.
struct Git<'a> {
    directory: &'a Path,
    /// The command for ssh.
    ssh: String,
    /// The address, for messages.
    package: String,
    url: &'a str,
}

/// Fetches a repository into a directory that is there and empty, and returns the commit.
///
/// # Errors
///
/// If there is no git, or the repository or the reference cannot be had.
pub(super) async fn fetch(
    fetcher: &Fetcher<'_>,
    source: &RemoteSource,
    commit: Option<&str>,
    directory: &Path,
) -> Outcome<String> {
    let package = package_of(source);
    let reference = source.parameter("ref");
    if let Some(reference) = reference.filter(|name| !is_reference(name)) {
        return Err(download_failed(&package, format!("{reference:?} cannot be a reference")));
    }
    let key =
        source.parameter("sshkey").map(|key| key_file(&package, key, directory)).transpose()?;
    let own = fetcher.environment.get("GIT_SSH_COMMAND").unwrap_or("ssh -o BatchMode=yes");
    let ssh = match &key {
        Some(key) => format!("{own} -o IdentitiesOnly=yes -i {}", key.path.display()),
        None => own.to_owned(),
    };
    let git = Git { directory, ssh, package, url: &source.url };
    git.check().await?;
    git.run(&["init", "--quiet"]).await?;
    git.run(&["remote", "add", "origin", "--", &source.url]).await?;
    let depth = source.parameter("depth").unwrap_or("1");
    if depth.is_empty() || !depth.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(download_failed(&git.package, "`depth` must be a number"));
    }
    let wanted = commit.or(reference);
    git.checkout(wanted, depth).await?;
    if directory.join(".gitmodules").is_file() {
        git.run(&["submodule", "--quiet", "update", "--init", "--recursive"]).await?;
    }
    let commit = git.run(&["rev-parse", "HEAD"]).await?.trim().to_owned();
    remove_repositories(directory).map_err(|error| unwritable(directory, &error))?;
    Ok(commit)
}

impl Git<'_> {
    /// Gets a commit, tag or branch and puts its files into the directory.
    async fn checkout(&self, wanted: Option<&str>, depth: &str) -> Outcome<()> {
        let name = wanted.unwrap_or("HEAD");
        let mut shallow = vec!["fetch", "--quiet", "--no-tags"];
        if depth != "0" {
            shallow.extend(["--depth", depth]);
        }
        shallow.extend(["origin", name]);
        match self.run(&shallow).await {
            Ok(_) => {
                self.run(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]).await?;
                return Ok(());
            }
            // A part of a commit's name, or a server that gives out no single commits.
            Err(_) if wanted.is_some_and(is_commit) => {}
            Err(found) => return Err(found),
        }
        let everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
        self.run(&["fetch", "--quiet", "origin", everything[0], everything[1]]).await?;
        let exact = format!("{name}^{{commit}}");
        let lookup = ["rev-parse", "--verify", "--quiet", "--end-of-options", &exact];
        let Ok(commit) = self.run(&lookup).await else {
            return Err(download_failed(
                &self.package,
                format!("the repository has no branch, tag or commit {name:?}"),
            ));
        };
        self.run(&["checkout", "--quiet", "--detach", commit.trim()]).await.map(|_| ())
    }

    async fn check(&self) -> Outcome<()> {
        let text = self.run(&["--version"]).await?;
        let numbers =
            text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let mut parts =
            numbers.unwrap_or("").split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if version < VERSION_MIN {
            let (major, minor) = VERSION_MIN;
            return Err(missing(&format!("{} is older than {major}.{minor}", text.trim())));
        }
        Ok(())
    }

    async fn run(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = Command::new("git");
        for setting in [
            "core.autocrlf=false",
            "core.hooksPath=/dev/null",
            "advice.detachedHead=false",
            "init.defaultBranch=main",
            "gc.auto=0",
            "protocol.ext.allow=never",
        ] {
            command.args(["-c", setting]);
        }
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.directory)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GCM_INTERACTIVE", "never")
            .env("GIT_SSH_COMMAND", &self.ssh)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let child = command.spawn().map_err(|error| missing(&error.to_string()))?;
        let group = Group::of(&child);
        let output = child.wait_with_output().await;
        group.ended();
        let output = output.map_err(|error| download_failed(&self.package, error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).replace(self.url, &redacted(self.url));
        let code = output.status.code().map_or("a signal".to_owned(), |code| code.to_string());
        Err(download_failed(&self.package, format!("git ended with {code}: {}", said.trim())))
    }
}

fn missing(why: &str) -> Diagnostic {
    Diagnostic::error("infra::install::git_missing", "git cannot be used")
        .detail(format!(
            "A module comes from a repository, which takes git: {why}. Nothing was changed."
        ))
        .help("install git, or put it on the PATH, then run `infra init` again")
}

/// Returns whether a text can be the name of a branch, a tag or a commit, and no flag.
fn is_reference(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
    !text.starts_with(['-', '+']) && !text.contains("..") && !text.chars().any(is_odd)
}

fn is_commit(text: &str) -> bool {
    (4..=COMMIT_LETTERS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Removes what git keeps, of the repository and of those inside.
fn remove_repositories(directory: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let is_directory = entry.file_type()?.is_dir();
        if entry.file_name() == ".git" {
            if is_directory {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        } else if is_directory {
            remove_repositories(&entry.path())?;
        }
    }
    Ok(())
}

/// A private key in a file, for as long as it is needed.
struct KeyFile {
    path: PathBuf,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        // It lies in a directory that is removed as a whole besides.
        let _gone = fs::remove_file(&self.path);
    }
}

fn key_file(package: &str, key: &str, directory: &Path) -> Outcome<KeyFile> {
    let key = key.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let bytes = BASE64_STANDARD
        .decode(key.trim())
        .map_err(|_| download_failed(package, "`sshkey` must be a private key in base64"))?;
    let path = directory.with_extension("key");
    let failed = |error: std::io::Error| unwritable(&path, &error);
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
    let key = KeyFile { path: path.clone() };
    file.write_all(&bytes).map_err(failed)?;
    Ok(key)
}

/// The processes of a git that runs; they are ended if nobody waits for them any more.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &tokio::process::Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // An error means that it has ended.
            let _gone = kill_process_group(group, Signal::KILL);
        }
    }
}
