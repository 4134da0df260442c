//! What cannot be installed: each is told with what to do, and leaves nothing behind.

use super::{
    MODULE, call, estate,
    packages::{gzip, has_git, tar, zip},
    read,
    server::{Reply, Server},
};
use crate::end_to_end::estate::Estate;
use std::fs;

/// Runs `init`, which must fail and install nothing.
#[track_caller]
fn refused(estate: &Estate, reason: &str) {
    estate.run("init").exits(1).says(reason);
    assert_eq!(read(estate, ".infra/modules/modules.json"), "", "a manifest was written");
    assert_eq!(read(estate, ".infra.lock.hcl"), "", "a lock file was written");
    assert!(!estate.file(".infra/modules/a").exists(), "a module was placed");
    assert!(!estate.file(".infra/modules/.partial").exists(), "parts were left");
}

#[test]
fn archives_that_are_no_good_are_refused() {
    if !has_git("archives_that_are_no_good_are_refused") {
        return;
    }
    let server = Server::start();
    let good = gzip(&tar(&[("main.tf", &MODULE.repeat(50))]));
    let cut = Reply { cut: Some(good.len() / 2), ..Reply::of(good.clone()) };
    let link = |target: &'static str| Reply::of(tar(&[("main.tf", ""), ("l", target)]));
    let through = tar(&[("d", "->/tmp"), ("d/x", "text")]);
    let bomb = gzip(&tar(&[("main.tf", &"0".repeat(3_000_000))]));
    let cases = [
        ("half.tgz", Reply::of(&good[..good.len() / 2]), "cannot be unpacked"),
        ("cut.tgz", cut, "Failed to download module"),
        ("page.tgz", Reply::of("<html>log in</html>"), "Invalid module archive"),
        ("page.zip", Reply::of("<html>log in</html>"), "Invalid module archive"),
        ("empty.tar", Reply::of(""), "empty, or not a tar archive"),
        ("page", Reply::of("<html>hello</html>"), "no source URL was returned"),
        ("absent.zip", Reply::status(404), "404"),
        ("broken.zip", Reply::status(500), "500"),
        ("up.tar", Reply::of(tar(&[("../../up.tf", "x")])), "\"../../up.tf\" would lie outside"),
        ("up.zip", Reply::of(zip(&[("../../up.tf", "x")])), "\"../../up.tf\" would lie outside"),
        ("root.tar", Reply::of(tar(&[("/tmp/root.tf", "x")])), "would lie outside"),
        ("link.tar", link("->/etc/passwd"), "would lie outside"),
        ("above.tar", link("->../../../main.tf"), "would lie outside"),
        ("loose.tar", link("->nowhere"), "would lie outside"),
        ("through.tar", Reply::of(through), "would lie outside"),
        ("bomb.tgz", Reply::of(bomb), "It holds more than 1000000 bytes"),
        ("a.zip?checksum=sha256:00", Reply::of(zip(&[("main.tf", "")])), "checksum does not match"),
        ("b.zip?checksum=crc:00", Reply::of(zip(&[("main.tf", "")])), "none of md5, sha1"),
        ("c.zip//sub", Reply::of(zip(&[("main.tf", "")])), "has no directory \"sub\""),
        ("file", Reply::of("").with("X-Terraform-Get", "file:///etc"), "which is no package"),
        (
            "round",
            Reply::of("").with("X-Terraform-Get", "./round"),
            "leads to the next without end",
        ),
    ];
    for (name, reply, reason) in cases {
        let path = name.split(['?']).next().unwrap().split("//").next().unwrap();
        server.gives(&format!("/{path}"), [reply]);
        let source = format!("http://{}/{name}", server.host);
        let estate = Estate::of(&call("a", &source)).with("INFRA_MODULE_BYTES_MAX", "1000000");
        refused(&estate, reason);
    }
    let closed = Estate::of(&call("a", "http://127.0.0.1:1/a.zip"));
    refused(&closed, "Connection refused");
}

