//! What a provider says of a recorded object when it is asked.

use crate::{
    address::KindName, diagnostic::Diagnostic, snapshot::Object, text::Text, value::Value,
};

/// What is really there.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    /// It is there and looks like this (attributes as the provider sees them, not normalised).
    Present(Value),
    /// The provider was reached and says that it does not exist.
    Gone,
    /// The provider could not be asked: neither there nor gone.
    NotAskable(Diagnostic),
}

/// An object that carries the mark of our lineage, seen by a refresh beside those it asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// Its kind.
    pub kind: KindName,
    /// What it is imported by.
    pub id: Text,
    /// The address that it was created for, as text.
    pub address: Text,
    /// The token that it was created with.
    pub token: Text,
}

/// What a lookup of an open create says.
#[derive(Clone, Debug)]
pub enum Found {
    /// It was created; this is the object to record.
    Adopt(Box<Object>),
    /// It was not created.
    Absent,
    /// It cannot be told; the intent stays open.
    Uncertain(Diagnostic),
}
