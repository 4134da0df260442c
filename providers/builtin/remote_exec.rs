//! The `remote-exec` provisioner: brings scripts to a machine over ssh and runs them there.
//!
//! The first Ctrl-C lets the script finish, and its end is recorded. When the connection is cut, the
//! terminal that the script runs at is gone, and the script with it.

use crate::voice::Voice;
use infra_model::{
    diagnostic::Diagnostic,
    program::When,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Control, Provisioner},
    convert::from_value,
    ssh::{self, Pins, Platform, Session, Settings, Upload, quoted},
};
use serde::Deserialize;
use std::{path::PathBuf, sync::Arc};

/// The provisioner.
pub struct RemoteExec {
    pub(crate) pins: Arc<Pins>,
}

#[derive(Deserialize)]
struct Arguments {
    inline: Option<Vec<Option<String>>>,
    script: Option<String>,
    scripts: Option<Vec<Option<String>>>,
}

/// Where a script comes from.
enum Script {
    Inline(String),
    File(PathBuf),
}

impl Provisioner for RemoteExec {
    fn name(&self) -> &'static str {
        "remote-exec"
    }

    fn schema(&self) -> Block {
        Block::of([
            ("inline", Attribute::optional(Type::list(Type::String))),
            ("script", Attribute::optional(Type::String)),
            ("scripts", Attribute::optional(Type::list(Type::String))),
        ])
    }

    fn run(
        &self,
        config: Value,
        connection: Value,
        when: When,
        control: Control,
    ) -> BoxFuture<'_, Result<(), Diagnostic>> {
        Box::pin(async move {
            let voice = Voice::over(&config, &control, self.name());
            let wrong = |detail: String| voice.block_wrong(detail);
            let settings = Settings::read(&connection).map_err(&wrong)?;
            let scripts = scripts(&config, settings.platform).map_err(&wrong)?;
            for script in &scripts {
                readable(script).map_err(&wrong)?;
            }
            let session = voice.connect(&settings, &self.pins, when).await?;
            let work = async {
                for script in &scripts {
                    execute(&session, &settings, script, &voice).await?;
                }
                Ok(())
            };
            voice.in_time(work).await
        })
    }
}

fn scripts(config: &Value, platform: Platform) -> Result<Vec<Script>, String> {
    let arguments: Arguments = from_value(config).map_err(|error| error.to_string())?;
    let files = |paths: Vec<Option<String>>| {
        let path = |path: Option<String>| match path {
            None => Err("invalid null string in 'scripts'".to_owned()),
            Some(path) if path.is_empty() => Err("invalid empty string in 'scripts'".to_owned()),
            Some(path) => Ok(Script::File(PathBuf::from(path))),
        };
        paths.into_iter().map(path).collect()
    };
    match (arguments.inline, arguments.script, arguments.scripts) {
        (Some(lines), None, None) => {
            let lines: Option<Vec<String>> = lines.into_iter().collect();
            let lines = lines.ok_or_else(|| "invalid null string in 'scripts'".to_owned())?;
            let head = if platform == Platform::Unix { "#!/bin/sh\n" } else { "" };
            // Lines that bring an interpreter of their own keep it.
            let head = if lines.first().is_some_and(|l| l.starts_with("#!")) { "" } else { head };
            Ok(vec![Script::Inline(format!("{head}{}\n", lines.join("\n")))])
        }
        (None, Some(script), None) => files(vec![Some(script)]),
        (None, None, Some(scripts)) => files(scripts),
        _ => Err(r#"Only one of "inline", "script", or "scripts" must be set"#.to_owned()),
    }
}

fn readable(script: &Script) -> Result<(), String> {
    let Script::File(path) = script else { return Ok(()) };
    let told =
        |why: String| format!("Failed to open script '{0}': open {0}: {why}", path.display());
    let file = std::fs::File::open(path).map_err(|error| told(plain(&error)))?;
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    if is_file { Ok(()) } else { Err(told("it is not a file".to_owned())) }
}

fn plain(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::NotFound {
        "no such file or directory".to_owned()
    } else if error.kind() == std::io::ErrorKind::PermissionDenied {
        "permission denied".to_owned()
    } else {
        error.to_string()
    }
}

/// Brings a script there, runs it, and takes it away again, however it ended.
async fn execute(
    session: &Session,
    settings: &Settings,
    script: &Script,
    voice: &Voice<'_>,
) -> Result<(), Diagnostic> {
    let clock = &*voice.control.clock;
    let upload_failed = |problem: String| {
        voice
            .failure("infra::builtin::upload_failed", format!("Failed to upload script: {problem}"))
            .help("see that the directory of `script_path` is there and can be written to")
    };
    let number = ssh::draw().map_err(upload_failed)?;
    let path = settings.script_path.replace("%RAND%", &number.to_string());
    let brought = match script {
        Script::Inline(text) => {
            let length = text.len() as u64;
            session.upload(Upload { from: text.as_bytes(), length, to: &path }, clock).await
        }
        Script::File(file) => session.upload_file(file, &path, clock).await,
    };
    brought.map_err(upload_failed)?;
    let (ready, command, remove) = commands(settings.platform, &path);
    if let Some(ready) = ready
        && let Err(problem) = session.quietly(&ready, clock).await
    {
        return Err(upload_failed(problem));
    }
    let ended = session.run(&command, clock, |line| voice.say(line)).await;
    // A script that ends the connection cannot be removed; that is no fault of its own.
    let removed = session.quietly(&remove, clock).await;
    if ended.is_ok()
        && let Err(problem) = removed
    {
        voice.say(&format!("The script {path} could not be removed: {problem}"));
    }
    ended.map_err(|how| {
        voice
            .failure("infra::builtin::script_failed", format!("error executing \"{path}\": {how}"))
            .help("mend the script")
    })
}

/// How a script is made ready, run and removed.
fn commands(platform: Platform, path: &str) -> (Option<String>, String, String) {
    match platform {
        Platform::Unix => {
            let path = quoted(path);
            (Some(format!("chmod 0777 {path}")), path.clone(), format!("rm -f {path}"))
        }
        Platform::Windows => {
            let path = path.replace('/', "\\");
            (None, path.clone(), format!("cmd /c del \"{path}\""))
        }
    }
}
