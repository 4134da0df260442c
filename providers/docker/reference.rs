//! Names of images: registry, repository, tag, digest.

/// The key under which Docker keeps the credentials of its own registry.
pub(crate) const HUB_KEY: &str = "https://index.docker.io/v1/";

/// A parsed name of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Everything before tag and digest, as written.
    pub(crate) repository: String,
    /// The tag, if one is written.
    pub(crate) tag: Option<String>,
    /// The digest, such as `sha256:…`, if one is written.
    pub(crate) digest: Option<String>,
}

impl Reference {
    /// Parses a name; `None` if it names no repository, as a bare image id.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (rest, digest) = match name.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (name, None),
        };
        let after_slash = rest.rfind('/').map_or(0, |at| at + 1);
        let (repository, tag) = match rest[after_slash..].rfind(':') {
            Some(at) => {
                let at = after_slash + at;
                (&rest[..at], Some(rest[at + 1..].to_owned()))
            }
            None => (rest, None),
        };
        let is_id = repository == "sha256" && digest.is_none();
        let valid = !repository.is_empty()
            && !is_id
            && !repository.bytes().any(|b| b.is_ascii_whitespace() || b.is_ascii_control());
        valid.then(|| Self { repository: repository.to_owned(), tag, digest })
    }

    /// Returns what to pull: the digest if there is one, else the tag, else `latest`.
    ///
    /// A pull without either would fetch every tag of the repository.
    pub(crate) fn pulled(&self) -> &str {
        self.digest.as_deref().or(self.tag.as_deref()).unwrap_or("latest")
    }

    /// Returns the name under which the engine keeps the image.
    pub(crate) fn local(&self) -> String {
        match &self.digest {
            Some(digest) => format!("{}@{digest}", self.repository),
            None => format!("{}:{}", self.repository, self.pulled()),
        }
    }

    /// Returns the host of the registry; Docker's own is `docker.io`.
    pub(crate) fn registry(&self) -> &str {
        let (first, rest) = self.repository.split_once('/').unwrap_or((&self.repository, ""));
        let is_host = first.contains(['.', ':']) || first == "localhost";
        if is_host && !rest.is_empty() { first } else { "docker.io" }
    }
}

/// Returns the host of a registry however its address is written.
pub(crate) fn canonical_host(address: &str) -> &str {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let host = rest.unwrap_or(address).split('/').next().unwrap_or_default();
    match host {
        "index.docker.io"
        | "registry-1.docker.io"
        | "registry.hub.docker.com"
        | "hub.docker.com" => "docker.io",
        host => host,
    }
}

#[cfg(test)]
mod tests {
    use super::{Reference, canonical_host};

    #[test]
    fn splits_names_of_images() {
        let parts = |name: &str| {
            let r = Reference::parse(name).unwrap();
            (r.registry().to_owned(), r.repository.clone(), r.pulled().to_owned(), r.local())
        };
        let owned = |a: &str, b: &str, c: &str, d: &str| {
            (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned())
        };
        assert_eq!(parts("nginx"), owned("docker.io", "nginx", "latest", "nginx:latest"));
        assert_eq!(
            parts("localhost:5000/a/b:1"),
            owned("localhost:5000", "localhost:5000/a/b", "1", "localhost:5000/a/b:1")
        );
        assert_eq!(
            parts("ghcr.io/o/app:v1@sha256:ab"),
            owned("ghcr.io", "ghcr.io/o/app", "sha256:ab", "ghcr.io/o/app@sha256:ab")
        );
        assert_eq!(Reference::parse("sha256:abc"), None);
        assert_eq!(canonical_host("https://index.docker.io/v1/"), "docker.io");
        assert_eq!(canonical_host("ghcr.io"), "ghcr.io");
    }
}
