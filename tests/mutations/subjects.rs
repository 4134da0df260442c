//! What must hold of any bytes, one function for each thing that reads them.

pub(crate) mod language;
pub(crate) mod recorded;
