//! The Docker Engine of this machine, as the tests use it beside the program: through its own
//! command line.

use super::outside;
use std::{fs, process::Command};

/// Forbids skipping.
const REQUIRE: &str = "INFRA_REQUIRE_DOCKER";

/// A run of a test on the engine: unique names, one label, and nothing left behind.
pub(super) struct Engine {
    run: String,
}

impl Engine {
    /// Returns the engine, or says that a test is skipped.
    pub(super) fn answering(test: &str) -> Option<Self> {
        if outside::ask("docker", &["version", "--format", "{{.Server.Version}}"]).is_none() {
            outside::skip(&format!("docker `{test}`"), "no Docker Engine answers", REQUIRE);
            return None;
        }
        let Some(busybox) = static_busybox() else {
            outside::skip(
                &format!("docker `{test}`"),
                "there is no static busybox (package busybox-static)",
                REQUIRE,
            );
            return None;
        };
        let engine = Self { run: format!("infra-e2e-{}-{test}", std::process::id()) };
        for version in ["1", "2"] {
            engine.import(&busybox, version);
        }
        Some(engine)
    }

    /// Returns the prefix of all names.
    pub(super) fn run(&self) -> &str {
        &self.run
    }

    /// Returns the name of an image that the engine holds.
    pub(super) fn image(&self, version: &str) -> String {
        format!("{}:{version}", self.run)
    }

    /// Returns what `docker inspect` says under a template.
    pub(super) fn inspect(&self, name: &str, template: &str) -> String {
        let name = format!("{}-{name}", self.run);
        docker(&["inspect", "--format", template, &name]).trim().to_owned()
    }

    /// Returns the names of everything with our label.
    pub(super) fn objects(&self) -> Vec<String> {
        let label = format!("label=infra.test={}", self.run);
        let lists: [&[&str]; 3] = [
            &["ps", "-a", "--format", "{{.Names}}", "--filter", &label],
            &["network", "ls", "--format", "{{.Name}}", "--filter", &label],
            &["volume", "ls", "--format", "{{.Name}}", "--filter", &label],
        ];
        let names = lists
            .iter()
            .flat_map(|list| docker(list).lines().map(str::to_owned).collect::<Vec<_>>());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Makes an image of nothing but busybox and a mark that tells the versions apart.
    fn import(&self, busybox: &str, version: &str) {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir_all(root.path().join("tmp")).unwrap();
        fs::copy(busybox, bin.join("busybox")).unwrap();
        std::os::unix::fs::symlink("busybox", bin.join("sh")).unwrap();
        fs::write(root.path().join("version"), version).unwrap();
        let archive = tempfile::NamedTempFile::new().unwrap();
        let path = archive.path().display().to_string();
        let directory = root.path().display().to_string();
        let packed = Command::new("tar").args(["-C", &directory, "-cf", &path, "."]).status();
        assert!(packed.is_ok_and(|status| status.success()), "tar failed");
        let command = "CMD [\"/bin/busybox\",\"sleep\",\"3600\"]";
        docker(&["import", "-c", command, &path, &self.image(version)]);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let label = format!("label=infra.test={}", self.run);
        let sorts: [(&[&str], &[&str]); 3] = [
            (&["ps", "-aq", "--filter", &label], &["rm", "-f", "-v"]),
            (&["network", "ls", "-q", "--filter", &label], &["network", "rm"]),
            (&["volume", "ls", "-q", "--filter", &label], &["volume", "rm"]),
        ];
        for (list, remove) in sorts {
            for id in outside::ask("docker", list).unwrap_or_default().lines() {
                outside::ask("docker", &[remove, &[id]].concat());
            }
        }
        for version in ["1", "2", "moved"] {
            outside::ask("docker", &["rmi", &self.image(version)]);
        }
    }
}

/// Runs `docker`, which must work, and returns what it prints.
pub(super) fn docker(arguments: &[&str]) -> String {
    outside::ask("docker", arguments).unwrap_or_else(|| panic!("docker {arguments:?} failed"))
}

/// Returns a busybox that needs no libraries.
fn static_busybox() -> Option<String> {
    let candidates = ["/bin/busybox", "/usr/bin/busybox"];
    let is_static = |path: &&str| {
        fs::metadata(path).is_ok()
            && outside::ask("ldd", &[path]).is_none_or(|text| text.contains("not a dynamic"))
    };
    candidates.into_iter().find(is_static).map(str::to_owned)
}
