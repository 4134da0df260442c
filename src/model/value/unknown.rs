//! Unknown values and what is known of them all the same: refinements.
//!
//! A refinement is a promise: the value that takes the place of the unknown one keeps it.

use super::{Data, Value};
use crate::{number::Number, text::Text, types::Type};
use std::sync::Arc;

/// Lists of a known length above this stay unknown as a whole.
pub const KNOWN_LENGTH_MAX: u64 = 4096;

/// A value that is not known yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unknown {
    /// Its type, `Dynamic` if that is not known either.
    pub ty: Type,
    /// It will not be null.
    pub not_null: bool,
    /// A known string will begin with this; empty if nothing is known.
    pub prefix: Text,
    /// A known number lies in this range.
    pub numbers: Range<Number>,
    /// A known collection has this many elements.
    pub length: Range<u64>,
}

/// Bounds; `None` is unbounded, and the flag says whether the bound itself is allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range<T> {
    /// The lower bound.
    pub low: Option<(T, bool)>,
    /// The upper bound.
    pub high: Option<(T, bool)>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { low: None, high: None }
    }
}

impl<T: Ord + Clone> Range<T> {
    /// Returns the range from one value to another, both included.
    pub fn inclusive(low: T, high: T) -> Self {
        Self { low: Some((low, true)), high: Some((high, true)) }
    }

    /// Returns the range of all values from this one on.
    pub fn at_least(low: T) -> Self {
        Self { low: Some((low, true)), high: None }
    }

    /// Returns the range of all values up to this one.
    pub fn at_most(high: T) -> Self {
        Self { low: None, high: Some((high, true)) }
    }

    /// Returns whether the value lies in it.
    pub fn contains(&self, value: &T) -> bool {
        let above = |(low, included): &(T, bool)| low < value || *included && low == value;
        let below = |(high, included): &(T, bool)| high > value || *included && high == value;
        self.low.as_ref().is_none_or(above) && self.high.as_ref().is_none_or(below)
    }

    /// Returns whether every value of `inner` surely lies in it.
    pub fn encloses(&self, inner: &Self) -> bool {
        let above = |(low, included): &(T, bool)| {
            inner.low.as_ref().is_some_and(|(inner, inner_included)| {
                inner > low || inner == low && (*included || !inner_included)
            })
        };
        let below = |(high, included): &(T, bool)| {
            inner.high.as_ref().is_some_and(|(inner, inner_included)| {
                inner < high || inner == high && (*included || !inner_included)
            })
        };
        self.low.as_ref().is_none_or(above) && self.high.as_ref().is_none_or(below)
    }

    /// Returns the only value in it, if there is no other.
    fn only(&self) -> Option<&T> {
        match (&self.low, &self.high) {
            (Some((low, true)), Some((high, true))) if low == high => Some(low),
            _ => None,
        }
    }
}

impl Unknown {
    /// Returns an unknown of a type of which nothing else is known.
    pub fn of(ty: Type) -> Self {
        Self {
            ty,
            not_null: false,
            prefix: Text::from(""),
            numbers: Range::default(),
            length: Range::default(),
        }
    }

    /// Returns this with the promise that it will not be null.
    #[must_use]
    pub fn not_null(mut self) -> Self {
        self.not_null = true;
        self
    }

    /// Returns this with the promise of a prefix, which also makes it not null.
    ///
    /// What follows must not combine with the end of the prefix: see [`safe_prefix`].
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<Text>) -> Self {
        self.prefix = prefix.into();
        self.not_null = true;
        self
    }

    /// Returns this with the promise of a range, if it is a number.
    #[must_use]
    pub fn numbers(mut self, range: Range<Number>) -> Self {
        self.numbers = range;
        self
    }

    /// Returns this with the promise of a number of elements, if it is a collection.
    #[must_use]
    pub fn length(mut self, range: Range<u64>) -> Self {
        self.length = range;
        self
    }

    /// Returns whether the value could turn out to be this one, which is known on its own node.
    pub fn admits(&self, value: &Value) -> bool {
        if value.is_null() {
            return !self.not_null;
        }
        if !self.ty.accepts(&value.ty()) && !value.ty().accepts(&self.ty) {
            return false;
        }
        match value.data() {
            Data::String(text) => text.starts_with(&*self.prefix),
            Data::Number(number) => self.numbers.contains(number),
            Data::Map(entries) => self.length.contains(&(entries.entries.len() as u64)),
            // Unknown elements of a set may turn out equal, so that it gets smaller.
            Data::Set(items) if items.summary.unknown => true,
            Data::List(items) | Data::Set(items) => {
                self.length.contains(&(items.items.len() as u64))
            }
            Data::Null(_) | Data::Unknown(_) | Data::Bool(_) | Data::Tuple(_) | Data::Object(_) => {
                true
            }
        }
    }

    /// Returns the value, if the refinements leave only one; for lists, one with unknown elements.
    fn known(&self) -> Option<Value> {
        if !self.not_null {
            return None;
        }
        // No length is below nothing, said or not.
        let is_empty = matches!(self.length.high, Some((0, true)));
        let count = self.length.only().copied().or(is_empty.then_some(0));
        match (&self.ty, count) {
            (Type::Number, _) => self.numbers.only().map(|number| Value::number(number.clone())),
            (Type::List(element), Some(count)) if count <= KNOWN_LENGTH_MAX => {
                let items = (0..count).map(|_| Value::unknown(element.as_ref().clone())).collect();
                Some(Value::list(element.as_ref().clone(), items))
            }
            (Type::Set(element), Some(count @ (0 | 1))) => {
                let items = (0..count).map(|_| Value::unknown(element.as_ref().clone())).collect();
                Some(Value::set(element.as_ref().clone(), items))
            }
            (Type::Map(element), Some(0)) => Some(Value::map::<Text>(element.as_ref().clone(), [])),
            _ => None,
        }
    }
}