#[test]
fn repositories_that_cannot_be_had_are_refused() {
    if !has_git("repositories_that_cannot_be_had_are_refused") {
        return;
    }
    let (estate, repository) = estate();
    let cases = [
        ("?ref=nope", "nope"),
        ("?ref=abcdef0", "no branch, tag or commit \"abcdef0\""),
        ("?ref=--upload-pack=x", "cannot be a reference"),
        ("//nosub", "has no directory \"nosub\""),
        ("/none", "does not appear to be a git repository"),
    ];
    for (rest, reason) in cases {
        estate.write("main.tf", &call("a", &repository.source(rest)));
        refused(&estate, reason);
    }
    let escaping = [("main.tf", "module \"x\" {\n  source = \"../../../l\"\n}\n")];
    repository.commit(&escaping);
    estate.write("main.tf", &call("a", &repository.source("")));
    estate.write("l/main.tf", "");
    estate
        .run("init")
        .exits(1)
        .says("Local module path escapes module package")
        .says("module.a.module.x");
    let short = repository.git(&["rev-parse", "--short", "v1"]);
    estate.write("main.tf", &call("a", &repository.source(&format!("?ref={}", short.trim()))));
    estate.run("init").exits(0);
    let without = Estate::of(&call("a", &repository.source(""))).with("PATH", "/nowhere");
    refused(&without, "git cannot be used");
    let secret = call("a", "git::http://user:hunter2@127.0.0.1:1/r?sshkey=aGlkZGVu");
    let estate = Estate::of(&secret);
    // The source is shown as the person wrote it; what we say of it has no secret.
    let said = estate.run("init").exits(1).stdout;
    assert!(said.contains("user:redacted@") && !said.contains("hunter2"), "{said}");
}

#[test]
fn registries_that_do_not_answer_as_such_are_refused() {
    if !has_git("registries_that_do_not_answer_as_such_are_refused") {
        return;
    }
    let server = Server::start();
    let estate = Estate::of(&call("a", &format!("{}/ns/name/prov", server.host)));
    refused(&estate, "it answers 404");
    server.gives("/.well-known/terraform.json", [Reply::of("<html>")]);
    refused(&estate, "is no JSON");
    server.gives("/.well-known/terraform.json", [Reply::of("{}")]);
    refused(&estate, "does not offer a module registry");
    server.registry("ns/name/prov", &[("1.0.0", Vec::new())]);
    refused(&estate, "Invalid module archive");
    server.gives("/v1/modules/ns/name/prov/versions", [Reply::of("{\"modules\": []}")]);
    refused(&estate, "gave no list of versions");
    server.gives("/v1/modules/ns/name/prov/versions", [Reply::status(401)]);
    refused(&estate, "it refuses (401");
    server.gives("/v1/modules/ns/name/prov/versions", [Reply::status(404)]);
    refused(&estate, "Module not found");
}

#[test]
fn what_was_changed_is_told_by_its_files() {
    if !has_git("what_was_changed_is_told_by_its_files") {
        return;
    }
    let (estate, repository) = estate();
    estate.write("main.tf", &call("a", &repository.source("?ref=v1")));
    estate.run("init").exits(0);
    estate.write(".infra/modules/a/main.tf", "# mine\n");
    estate.write(".infra/modules/a/new.tf", "");
    let said = estate.run("init").exits(1).says("Installed module was changed");
    said.says("main.tf (changed), new.tf (added)").says("Nothing was changed");
    fs::remove_dir_all(estate.file(".infra/modules/a")).unwrap();
    estate.run("init").exits(0).says("- a in .infra/modules/a");
    // What was installed from the same address is not what comes now.
    let server = Server::start();
    let archive = |text: &str| Reply::of(zip(&[("main.tf", text)]));
    server.gives("/a.zip", [archive("# one"), archive("# two")]);
    estate.write("main.tf", &call("a", &format!("http://{}/a.zip", server.host)));
    estate.run("init").exits(0);
    fs::remove_dir_all(estate.file(".infra/modules/a")).unwrap();
    let said = estate.run("init").exits(1).says("Module is not what is locked");
    said.says("main.tf (changed)").says("infra init -upgrade");
    estate.run("init -upgrade").exits(0);
    estate.write(".infra.lock.hcl", "<<<<<<< HEAD\n");
    estate.run("init").exits(1).says("Lock file cannot be read");
}

#[test]
fn a_directory_that_cannot_be_written_is_told() {
    if !has_git("a_directory_that_cannot_be_written_is_told") {
        return;
    }
    let (estate, repository) = estate();
    estate.write("main.tf", &call("a", &repository.source("")));
    // Root may write anywhere: a file in the way stops root as well.
    estate.write(".infra/modules", "in the way");
    estate.run("init").exits(1).says("Modules cannot be written");
    fs::remove_file(estate.file(".infra/modules")).unwrap();
    estate.run("init").exits(0);
}
