//! Limits of what the parser takes; each is refused by its name, none is met by realistic files.

/// Bytes of one text: offsets are 32 bits wide, and a configuration file is never this long.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Blocks, brackets, templates, conditionals and unary operators open at one place.
///
/// The parser and everything that walks the tree recurses along these, so this bounds the stack.
/// Chains of binary operators and of steps are flat and not limited.
pub const NESTING_DEPTH_MAX: u32 = 256;

/// Errors reported for one text; if there are more, one that says so comes behind them.
pub const ERRORS_PER_FILE_MAX: usize = 50;
