//! Source addresses of modules: a directory beside the caller, a registry, or a package to fetch.
//!
//! Pure: nothing is looked up. How packages are fetched is the business of the command line.

mod detect;

use infra_model::{diagnostic::Diagnostic, source::Span, text::Text};

/// The registry of addresses that name none.
pub const REGISTRY_DEFAULT: &str = "registry.terraform.io";

/// Where a module comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModuleSource {
    /// A directory, relative to the calling module.
    Local(Text),
    /// A module in a registry.
    Registry(RegistrySource),
    /// A package to fetch.
    Remote(RemoteSource),
}

/// A module in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrySource {
    /// The host, with its port if one is given.
    pub host: String,
    /// `namespace/name/provider`.
    pub name: String,
    /// The directory in the package; empty for its root.
    pub subdirectory: String,
}

/// A package, as a repository, an archive or a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteSource {
    /// How it is fetched.
    pub getter: Getter,
    /// The address, without the getter, the directory and the query.
    pub url: String,
    /// What stood behind `?`, in order.
    pub query: Vec<(String, String)>,
    /// The directory in the package; empty for its root.
    pub subdirectory: String,
}

/// How a package is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Getter {
    /// `git clone`.
    Git,
    /// An archive or a redirection over HTTP.
    Http,
    /// A directory or archive of this machine, copied.
    File,
}

/// What is wrong with an address or a constraint, without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The code.
    pub code: &'static str,
    /// In one line.
    pub summary: &'static str,
    /// In full.
    pub detail: String,
    /// What to do.
    pub help: &'static str,
}

impl Wrong {
    /// Returns it at its place.
    pub fn at(self, span: Span, label: &str) -> Diagnostic {
        let found = Diagnostic::error(self.code, self.summary).detail(self.detail);
        found.label(span, label).help(self.help)
    }
}

impl ModuleSource {
    /// Returns what an address names; with a version it must be an address in a registry.
    ///
    /// # Errors
    ///
    /// If it is no address, or one that nothing here can fetch.
    pub fn parse(text: &str, has_version: bool) -> Result<Self, Wrong> {
        if has_version {
            return registry_only(text).map(Self::Registry);
        }
        if is_local(text) {
            return Ok(Self::Local(Text::from(text.replace('\\', "/"))));
        }
        if text.trim().is_empty() {
            return Err(invalid("the address is empty"));
        }
        match registry(text) {
            Ok(source) => Ok(Self::Registry(source)),
            Err(_) => detect::remote(text).map(Self::Remote),
        }
    }

    /// Returns the directory in the package; empty for its root.
    pub fn subdirectory(&self) -> &str {
        match self {
            Self::Local(_) => "",
            Self::Registry(source) => &source.subdirectory,
            Self::Remote(source) => &source.subdirectory,
        }
    }

    /// Returns the package without the directory in it, and without secrets.
    pub fn package(&self) -> String {
        match self {
            Self::Local(path) => path.to_string(),
            Self::Registry(source) => match &*source.host {
                REGISTRY_DEFAULT => format!("{REGISTRY_DEFAULT}/{}", source.name),
                host => format!("{host}/{}", source.name),
            },
            Self::Remote(source) => redacted(&source.text("")),
        }
    }

    /// Returns the whole address as it is recorded: complete, and without secrets.
    pub fn recorded(&self) -> String {
        let subdirectory = self.subdirectory();
        match self {
            Self::Remote(source) => redacted(&source.text(subdirectory)),
            Self::Local(_) | Self::Registry(_) if subdirectory.is_empty() => self.package(),
            Self::Local(_) | Self::Registry(_) => format!("{}//{subdirectory}", self.package()),
        }
    }
}

impl RemoteSource {
    /// Returns a parameter behind `?`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Returns the address with a directory in the package. It may hold secrets.
    fn text(&self, subdirectory: &str) -> String {
        let getter = if self.getter == Getter::Git { "git::" } else { "" };
        let mut text = format!("{getter}{}", self.url);
        if !subdirectory.is_empty() {
            text.push_str(&format!("//{subdirectory}"));
        }
        for (index, (key, value)) in self.query.iter().enumerate() {
            let sign = if index == 0 { '?' } else { '&' };
            text.push_str(&format!("{sign}{key}={value}"));
        }
        text
    }
}

/// Parameters whose values are secrets.
const SECRET: [&str; 5] =
    ["sshkey", "token", "access_token", "private_token", "aws_access_key_secret"];

