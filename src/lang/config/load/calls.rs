//! Calls of modules: which directory each leads to, and whether it may.

use super::{Loader, MODULE_DEPTH_MAX, PLACES_MAX, join, normalised, shown};
use crate::config::{
    ExprAt, Missing, Package, Place, RemoteCall,
    block::Call,
    early,
    installed::{self, Installed, key},
    module_source::{ModuleSource, redacted},
    version::{Constraints, Version, invalid},
};
use infra_model::{
    diagnostic::{Diagnostic, has_errors},
    source::Span,
    text::Text,
};
use std::sync::Arc;

/// Where a called module is.
pub(super) struct Located {
    pub(super) directory: String,
    pub(super) package: Option<Arc<Package>>,
    /// The address as it is recorded.
    pub(super) source: Text,
    pub(super) version: Text,
}

impl Located {
    /// Returns a directory that nothing calls.
    pub(super) fn beside(directory: &str) -> Self {
        let (source, version) = (Text::from(""), Text::from(""));
        Self { directory: normalised(directory), package: None, source, version }
    }
}

impl Loader<'_> {
    /// Returns where the module is that the run of a test calls.
    pub(super) fn called(&mut self, call: &Call) -> Option<Located> {
        // The address is read as one in the root module, which is not loaded here.
        let root = self.no_module();
        let path = Arc::from([]);
        let (source, version) = (Text::from(""), Text::from(""));
        let (parent, children, package) = (None, Vec::new(), None);
        let place = Place { module: root, parent, path, children, source, version, package };
        self.configuration.places.push(place);
        let located = self.located(0, call);
        self.configuration.places.clear();
        self.configuration.modules.clear();
        located
    }

    /// Adds the places of the calls of a place's module.
    pub(super) fn children(&mut self, place: usize) {
        let calls: Vec<Call> =
            self.configuration.module_at(place).calls.values().cloned().collect();
        for (index, call) in calls.into_iter().enumerate() {
            let child = self.located(place, &call).and_then(|found| {
                let span = self.configuration.span(call.source);
                let module = self.child(place, &found.directory, span)?;
                let added = Place {
                    module,
                    parent: Some((place, index)),
                    path: self.path(place, &call),
                    children: Vec::new(),
                    source: found.source,
                    version: found.version,
                    package: found.package,
                };
                self.configuration.places.push(added);
                Some(self.configuration.places.len() - 1)
            });
            self.configuration.places[place].children.push(child);
        }
    }

    fn path(&self, place: usize, call: &Call) -> Arc<[Text]> {
        let above = self.configuration.places[place].path.iter();
        above.chain([&call.name.name]).cloned().collect()
    }

    /// Returns where the files of a called module are.
    fn located(&mut self, place: usize, call: &Call) -> Option<Located> {
        let span = self.configuration.span(call.source);
        let text = self.text(place, call.source)?;
        let version = match call.version {
            None => None,
            Some(version) => Some((self.text(place, version)?, version)),
        };
        let source = match ModuleSource::parse(&text, version.is_some()) {
            Ok(source) => source,
            Err(wrong) => {
                self.report(span, wrong.at(span, "not a usable address"));
                return None;
            }
        };
        if let ModuleSource::Local(path) = &source {
            return self.local(place, call, path);
        }
        let mut constraints = None;
        let mut version_text = Text::from("");
        if let Some((text, at)) = version {
            constraints = Constraints::parse(&text);
            version_text = text;
            if constraints.is_none() {
                let at = self.configuration.span(at);
                self.report(at, invalid(at));
                return None;
            }
        }
        let is_called = self.options.called.is_some_and(|called| called.call.span == call.span);
        let above = self.options.called.map_or(&[][..], |called| &called.under);
        let path = self.path(place, call);
        // A run that calls a module is named above already.
        let own = path.iter().skip(usize::from(is_called));
        let remote = RemoteCall {
            path: above.iter().chain(own).cloned().collect(),
            source,
            version: constraints,
            version_text,
            span: call.span,
            source_span: span,
            missing: None,
        };
        self.installed(remote)
    }

    /// Returns the value of a source or a version.
    fn text(&mut self, place: usize, expression: ExprAt) -> Option<Text> {
        let given = early::Given { variables: self.options.variables, sources: self.sources };
        let outcome = early::text(&self.configuration, place, expression, given);
        if outcome.wants_variables {
            self.configuration.wants_variables = true;
            return None;
        }
        let failed = has_errors(&outcome.diagnostics);
        let span = self.configuration.span(expression);
        if !outcome.diagnostics.is_empty() && self.reported.insert(span) {
            self.diagnostics.extend(outcome.diagnostics);
        }
        outcome.text.filter(|_| !failed)
    }

    fn local(&mut self, place: usize, call: &Call, path: &str) -> Option<Located> {
        let at = &self.configuration.places[place];
        let directory = normalised(&join(&self.configuration.modules[at.module].directory, path));
        let found = |package| {
            let (source, version) = (Text::from(path), Text::from(""));
            Some(Located { directory: directory.clone(), package, source, version })
        };
        let Some(package) = at.package.clone() else { return found(None) };
        let is_inside = directory == package.root
            || directory.strip_prefix(&package.root).is_some_and(|rest| rest.starts_with('/'));
        if is_inside {
            return found(Some(package));
        }
        let span = self.configuration.span(call.source);
        let names = self.path(place, call);
        let address: Vec<String> = names.iter().map(|name| format!("module.{name}")).collect();
        self.report(
            span,
            Diagnostic::error(
                "infra::config::module_outside",
                "Local module path escapes module package",
            )
            .detail(format!(
                "The given source directory for {} would be outside of its containing package {:?}. Local source addresses starting with \"../\" must stay within the same package that the calling module belongs to.",
                address.join("."),
                package.address
            ))
            .label(span, "leads out of the package")
            .help("ask who maintains the package to keep both modules in it, or to name the other by a full address"),
        );
        None
    }

    /// Returns where a fetched module is installed.
    fn installed(&mut self, mut remote: RemoteCall) -> Option<Located> {
        let key = key(&remote.path);
        let found = self.manifest().modules.get(&key).cloned();
        remote.missing = match &found {
            None => Some(Missing::Absent),
            Some(module) if module.source != remote.source.recorded() => Some(Missing::OtherSource),
            Some(module) => remote.version.as_ref().and_then(|constraints| {
                let version = module.version.clone().unwrap_or_default();
                let parsed = Version::parse(&version);
                let fits = parsed.is_some_and(|version| constraints.accept(&version));
                (!fits).then_some(Missing::OtherVersion(version))
            }),
        };
        let root = normalised(&format!("{}/{key}", installed::DIRECTORY));
        let directory = found.map_or_else(|| root.clone(), |module| normalised(&module.directory));
        if remote.missing.is_none() && self.sources.list(&directory).is_err() {
            remote.missing = Some(Missing::Absent);
        }
        let package = Package { root, address: remote.source.package() };
        if let Some(missing) = &remote.missing {
            let found = not_installed(&remote, missing);
            self.report(remote.span, found);
        }
        let located = Located {
            directory,
            package: Some(Arc::new(package)),
            source: Text::from(remote.source.recorded()),
            version: remote.version_text.clone(),
        };
        let is_there = remote.missing.is_none();
        self.configuration.remote.push(remote);
        is_there.then_some(located)
    }

    fn manifest(&mut self) -> &Installed {
        let (options, sources) = (self.options, self.sources);
        self.manifest.get_or_insert_with(|| match options.installed {
            Some(installed) => installed.clone(),
            // A manifest that is not there or cannot be read: nothing is installed.
            None => sources
                .read(installed::MANIFEST)
                .map_or_else(|_| Installed::default(), |bytes| Installed::parse(&bytes)),
        })
    }

    /// Reports a mistake once for each place in the text.
    fn report(&mut self, span: Span, diagnostic: Diagnostic) {
        if self.reported.insert(span) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn child(&mut self, place: usize, target: &str, span: Span) -> Option<usize> {
        let mut above = Some(place);
        let mut depth = 0;
        while let Some(at) = above {
            let ancestor = &self.configuration.places[at];
            if *self.configuration.modules[ancestor.module].directory == *target {
                self.diagnostics.push(
                    Diagnostic::error("infra::config::module_cycle", "Module calls itself")
                        .detail(format!(
                            "The module in `{}` is called, by one or more steps, from itself.",
                            shown(target)
                        ))
                        .label(span, "leads back here")
                        .help("take this call out of the module, or move what both need into a third one"),
                );
                return None;
            }
            above = ancestor.parent.map(|(parent, _)| parent);
            depth += 1;
        }
        if depth > MODULE_DEPTH_MAX || self.configuration.places.len() > PLACES_MAX {
            self.diagnostics.push(
                Diagnostic::error("infra::config::modules_too_many", "Too many module calls")
                    .detail(format!(
                        "Calls may nest {MODULE_DEPTH_MAX} deep and make {PLACES_MAX} places."
                    ))
                    .label(span, "one too many")
                    .help("flatten the modules, or divide the configuration"),
            );
            return None;
        }
        self.module(target, Some(span))
    }
}

fn not_installed(remote: &RemoteCall, missing: &Missing) -> Diagnostic {
    let again = "Run \"infra init\" to install all modules required by this configuration.";
    let code = "infra::config::module_not_installed";
    let (summary, detail, span) = match missing {
        Missing::Absent => {
            ("Module not installed", "This module is not yet installed.".to_owned(), remote.span)
        }
        Missing::OtherSource => (
            "Module source has changed",
            "The source address was changed since this module was installed.".to_owned(),
            remote.source_span,
        ),
        Missing::OtherVersion(version) => (
            "Module version requirements have changed",
            format!(
                "The version requirements have changed since this module was installed and the installed version ({version}) is no longer acceptable."
            ),
            remote.source_span,
        ),
    };
    Diagnostic::error(code, summary)
        .detail(format!("{detail} {again}"))
        .label(span, redacted(&remote.source.package()))
        .help("run `infra init`; nothing was changed")
}
