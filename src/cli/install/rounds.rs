//! The rounds of an installation: load what there is, fetch what it calls, and look again.

use super::{
    calls::{Call, calls},
    digest::Sums,
    fetch::{Fetched, Fetcher, blocking, is_far, join},
    http::Http,
    limits::package_bytes_max,
    lockfile::{self, LockFile, Locked},
    manifest,
    place::Place,
    problem::{self, download_failed, subdirectory_missing},
    registry::Registries,
    tests::{Subject, Tests},
    watch::Watch,
};
use crate::{arguments::VariableArguments, context::Context, failure::Failure, project};
use infra_lang::config::{
    RemoteCall,
    installed::{DIRECTORY, Installed, InstalledModule, MANIFEST, key},
    module_source::{ModuleSource, RemoteSource},
    version::Version,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    source::SourceMap,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

/// The code of a module that is not installed: what is done about here.
const NOT_INSTALLED: &str = "infra::config::module_not_installed";

/// How to install.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Take what is newest among what is allowed, whatever is locked.
    pub upgrade: bool,
    /// Refuse what would change the lock file.
    pub readonly: bool,
    /// The directory of tests, whose modules are installed too; as elsewhere if nothing is said.
    pub test_directory: Option<&'a str>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Modules that were fetched.
    pub fetched: usize,
    /// The lock file was written.
    pub locked: bool,
    /// Modules are called, by the configuration or by tests.
    pub called: bool,
}

/// Installs every fetched module that a configuration calls.
///
/// # Errors
///
/// With every module of a round that cannot be had; those that can stay installed.
pub async fn install(
    context: &Context,
    given: &VariableArguments,
    options: Options<'_>,
    say: &dyn Fn(&str),
) -> Result<Outcome, Failure> {
    let empty = Installed::default();
    let (configuration, map, diagnostics) = project::load_modules(context, given, &empty)?;
    refuse_mistakes(diagnostics, &map)?;
    let tests = Tests::read(context, options.test_directory)?;
    let mut lock = LockFile::read(&context.directory)?;
    let calls_none = configuration.places.len() <= 1 && configuration.remote.is_empty();
    if calls_none && tests.load(context, &empty)?.is_empty() {
        return unused(&mut lock, options);
    }
    let place = match Place::open(&context.directory)? {
        Ok(place) => place,
        Err(busy) => {
            say("Waiting for another installation in this directory...");
            let mut watch = Watch::new()?;
            let place = watch.over(blocking("modules", move || busy.wait()), |_| ()).await?;
            // The other one may have written it.
            lock = LockFile::read(&context.directory)?;
            place
        }
    };
    let before = fs::read(context.directory.join(MANIFEST));
    let before = before.map_or_else(|_| Installed::default(), |bytes| Installed::parse(&bytes));
    let fetcher = Fetcher {
        environment: &context.environment,
        http: Http::new().map_err(|why| download_failed("https", why))?,
        bytes_max: package_bytes_max(&context.environment),
        stop: Arc::default(),
    };
    let mut rounds = Rounds {
        context,
        tests,
        options,
        say,
        watch: Watch::new()?,
        place,
        fetcher,
        registries: Registries::default(),
        lock,
        before,
        installed: empty,
        fresh: BTreeMap::new(),
        held: BTreeMap::new(),
        shared: BTreeMap::new(),
        told: BTreeSet::new(),
    };
    rounds.run(given).await
}

/// No module is called: the lock file has nothing to hold.
fn unused(lock: &mut LockFile, options: Options<'_>) -> Result<Outcome, Failure> {
    lock.modules.clear();
    if !lock.is_changed() {
        return Ok(Outcome::default());
    }
    if options.readonly {
        return Err(readonly("it holds modules that are not called any more").into());
    }
    lock.write()?;
    Ok(Outcome { locked: true, ..Outcome::default() })
}

/// Fails with what is wrong besides modules that are not installed yet.
pub(super) fn refuse_mistakes(
    mut diagnostics: Diagnostics,
    map: &SourceMap,
) -> Result<(), Failure> {
    diagnostics.retain(|found| found.code != NOT_INSTALLED);
    if has_errors(&diagnostics) {
        return Err(Failure::new(diagnostics, Arc::new(map.clone())));
    }
    Ok(())
}

