//! The `file` provisioner: brings a file, a directory or a text to a machine over ssh.

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
    ssh::{Pins, Settings, Upload},
};
use serde::Deserialize;
use std::{fs, path::Path, sync::Arc};

/// The provisioner.
pub struct FileUpload {
    pub(crate) pins: Arc<Pins>,
}

#[derive(Deserialize)]
struct Arguments {
    source: Option<String>,
    content: Option<String>,
    destination: String,
}

/// What is brought there.
enum Source {
    Text(String),
    File(String),
    Directory(String),
}

impl Provisioner for FileUpload {
    fn name(&self) -> &'static str {
        "file"
    }

    fn schema(&self) -> Block {
        Block::of([
            ("source", Attribute::optional(Type::String)),
            ("content", Attribute::optional(Type::String)),
            ("destination", Attribute::required(Type::String)),
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
            let voice = Voice { is_quiet: true, ..Voice::over(&config, &control, self.name()) };
            let wrong = |detail: String| voice.block_wrong(detail);
            let settings = Settings::read(&connection).map_err(&wrong)?;
            let (source, to) = arguments(&config).map_err(&wrong)?;
            let session = voice.connect(&settings, &self.pins, when).await?;
            let clock = &*control.clock;
            let work = async {
                let to = to.as_str();
                let result = match &source {
                    Source::Directory(path) => session.upload_directory(path, to, clock).await,
                    Source::File(path) => {
                        session.upload_file(Path::new(path), &file_at(to), clock).await
                    }
                    Source::Text(text) => {
                        let length = text.len() as u64;
                        let to = file_at(to);
                        session
                            .upload(Upload { from: text.as_bytes(), length, to: &to }, clock)
                            .await
                    }
                };
                result.map_err(|problem| {
                    voice
                        .failure(
                            "infra::builtin::upload_failed",
                            format!("Upload failed: {problem}"),
                        )
                        .help("see that the directory is there and can be written to")
                })
            };
            voice.in_time(work).await
        })
    }
}

fn arguments(config: &Value) -> Result<(Source, String), String> {
    let arguments: Arguments = from_value(config).map_err(|error| error.to_string())?;
    let source = match (arguments.source, arguments.content) {
        (Some(_), Some(_)) => return Err("Cannot set both 'source' and 'content'".to_owned()),
        (None, None) => return Err("Must provide one of 'source' or 'content'".to_owned()),
        (None, Some(text)) => Source::Text(text),
        (Some(path), None) => {
            let metadata = fs::metadata(&path).map_err(|error| {
                if error.kind() == std::io::ErrorKind::NotFound {
                    format!("stat {path}: no such file or directory")
                } else {
                    format!("stat {path}: {error}")
                }
            })?;
            if metadata.is_dir() { Source::Directory(path) } else { Source::File(path) }
        }
    };
    Ok((source, arguments.destination))
}

/// Where a file goes: as in Terraform, a destination `a/b/` means the file `b` in `a/b`.
fn file_at(destination: &str) -> String {
    let bare = destination.trim_end_matches('/');
    match bare.rsplit('/').next() {
        Some(name) if bare.len() < destination.len() && !name.is_empty() => {
            format!("{bare}/{name}")
        }
        _ => destination.to_owned(),
    }
}
