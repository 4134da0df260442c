//! The calls of a configuration in Terraform's order: by name, each before those inside of it.

use super::tests::Subject;
use infra_lang::config::{
    RemoteCall,
    installed::{Installed, InstalledModule, key},
};
use infra_model::text::Text;
use std::collections::BTreeMap;

/// A call of a module.
pub(super) enum Call<'a> {
    /// Its files are there; with its key in the manifest, and what stands there.
    There(String, InstalledModule),
    /// It has to be fetched.
    Missing(&'a RemoteCall),
}

/// Returns the calls of a configuration; of a test, the module that is called among them.
pub(super) fn calls<'a>(subject: &'a Subject, installed: &Installed) -> Vec<Call<'a>> {
    let Subject { under, configuration, .. } = subject;
    let mut all: BTreeMap<Vec<Text>, Call<'a>> = BTreeMap::new();
    for place in &configuration.places {
        let path: Vec<Text> = under.iter().chain(&*place.path).cloned().collect();
        if path.is_empty() {
            continue;
        }
        let key = key(&path);
        let directory = configuration.modules[place.module].directory.to_string();
        let version = installed.modules.get(&key).and_then(|module| module.version.clone());
        let module = InstalledModule { source: place.source.to_string(), version, directory };
        all.insert(path, Call::There(key, module));
    }
    for call in configuration.remote.iter().filter(|call| call.missing.is_some()) {
        all.insert(call.path.to_vec(), Call::Missing(call));
    }
    all.into_values().collect()
}
