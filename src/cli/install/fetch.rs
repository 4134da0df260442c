//! From an address to a directory with the package's files, by whichever way it asks for.

use super::{
    archive::{self, Format},
    git,
    http::Http,
    limits::HOPS_MAX,
    problem::{Outcome, archive_invalid, download_failed, too_large, unwritable},
    sink::{Sink, copy_tree},
};
use crate::environment::Environment;
use infra_lang::config::module_source::{Getter, ModuleSource, RemoteSource, redacted};
use infra_model::diagnostic::Diagnostic;
use reqwest::Url;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// What fetches.
pub(super) struct Fetcher<'a> {
    pub(super) environment: &'a Environment,
    pub(super) http: Http,
    pub(super) bytes_max: u64,
    /// Set when everything shall end.
    pub(super) stop: Arc<AtomicBool>,
}

/// A fetched package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fetched {
    /// The commit, of a repository.
    pub(super) commit: Option<String>,
    /// The directory in the package that the address names; empty for its root.
    pub(super) subdirectory: String,
}

impl Drop for Fetcher<'_> {
    /// Nobody waits any more for what a thread unpacks.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Fetcher<'_> {
    /// Fetches a package into a new directory.
    ///
    /// # Errors
    ///
    /// If it cannot be had, unpacked or written.
    pub(super) async fn fetch(
        &self,
        source: &RemoteSource,
        commit: Option<&str>,
        directory: &Path,
    ) -> Outcome<Fetched> {
        let mut source = source.clone();
        for _ in 0..HOPS_MAX {
            match self.step(&source, commit, directory).await? {
                Step::Done(fetched) => {
                    let subdirectory = source.subdirectory;
                    return Ok(Fetched { subdirectory, ..fetched });
                }
                Step::Elsewhere(address) => source = Self::elsewhere(&source, &address)?,
            }
        }
        Err(download_failed(&package_of(&source), "one address leads to the next without end"))
    }

    /// Reads an address that a server gave.
    fn elsewhere(from: &RemoteSource, address: &str) -> Outcome<RemoteSource> {
        let failed = |why: String| download_failed(&package_of(from), why);
        let is_relative = ["/", "./", "../"].iter().any(|start| address.starts_with(start));
        let address = match (is_relative, Url::parse(&from.url)) {
            (true, Ok(base)) => base
                .join(address)
                .map_err(|error| failed(format!("it leads to {:?}: {error}", redacted(address))))?
                .to_string(),
            _ => address.to_owned(),
        };
        let wrong = || failed(format!("it leads to {:?}, which is no package", redacted(&address)));
        match ModuleSource::parse(&address, false) {
            Ok(ModuleSource::Remote(source)) if is_far(&source) => {
                let subdirectory = join(&source.subdirectory, &from.subdirectory);
                Ok(RemoteSource { subdirectory, ..source })
            }
            Ok(_) | Err(_) => Err(wrong()),
        }
    }

    async fn step(
        &self,
        source: &RemoteSource,
        commit: Option<&str>,
        directory: &Path,
    ) -> Outcome<Step> {
        match source.getter {
            Getter::Git => {
                fs::create_dir_all(directory).map_err(|error| unwritable(directory, &error))?;
                let commit = git::fetch(self, source, commit, directory).await?;
                Ok(Step::Done(Fetched { commit: Some(commit), ..Fetched::default() }))
            }
            Getter::File => self.local(source, directory).await,
            Getter::Http => match Self::format(source)? {
                Some(format) => self.archive(source, format, directory).await,
                None => self.redirection(source).await,
            },
        }
    }

    /// Returns how an archive is packed, by what the address says.
    fn format(source: &RemoteSource) -> Outcome<Option<Format>> {
        match source.parameter("archive") {
            Some("false") => Ok(None),
            Some(word) => match Format::named(word) {
                Some(format) => Ok(Some(format)),
                None => Err(archive_invalid(
                    &package_of(source),
                    format!("{word:?} is no kind of archive that is known here"),
                )),
            },
            None => Ok(Format::of_name(&source.url)),
        }
    }

    async fn local(&self, source: &RemoteSource, directory: &Path) -> Outcome<Step> {
        let package = package_of(source);
        let path = PathBuf::from(source.url.strip_prefix("file://").unwrap_or(&source.url));
        let metadata = fs::metadata(&path);
        let metadata = metadata.map_err(|error| download_failed(&package, error))?;
        if metadata.is_file() {
            let Some(format) = Self::format(source)? else {
                return Err(archive_invalid(&package, "the name does not say how it is packed"));
            };
            self.unpack(path, format, source, directory).await?;
            return Ok(Step::Done(Fetched::default()));
        }
        let mut sink = self.sink(directory, &package)?;
        blocking(&package, move || {
            copy_tree(&path, &mut sink)?;
            sink.finish()
        })
        .await?;
        Ok(Step::Done(Fetched::default()))
    }

    async fn archive(
        &self,
        source: &RemoteSource,
        format: Format,
        directory: &Path,
    ) -> Outcome<Step> {
        let package = package_of(source);
        let to = directory.with_extension("download");
        let url = request(source);
        let got = self.http.download(&url, &to, self.bytes_max).await;
        if got.map_err(|why| download_failed(&package, why))?.is_none() {
            return Err(too_large("bytes", self.bytes_max));
        }
        let unpacked = self.unpack(to.clone(), format, source, directory).await;
        // The whole directory above it is removed at the end.
        let _gone = fs::remove_file(&to);
        unpacked.map(|()| Step::Done(Fetched::default()))
    }

    async fn unpack(
        &self,
        path: PathBuf,
        format: Format,
        source: &RemoteSource,
        directory: &Path,
    ) -> Outcome<()> {
        let package = package_of(source);
        let checksum = source.parameter("checksum").map(str::to_owned);
        let sink = self.sink(directory, &package)?;
        let shown = package.clone();
        blocking(&shown, move || {
            if let Some(checksum) = checksum {
                check(&path, &checksum, &package)?;
            }
            archive::unpack(&path, format, &package, sink)
        })
        .await
    }

    fn sink(&self, directory: &Path, package: &str) -> Outcome<Sink> {
        Sink::new(directory.to_owned(), package, self.bytes_max, Arc::clone(&self.stop))
    }

    /// Asks an address that is no archive where the package is.
    async fn redirection(&self, source: &RemoteSource) -> Outcome<Step> {
        let package = package_of(source);
        let mut url = request(source);
        url.push_str(if url.contains('?') { "&terraform-get=1" } else { "?terraform-get=1" });
        let answer = self.http.get(&url, None).await;
        let answer = answer.map_err(|why| download_failed(&package, why))?;
        if !answer.status.is_success() {
            let why = format!("bad response code: {}", answer.status);
            return Err(download_failed(&package, why));
        }
        let header = answer.headers.get("x-terraform-get").and_then(|value| value.to_str().ok());
        let body = String::from_utf8_lossy(&answer.body);
        match header.map(str::to_owned).or_else(|| meta(&body)) {
            Some(address) => Ok(Step::Elsewhere(address)),
            None => Err(download_failed(
                &package,
                "no source URL was returned: the answer has neither the header X-Terraform-Get nor a meta tag `terraform-get`, and the address has no ending of an archive",
            )),
        }
    }
}

