//! The protocol of module registries: where the service is, which versions there are, where one is.

use super::{
    cli_config::CliConfig,
    fetch::Fetcher,
    http::Answer,
    problem::{Outcome, registry_failed},
};
use infra_lang::config::{
    module_source::RegistrySource,
    version::{Constraints, Version},
};
use infra_model::diagnostic::Diagnostic;
use reqwest::{StatusCode, Url};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The name of the service in what a host says of itself.
const SERVICE: &str = "modules.v1";

/// Registries that were asked, with what they said.
#[derive(Default)]
pub(super) struct Registries {
    settings: Option<CliConfig>,
    services: BTreeMap<String, Url>,
    versions: BTreeMap<(String, String), Vec<Version>>,
}

impl Registries {
    /// Returns the newest version that is accepted.
    ///
    /// # Errors
    ///
    /// If the registry, the module, or a fitting version is not there.
    pub(super) async fn newest(
        &mut self,
        fetcher: &Fetcher<'_>,
        source: &RegistrySource,
        accepted: Option<&Constraints>,
        written: &str,
    ) -> Outcome<Version> {
        let versions = self.versions(fetcher, source).await?;
        let fits = |version: &&Version| match accepted {
            Some(constraints) => constraints.accept(version),
            None => !version.is_prerelease(),
        };
        let newest = versions.iter().filter(fits).max();
        newest.cloned().ok_or_else(|| none_fits(source, written, versions))
    }

    /// Returns the address of a version's package.
    ///
    /// # Errors
    ///
    /// If the registry does not say.
    pub(super) async fn location(
        &mut self,
        fetcher: &Fetcher<'_>,
        source: &RegistrySource,
        version: &Version,
    ) -> Outcome<String> {
        let path = format!("{}/{version}/download", source.name);
        let url = self.url(fetcher, source, &path).await?;
        let answer = self.ask(fetcher, source, &url).await?;
        let given = answer.headers.get("x-terraform-get").and_then(|value| value.to_str().ok());
        let in_body = || {
            let json: Json = serde_json::from_slice(&answer.body).ok()?;
            json["location"].as_str().map(str::to_owned)
        };
        let Some(location) = given.map(str::to_owned).or_else(in_body) else {
            let why = format!("{} does not say where the package is", shown(&url));
            return Err(registry_failed(&source.host, why));
        };
        let is_relative = ["/", "./", "../"].iter().any(|start| location.starts_with(start));
        if !is_relative {
            return Ok(location);
        }
        let joined = url.join(&location);
        joined.map(String::from).map_err(|error| registry_failed(&source.host, error))
    }

    async fn versions(
        &mut self,
        fetcher: &Fetcher<'_>,
        source: &RegistrySource,
    ) -> Outcome<&[Version]> {
        let key = (source.host.clone(), source.name.clone());
        if !self.versions.contains_key(&key) {
            let url = self.url(fetcher, source, &format!("{}/versions", source.name)).await?;
            let answer = self.ask(fetcher, source, &url).await?;
            let why = || {
                registry_failed(
                    &source.host,
                    format!("{} gave no list of versions, but something else", shown(&url)),
                )
            };
            let json: Json = serde_json::from_slice(&answer.body).map_err(|_| why())?;
            let listed = json["modules"][0]["versions"].as_array().ok_or_else(why)?;
            let versions = listed.iter().filter_map(|entry| entry["version"].as_str());
            let versions = versions.filter_map(Version::parse).collect();
            self.versions.insert(key.clone(), versions);
        }
        Ok(self.versions.get(&key).map_or(&[], Vec::as_slice))
    }

    async fn url(
        &mut self,
        fetcher: &Fetcher<'_>,
        source: &RegistrySource,
        path: &str,
    ) -> Outcome<Url> {
        let service = self.service(fetcher, &source.host).await?;
        service.join(path).map_err(|error| registry_failed(&source.host, error))
    }

