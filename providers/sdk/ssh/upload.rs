//! Bringing files to the other machine, chunk by chunk.
//!
//! On a POSIX system nothing is needed there but a shell: the bytes go through `cat` into a file
//! beside the destination, which takes its place when all have come. What cannot be replaced so
//! (a symbolic link, a device, another user's file) is written in place.

use super::{
    connect::Session,
    run::{quoted, settle, told},
    settings::Platform,
    upload_scp,
};
use crate::connection::Clock;
use russh::{Channel, client::Msg};
use std::{fs, path::Path};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much is read and sent at once, in bytes.
const CHUNK_BYTES: usize = 32 << 10;

/// Takes the destination, the length, and the name for the file beside it.
const RECEIVE: &str = r#"d=$1 n=$2 t=$3
if [ -d "$d" ]; then echo "$d: Is a directory" >&2; exit 1; fi
if [ -h "$d" ]; then t=
elif [ -e "$d" ] && { [ ! -f "$d" ] || [ ! -O "$d" ]; }; then t=
elif (set -C; : > "$t") 2>/dev/null; then
  trap 'rm -f "$t"' EXIT HUP INT TERM
  if [ -e "$d" ]; then cp -p "$d" "$t" || exit 1
  else chmod "$(printf %o $((0644 & ~0$(umask))))" "$t" || exit 1; fi
else t=; fi
o=${t:-$d}
cat > "$o" || exit 1
if [ -f "$o" ] && [ $(wc -c < "$o") -ne "$n" ]; then
  echo "$d: the bytes did not all come" >&2; exit 1
fi
[ -z "$t" ] || mv -f "$t" "$d""#;

/// What goes to a file there.
pub struct Upload<'a, R> {
    /// Where the bytes come from.
    pub from: R,
    /// How many there are.
    pub length: u64,
    /// Where they go.
    pub to: &'a str,
}

impl Session {
    /// Writes a file.
    ///
    /// # Errors
    ///
    /// What the other machine says, or that the source changed its length.
    pub async fn upload<R: AsyncRead + Unpin + Send>(
        &self,
        upload: Upload<'_, R>,
        clock: &dyn Clock,
    ) -> Result<(), String> {
        if self.platform == Platform::Windows {
            return upload_scp::upload(self, upload, clock).await;
        }
        let to = plain(upload.to);
        let beside = format!("{to}.infra-{:08x}", draw()?);
        let words = [quoted(RECEIVE), "infra".to_owned(), quoted(&to)];
        let rest = [upload.length.to_string(), quoted(&beside)];
        let command = format!("/bin/sh -c {} {}", words.join(" "), rest.join(" "));
        let mut channel = self.handle.channel_open_session().await.map_err(told)?;
        channel.exec(true, command).await.map_err(told)?;
        let sent = send(&channel, upload.from, upload.length).await;
        // Without an end, a source that fell short would wait for ever.
        channel.eof().await.map_err(told)?;
        let ended = settle(&mut channel, clock).await;
        // What the other side says is why sending failed, if it did.
        ended.and(sent)
    }

    /// Writes a directory and what is in it. As with `scp -r`, a source without a slash at its end
    /// becomes a directory below a destination that is there.
    ///
    /// # Errors
    ///
    /// What either machine says; what was written before stays.
    pub async fn upload_directory(
        &self,
        source: &str,
        destination: &str,
        clock: &dyn Clock,
    ) -> Result<(), String> {
        if self.platform == Platform::Windows {
            return Err(
                "a directory cannot be brought to Windows: use one `file` provisioner per \
                        file"
                    .to_owned(),
            );
        }
        let mut root = plain(destination.trim_end_matches('/'));
        if root.is_empty() {
            "/".clone_into(&mut root);
        }
        let name = Path::new(source).file_name().map(|name| name.to_string_lossy().into_owned());
        if let Some(name) = name.filter(|_| !source.ends_with('/')) {
            let question = format!("/bin/sh -c {}", quoted(&format!("test -d {}", quoted(&root))));
            if self.quietly(&question, clock).await.is_ok() {
                root = format!("{}/{name}", root.trim_end_matches('/'));
            }
        }
        let mut open = vec![(Path::new(source).to_path_buf(), root)];
        while let Some((from, to)) = open.pop() {
            let make = format!("mkdir -p {}", quoted(&to));
            self.quietly(&format!("/bin/sh -c {}", quoted(&make)), clock).await?;
            let blamed = |error: std::io::Error| format!("{}: {error}", from.display());
            let mut entries = fs::read_dir(&from)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(blamed)?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let path = entry.path();
                let to = format!("{}/{}", to.trim_end_matches('/'), entry.file_name().display());
                // A link stands for what it leads to.
                if fs::metadata(&path).map_err(blamed)?.is_dir() {
                    open.push((path, to));
                } else {
                    self.upload_file(&path, &to, clock).await?;
                }
            }
        }
        Ok(())
    }

    /// Writes a file from one of this machine.
    ///
    /// # Errors
    ///
    /// What either machine says.
    pub async fn upload_file(
        &self,
        path: &Path,
        to: &str,
        clock: &dyn Clock,
    ) -> Result<(), String> {
        let blamed = |error: std::io::Error| format!("{}: {error}", path.display());
        let from = tokio::fs::File::open(path).await.map_err(blamed)?;
        let length = from.metadata().await.map_err(blamed)?.len();
        self.upload(Upload { from, length, to }, clock).await
    }
}

/// Sends exactly as many bytes as were announced.
pub(super) async fn send<R: AsyncRead + Unpin + Send>(
    channel: &Channel<Msg>,
    mut from: R,
    length: u64,
) -> Result<(), String> {
    let mut left = length;
    let mut chunk = vec![0; CHUNK_BYTES];
    while left > 0 {
        let size = from.read(&mut chunk).await.map_err(|error| error.to_string())?;
        if size == 0 || size as u64 > left {
            return Err("the source changed while it was sent".to_owned());
        }
        left -= size as u64;
        channel.data_bytes(chunk[..size].to_vec()).await.map_err(told)?;
    }
    Ok(())
}

/// Returns a number that nobody else has thought of.
///
/// # Errors
///
/// That the system gives no randomness.
pub fn draw() -> Result<u32, String> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|_| "the system gives no randomness".to_owned())?;
    Ok(u32::from_le_bytes(bytes))
}

/// A path that cannot be taken for an option.
fn plain(path: &str) -> String {
    if path.starts_with('-') { format!("./{path}") } else { path.to_owned() }
}
