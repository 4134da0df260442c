//! `local_file` and `local_sensitive_file`: a file with a content. One that was changed by others
//! counts as gone, as its id is the checksum of what was written.

pub(crate) mod data;
mod disk;
mod file;
pub(crate) mod functions;
mod plain;
mod sensitive;
mod written;

/// The type of files whose content may be seen.
pub(crate) type LocalFile = written::Written<plain::LocalFile>;
/// The type of files whose content is a secret.
pub(crate) type LocalSensitiveFile = written::Written<sensitive::LocalSensitiveFile>;
