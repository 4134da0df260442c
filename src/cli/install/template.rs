//! `infra init -from-module`: the files of a module as the beginning of a configuration.

use super::{
    digest::Sums,
    fetch::{Fetcher, blocking, is_far, join},
    http::Http,
    landing,
    limits::package_bytes_max,
    place::Place,
    problem::{download_failed, registry_failed, subdirectory_missing, unwritable},
    registry::Registries,
    watch::Watch,
};
use crate::{context::Context, failure::Failure};
use infra_lang::config::{
    load::is_configuration,
    module_source::{ModuleSource, RegistrySource, RemoteSource, redacted},
};
use infra_model::diagnostic::Diagnostic;
use std::{fs, path::Path, sync::Arc};

/// Copies the files of a module into the directory.
///
/// # Errors
///
/// If the directory has a configuration or one of the files already, or the module cannot be had.
pub async fn copy(context: &Context, address: &str, say: &dyn Fn(&str)) -> Result<(), Failure> {
    let source = ModuleSource::parse(address, false).map_err(|wrong| {
        Diagnostic::error(wrong.code, wrong.summary).detail(wrong.detail).help(wrong.help)
    })?;
    match landing::unfinished(&context.directory) {
        // What was begun is what is asked for.
        Some(begun) if begun == address => return finish(context, say).await,
        Some(begun) => {
            let help = "run `infra init`, which brings the rest, or copy into another directory";
            return Err(landing::copy_unfinished(&begun, help).into());
        }
        None => check_empty(&context.directory)?,
    }
    let fetcher = Fetcher {
        environment: &context.environment,
        http: Http::new().map_err(|why| download_failed("https", why))?,
        bytes_max: package_bytes_max(&context.environment),
        stop: Arc::default(),
    };
    let mut watch = Watch::new()?;
    let Ok(mut place) = Place::open(&context.directory)? else {
        return Err(taken("another installation runs in it").into());
    };
    say(&format!("Copying configuration from {:?}...", source.package()));
    let made = place.partial();
    let package = source.package();
    let within = watch
        .over(
            async {
                let remote = remote(context, &fetcher, source).await?;
                let done = fetcher.fetch(&remote, None, &made).await?;
                Ok(done.subdirectory)
            },
            |elapsed| say(&format!("Still copying... [{elapsed} elapsed]")),
        )
        .await?;
    // No link in it may lead outside.
    Sums::of(&made, fetcher.bytes_max)?;
    let from = made.join(&within);
    if !from.is_dir() {
        return Err(subdirectory_missing(&package, &within).into());
    }
    check_apart(&from, &context.directory)?;
    landing::begin(&mut place, &from, address)?;
    Ok(landing::finish(&place, &context.directory)?)
}

/// Brings what is missing of a configuration whose copying was cut off.
///
/// # Errors
///
/// If a file is in the way, or cannot be moved.
pub async fn finish(context: &Context, say: &dyn Fn(&str)) -> Result<(), Failure> {
    if landing::unfinished(&context.directory).is_none() {
        return Ok(());
    }
    let place = match Place::open(&context.directory)? {
        Ok(place) => place,
        Err(busy) => {
            say("Waiting for another installation in this directory...");
            Watch::new()?.over(blocking("modules", move || busy.wait()), |_| ()).await?
        }
    };
    if let Some(source) = landing::unfinished(&context.directory) {
        say(&format!("Finishing to copy configuration from {:?}...", redacted(&source)));
        landing::finish(&place, &context.directory)?;
    }
    Ok(())
}

/// Returns the package of any source.
async fn remote(
    context: &Context,
    fetcher: &Fetcher<'_>,
    source: ModuleSource,
) -> Result<RemoteSource, Diagnostic> {
    match source {
        ModuleSource::Remote(remote) => Ok(remote),
        ModuleSource::Local(path) => {
            let path = context.directory.join(&*path);
            local(&path.to_string_lossy())
        }
        ModuleSource::Registry(registry) => from_registry(fetcher, &registry).await,
    }
}

fn local(path: &str) -> Result<RemoteSource, Diagnostic> {
    match ModuleSource::parse(path, false) {
        Ok(ModuleSource::Remote(remote)) => Ok(remote),
        Ok(_) | Err(_) => Err(download_failed(path, "it is no directory")),
    }
}

async fn from_registry(
    fetcher: &Fetcher<'_>,
    source: &RegistrySource,
) -> Result<RemoteSource, Diagnostic> {
    let mut registries = Registries::default();
    let version = registries.newest(fetcher, source, None, "").await?;
    let location = registries.location(fetcher, source, &version).await?;
    let mut remote = local(&location)?;
    if !is_far(&remote) {
        return Err(registry_failed(&source.host, "it leads to a package that cannot be fetched"));
    }
    remote.subdirectory = join(&remote.subdirectory, &source.subdirectory);
    Ok(remote)
}

/// Returns whether a directory has files of a configuration.
///
/// # Errors
///
/// If it cannot be read.
pub fn has_configuration(directory: &Path) -> Result<bool, Failure> {
    Ok(configuration_in(directory)?.is_some())
}

fn configuration_in(directory: &Path) -> Result<Option<String>, Diagnostic> {
    let entries = fs::read_dir(directory).map_err(|error| unwritable(directory, &error))?;
    let mut names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.find(|name| is_configuration(name)))
}

/// Refuses a directory that has a configuration.
fn check_empty(directory: &Path) -> Result<(), Diagnostic> {
    match configuration_in(directory)? {
        Some(name) => Err(taken(&format!("it has configuration files already, such as {name}"))),
        None => Ok(()),
    }
}

/// Refuses what would come over something that is there.
fn check_apart(from: &Path, to: &Path) -> Result<(), Diagnostic> {
    let entries = fs::read_dir(from).map_err(|error| unwritable(from, &error))?;
    let mut names = entries.flatten().map(|entry| entry.file_name());
    match names.find(|name| fs::symlink_metadata(to.join(name)).is_ok()) {
        Some(name) => Err(taken(&format!("{} is there already", name.to_string_lossy()))),
        None => Ok(()),
    }
}

fn taken(why: &str) -> Diagnostic {
    Diagnostic::error("infra::install::target_not_empty", "Can't copy into this directory")
        .detail(format!("The files of the module would come into this directory, but {why}. Nothing was changed."))
        .help("run `infra init -from-module=SOURCE` in an empty directory")
}
