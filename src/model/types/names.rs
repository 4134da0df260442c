//! Names of types in messages: `list of string`, `object`; not the syntax of constraints.

use super::Type;

impl Type {
    /// Returns the name for a value that is of this type: `list of string`, `dynamic`.
    pub fn friendly_name(&self) -> String {
        self.friendly("dynamic", "dynamic")
    }

    /// Returns the name for a value that has to become of this type: `list of any single type`.
    pub fn friendly_name_required(&self) -> String {
        self.friendly("any type", "any single type")
    }

    fn friendly(&self, dynamic: &str, dynamic_element: &str) -> String {
        let of = |kind: &str, element: &Self| {
            if *element == Self::Dynamic {
                format!("{kind} of {dynamic_element}")
            } else {
                format!("{kind} of {}", element.friendly(dynamic, dynamic_element))
            }
        };
        match self {
            Self::Dynamic => dynamic.to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(element) => of("list", element),
            Self::Set(element) => of("set", element),
            Self::Map(element) => of("map", element),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}
