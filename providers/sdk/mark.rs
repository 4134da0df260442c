//! The mark that a created object carries: for which state, address and generation it was made.
//!
//! Where it stands (labels, a comment, a name) is for the provider to say; whose it is, is said here.

use crate::{connection::Control, resource::Wanted, token};
use infra_model::{
    address::{Address, Generation, KindName},
    observed::Marked,
    text::Text,
};

/// The mark of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The lineage of the state that made it; objects of older versions do not tell.
    pub lineage: Option<Text>,
    /// The text by which a lost create is found again.
    pub token: Text,
    /// The address at the time of the create, for people.
    pub address: Text,
    /// The generation at the time of the create, for people.
    pub generation: Option<Generation>,
}

impl Mark {
    /// Returns the mark of an object that is about to be made.
    pub fn of<M>(wanted: &Wanted<M>, control: &Control) -> Self {
        Self {
            lineage: Some(control.lineage.clone()),
            token: wanted.token.clone(),
            address: wanted.address.to_string().into(),
            generation: Some(wanted.generation),
        }
    }

    /// Returns whether an object of this mark was made by the state of a lineage; a state that has
    /// not begun has none, and made nothing.
    pub fn is_of(&self, lineage: &str) -> bool {
        if lineage.is_empty() {
            return false;
        }
        if let Some(theirs) = &self.lineage {
            return **theirs == *lineage;
        }
        // Without the lineage, the token tells: it is made of lineage, address and generation.
        let made_for = self.generation.zip(self.address.parse::<Address>().ok());
        made_for.is_some_and(|(generation, address)| {
            token::token(lineage, &address, generation) == self.token
        })
    }

    /// Returns an object with this mark, as a refresh tells of it.
    pub fn marked(self, kind: &KindName, id: &str) -> Marked {
        let Self { address, token, .. } = self;
        Marked { kind: kind.clone(), id: id.into(), address, token }
    }
}
