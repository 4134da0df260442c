//! Running a command on the other machine.

use super::connect::Session;
use crate::{connection::Clock, lines::Lines};
use russh::{Channel, ChannelMsg, Pty, client::Msg};
use std::time::Duration;

/// How long to wait for the end of the output after the command has ended, which a child in the
/// background may keep open for ever.
const DRAIN: Duration = Duration::from_secs(1);

/// How much of what a command says is kept for a message, in bytes.
const SAID_BYTES_MAX: usize = 4 << 10;

/// How long an answer may be, in bytes; more of it is dropped.
const ANSWER_BYTES_MAX: usize = 256 << 10;

impl Session {
    /// Runs a command at a terminal, as Terraform does, so that it ends when the connection does.
    ///
    /// # Errors
    ///
    /// How it ended, in Terraform's words.
    pub async fn run(
        &self,
        command: &str,
        clock: &dyn Clock,
        mut show: impl FnMut(&str),
    ) -> Result<(), String> {
        let mut channel = self.handle.channel_open_session().await.map_err(told)?;
        let modes = [(Pty::ECHO, 0), (Pty::TTY_OP_ISPEED, 14_400), (Pty::TTY_OP_OSPEED, 14_400)];
        channel.request_pty(false, "xterm", 80, 40, 0, 0, &modes).await.map_err(told)?;
        channel.exec(true, command).await.map_err(told)?;
        let mut lines = Lines::default();
        let ended = end(&mut channel, clock, |bytes| {
            lines.take(bytes).iter().for_each(|line| show(line));
        })
        .await;
        if let Some(rest) = lines.rest() {
            show(&rest);
        }
        ended
    }

    /// Runs a command of ours without a terminal and without input, and returns what it says.
    ///
    /// # Errors
    ///
    /// How it ended, and what it said.
    pub async fn answer(&self, command: &str, clock: &dyn Clock) -> Result<String, String> {
        let mut channel = self.handle.channel_open_session().await.map_err(told)?;
        channel.exec(true, command).await.map_err(told)?;
        channel.eof().await.map_err(told)?;
        let mut said = Vec::new();
        let ended =
            end(&mut channel, clock, |bytes| keep(&mut said, bytes, ANSWER_BYTES_MAX)).await;
        ended.map(|()| String::from_utf8_lossy(&said).into_owned())
    }

    /// Runs a command of ours without a terminal and without input.
    ///
    /// # Errors
    ///
    /// How it ended, and what it said.
    pub async fn quietly(&self, command: &str, clock: &dyn Clock) -> Result<(), String> {
        let mut channel = self.handle.channel_open_session().await.map_err(told)?;
        channel.exec(true, command).await.map_err(told)?;
        channel.eof().await.map_err(told)?;
        settle(&mut channel, clock).await
    }
}

/// Waits for the end of a command of ours; what it said is part of the error.
pub(super) async fn settle(channel: &mut Channel<Msg>, clock: &dyn Clock) -> Result<(), String> {
    let mut said = Vec::new();
    let ended = end(channel, clock, |bytes| keep(&mut said, bytes, SAID_BYTES_MAX)).await;
    ended.map_err(|how| {
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        if said.is_empty() { how } else { said }
    })
}

/// Keeps as much of some bytes as there is room for.
fn keep(said: &mut Vec<u8>, bytes: &[u8], most: usize) {
    let room = most.saturating_sub(said.len());
    said.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

/// Reads until a command has ended and its output with it.
async fn end(
    channel: &mut Channel<Msg>,
    clock: &dyn Clock,
    mut take: impl FnMut(&[u8]),
) -> Result<(), String> {
    let mut ended = None;
    let mut drain = None;
    loop {
        let message = match &mut drain {
            None => channel.wait().await,
            Some(drain) => tokio::select! {
                message = channel.wait() => message,
                () = drain => None,
            },
        };
        match message {
            Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. }) => take(&data),
            Some(ChannelMsg::ExitStatus { exit_status: 0 }) => ended = Some(Ok(())),
            Some(ChannelMsg::ExitStatus { exit_status }) => {
                ended = Some(Err(format!("Process exited with status {exit_status}")));
            }
            Some(ChannelMsg::ExitSignal { signal_name, .. }) => {
                ended = Some(Err(format!("Process exited with signal {signal_name:?}")));
            }
            Some(ChannelMsg::Failure) => {
                return Err("the server refuses to run a command".to_owned());
            }
            Some(ChannelMsg::Close) | None => break,
            Some(_) => {}
        }
        if ended.is_some() && drain.is_none() {
            drain = Some(clock.sleep(DRAIN));
        }
    }
    ended.unwrap_or_else(|| {
        Err("the connection ended before the command did: remote command exited without exit \
             status or exit signal"
            .to_owned())
    })
}

/// Returns a text as one word of a POSIX shell.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(super) fn told(error: russh::Error) -> String {
    format!("ssh: {error}")
}