/// Returns an address without the passwords and keys in it.
pub fn redacted(address: &str) -> String {
    let (base, query) = match address.split_once('?') {
        Some((base, query)) => (base, Some(query)),
        None => (address, None),
    };
    let mut out = match base.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            match authority.rsplit_once('@') {
                Some((user, host)) => match user.split_once(':') {
                    Some((user, _)) => format!("{scheme}://{user}:redacted@{host}{path}"),
                    None if scheme.ends_with("ssh") || user == "git" => base.to_owned(),
                    // Services take tokens in the place of the user.
                    None => format!("{scheme}://redacted@{host}{path}"),
                },
                None => base.to_owned(),
            }
        }
        None => base.to_owned(),
    };
    let Some(query) = query else { return out };
    for (index, pair) in query.split('&').enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((key, _)) if SECRET.contains(&key) => out.push_str(&format!("{key}=redacted")),
            _ => out.push_str(pair),
        }
    }
    out
}

/// Returns whether an address is a path beside the calling module.
pub fn is_local(source: &str) -> bool {
    ["./", "../", ".\\", "..\\"].iter().any(|start| source.starts_with(start))
        || source == "."
        || source == ".."
}

fn registry_only(text: &str) -> Result<RegistrySource, Wrong> {
    let reason = if is_local(text) {
        format!("can't use local directory {text:?} as a module registry address")
    } else {
        match registry(text) {
            Ok(source) => return Ok(source),
            Err(reason) => reason,
        }
    };
    Err(Wrong {
        code: "infra::config::module_source_invalid",
        summary: "Invalid registry module source address",
        detail: format!(
            "Failed to parse module registry address: {}.\n\nA registry address was assumed because the argument \"version\" is set, which applies only to registry modules.",
            redacted(&reason)
        ),
        help: "remove `version`, or write the source as `NAMESPACE/NAME/PROVIDER`; a git source takes `?ref=TAG`",
    })
}

/// Hosts of repositories: their addresses are never of a registry.
const REPOSITORIES: [&str; 3] = ["github.com", "bitbucket.org", "gitlab.com"];

fn registry(text: &str) -> Result<RegistrySource, String> {
    let (package, subdirectory) = split_subdirectory(text)?;
    let parts: Vec<&str> = package.split('/').collect();
    let (host, names) = match parts.len() {
        3 => (REGISTRY_DEFAULT, &parts[..]),
        4 => (parts[0], &parts[1..]),
        _ => {
            return Err(
                "a module registry source address must have either three or four slash-separated components"
                    .to_owned(),
            );
        }
    };
    let plain = |c: char| c.is_alphanumeric() || "-.:".contains(c);
    if !host.contains('.') || !host.chars().all(plain) || host.starts_with(['.', '-', ':']) {
        return Err(format!("invalid module registry hostname {host:?}"));
    }
    if REPOSITORIES.contains(&host) {
        return Err(format!(
            "can't use {host:?} as a module registry host, because it's reserved for installing directly from version control repositories"
        ));
    }
    for (what, name) in [("namespace", names[0]), ("name", names[1])] {
        if !is_registry_name(name) {
            return Err(format!(
                "invalid module {what} {name:?}: must be between one and 64 characters, including ASCII letters, digits, dashes, and underscores, where dashes and underscores may not be the prefix or suffix"
            ));
        }
    }
    let provider = names[2];
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if provider.is_empty() || provider.len() > 64 || !provider.chars().all(lower) {
        return Err(format!(
            "invalid target system {provider:?}: must be between one and 64 ASCII letters or digits"
        ));
    }
    Ok(RegistrySource { host: host.to_lowercase(), name: names.join("/"), subdirectory })
}

fn is_registry_name(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let at_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    name.len() <= 64
        && name.chars().all(inside)
        && at_end(name.chars().next())
        && at_end(name.chars().last())
}

/// Divides an address at the `//` that is not the one of its scheme; parameters stay with the
/// package.
fn split_subdirectory(text: &str) -> Result<(String, String), String> {
    let (address, query) = match text.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (text, None),
    };
    let start = address.find("://").map_or(0, |at| at + 3);
    let (package, subdirectory) = match address[start..].find("//") {
        Some(at) => (&address[..start + at], address[start + at + 2..].trim_matches('/')),
        None => (address, ""),
    };
    let subdirectory = inside(subdirectory).ok_or_else(|| {
        format!("subdirectory path {subdirectory:?} leads outside of the module package")
    })?;
    let package = match query {
        Some(query) => format!("{package}?{query}"),
        None => package.to_owned(),
    };
    Ok((package, subdirectory))
}

/// Returns a relative path without `.` and `..`; `None` if it leads out of where it starts.
pub fn inside(path: &str) -> Option<String> {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

fn invalid(reason: &str) -> Wrong {
    Wrong {
        code: "infra::config::module_source_invalid",
        summary: "Invalid module source address",
        detail: format!("Failed to parse module source address: {}.", redacted(reason)),
        help: "write a path that begins with `./`, a registry address, or a URL such as `git::https://HOST/REPOSITORY.git`",
    }
}

#[cfg(test)]
mod tests;
