//! An expression as text with parts, so that a smaller one can be made of it.

/// Text, parts, text, and so on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Part(Tree),
}

/// What a part is tried to be replaced by.
const PLAINEST: [&str; 7] = ["null", "1", "\"a\"", "true", "[]", "{}", "local.u_any"];

impl Tree {
    pub(super) fn leaf(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// Returns this with more text behind it.
    pub(super) fn then(mut self, text: &str) -> Self {
        self.0.push(Piece::Text(text.to_owned()));
        self
    }

    /// Returns this with a part behind it.
    pub(super) fn with(mut self, part: Self) -> Self {
        self.0.push(Piece::Part(part));
        self
    }

    pub(super) fn text(&self) -> String {
        self.0.iter().fold(String::new(), |text, piece| {
            text + &match piece {
                Piece::Text(own) => own.clone(),
                Piece::Part(part) => part.text(),
            }
        })
    }

    /// Returns trees with less in them: a part alone, or this with a part made smaller.
    pub(super) fn smaller(&self) -> Vec<Self> {
        let mut found = Vec::new();
        for (place, piece) in self.0.iter().enumerate() {
            let Piece::Part(part) = piece else { continue };
            found.push(part.clone());
            let plainest = PLAINEST.iter().map(|text| Self::leaf(*text));
            for other in part.smaller().into_iter().chain(plainest) {
                let mut copy = self.clone();
                copy.0[place] = Piece::Part(other);
                found.push(copy);
            }
        }
        let length = self.text().len();
        found.retain(|tree| tree.text().len() < length);
        found
    }
}
