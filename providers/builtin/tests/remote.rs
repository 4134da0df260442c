//! `remote-exec` and `file` against a server in this process: logins, bastions, proxies, secrets,
//! host keys, and everything that goes wrong on the way.

use crate::provisioners;
use infra_model::{diagnostic::Diagnostic, program::When, text::Text, types::Type, value::Value};
use infra_sdk::{
    clock::VirtualClock,
    connection::{BoxFuture, Clock, Control, Progress, Provisioner},
    ssh::server::{self, CUT, Key, Options, PASSWORD},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Progress for Lines {
    fn line(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

/// All arguments of a connection, which the language always gives.
const ATTRIBUTES: &str = "type user password host port timeout script_path target_platform \
    private_key certificate agent agent_identity host_key proxy_scheme proxy_host proxy_port \
    proxy_user_name proxy_user_password bastion_host bastion_host_key bastion_port bastion_user \
    bastion_password bastion_private_key bastion_certificate cacert https insecure use_ntlm";

fn null() -> Value {
    Value::null(Type::Dynamic)
}

/// A clock on which only the short waits between two attempts pass.
struct Steps(VirtualClock);

impl Clock for Steps {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration < Duration::from_secs(1) {
            self.0.advance(duration);
            return Box::pin(std::future::ready(()));
        }
        self.0.sleep(duration)
    }
}

/// One run of the program: its provisioners, and what they say.
struct Run {
    provisioners: Vec<Arc<dyn Provisioner>>,
    lines: Arc<Lines>,
    control: Control,
}

impl Run {
    fn new() -> Self {
        let lines = Arc::new(Lines::default());
        let clock = Steps(VirtualClock::manual(0));
        let control = Control { progress: lines.clone(), ..Control::quiet(clock) };
        Self { provisioners: provisioners(), lines, control }
    }

    async fn at(
        &self,
        (kind, when): (&str, When),
        connection: &[(&'static str, Value)],
        given: &[(&'static str, Value)],
    ) -> Result<(), Diagnostic> {
        let provisioner = self.provisioners.iter().find(|p| p.name() == kind).unwrap();
        let block = provisioner.schema();
        let nulls = block.attributes.iter().map(|(n, a)| (n.clone(), Value::null(a.ty.clone())));
        let config = Value::object(nulls.chain(given.iter().cloned().map(named)));
        let nulls = ATTRIBUTES.split_whitespace().map(|name| (Text::from(name), null()));
        let connection = Value::object(nulls.chain(connection.iter().cloned().map(named)));
        provisioner.run(config, connection, when, self.control.clone()).await
    }

    async fn exec(
        &self,
        connection: &[(&'static str, Value)],
        script: &str,
    ) -> Result<(), Diagnostic> {
        self.at(("remote-exec", When::Create), connection, &[inline(Value::from(script))]).await
    }

    async fn file(&self, port: u16, given: &[(&'static str, Value)]) -> Result<(), Diagnostic> {
        self.at(("file", When::Create), &to(port), given).await
    }

    fn said(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.0.lock().unwrap())
    }
}

fn host_key() -> Key {
    Key::draw().unwrap()
}

/// Starts a server that shows these keys, one connection after the other and then the last, and
/// returns its port.
async fn serve(keys: Vec<Key>) -> u16 {
    server::serve(Options::showing(keys)).await.unwrap()
}

fn named((name, value): (&'static str, Value)) -> (Text, Value) {
    (Text::from(name), value)
}

fn inline(line: Value) -> (&'static str, Value) {
    ("inline", Value::list(Type::String, vec![line]))
}

fn to(port: u16) -> Vec<(&'static str, Value)> {
    vec![
        ("host", Value::from("127.0.0.1")),
        ("port", Value::from(i64::from(port))),
        ("password", Value::from(PASSWORD).sensitive()),
        ("agent", Value::from(false)),
        ("timeout", Value::from("5s")),
    ]
}

fn texts(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, Value)> {
    pairs.iter().map(|(name, text)| (*name, Value::from(*text))).collect()
}

#[tokio::test]
async fn a_script_is_brought_run_shown_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let port = serve(vec![host_key()]).await;
    let mut connection = to(port);
    let path = folder.path().join("it's %RAND%.sh");
    connection.push(("script_path", Value::from(path.to_str().unwrap())));
    let run = Run::new();
    run.exec(&connection, "echo one; ls -l \"$0\" | cut -c1-10; printf end").await.unwrap();
    let said = run.said();
    assert!(said[9].starts_with("Host key of 127.0.0.1:"), "{said:?}");
    let listing = [
        "Connecting to remote host via SSH...",
        "  Host: 127.0.0.1",
        "  User: root",
        "  Password: true",
        "  Private key: false",
        "  Certificate: false",
        "  SSH Agent: false",
        "  Checking Host Key: false",
        "  Target Platform: unix",
    ];
    assert_eq!(said[..9], listing);
    assert_eq!(said[11..], ["one", "-rwxrwxrwx", "end"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the script is gone");
    let failed = run.exec(&connection, "exit 3").await.unwrap_err();
    assert_eq!(failed.code, "infra::builtin::script_failed");
    assert!(failed.detail.ends_with("Process exited with status 3"), "{}", failed.detail);
    assert!(!run.said().iter().any(|line| line.starts_with("Host key")), "known by now");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn nothing_of_a_secret_script_is_shown() {
    let port = serve(vec![host_key()]).await;
    let run = Run::new();
    let given = [inline(Value::from("echo hush; exit 1").sensitive())];
    let failed = run.at(("remote-exec", When::Create), &to(port), &given).await.unwrap_err();
    let said = run.said();
    let suppressed = |line: &&String| line.contains("suppressed due to sensitive value");
    assert_eq!(said.iter().filter(suppressed).count(), 3, "{said:?}");
    let told = format!("{failed:?} {said:?}");
    assert!(!told.contains("hush") && !told.contains(PASSWORD), "{told}");
}

#[tokio::test]
async fn a_refused_login_is_tried_until_the_time_is_over() {
    let port = serve(vec![host_key()]).await;
    let mut connection = to(port);
    connection[2].1 = Value::from("wrong-word");
    let run = Run::new();
    let failed = run.exec(&connection, "true").await.unwrap_err();
    assert_eq!(failed.code, "infra::builtin::connection_failed");
    let told = format!("timeout - last error: SSH authentication failed (root@127.0.0.1:{port}): ");
    assert!(failed.detail.starts_with(&told), "{}", failed.detail);
    assert!(!failed.detail.contains("wrong-word"));
    let attempts = run.said().iter().filter(|l| l.starts_with("Connecting")).count();
    assert_eq!(attempts, 4, "at 0, 1, 3 and 7 seconds: here time passes between attempts alone");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_a_stop_ends_the_trying() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let run = Run::new();
    let failed = run.exec(&to(port), "true").await.unwrap_err();
    let refused = format!("dial tcp 127.0.0.1:{port}: connect: connection refused");
    assert_eq!(&*failed.detail, format!("timeout - last error: {refused}"));
    run.control.stop.store(true, Ordering::Relaxed);
    let failed = run.exec(&to(port), "true").await.unwrap_err();
    assert_eq!(&*failed.detail, format!("interrupted - last error: {refused}"));
}

#[tokio::test]
async fn a_cut_connection_is_a_failure() {
    let port = serve(vec![host_key()]).await;
    let failed = Run::new().exec(&to(port), &format!("echo {CUT}")).await.unwrap_err();
    assert_eq!(failed.code, "infra::builtin::script_failed");
    assert!(failed.detail.contains("the connection ended before the command"), "{}", failed.detail);
}

#[tokio::test]
async fn a_bastion_is_gone_through_and_its_key_is_judged_too() {
    let (first, second) = (host_key(), host_key());
    let bastion = serve(vec![first.clone()]).await;
    let port = serve(vec![second.clone()]).await;
    let mut connection = to(port);
    connection.push(("bastion_host", Value::from("127.0.0.1")));
    connection.push(("bastion_port", Value::from(i64::from(bastion))));
    let key = |key: &Key| Value::string(key.line().unwrap());
    connection.push(("host_key", key(&second)));
    connection.push(("bastion_host_key", key(&first)));
    let run = Run::new();
    run.exec(&connection, "echo through").await.unwrap();
    let said = run.said();
    assert!(said.contains(&"Using configured bastion host...".to_owned()));
    assert_eq!(said.last().unwrap(), "through");
    assert!(!said.iter().any(|line| line.starts_with("Host key")), "both are known");
    connection.last_mut().unwrap().1 = key(&second);
    let failed = run.exec(&connection, "echo through").await.unwrap_err();
    assert!(failed.detail.ends_with("knownhosts: key mismatch"), "{}", failed.detail);
}

#[tokio::test]
async fn a_host_key_that_changes_within_a_run_is_refused_at_once() {
    let port = serve(vec![host_key(), host_key()]).await;
    let run = Run::new();
    run.exec(&to(port), "true").await.unwrap();
    let failed = run.file(port, &texts(&[("content", "x"), ("destination", "/x")])).await;
    assert_eq!(failed.unwrap_err().code, "infra::builtin::host_key_changed");
    // What is destroyed may make room for another at the same address.
    let given = [inline(Value::from("true"))];
    run.at(("remote-exec", When::Destroy), &to(port), &given).await.unwrap();
}

#[tokio::test]
async fn proxies_of_both_sorts_lead_there() {
    let port = serve(vec![host_key()]).await;
    for scheme in ["http", "socks5"] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let at = listener.local_addr().unwrap().port();
        let proxy = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let head =
                if scheme == "http" { http(&mut stream).await } else { socks(&mut stream).await };
            let mut onward = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::io::copy_bidirectional(&mut stream, &mut onward).await.ok();
            head
        });
        let mut connection = to(port);
        let named = [("proxy_scheme", scheme), ("proxy_host", "127.0.0.1")];
        connection.extend(texts(&named));
        connection.extend(texts(&[("proxy_user_name", "joe"), ("proxy_user_password", "pw")]));
        connection.push(("proxy_port", Value::from(i64::from(at))));
        let run = Run::new();
        run.exec(&connection, "echo through").await.unwrap();
        assert_eq!(run.said().last().unwrap(), "through");
        let head = proxy.await.unwrap();
        let expected = if scheme == "http" {
            format!("CONNECT 127.0.0.1:{port} HTTP/1.1 Proxy-Authorization: Basic am9lOnB3")
        } else {
            format!("joe:pw 127.0.0.1:{port}")
        };
        assert_eq!(head, expected);
    }
}

async fn http(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    let head = String::from_utf8(head).unwrap();
    let lines: Vec<&str> = head.trim().lines().filter(|line| !line.starts_with("Host")).collect();
    lines.join(" ")
}

async fn socks(stream: &mut TcpStream) -> String {
    async fn counted(stream: &mut TcpStream) -> String {
        let mut text = vec![0; usize::from(stream.read_u8().await.unwrap())];
        stream.read_exact(&mut text).await.unwrap();
        String::from_utf8(text).unwrap()
    }
    let mut hello = [0; 4];
    stream.read_exact(&mut hello).await.unwrap();
    stream.write_all(&[5, 2]).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), 1);
    let login = format!("{}:{}", counted(stream).await, counted(stream).await);
    stream.write_all(&[1, 0]).await.unwrap();
    stream.read_exact(&mut hello).await.unwrap();
    let place = counted(stream).await;
    let port = stream.read_u16().await.unwrap();
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
    format!("{login} {place}:{port}")
}

#[tokio::test]
async fn files_are_brought_as_a_whole_and_with_terraforms_modes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mode = |name: &str| fs::metadata(path(name)).unwrap().permissions().mode() & 0o777;
    let port = serve(vec![host_key()]).await;
    let run = Run::new();
    run.file(port, &texts(&[("content", "a'b\n"), ("destination", &path("new"))])).await.unwrap();
    assert_eq!(fs::read(path("new")).unwrap(), b"a'b\n");
    assert_eq!(mode("new"), 0o644);
    // More than a window's worth, so that it must be sent bit by bit.
    let large: Vec<u8> = (0..5_000_000_u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
    fs::write(path("large"), &large).unwrap();
    fs::write(path("there"), "old").unwrap();
    fs::set_permissions(path("there"), fs::Permissions::from_mode(0o600)).unwrap();
    let given = [("source", &*path("large")), ("destination", &*path("there"))];
    run.file(port, &texts(&given)).await.unwrap();
    assert!(fs::read(path("there")).unwrap() == large);
    assert_eq!(mode("there"), 0o600, "a file that is there keeps its mode");
    std::os::unix::fs::symlink(path("new"), path("link")).unwrap();
    run.file(port, &texts(&[("content", ""), ("destination", &path("link"))])).await.unwrap();
    assert_eq!(fs::read(path("new")).unwrap(), b"", "a link is written through");
    run.file(port, &texts(&[("content", "x"), ("destination", "/dev/null")])).await.unwrap();
    for (to, why) in [(path("none/x"), "none/x"), (path(""), "Is a directory")] {
        let given = [("content", "x"), ("destination", &*to)];
        let to_root = run.file(port, &texts(&given)).await;
        if why == "Is a directory" {
            // As in Terraform: the file is named like the directory.
            assert!(to_root.is_ok());
            continue;
        }
        let failed = to_root.unwrap_err();
        assert_eq!(failed.code, "infra::builtin::upload_failed");
        assert!(failed.detail.starts_with("Upload failed: ") && failed.detail.contains(why));
    }
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains(".infra-")), "{left:?}");
    let said = run.said();
    assert_eq!(said.len(), 1, "only the host key is told: {said:?}");
}

#[tokio::test]
async fn directories_are_brought_by_the_rule_of_the_slash() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir_all(path("from/sub")).unwrap();
    fs::write(path("from/a"), "1").unwrap();
    fs::write(path("from/sub/b"), "2").unwrap();
    std::os::unix::fs::symlink("a", path("from/link")).unwrap();
    fs::create_dir(path("there")).unwrap();
    let port = serve(vec![host_key()]).await;
    let run = Run::new();
    let cases =
        [("from", "there", "there/from"), ("from/", "there", "there"), ("from", "new", "new")];
    for (source, to, root) in cases {
        let source = format!("{}/{source}", folder.path().display());
        let given = [("source", &*source), ("destination", &*path(to))];
        run.file(port, &texts(&given)).await.unwrap();
        let read = |name: &str| fs::read_to_string(Path::new(&path(root)).join(name)).unwrap();
        assert_eq!([read("a"), read("link"), read("sub/b")], ["1", "1", "2"]);
    }
}

#[tokio::test]
async fn a_machine_without_a_shell_is_reached_with_scp() {
    let folder = tempfile::tempdir().unwrap();
    if !Path::new("/usr/bin/scp").exists() {
        return;
    }
    let to_file = folder.path().join("x");
    let port = serve(vec![host_key()]).await;
    let mut connection = to(port);
    connection.push(("target_platform", Value::from("windows")));
    let given = texts(&[("content", "by scp"), ("destination", to_file.to_str().unwrap())]);
    Run::new().at(("file", When::Create), &connection, &given).await.unwrap();
    assert_eq!(fs::read_to_string(to_file).unwrap(), "by scp");
}

#[tokio::test]
async fn blocks_that_cannot_be_used_are_refused_before_anything_is_sent() {
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0\n";
    let damaged =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
    let cases: [(&'static str, &str, &str); 8] = [
        ("host", "", "host for provisioner cannot be empty"),
        ("type", "winrm", "connection type 'winrm' not supported"),
        ("type", "telnet", "connection type 'telnet' not supported"),
        (
            "target_platform",
            "mars",
            "target_platform for provisioner has to be either unix or windows",
        ),
        ("private_key", "c2VjcmV0", "Failed to read ssh private key: no key found"),
        ("private_key", encrypted, "this private key is passphrase protected"),
        ("private_key", damaged, "Failed to parse ssh private key"),
        ("host_key", "c2VjcmV0", "the host key is not a public key"),
    ];
    for (name, text, told) in cases {
        let mut connection = to(1);
        connection.retain(|(given, _)| *given != name);
        connection.push((name, Value::from(text)));
        let failed = Run::new().exec(&connection, "true").await.unwrap_err();
        assert_eq!(failed.code, "infra::builtin::provisioner_wrong", "{name}");
        assert!(failed.detail.contains(told), "{name}: {}", failed.detail);
        assert!(!format!("{failed:?}").contains("c2VjcmV0"), "{name}");
    }
    let none = [("script", Value::from("/nowhere/x.sh"))];
    let failed = Run::new().at(("remote-exec", When::Create), &to(1), &none).await.unwrap_err();
    let told =
        "Failed to open script '/nowhere/x.sh': open /nowhere/x.sh: no such file or directory";
    assert_eq!(&*failed.detail, told);
    let failed = Run::new().at(("remote-exec", When::Create), &to(1), &[]).await.unwrap_err();
    assert_eq!(&*failed.detail, r#"Only one of "inline", "script", or "scripts" must be set"#);
}
