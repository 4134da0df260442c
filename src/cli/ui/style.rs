//! What a piece of text means, and the colour that follows from it.

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Something new.
    Create,
    /// Something changed in place.
    Update,
    /// Something destroyed.
    Delete,
    /// Something replaced.
    Replace,
    /// Something only read.
    Read,
    /// Of less weight.
    Dim,
    /// Of more weight.
    Bold,
    /// A consequence to look at.
    Warning,
    /// An error.
    Error,
    /// A loss that is to be seen first.
    Alarm,
}

/// Puts styles on text, or leaves it plain.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    color: bool,
}

impl Paint {
    /// Paints nothing.
    pub const PLAIN: Self = Self { color: false };

    /// Returns a brush that paints only with `color`.
    pub fn new(color: bool) -> Self {
        Self { color }
    }

    /// Returns the text in a style.
    pub fn on(self, style: Style, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        format!("\u{1b}[{}m{text}\u{1b}[0m", code(style))
    }
}

fn code(style: Style) -> &'static str {
    match style {
        Style::Create => "32",
        Style::Update | Style::Warning => "33",
        Style::Delete | Style::Error => "31",
        Style::Replace => "35",
        Style::Read => "36",
        Style::Dim => "2",
        Style::Bold => "1",
        Style::Alarm => "1;31",
    }
}