enum Step {
    Done(Fetched),
    Elsewhere(String),
}

/// Returns an address for people.
pub(super) fn package_of(source: &RemoteSource) -> String {
    ModuleSource::Remote(source.clone()).package()
}

/// Returns whether a package is elsewhere: what a server says must not reach for the files of this
/// machine.
pub(super) fn is_far(source: &RemoteSource) -> bool {
    source.getter != Getter::File && !source.url.starts_with("file:")
}

/// Returns the URL to ask, without the parameters that are ours.
fn request(source: &RemoteSource) -> String {
    let ours = ["archive", "checksum", "filename"];
    let theirs = source.query.iter().filter(|(key, _)| !ours.contains(&key.as_str()));
    let pairs: Vec<String> = theirs.map(|(key, value)| format!("{key}={value}")).collect();
    if pairs.is_empty() {
        return source.url.clone();
    }
    format!("{}?{}", source.url, pairs.join("&"))
}

/// Returns what a tag `<meta name="terraform-get" content="…">` says.
fn meta(html: &str) -> Option<String> {
    let tags = html.split("<meta").skip(1).filter_map(|rest| rest.split('>').next());
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}="))?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next().map(str::to_owned)
    };
    let mut found = tags.filter(|tag| attribute(tag, "name").as_deref() == Some("terraform-get"));
    found.find_map(|tag| attribute(tag, "content"))
}

/// Returns one directory below another.
pub(super) fn join(above: &str, below: &str) -> String {
    match (above.is_empty(), below.is_empty()) {
        (true, _) => below.to_owned(),
        (_, true) => above.to_owned(),
        (false, false) => format!("{above}/{below}"),
    }
}

/// Compares a file with a checksum such as `sha256:…`.
fn check(path: &Path, wanted: &str, package: &str) -> Outcome<()> {
    let by_length = match wanted.len() {
        32 => "md5",
        40 => "sha1",
        64 => "sha256",
        128 => "sha512",
        _ => "",
    };
    let (kind, sum) = wanted.split_once(':').unwrap_or((by_length, wanted));
    let kind = kind.to_lowercase();
    let failed = |error: io::Error| unwritable(path, &error);
    let mut file = fs::File::open(path).map_err(failed)?;
    let found = match &*kind {
        "md5" => hashed::<md5::Md5>(&mut file),
        "sha1" => hashed::<sha1::Sha1>(&mut file),
        "sha256" => hashed::<sha2::Sha256>(&mut file),
        "sha512" => hashed::<sha2::Sha512>(&mut file),
        _ => {
            return Err(wrong_checksum(
                package,
                &format!("{wanted:?} is none of md5, sha1, sha256 and sha512"),
            ));
        }
    };
    let found = found.map_err(failed)?;
    if found == sum.to_lowercase() {
        return Ok(());
    }
    Err(wrong_checksum(
        package,
        &format!("the address expects {kind}:{sum}, the download has {kind}:{found}"),
    ))
}

fn hashed<D: sha2::Digest + io::Write>(from: &mut impl io::Read) -> io::Result<String> {
    let mut hasher = D::new();
    io::copy(from, &mut hasher)?;
    let bytes: Vec<String> = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(bytes.concat())
}

fn wrong_checksum(package: &str, why: &str) -> Diagnostic {
    Diagnostic::error("infra::install::checksum_wrong", "Module checksum does not match")
        .detail(format!("{:?}: {why}. Nothing was unpacked or changed.", redacted(package)))
        .help(
            "find out why the archive is another; write its checksum only if the new one is right",
        )
}

/// Runs what takes long on a thread of its own.
pub(super) async fn blocking<T: Send + 'static>(
    package: &str,
    run: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    match tokio::task::spawn_blocking(run).await {
        Ok(done) => done,
        Err(error) => Err(archive_invalid(package, error)),
    }
}