    /// Finds out where a host has its registry.
    async fn service(&mut self, fetcher: &Fetcher<'_>, host: &str) -> Outcome<Url> {
        if let Some(url) = self.services.get(host) {
            return Ok(url.clone());
        }
        let settings = self.settings(fetcher)?;
        let set = settings.service(host, SERVICE).map(str::to_owned);
        let (base, service) = if let Some(url) = set {
            (None, url)
        } else {
            // Nothing leaves the machine on the way to itself.
            let scheme = if is_loopback(host) { "http" } else { "https" };
            let url = format!("{scheme}://{host}/.well-known/terraform.json");
            let token = settings.token(host, fetcher.environment);
            let answer = fetcher.http.get(&url, token).await;
            let answer = answer.map_err(|why| registry_failed(host, why))?;
            let answer = good(host, answer)?;
            (Some(answer.url.clone()), discovered(host, &answer)?)
        };
        let url = match base.as_deref().map(Url::parse) {
            Some(base) => base.and_then(|base| base.join(&service)),
            None => Url::parse(&service),
        };
        let mut url = url.map_err(|error| registry_failed(host, error))?;
        if !["https", "http"].contains(&url.scheme()) {
            return Err(registry_failed(host, "its registry is neither at https nor at http"));
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        self.services.insert(host.to_owned(), url.clone());
        Ok(url)
    }

    fn settings(&mut self, fetcher: &Fetcher<'_>) -> Outcome<&CliConfig> {
        let read = match self.settings.take() {
            Some(settings) => settings,
            None => CliConfig::read(fetcher.environment)?,
        };
        Ok(self.settings.insert(read))
    }

    async fn ask(
        &mut self,
        fetcher: &Fetcher<'_>,
        source: &RegistrySource,
        url: &Url,
    ) -> Outcome<Answer> {
        let host = &source.host;
        let token = self.settings(fetcher)?.token(host, fetcher.environment);
        let answer = fetcher.http.get(url.as_str(), token).await;
        let answer = answer.map_err(|why| registry_failed(host, why))?;
        if answer.status == StatusCode::NOT_FOUND {
            return Err(not_found(source));
        }
        good(host, answer)
    }
}

fn good(host: &str, answer: Answer) -> Outcome<Answer> {
    match answer.status {
        status if status.is_success() => Ok(answer),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(registry_failed(
            host,
            format!(
                "it refuses ({}); a token is taken from TF_TOKEN_{}, from a `credentials` block, or from `terraform login`",
                answer.status,
                host.replace('-', "__").replace(['.', ':'], "_")
            ),
        )),
        status => Err(registry_failed(host, format!("it answers {status}"))),
    }
}

fn discovered(host: &str, answer: &Answer) -> Outcome<String> {
    let json: Json = serde_json::from_slice(&answer.body).map_err(|_| {
        registry_failed(host, "what it says of its services is no JSON; it may be no registry")
    })?;
    let service = json[SERVICE].as_str().map(str::to_owned);
    service.ok_or_else(|| registry_failed(host, "the host does not offer a module registry"))
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "127.0.0.1" || name == "localhost"
}

/// Returns a URL without what may be secret.
fn shown(url: &Url) -> String {
    format!("{}{}", url.host_str().unwrap_or(""), url.path())
}

fn not_found(source: &RegistrySource) -> Diagnostic {
    Diagnostic::error("infra::install::module_not_found", "Module not found")
        .detail(format!(
            "The module {:?} cannot be found in the module registry at {}. Nothing was changed.",
            source.name, source.host
        ))
        .help("correct the address, or give a token if the module is private")
}

fn none_fits(source: &RegistrySource, written: &str, versions: &[Version]) -> Diagnostic {
    let mut newest: Vec<&Version> = versions.iter().collect();
    newest.sort_by(|a, b| b.cmp(a));
    let listed: Vec<String> = newest.iter().take(5).map(ToString::to_string).collect();
    let there = if listed.is_empty() {
        "It has no versions at all".to_owned()
    } else {
        format!("The newest available are {}", listed.join(", "))
    };
    Diagnostic::error("infra::install::version_missing", "Unresolvable module version constraint")
        .detail(format!(
            "There is no available version of module {:?} ({}) which matches the given version constraint {written:?}. {there}. Nothing was changed.",
            source.name, source.host
        ))
        .help("widen the constraint; a version before a release must be named exactly")
}
