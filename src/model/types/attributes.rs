//! The attributes of an object type: few names, in order, in one piece of memory.
//!
//! Not a map for anything else. A plan holds such types by the ten thousands (every unknown value
//! has one), and a node of a search tree alone takes more than most of them as a whole.

use super::Type;
use crate::text::Text;

/// Types by name, sorted by name.
///
/// ```
/// use infra_model::types::{Attributes, Type};
/// let attributes = Attributes::from([("name".into(), Type::String), ("age".into(), Type::Number)]);
/// assert_eq!(attributes.get("name"), Some(&Type::String));
/// assert!(attributes.keys().map(|name| &**name).eq(["age", "name"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attributes(Vec<(Text, Type)>);

impl Attributes {
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(name))
    }

    /// Returns the type of an attribute.
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.get_key_value(name).map(|(_, ty)| ty)
    }

    /// Returns an attribute with its name as it is kept here.
    pub fn get_key_value(&self, name: &str) -> Option<(&Text, &Type)> {
        self.find(name).ok().map(|at| (&self.0[at].0, &self.0[at].1))
    }

    /// Returns whether there is an attribute of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Adds an attribute, in place of one of the same name.
    pub fn insert(&mut self, name: Text, ty: Type) {
        match self.find(&name) {
            Ok(at) => self.0[at].1 = ty,
            Err(at) => self.0.insert(at, (name, ty)),
        }
    }

    /// Returns the names in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Text> {
        self.0.iter().map(|(name, _)| name)
    }

    /// Returns the types in the order of their names.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Type> {
        self.0.iter().map(|(_, ty)| ty)
    }

    /// Returns names and types in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &Type)> {
        self.0.iter().map(|(name, ty)| (name, ty))
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of several with one name, the last counts.
impl FromIterator<(Text, Type)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (Text, Type)>>(attributes: I) -> Self {
        let mut all: Vec<(Text, Type)> = attributes.into_iter().collect();
        let is_sorted = all.is_sorted_by(|(a, _), (b, _)| a < b);
        if !is_sorted {
            all.sort_by(|(a, _), (b, _)| a.cmp(b));
            all.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    std::mem::swap(next, kept);
                }
                same
            });
        }
        all.shrink_to_fit();
        Self(all)
    }
}

impl<const N: usize> From<[(Text, Type); N]> for Attributes {
    fn from(attributes: [(Text, Type); N]) -> Self {
        attributes.into_iter().collect()
    }
}

impl IntoIterator for Attributes {
    type Item = (Text, Type);
    type IntoIter = std::vec::IntoIter<(Text, Type)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Attributes {
    type Item = (&'a Text, &'a Type);
    type IntoIter = std::iter::Map<
        std::slice::Iter<'a, (Text, Type)>,
        fn(&'a (Text, Type)) -> (&'a Text, &'a Type),
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, ty)| (name, ty))
    }
}

#[cfg(test)]
mod tests {
    use super::{Attributes, Type};

    #[test]
    fn of_equal_names_the_last_counts_in_whatever_order() {
        let of = |pairs: &[(&str, Type)]| -> Attributes {
            pairs.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect()
        };
        let wanted = of(&[("a", Type::Bool), ("b", Type::Number), ("c", Type::String)]);
        for pairs in [
            [("a", Type::Bool), ("b", Type::Number), ("c", Type::String), ("c", Type::String)],
            [("c", Type::Bool), ("b", Type::Number), ("c", Type::String), ("a", Type::Bool)],
            [("b", Type::String), ("b", Type::Number), ("a", Type::Bool), ("c", Type::String)],
        ] {
            assert_eq!(of(&pairs), wanted);
            let mut one_by_one = Attributes::default();
            for (name, ty) in pairs {
                one_by_one.insert(name.into(), ty);
            }
            assert_eq!(one_by_one, wanted);
        }
        assert_eq!(wanted.get("d"), None);
        assert_eq!(wanted.len(), 3);
    }
}
