//! `local_file` and `local_sensitive_file`: a file with a content. One that was changed by others
//! counts as gone, as its id is the checksum of what was written.

pub(crate) mod data;
mod disk;
mod file;
pub(crate) mod functions;
mod plain;
mod sensitive;

pub(crate) use plain::LocalFile;
pub(crate) use sensitive::LocalSensitiveFile;
