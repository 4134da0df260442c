//! How large a package may be: a small download can unpack to more than a disk holds.

use crate::environment::Environment;

/// The greatest size of a package in bytes, packed and unpacked, if nothing else is said.
pub(super) const PACKAGE_BYTES_MAX: u64 = 1 << 30;

/// The variable that sets another size.
pub(super) const PACKAGE_BYTES_VARIABLE: &str = "INFRA_MODULE_BYTES_MAX";

/// The greatest number of files and directories in a package.
pub(super) const ENTRIES_MAX: usize = 200_000;

/// The greatest size of an answer in JSON or HTML.
pub(super) const ANSWER_BYTES_MAX: u64 = 8 << 20;

/// How often one address may lead to another.
pub(super) const HOPS_MAX: usize = 10;

/// Returns the greatest size of a package.
pub(super) fn package_bytes_max(environment: &Environment) -> u64 {
    let wanted = environment.get(PACKAGE_BYTES_VARIABLE).and_then(|text| text.parse().ok());
    wanted.unwrap_or(PACKAGE_BYTES_MAX)
}