struct Rounds<'a> {
    context: &'a Context,
    tests: Tests,
    options: Options<'a>,
    say: &'a dyn Fn(&str),
    watch: Watch,
    place: Place,
    fetcher: Fetcher<'a>,
    registries: Registries,
    lock: LockFile,
    /// What the manifest said.
    before: Installed,
    installed: Installed,
    /// Sums of packages that were placed by this run.
    fresh: BTreeMap<String, Sums>,
    /// What the lock file is to hold.
    held: BTreeMap<String, Locked>,
    /// Packages of this run by address, with the key that each was first placed under.
    shared: BTreeMap<String, (String, Fetched)>,
    /// Keys of modules of the user's own that were looked at.
    told: BTreeSet<String>,
}

impl Rounds<'_> {
    async fn run(&mut self, given: &VariableArguments) -> Result<Outcome, Failure> {
        let outcome = self.all(given).await;
        let is_whole = outcome.is_ok();
        let locked = self.record(is_whole);
        let loaded = outcome?;
        let locked = locked?;
        self.installed = listed(&loaded, &self.installed);
        manifest::write(&self.context.directory, &self.installed)?;
        for (key, sums) in &self.fresh {
            self.place.finish(key, sums)?;
        }
        Ok(Outcome { fetched: self.fresh.len(), locked, called: true })
    }

    /// Loads and fetches until nothing is missing.
    async fn all(&mut self, given: &VariableArguments) -> Result<Vec<Subject>, Failure> {
        loop {
            let (configuration, map, diagnostics) =
                project::load_modules(self.context, given, &self.installed)?;
            refuse_mistakes(diagnostics, &map)?;
            let mut loaded = vec![Subject { under: Vec::new(), configuration, map }];
            loaded.extend(self.tests.load(self.context, &self.installed)?);
            let mut is_whole = true;
            for subject in &loaded {
                is_whole &= self.of_one(subject).await?;
            }
            if is_whole {
                return Ok(loaded);
            }
        }
    }

    /// Fetches what one configuration misses; returns whether nothing was missing.
    async fn of_one(&mut self, subject: &Subject) -> Result<bool, Failure> {
        let mut found = Diagnostics::new();
        let mut is_whole = true;
        for call in calls(subject, &self.installed) {
            let call = match call {
                Call::There(key, module) => {
                    self.tell(key, &module);
                    continue;
                }
                Call::Missing(call) => call,
            };
            is_whole = false;
            let Err(problem) = self.ensure(call).await else { continue };
            let is_end = problem.code == "infra::install::interrupted";
            found.push(problem.label(call.source_span, "asked for here"));
            if is_end {
                break;
            }
        }
        if !found.is_empty() {
            return Err(Failure::new(found, Arc::new(subject.map.clone())));
        }
        Ok(is_whole)
    }

    /// Names a module of the user's own where it is new, as a fetched one is named.
    fn tell(&mut self, key: String, module: &InstalledModule) {
        let is_new = self.options.upgrade || self.before.modules.get(&key) != Some(module);
        let is_own = !self.installed.modules.contains_key(&key);
        if is_own && is_new && !self.told.contains(&key) {
            (self.say)(&format!("- {key} in {}", module.directory));
        }
        self.told.insert(key);
    }

    /// Writes the lock file, and what of the manifest is sure by now.
    fn record(&mut self, is_whole: bool) -> Result<bool, Failure> {
        if is_whole {
            self.lock.modules.clone_from(&self.held);
        } else {
            // What failed keeps its entry.
            self.lock.modules.extend(self.held.clone());
        }
        let is_changed = self.lock.is_changed();
        if is_changed && self.options.readonly {
            return Err(readonly("it holds modules that are not called any more").into());
        }
        self.lock.write()?;
        if !is_whole && !self.installed.modules.is_empty() {
            let mut known = self.before.clone();
            known.modules.extend(self.installed.modules.clone());
            manifest::write(&self.context.directory, &known)?;
            for (key, sums) in &self.fresh {
                self.place.finish(key, sums)?;
            }
        }
        Ok(is_changed)
    }

    /// Sees to it that one module is installed.
    async fn ensure(&mut self, call: &RemoteCall) -> problem::Outcome<()> {
        let key = key(&call.path);
        let locked = self.locked(&key, call);
        if let Some(locked) = locked.filter(|_| !self.options.upgrade)
            && let Some(module) = self.kept(&key, call, &locked)?
        {
            self.installed.modules.insert(key.clone(), module);
            self.held.insert(key, locked);
            return Ok(());
        }
        let locked = self.locked(&key, call).filter(|_| !self.options.upgrade);
        if locked.is_none() && self.options.readonly {
            let why = format!("module {key:?} is not locked as it is called now");
            return Err(readonly(&why));
        }
        self.fetch(&key, call, locked).await
    }

    /// Returns what is locked for a call, if it still is what the call asks for.
    fn locked(&self, key: &str, call: &RemoteCall) -> Option<Locked> {
        let locked = self.lock.modules.get(key)?;
        let version = locked.version.as_deref().and_then(Version::parse);
        let fits = match (&call.version, version) {
            (Some(constraints), Some(version)) => constraints.accept(&version),
            (Some(_), None) => false,
            (None, _) => true,
        };
        (locked.source == call.source.recorded() && fits).then(|| locked.clone())
    }

    /// Returns what is installed, if it is what is locked.
    fn kept(
        &self,
        key: &str,
        call: &RemoteCall,
        locked: &Locked,
    ) -> problem::Outcome<Option<InstalledModule>> {
        let Some(sums) = self.place.sums(key) else { return Ok(None) };
        let Some(module) = self.before.modules.get(key) else { return Ok(None) };
        let root = self.place.package(key);
        if module.source != call.source.recorded()
            || module.version != locked.version
            || sums.digest() != locked.digest
            || !root.is_dir()
        {
            return Ok(None);
        }
        let now = Sums::of(&root, self.fetcher.bytes_max)?;
        if now.digest() == locked.digest {
            return Ok(Some(module.clone()));
        }
        let files = now.differences(&sums);
        Err(changed(key, &files))
    }

    async fn fetch(
        &mut self,
        key: &str,
        call: &RemoteCall,
        locked: Option<Locked>,
    ) -> problem::Outcome<()> {
        let (source, version) = self.resolve(call, locked.as_ref(), key).await?;
        let commit = locked.as_ref().and_then(|locked| locked.commit.clone());
        let made = self.place.partial();
        let fetched = self.package(&source, commit.as_deref(), &made, key).await?;
        let root = made.clone();
        let bytes_max = self.fetcher.bytes_max;
        let sums = self.watch.over(blocking(key, move || Sums::of(&root, bytes_max)), |_| ());
        let sums = sums.await?;
        let now = Locked {
            source: call.source.recorded(),
            version: version.as_ref().map(ToString::to_string),
            commit: fetched.commit.clone(),
            digest: sums.digest(),
        };
        if let Some(locked) = locked.filter(|locked| locked.digest != now.digest) {
            let files = self.place.sums(key).map(|before| sums.differences(&before));
            return Err(mismatch(key, &locked, &now, &files.unwrap_or_default()));
        }
        let within = match &call.source {
            ModuleSource::Registry(registry) => join(&fetched.subdirectory, &registry.subdirectory),
            ModuleSource::Local(_) | ModuleSource::Remote(_) => fetched.subdirectory.clone(),
        };
        let within = found_below(&made, &within)
            .ok_or_else(|| subdirectory_missing(&call.source.package(), &within))?;
        self.place.settle(key, &made)?;
        let directory = join(&format!("{DIRECTORY}/{key}"), &within);
        (self.say)(&format!("- {key} in {directory}"));
        let address = ModuleSource::Remote(source).package();
        self.shared.entry(address).or_insert((key.to_owned(), fetched));
        let module =
            InstalledModule { source: now.source.clone(), version: now.version.clone(), directory };
        self.installed.modules.insert(key.to_owned(), module);
        self.held.insert(key.to_owned(), now);
        self.fresh.insert(key.to_owned(), sums);
        Ok(())
    }

    /// Finds the package of a call, with its version if it comes from a registry.
    async fn resolve(
        &mut self,
        call: &RemoteCall,
        locked: Option<&Locked>,
        key: &str,
    ) -> problem::Outcome<(RemoteSource, Option<Version>)> {
        let source = match &call.source {
            ModuleSource::Remote(source) => {
                (self.say)(&format!("Downloading {} for {key}...", call.source.package()));
                return Ok((source.clone(), None));
            }
            ModuleSource::Local(_) => {
                return Err(download_failed(&call.source.package(), "it is not fetched"));
            }
            ModuleSource::Registry(source) => source,
        };
        let locked = locked.and_then(|locked| Version::parse(locked.version.as_deref()?));
        let (registries, fetcher) = (&mut self.registries, &self.fetcher);
        let lookup = async {
            let version = if let Some(version) = locked {
                version
            } else {
                let accepted = call.version.as_ref();
                registries.newest(fetcher, source, accepted, &call.version_text).await?
            };
            let location = registries.location(fetcher, source, &version).await?;
            Ok((version, location))
        };
        let say = self.say;
        let (version, location) = self
            .watch
            .over(lookup, |elapsed| {
                say(&format!("Still asking {} [{elapsed} elapsed]", source.host));
            })
            .await?;
        (self.say)(&format!("Downloading {} {version} for {key}...", call.source.package()));
        match ModuleSource::parse(&location, false) {
            Ok(ModuleSource::Remote(remote)) if is_far(&remote) => Ok((remote, Some(version))),
            Ok(_) | Err(_) => Err(problem::registry_failed(
                &source.host,
                "it leads to a package that cannot be fetched",
            )),
        }
    }

    /// Brings a package into a new directory: from elsewhere in this run, or from afar.
    async fn package(
        &mut self,
        source: &RemoteSource,
        commit: Option<&str>,
        made: &Path,
        key: &str,
    ) -> problem::Outcome<Fetched> {
        let address = ModuleSource::Remote(source.clone()).package();
        let shared = self.shared.get(&address).cloned();
        let is_same = |fetched: &Fetched| commit.is_none() || fetched.commit.as_deref() == commit;
        if let Some((first, fetched)) = shared.filter(|(_, fetched)| is_same(fetched)) {
            let from = self.place.package(&first);
            let mut sink = super::sink::Sink::new(
                made.to_owned(),
                &address,
                self.fetcher.bytes_max,
                Arc::clone(&self.fetcher.stop),
            )?;
            super::sink::copy_tree(&from, &mut sink)?;
            sink.finish()?;
            return Ok(Fetched { subdirectory: source.subdirectory.clone(), ..fetched });
        }
        let say = self.say;
        let fetch = self.fetcher.fetch(source, commit, made);
        let still =
            |elapsed: &str| say(&format!("{key}: Still downloading... [{elapsed} elapsed]"));
        self.watch.over(fetch, still).await
    }
}

