//! Addresses of packages: short forms of repositories, getters before `::`, and plain URLs.

use super::{Getter, RemoteSource, Wrong, invalid, redacted, split_subdirectory};

/// Ways to fetch that Terraform has and that are refused here.
const UNSUPPORTED: [(&str, &str); 3] = [
    ("s3", "Amazon S3 buckets"),
    ("gcs", "Google Cloud Storage buckets"),
    ("hg", "Mercurial repositories"),
];

/// Returns the package that an address names.
pub(super) fn remote(text: &str) -> Result<RemoteSource, Wrong> {
    let (forced, rest) = match text.split_once("::") {
        Some((getter, rest)) if getter.chars().all(|c| c.is_ascii_alphanumeric()) => {
            (Some(getter), rest)
        }
        _ => (None, text),
    };
    if let Some(what) = forced.and_then(unsupported_getter).or_else(|| unsupported_host(rest)) {
        return Err(unsupported(what));
    }
    let (package, subdirectory) = split_subdirectory(rest).map_err(|reason| invalid(&reason))?;
    let (package, query) = match package.split_once('?') {
        Some((package, query)) => (package.to_owned(), parameters(query)),
        None => (package, Vec::new()),
    };
    let (getter, url) = match short_form(&package)? {
        Some(url) => (Getter::Git, url),
        None => (getter(&package, forced, text)?, package),
    };
    let getter = match forced {
        None => getter,
        Some("git") => Getter::Git,
        Some("http" | "https") => Getter::Http,
        Some("file") => Getter::File,
        Some(other) => return Err(invalid(&format!("there is no way to fetch called {other:?}"))),
    };
    check(getter, &url)?;
    Ok(RemoteSource { getter, url, query, subdirectory })
}

/// Returns the URL of a repository that is written in a short form.
fn short_form(package: &str) -> Result<Option<String>, Wrong> {
    for (host, name) in
        [("github.com", "GitHub"), ("bitbucket.org", "BitBucket"), ("gitlab.com", "GitLab")]
    {
        let Some(path) = package.strip_prefix(host).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        let parts: Vec<&str> = path.split('/').collect();
        if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
            return Err(invalid(&format!("{name} URLs should be {host}/username/repo")));
        }
        let plain = path.strip_suffix(".git").unwrap_or(path);
        return Ok(Some(format!("https://{host}/{plain}.git")));
    }
    // `user@host:path`, as ssh writes it.
    if package.contains("://") {
        return Ok(None);
    }
    let Some((user, rest)) = package.split_once('@') else { return Ok(None) };
    let Some((host, path)) = rest.split_once(':') else { return Ok(None) };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if user.is_empty() || host.is_empty() || !user.chars().chain(host.chars()).all(plain) {
        return Ok(None);
    }
    Ok(Some(format!("ssh://{user}@{host}/{}", path.trim_start_matches('/'))))
}

fn getter(package: &str, forced: Option<&str>, text: &str) -> Result<Getter, Wrong> {
    match package.split_once("://") {
        Some(("http" | "https", _)) => Ok(Getter::Http),
        Some(("git", _)) => Ok(Getter::Git),
        Some(("file", _)) => Ok(Getter::File),
        Some(("ssh", _)) if forced == Some("git") => Ok(Getter::Git),
        Some((scheme, _)) => Err(Wrong {
            help: "write `git::` before a repository's URL, or use https",
            ..invalid(&format!("download not supported for scheme '{scheme}'"))
        }),
        None if package.starts_with('/') => Ok(Getter::File),
        None if forced == Some("git") => Err(invalid(
            "a git source needs a URL such as https://, ssh:// or file://, or user@host:path",
        )),
        None => Err(undetermined(text)),
    }
}

fn undetermined(text: &str) -> Wrong {
    let text = redacted(text);
    Wrong {
        detail: format!(
            "Failed to determine your intended installation method for remote module package {text:?}.\n\nIf you intended this as a path relative to the current module, use \"./{text}\" instead. The \"./\" prefix indicates that the address is a relative filesystem path."
        ),
        ..invalid("")
    }
}

/// Checks that the parts of a URL cannot be taken for something else by who fetches it.
fn check(getter: Getter, url: &str) -> Result<(), Wrong> {
    let is_odd = |c: char| c.is_control() || c.is_whitespace();
    if url.chars().any(is_odd) {
        return Err(invalid("the address holds white space or control characters"));
    }
    let Some((scheme, rest)) = url.split_once("://") else { return Ok(()) };
    if getter == Getter::Git && !["https", "http", "ssh", "git", "file"].contains(&scheme) {
        return Err(invalid(&format!("git does not fetch from scheme '{scheme}' here")));
    }
    // A host that begins with a dash is read as a flag by ssh.
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    if authority.starts_with('-') || host.starts_with('-') || (scheme != "file" && host.is_empty())
    {
        return Err(invalid("the address has no usable host"));
    }
    Ok(())
}

fn parameters(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let divided = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    divided.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn unsupported_getter(getter: &str) -> Option<&'static str> {
    UNSUPPORTED.iter().find(|(name, _)| *name == getter).map(|(_, what)| *what)
}

fn unsupported_host(rest: &str) -> Option<&'static str> {
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    if host.ends_with(".amazonaws.com") && (host.starts_with("s3") || host.contains(".s3")) {
        return unsupported_getter("s3");
    }
    let is_google = rest.starts_with("www.googleapis.com/storage/");
    is_google.then(|| unsupported_getter("gcs")).flatten()
}

fn unsupported(what: &str) -> Wrong {
    Wrong {
        code: "infra::config::module_source_unsupported",
        summary: "Unsupported module source",
        detail: format!("Modules are not fetched from {what}. Nothing was changed."),
        help: "put the module into a git repository, an archive behind https, or a directory beside this one",
    }
}
