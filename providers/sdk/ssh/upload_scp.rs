//! Bringing a file to a machine without a POSIX shell: the sink of `scp`, which `OpenSSH` has on
//! Windows too.

use super::{
    connect::Session,
    run::{settle, told},
    upload::{Upload, send},
};
use crate::connection::Clock;
use russh::{Channel, ChannelMsg, client::Msg};
use tokio::io::AsyncRead;

/// Writes a file.
///
/// # Errors
///
/// What the other machine says.
pub(super) async fn upload<R: AsyncRead + Unpin + Send>(
    session: &Session,
    upload: Upload<'_, R>,
    clock: &dyn Clock,
) -> Result<(), String> {
    let path = upload.to.replace('\\', "/");
    let (directory, name) = path.rsplit_once('/').unwrap_or((".", &path));
    let directory = if directory.is_empty() { "/" } else { directory };
    if [directory, name].iter().any(|part| part.contains(['"', '\n'])) || name.is_empty() {
        return Err(format!("{}: not a path of a file", upload.to));
    }
    let mut channel = session.handle.channel_open_session().await.map_err(told)?;
    channel.exec(true, format!("scp -t \"{directory}\"")).await.map_err(told)?;
    agreed(&mut channel).await?;
    let head = format!("C0644 {} {name}\n", upload.length);
    channel.data_bytes(head.into_bytes()).await.map_err(told)?;
    agreed(&mut channel).await?;
    send(&channel, upload.from, upload.length).await?;
    channel.data_bytes(vec![0]).await.map_err(told)?;
    agreed(&mut channel).await?;
    channel.eof().await.map_err(told)?;
    settle(&mut channel, clock).await
}

/// Waits for the byte that says that all is well.
async fn agreed(channel: &mut Channel<Msg>) -> Result<(), String> {
    loop {
        match channel.wait().await {
            Some(ChannelMsg::Data { data }) => match data.split_first() {
                Some((0, _)) => return Ok(()),
                Some((_, said)) => {
                    return Err(String::from_utf8_lossy(said).trim().to_owned());
                }
                None => {}
            },
            Some(ChannelMsg::ExtendedData { data, .. }) => {
                return Err(String::from_utf8_lossy(&data).trim().to_owned());
            }
            Some(ChannelMsg::ExitStatus { exit_status }) if exit_status != 0 => {
                return Err(format!("scp: Process exited with status {exit_status}"));
            }
            Some(ChannelMsg::Close) | None => {
                return Err("the connection ended before all was sent".to_owned());
            }
            Some(_) => {}
        }
    }
}