/// Returns all modules of a configuration for the manifest, those beside the root included.
fn listed(loaded: &[Subject], installed: &Installed) -> Installed {
    let there = |call| if let Call::There(key, module) = call { Some((key, module)) } else { None };
    let all = loaded.iter().flat_map(|subject| calls(subject, installed)).filter_map(there);
    Installed { modules: all.collect() }
}

/// Returns a directory of a package; a step may be `*` where only one fits.
fn found_below(root: &Path, within: &str) -> Option<String> {
    let mut found = String::new();
    for step in within.split('/').filter(|step| !step.is_empty()) {
        let step = if step == "*" {
            let entries = fs::read_dir(root.join(&found)).ok()?;
            let mut directories = entries.flatten().filter(|entry| entry.path().is_dir());
            let only = directories.next()?.file_name().into_string().ok()?;
            directories.next().is_none().then_some(only)?
        } else {
            step.to_owned()
        };
        found = join(&found, &step);
    }
    root.join(&found).is_dir().then_some(found)
}

fn readonly(why: &str) -> Diagnostic {
    Diagnostic::error("infra::install::lock_readonly", "Lock file would change")
        .detail(format!(
            "With -lockfile=readonly {} stays as it is, but {why}. Nothing was changed.",
            lockfile::NAME
        ))
        .help("run `infra init` without -lockfile=readonly, and commit the lock file")
}

