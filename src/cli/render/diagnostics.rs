//! Diagnostics for people, through miette: the one place where findings become text.

use super::concealed::Concealed;
use infra_lang::functions;
use infra_model::{
    diagnostic::{Diagnostic, Label, Retry, Severity, Stated},
    source::SourceMap,
    text::Text,
};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, SourceSpan,
};
use std::fmt;

/// The greatest number of characters that are shown of what a reference stands for.
const STATEMENT_MAX: usize = 200;

/// How diagnostics are shown.
#[derive(Clone, Copy, Debug)]
pub struct Appearance {
    /// With colours.
    pub color: bool,
    /// With lines and corners beyond ASCII.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Lends the sources to one diagnostic.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<NamedSource<Text>>,
    labels: Vec<&'a Label>,
    /// `file:line: text` of the labels in other files than the first one's.
    elsewhere: Vec<String>,
    related: Vec<Self>,
}

/// Returns the text of several diagnostics, each with an empty line behind it.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, appearance: Appearance) -> String {
    let theme = match (appearance.color, appearance.unicode) {
        (true, true) => GraphicalTheme::unicode(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (_, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(appearance.width.clamp(40, 160))
        .with_links(false)
        .with_context_lines(1);
    let mut out = String::new();
    let concealed = Concealed::of(diagnostics, sources);
    for diagnostic in diagnostics {
        // Writing to a string does not fail.
        let shown = Shown::new(diagnostic, (sources, &concealed));
        if handler.render_report(&mut out, &shown).is_ok() {
            out.push('\n');
        }
    }
    out
}

/// Returns one line per diagnostic, for `-compact-warnings` and logs.
pub fn render_compact(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let sort = match diagnostic.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        out.push_str(&format!("{sort}: {}", diagnostic.summary));
        if let Some(place) = diagnostic.labels.first().and_then(|label| place(label, sources)) {
            out.push_str(&format!(" ({place})"));
        }
        out.push('\n');
    }
    out
}

/// Returns `file:line` of a label.
fn place(label: &Label, sources: &SourceMap) -> Option<String> {
    let file = sources.file(label.span.source)?;
    let position = sources.position(label.span.source, label.span.start)?;
    Some(format!("{}:{}", file.name, position.line))
}

/// Returns a text as excerpts of it are drawn: with a space for each carriage return that no line
/// feed follows, which ends a line for the one who draws but not for the language.
fn drawn(text: &Text) -> Text {
    let bytes = text.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !(0..bytes.len()).any(lone) {
        return Text::clone(text);
    }
    let shown = |(at, c)| if c == '\r' && lone(at) { ' ' } else { c };
    text.char_indices().map(shown).collect::<String>().into()
}

impl<'a> Shown<'a> {
    fn new(diagnostic: &'a Diagnostic, files: (&'a SourceMap, &'a Concealed)) -> Self {
        let (sources, concealed) = files;
        let main = diagnostic.labels.first().map(|label| label.span.source);
        let source = main.and_then(|id| {
            let (name, text) = (&sources.file(id)?.name, concealed.text(id, sources)?);
            Some(NamedSource::new(&**name, drawn(text)).with_language("hcl"))
        });
        // A report has one source: what is in other files is told with its place.
        let (labels, others): (Vec<&Label>, Vec<&Label>) =
            diagnostic.labels.iter().partition(|label| Some(label.span.source) == main);
        let elsewhere = others.iter().filter_map(|label| {
            let place = place(label, sources)?;
            Some(if label.text.is_empty() { place } else { format!("{place}: {}", label.text) })
        });
        let elsewhere = elsewhere.collect();
        let related = diagnostic.related.iter().map(|other| Self::new(other, files)).collect();
        Self { diagnostic, source, labels, elsewhere, related }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = match self.diagnostic.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        write!(f, "{sort}: {}", self.diagnostic.summary)?;
        if let Some(address) = &self.diagnostic.address {
            write!(f, "\n  with {address}")?;
        }
        if !self.diagnostic.detail.is_empty() {
            write!(f, "\n{}", self.diagnostic.detail)?;
        }
        if let Some(name) = &self.diagnostic.call {
            write!(f, "\nwhile calling {name}({})", parameters(name))?;
        }
        for Stated { traversal, statement } in self.diagnostic.values.iter().flatten() {
            write!(f, "\n{traversal} {}", shortened(statement))?;
        }
        for line in &self.elsewhere {
            write!(f, "\n{line}")?;
        }
        if let Some(retry) = self.diagnostic.retry {
            write!(f, "\n{}", retry_text(retry))?;
        }
        Ok(())
    }
}

/// Returns the beginning of a text that is too long to be read.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(STATEMENT_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the names of a function's parameters; none for one of a provider.
fn parameters(function: &str) -> String {
    functions::signature(function).join(", ")
}

fn retry_text(retry: Retry) -> &'static str {
    match retry {
        Retry::Safe => "Trying again is safe.",
        Retry::AfterLookup => {
            "Whether it happened is not known; the next run looks it up before it does anything."
        }
        Retry::Never => "Trying again as it is will not help.",
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let help = &self.diagnostic.help;
        if help.is_empty() { None } else { Some(Box::new(help)) }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|label| {
            let text = (!label.text.is_empty()).then(|| label.text.to_string());
            let start = label.span.start as usize;
            let length = (label.span.end - label.span.start) as usize;
            LabeledSpan::new_with_span(text, SourceSpan::new(start.into(), length))
        })))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn miette::Diagnostic> + 'b>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|other| other as &dyn miette::Diagnostic)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use infra_model::source::{SourceId, Span};

    #[test]
    fn labels_in_other_files_are_told_with_their_places() {
        let mut sources = SourceMap::default();
        let main = sources.add("main.tf", "module \"app\" {\n  source = \"./app\"\n}\n");
        let app = sources.add("app/main.tf", "\nprovider \"docker\" {}\n");
        let span = |source: SourceId, start: u32, end: u32| Span { source, start, end };
        let found = Diagnostic::error("infra::config::module_with_provider", "Not this way")
            .detail("Why.")
            .label(span(main, 0, 12), "called here")
            .label(span(app, 1, 18), "its own provider configuration")
            .label(span(app, 1, 9), "")
            .help("change it");
        let appearance = Appearance { color: false, unicode: true, width: 80 };
        insta::assert_snapshot!(render(&[found], &sources, appearance), @r#"
        infra::config::module_with_provider

          × Error: Not this way
          │ Why.
          │ app/main.tf:2: its own provider configuration
          │ app/main.tf:2
           ╭─[main.tf:1:1]
         1 │ module "app" {
           · ──────┬─────
           ·       ╰── called here
         2 │   source = "./app"
           ╰────
          help: change it
        "#);
    }
}
