//! What may go wrong while modules are installed, in the words that people see.

use super::limits::PACKAGE_BYTES_VARIABLE;
use infra_lang::config::module_source::redacted;
use infra_model::diagnostic::Diagnostic;
use std::{fmt::Display, io, path::Path};

/// A step of an installation.
pub(super) type Outcome<T> = Result<T, Diagnostic>;

/// Said of every failure: a package is moved to its place only when it is complete.
const UNCHANGED: &str = "The installed modules were not changed by this";

/// Reports a package that could not be fetched.
pub(super) fn download_failed(package: &str, why: impl Display) -> Diagnostic {
    Diagnostic::error("infra::install::download_failed", "Failed to download module")
        .detail(format!(
            "Could not download source code from {:?}: {}. {UNCHANGED}.",
            redacted(package),
            sentence(&why)
        ))
        .help("check the address and that it can be reached from here, then run `infra init` again")
}

/// Reports an archive that cannot be unpacked.
pub(super) fn archive_invalid(package: &str, why: impl Display) -> Diagnostic {
    Diagnostic::error("infra::install::archive_invalid", "Invalid module archive")
        .detail(format!(
            "What {:?} gave cannot be unpacked: {}. {UNCHANGED}.",
            redacted(package),
            sentence(&why)
        ))
        .help("check that the address names a whole zip, tar.gz, tar.bz2 or tar.xz archive; `?archive=zip` says which where the name does not")
}

/// Reports a package that is larger than is allowed.
pub(super) fn too_large(limit: &str, most: impl Display) -> Diagnostic {
    Diagnostic::error("infra::install::package_too_large", "Module package too large")
        .detail(format!("It holds more than {most} {limit}. {UNCHANGED}."))
        .help(format!(
            "look into the package; if it is right, set {PACKAGE_BYTES_VARIABLE} to a greater number of bytes"
        ))
}

/// Reports a file or directory that could not be written.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    let is_full =
        [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&error.kind());
    let help = if is_full {
        "make room on the disk, then run `infra init` again"
    } else {
        "make the directory writable, then run `infra init` again"
    };
    Diagnostic::error("infra::install::not_writable", "Modules cannot be written")
        .detail(format!(
            "{}: {}. What is installed stays usable, or is completed by the next `infra init`.",
            path.display(),
            sentence(error)
        ))
        .help(help)
}

/// Reports a link that leads out of its package.
pub(super) fn link_outside(name: &str) -> Diagnostic {
    Diagnostic::error("infra::install::link_outside", "Module package leads outside of itself")
        .detail(format!(
            "{name:?} would lie outside of the package, or lead there. {UNCHANGED}."
        ))
        .help("do not use this package before you know why; a good one has neither absolute paths nor `..` that leave it")
}

/// Reports a directory that the package does not have.
pub(super) fn subdirectory_missing(package: &str, subdirectory: &str) -> Diagnostic {
    Diagnostic::error("infra::install::subdirectory_missing", "Module directory not found")
        .detail(format!(
            "The package {:?} has no directory {subdirectory:?}. {UNCHANGED}.",
            redacted(package)
        ))
        .help("correct what stands behind `//` in the source, or the version or `ref`")
}

/// Reports a registry that does not answer as one.
pub(super) fn registry_failed(host: &str, why: impl Display) -> Diagnostic {
    Diagnostic::error("infra::install::registry_failed", "Error accessing remote module registry")
        .detail(format!("{host}: {}. {UNCHANGED}.", sentence(&why)))
        .help("check the host and its token, then run `infra init` again")
}

/// Reports that the person stopped it.
pub(super) fn interrupted() -> Diagnostic {
    Diagnostic::error("infra::install::interrupted", "Installation interrupted")
        .detail("Modules that were complete are in place; the one in work was removed.")
        .help("run `infra init` again to install the rest")
}

/// Returns a text without its final full stop and blanks.
pub(super) fn sentence(why: &impl Display) -> String {
    why.to_string().trim().trim_end_matches('.').to_owned()
}
