//! `remote-exec` and `file` on a real `OpenSSH` server, compared with Terraform line by line.

use super::{estate::Estate, oracle, outside};
use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// A server on a port of its own, with keys of its own; ended when this is dropped.
struct Sshd {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl Sshd {
    /// Starts one; `None`, said visibly, if there is no server on this machine.
    fn start(test: &str) -> Option<Self> {
        if !Path::new("/usr/sbin/sshd").exists() {
            outside::skip(test, "there is no sshd", "INFRA_REQUIRE_SSH");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("infra-sshd-").tempdir().unwrap();
        let at = folder.path().display().to_string();
        for (name, kind) in [("host", "ed25519"), ("user", "ed25519"), ("rsa", "rsa")] {
            let file = format!("{at}/{name}");
            let form = if kind == "rsa" { "PEM" } else { "RFC4716" };
            let words = ["-q", "-t", kind, "-m", form, "-N", "", "-f", &file];
            outside::ask("ssh-keygen", &words).unwrap();
        }
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        fs::write(folder.path().join("keys"), read("user.pub") + &read("rsa.pub")).unwrap();
        // Needed where the server is run as root.
        fs::create_dir_all("/run/sshd").ok();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let config = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {at}/host\nAuthorizedKeysFile {at}/keys\n\
             PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        );
        fs::write(folder.path().join("config"), config).unwrap();
        let child = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f", &format!("{at}/config")])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        Some(Self { folder, port, child })
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn connection(&self, key: &str, more: &str) -> String {
        let user = outside::ask("id", &["-un"]).unwrap();
        format!(
            "connection {{\n  host = \"127.0.0.1\"\n  port = {}\n  user = \"{}\"\n  agent = false\n  \
             private_key = file(\"{}\")\n  timeout = \"20s\"\n  {more}\n}}\n",
            self.port,
            user.trim(),
            self.path(key)
        )
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What this program says of its own beside the lines of provisioners.
const OWN: [&str; 4] = ["Creating", "Provisioning with", "Creation complete", "Host key of "];

/// The lines that the provisioners of an apply show.
fn shown(output: &str) -> Vec<String> {
    let lines = output.lines().filter_map(|line| {
        let said = line.strip_prefix("terraform_data.a")?;
        // Terraform names the provisioner with every line.
        let said = said.strip_prefix(" (remote-exec)").unwrap_or(said);
        let said = said.strip_prefix(": ")?.trim_end();
        // How long it takes is another matter.
        let is_waiting = said.starts_with("Still ");
        (!is_waiting && !OWN.iter().any(|own| said.starts_with(own))).then(|| said.to_owned())
    });
    lines.collect()
}

#[test]
fn scripts_and_files_are_shown_and_brought_as_by_terraform() {
    let test = "scripts_and_files_are_shown_and_brought_as_by_terraform";
    let Some(sshd) = Sshd::start(test) else { return };
    if !oracle::has_terraform(test) {
        return;
    }
    fs::create_dir_all(sshd.path("from/sub")).unwrap();
    fs::write(sshd.path("from/sub/b"), "b").unwrap();
    fs::write(sshd.path("script"), "#!/bin/sh\necho \"from $(cat \"$0\" | wc -l) lines\"\n")
        .unwrap();
    let main = |to: &str, key: &str| {
        let host_key = format!("host_key = file(\"{}\")", sshd.path("host.pub"));
        let rest = sshd.connection(key, &host_key);
        format!(
            r#"
variable "secret" {{
  default   = "hush"
  sensitive = true
}}
resource "terraform_data" "a" {{
  input = "v"
  {rest}
  provisioner "remote-exec" {{
    inline = ["mkdir -p {to}", "echo ${{self.output}}; echo err >&2", "tty | cut -c1-8; printf end"]
  }}
  provisioner "file" {{
    content     = "x"
    destination = "{to}/content"
  }}
  provisioner "file" {{
    source      = "{from}"
    destination = "{to}"
  }}
  provisioner "remote-exec" {{
    scripts = ["{script}", "{script}"]
  }}
  provisioner "remote-exec" {{
    inline = ["echo ${{var.secret}}"]
  }}
  provisioner "remote-exec" {{
    inline     = ["echo before", "exit 3"]
    on_failure = continue
  }}
}}
"#,
            from = sshd.path("from"),
            script = sshd.path("script"),
        )
    };
    for key in ["user", "rsa"] {
        let (ours, theirs) = (sshd.path(&format!("{key}-o")), sshd.path(&format!("{key}-t")));
        let estate = Estate::of(&main(&ours, key));
        let said = estate.run("apply -auto-approve").exits(0);
        let other = Estate::of(&main(&theirs, key));
        oracle::terraform(&other, "init");
        let expected = shown(&oracle::terraform(&other, "apply -auto-approve -no-color"));
        assert_eq!(shown(&format!("{}{}", said.stdout, said.stderr)), expected, "{key}");
        assert!(expected.len() > 30, "{expected:?}");
        let list = |folder: &str| {
            let form = ["-printf", "%P %m %y %s\n"];
            let found = outside::ask("find", &[&[folder][..], &form].concat()).unwrap();
            let mut lines: Vec<String> = found.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(list(&ours), list(&theirs), "{key}");
    }
}

#[test]
fn a_failed_script_taints_and_a_destroy_script_runs() {
    let Some(sshd) = Sshd::start("a_failed_script_taints_and_a_destroy_script_runs") else {
        return;
    };
    let connection = sshd.connection("user", "");
    let main = |script: &str| {
        format!(
            "resource \"terraform_data\" \"a\" {{\n{connection}\nprovisioner \"remote-exec\" {{\n  \
             inline = [\"{script}\"]\n}}\nprovisioner \"remote-exec\" {{\n  when = destroy\n  \
             inline = [\"touch {}\"]\n}}\n}}\n",
            sshd.path("gone")
        )
    };
    let estate = Estate::of(&main("exit 3"));
    let failed = estate.run("apply -auto-approve").exits(1);
    let said = format!("{}{}", failed.stdout, failed.stderr);
    assert!(said.contains("Process exited with status 3"), "{said}");
    assert!(said.contains("Host key of 127.0.0.1:"), "{said}");
    assert!(said.contains("tainted"), "{said}");
    estate.write("main.tf", &main("true"));
    // The tainted object is made anew.
    estate.run("apply -auto-approve").exits(0);
    estate.run("destroy -auto-approve").exits(0);
    assert!(Path::new(&sshd.path("gone")).exists());
}

#[test]
fn what_can_be_known_is_found_by_validate() {
    let connection = "connection {\n  host = \"h\"\n}\n";
    let cases = [
        (
            connection,
            "provisioner \"remote-exec\" {}",
            "Only one of \"inline\", \"script\", or \"scripts\"",
        ),
        (
            connection,
            "provisioner \"remote-exec\" {\n inline = []\n script = \"x\"\n}",
            "Only one of",
        ),
        (
            connection,
            "provisioner \"file\" {\n destination = \"x\"\n}",
            "Must provide one of 'source' or 'content'",
        ),
        (
            connection,
            "provisioner \"file\" {\n source = \"x\"\n content = \"y\"\n destination = \"x\"\n}",
            "Cannot set both 'source' and 'content'",
        ),
        ("", "provisioner \"remote-exec\" {\n inline = []\n}", "Missing connection configuration"),
        (
            "connection {\n user = \"x\"\n}\n",
            "provisioner \"remote-exec\" {\n inline = []\n}",
            "The argument \"host\" is required",
        ),
        (
            "connection {\n host = \"x\"\n type = \"winrm\"\n}\n",
            "provisioner \"remote-exec\" {\n inline = []\n}",
            "connection type 'winrm' not supported",
        ),
    ];
    for (connection, provisioner, told) in cases {
        let main = format!("resource \"terraform_data\" \"a\" {{\n{connection}{provisioner}\n}}\n");
        let output = Estate::of(&main).run("validate").exits(1);
        let said = format!("{}{}", output.stdout, output.stderr);
        assert!(said.contains(told), "{told}: {said}");
    }
}
