//! Images for tests, made of a static busybox without any registry.

use super::bench::Bench;
use crate::{image, tarball::Tarball};
use bollard::{body_full, query_parameters::CreateImageOptions};
use futures_util::StreamExt as _;

/// The image that most tests run.
pub(super) const BASE: &str = "infra-test/docker-base:1";

/// What it brings: every setting that a container can inherit.
const CHANGES: &[&str] = &[
    r#"CMD ["/bin/run"]"#,
    "ENV PATH=/bin INHERITED=yes",
    "LABEL base=yes",
    "WORKDIR /work",
    "EXPOSE 8080/tcp",
    "HEALTHCHECK --interval=1h --retries=2 CMD true",
];

/// Runs until it is told to stop, and stops at once then.
const RUN: &str =
    "#!/bin/sh\ntrap 'exit 0' TERM\necho started\nwhile :; do sleep 60 & wait $!; done\n";

const COMMANDS: &[&str] = &[
    "sh", "sleep", "cat", "echo", "true", "false", "test", "touch", "stat", "ls", "env", "nc", "id",
];

impl Bench {
    /// Makes sure that the base image is there.
    pub(super) async fn base_image(&self) {
        if image::inspect(&self.engine(), BASE).await.unwrap().is_none() {
            self.make_image(BASE, CHANGES).await;
        }
    }

    /// Makes an image of busybox under a name.
    pub(super) async fn make_image(&self, name: &str, changes: &[&str]) {
        let busybox = std::fs::read("/bin/busybox").expect("busybox-static is installed");
        let mut archive = Tarball::default();
        for folder in ["bin", "work", "tmp", "data"] {
            assert!(archive.directory(folder));
        }
        assert!(archive.file("bin/busybox", 0o755, &busybox));
        assert!(archive.file("bin/run", 0o755, RUN.as_bytes()));
        for command in COMMANDS {
            assert!(archive.link(&format!("bin/{command}"), "busybox"));
        }
        let (repo, tag) = name.rsplit_once(':').unwrap();
        let options = CreateImageOptions {
            from_src: Some("-".to_owned()),
            repo: Some(repo.to_owned()),
            tag: Some(tag.to_owned()),
            changes: changes.iter().map(|change| (*change).to_owned()).collect(),
            ..CreateImageOptions::default()
        };
        let body = body_full(archive.finish().into());
        let mut stream = std::pin::pin!(self.docker.create_image(Some(options), Some(body), None));
        while let Some(part) = stream.next().await {
            part.unwrap();
        }
    }

    /// Takes a name off an image.
    pub(super) async fn remove_image(&self, name: &str) {
        let options =
            bollard::query_parameters::RemoveImageOptions { force: true, ..Default::default() };
        self.docker.remove_image(name, Some(options), None).await.ok();
    }
}
