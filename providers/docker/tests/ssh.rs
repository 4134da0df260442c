//! Engines over ssh, with a real sshd that is spoken to over a pipe.

use super::bench::{control, helper, provider_config, skip};
use crate::{DockerProvider, Environment, ssh::Tunnel};
use infra_model::{
    address::KindName,
    ask::{Answer, Question},
};
use infra_sdk::connection::Provider as _;
use serde_json::json;
use std::{path::Path, sync::Arc};
use tokio::process::Command;

/// A folder with keys for both ends, and the options that lead ssh to its sshd.
struct Sshd {
    folder: tempfile::TempDir,
    options: Vec<String>,
}

impl Sshd {
    async fn prepare() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let script = r#"
            set -e; cd "$1"; test -x /usr/sbin/sshd; test "$(id -u)" = 0; mkdir -p /run/sshd
            ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user
            cp user.pub authorized; chmod 600 authorized; mkfifo ended
            printf 'test-host %s\n' "$(cut -d' ' -f1,2 host.pub)" > known
            cat > sshd_config <<END
HostKey $1/host
AuthorizedKeysFile $1/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
AllowStreamLocalForwarding yes
PidFile none
END
            cat > proxy <<END
#!/bin/sh
trap '' HUP TERM
/usr/sbin/sshd -i -f $1/sshd_config 2>/dev/null
test -e $1/watch && echo ended > $1/ended
END
            chmod +x proxy"#;
        let status =
            Command::new("sh").args(["-c", script, "sh"]).arg(folder.path()).status().await;
        if !status.is_ok_and(|status| status.success()) {
            return None;
        }
        let path = |name: &str| folder.path().join(name).display().to_string();
        let options = [
            "-F".to_owned(),
            "none".to_owned(),
            format!("-oProxyCommand={}", path("proxy")),
            format!("-oIdentityFile={}", path("user")),
            format!("-oUserKnownHostsFile={}", path("known")),
            "-oStrictHostKeyChecking=yes".to_owned(),
        ];
        Some(Self { options: options.to_vec(), folder })
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

#[tokio::test]
async fn engine_over_ssh_is_asked_through_one_connection() {
    let Some(host) = super::bench::host() else { return skip("ssh", "no Docker Engine") };
    let Some(sshd) = Sshd::prepare().await else { return skip("ssh", "no sshd, or not root") };
    let socket = host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock").to_owned();
    let config = json!({"host": format!("ssh://root@test-host{socket}"), "ssh_opts": sshd.options});
    let provider = DockerProvider::new(Environment::default());
    let connected = provider.connect(provider_config(&config), control(Arc::default())).await;
    let (connection, _) = connected.map_err(|d| format!("{d:?}")).unwrap();
    let ask = || {
        let question = Question::Refresh(KindName("docker_container".into()), Vec::new());
        connection.ask(question, control(Arc::default()))
    };
    let answers = futures_util::future::join_all((0..8).map(|_| ask())).await;
    assert!(answers.iter().all(|answer| matches!(answer, Answer::Observed(..))), "{answers:?}");
}

#[tokio::test]
async fn host_that_is_not_known_is_refused() {
    let Some(sshd) = Sshd::prepare().await else {
        return skip("ssh-unknown", "no sshd, or not root");
    };
    std::fs::write(sshd.path("known"), "").unwrap();
    let found = Tunnel::open("root@test-host", &sshd.options).await.err().unwrap();
    assert_eq!(found.diagnostic.code, "infra::docker::ssh_failed");
    assert!(
        found.diagnostic.detail.contains("Host key verification failed"),
        "{}",
        found.diagnostic.detail
    );
}

#[tokio::test]
async fn socket_folder_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(sshd) = Sshd::prepare().await else {
        return skip("ssh-folder", "no sshd, or not root");
    };
    let tunnel = Tunnel::open("root@test-host", &sshd.options)
        .await
        .map_err(|f| f.diagnostic.detail)
        .unwrap();
    let folder: &Path = tunnel.socket().parent().unwrap();
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

/// Not a test of its own: the process that is killed by the test below.
#[tokio::test]
async fn helper_that_holds_a_tunnel() {
    let Some(options) = helper::input() else { return };
    let options: Vec<String> = serde_json::from_str(&options).unwrap();
    let _tunnel =
        Tunnel::open("root@test-host", &options).await.map_err(|f| f.diagnostic.detail).unwrap();
    helper::be_killed().await;
}

#[tokio::test]
async fn ssh_ends_when_this_program_is_killed() {
    let Some(sshd) = Sshd::prepare().await else { return skip("ssh-kill", "no sshd, or not root") };
    std::fs::write(sshd.path("watch"), "").unwrap();
    let options = serde_json::to_string(&sshd.options).unwrap();
    let test = "tests::ssh::helper_that_holds_a_tunnel";
    // What a killed process leaves behind goes with the folder of this test.
    helper::kill(test, &options, sshd.folder.path()).await;
    // The other end of the connection says so when it is closed.
    let fifo = sshd.path("ended");
    let said = tokio::task::spawn_blocking(move || std::fs::read_to_string(fifo));
    let said =
        tokio::time::timeout(helper::PATIENCE, said).await.expect("ssh lives on").unwrap().unwrap();
    assert_eq!(said, "ended\n");
}