impl Value {
    /// Returns an unknown value of a type.
    pub fn unknown(ty: Type) -> Self {
        Self::from_data(Data::Unknown(Arc::new(Unknown::of(ty))))
    }

    /// Returns an unknown value of a type that will not be null.
    pub fn unknown_not_null(ty: Type) -> Self {
        Unknown::of(ty).not_null().into()
    }

    /// Returns the refinements, if this value is unknown.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        if let Data::Unknown(unknown) = self.data() { Some(unknown) } else { None }
    }

    /// Returns whether it is not null, or unknown but promised not to be.
    pub fn is_surely_not_null(&self) -> bool {
        match self.data() {
            Data::Null(_) => false,
            Data::Unknown(unknown) => unknown.not_null,
            Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::List(_)
            | Data::Set(_)
            | Data::Map(_)
            | Data::Tuple(_)
            | Data::Object(_) => true,
        }
    }

    /// Returns what a string surely begins with: all of a known one, the promise of an unknown one.
    pub fn known_prefix(&self) -> &str {
        match self.data() {
            Data::String(text) => text,
            Data::Unknown(unknown) => &unknown.prefix,
            Data::Null(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::List(_)
            | Data::Set(_)
            | Data::Map(_)
            | Data::Tuple(_)
            | Data::Object(_) => "",
        }
    }

    /// Returns how many elements a list, set, map, tuple or object has, as far as that is known.
    ///
    /// Of a tuple or an object it is known even where the value is not.
    pub fn length_range(&self) -> Range<u64> {
        let exactly = |count: usize| Range::inclusive(count as u64, count as u64);
        match self.data() {
            Data::Set(items) if items.summary.unknown && items.items.len() > 1 => {
                Range::inclusive(1, items.items.len() as u64)
            }
            Data::List(items) | Data::Set(items) | Data::Tuple(items) => exactly(items.items.len()),
            Data::Map(entries) | Data::Object(entries) => exactly(entries.entries.len()),
            Data::Unknown(unknown) => match &unknown.ty {
                Type::Tuple(elements) => exactly(elements.len()),
                Type::Object(object) => exactly(object.attributes.len()),
                Type::Dynamic
                | Type::Bool
                | Type::Number
                | Type::String
                | Type::List(_)
                | Type::Set(_)
                | Type::Map(_) => unknown.length.clone(),
            },
            Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => Range::default(),
        }
    }

    /// Returns the range a number lies in.
    pub fn number_range(&self) -> Range<Number> {
        match self.data() {
            Data::Number(number) => Range::inclusive(number.clone(), number.clone()),
            Data::Unknown(unknown) => unknown.numbers.clone(),
            Data::Null(_)
            | Data::Bool(_)
            | Data::String(_)
            | Data::List(_)
            | Data::Set(_)
            | Data::Map(_)
            | Data::Tuple(_)
            | Data::Object(_) => Range::default(),
        }
    }

    /// Returns what is known of the value: its refinements, or for a known one those that describe it.
    pub fn range(&self) -> Unknown {
        Unknown {
            ty: self.ty(),
            not_null: self.is_surely_not_null(),
            prefix: self.known_prefix().into(),
            numbers: self.number_range(),
            length: self.length_range(),
        }
    }
}

/// An unknown value, or the only value that its refinements leave.
impl From<Unknown> for Value {
    fn from(mut unknown: Unknown) -> Self {
        if unknown.ty == Type::Dynamic {
            // Of a value without a type nothing can be promised.
            unknown = Unknown::of(Type::Dynamic);
        }
        unknown.known().unwrap_or_else(|| Self::from_data(Data::Unknown(Arc::new(unknown))))
    }
}

/// Characters after which no other can join the same visible character.
const DELIMITERS: &str = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";

/// Returns the part of a text that surely stays, whatever text is put behind it.
///
/// The last visible character may combine with what follows (an accent), so that it is cut off,
/// unless it is one of the delimiters for which that is ruled out. Where its beginning cannot be
/// told without tables of Unicode, more is cut off.
pub fn safe_prefix(text: &str) -> &str {
    if text.ends_with(|last: char| DELIMITERS.contains(last)) {
        return text;
    }
    text.rfind(begins_visible_character).map_or("", |begin| &text[..begin])
}

/// Returns whether this never joins what stands before it; `false` for many that do not either.
fn begins_visible_character(c: char) -> bool {
    matches!(c,
        ' '..='~'
        | '\u{c0}'..='\u{24f}'
        | '\u{391}'..='\u{3c9}'
        | '\u{400}'..='\u{481}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}')
}