/// How many files are named in a message.
const FILES_TOLD: usize = 10;

fn told(files: &[String]) -> String {
    let mut out = files.iter().take(FILES_TOLD).cloned().collect::<Vec<_>>().join(", ");
    if files.len() > FILES_TOLD {
        out.push_str(&format!(" and {} more", files.len() - FILES_TOLD));
    }
    out
}

fn changed(key: &str, files: &[String]) -> Diagnostic {
    Diagnostic::error("infra::install::module_changed", "Installed module was changed")
        .detail(format!(
            "The files of module {key:?} in {DIRECTORY}/{key} are not those that {} holds: {}. Nothing was changed.",
            lockfile::NAME,
            told(files)
        ))
        .help(format!(
            "remove {DIRECTORY}/{key} and run `infra init` to have it as locked; a module to be edited belongs into the project"
        ))
}

fn mismatch(key: &str, locked: &Locked, now: &Locked, files: &[String]) -> Diagnostic {
    let mut differs =
        format!("{} holds {}, what was fetched has {}", lockfile::NAME, locked.digest, now.digest);
    if locked.commit != now.commit {
        let text = |commit: &Option<String>| commit.clone().unwrap_or_else(|| "none".to_owned());
        differs.push_str(&format!(
            "; commit {} became {}",
            text(&locked.commit),
            text(&now.commit)
        ));
    }
    if !files.is_empty() {
        differs.push_str(&format!("; files: {}", told(files)));
    }
    Diagnostic::error("infra::install::lock_mismatch", "Module is not what is locked")
        .detail(format!("Module {key:?}: {differs}. The installed modules were not changed by this."))
        .help("find out why the same address gives something else; if that is right, run `infra init -upgrade`")
}
