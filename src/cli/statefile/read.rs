//! From the file to a snapshot; everything that is wrong with it is said at once.

use super::{
    addresses::{read_dependencies, read_provider},
    extras::Extras,
    format::{Check, File, Head, Instance, Output, Resource, VERSION},
    sensitive::mark,
    types::read_type,
    values::from_json,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use infra_model::{
    address::{Address, Generation, InstanceKey, KindName, Mode, ModuleAddress, ProviderAddress},
    diagnostic::{Diagnostic, Diagnostics, Retry},
    kind::Kinds,
    snapshot::{self, CheckStatus, Object, Snapshot},
    text::Text,
    value::{Value, json::from_json_text},
};
use serde_json::Value as Json;
use std::{collections::BTreeSet, sync::Arc};

/// Returns the snapshot of a state file; its sequence is the file's serial.
///
/// # Errors
///
/// With everything in it that cannot be read; then it must not be used at all.
pub fn read(text: &str, kinds: &Kinds) -> Result<Snapshot, Diagnostics> {
    interpret(&parse(text)?, kinds)
}

/// Returns a snapshot with the root outputs of a state file alone, whatever else is in it.
///
/// # Errors
///
/// As [`read`], with what is wrong with outputs alone.
pub fn outputs(text: &str) -> Result<Snapshot, Diagnostics> {
    let file = File { resources: Vec::new(), check_results: None, infra: None, ..parse(text)? };
    interpret(&file, &Kinds::default())
}

/// Returns the fields of a state file of the version that can be read.
pub(super) fn parse(text: &str) -> Result<File, Diagnostics> {
    let head: Head = serde_json::from_str(text).map_err(|error| vec![no_json(&error)])?;
    if let Some(kind) = head.backend.as_ref().and_then(|backend| backend.get("type")) {
        return Err(vec![unreadable(
            &format!("It only says that the state lies in a backend of type {kind}."),
            "Fetch the state with `terraform state pull > FILE` and give that file.",
        )]);
    }
    if head.encrypted_data.is_some() {
        return Err(vec![unreadable(
            "It is encrypted.",
            "Decrypt it with the tool that wrote it.",
        )]);
    }
    if head.version != Some(VERSION) {
        return Err(vec![other_version(head.version)]);
    }
    serde_json::from_str(text).map_err(|error| vec![no_json(&error)])
}

/// Returns what the fields say.
pub(super) fn interpret(file: &File, kinds: &Kinds) -> Result<Snapshot, Diagnostics> {
    let mut reader = Reader { kinds, snapshot: Snapshot::default(), problems: Vec::new() };
    reader.file(file);
    if reader.problems.is_empty() { Ok(reader.snapshot) } else { Err(reader.problems) }
}

struct Reader<'a> {
    kinds: &'a Kinds,
    snapshot: Snapshot,
    problems: Diagnostics,
}

/// An object of the file with its place.
struct Found<'a> {
    address: Address,
    provider: &'a ProviderAddress,
    instance: &'a Instance,
}

impl Reader<'_> {
    fn file(&mut self, file: &File) {
        self.snapshot.lineage = Text::from(&*file.lineage);
        self.snapshot.sequence = file.serial;
        for (name, found) in &file.outputs {
            match output(found) {
                Ok(value) => {
                    self.snapshot.outputs.insert(Text::from(&**name), snapshot::Output { value });
                }
                Err(why) => self.wrong(&format!("output.{name}"), &why),
            }
        }
        let providers: Vec<Option<ProviderAddress>> =
            file.resources.iter().map(|resource| read_provider(&resource.provider)).collect();
        let mut all = Vec::new();
        for (resource, provider) in file.resources.iter().zip(&providers) {
            let name = format!("{}.{}", resource.kind, resource.name);
            let Some(provider) = provider else {
                self.wrong(&name, &format!("`{}` is no provider", resource.provider));
                continue;
            };
            for instance in &resource.instances {
                match address(resource, instance) {
                    Ok(address) => all.push(Found { address, provider, instance }),
                    Err(why) => self.wrong(&name, &why),
                }
            }
        }
        let recorded: BTreeSet<Address> = all.iter().map(|found| found.address.clone()).collect();
        // The current object comes last, so that one without a number is the newest.
        all.sort_by_key(|found| found.instance.deposed.is_empty());
        for found in &all {
            if let Err(why) = self.object(found, &recorded) {
                self.wrong(&found.address.to_string(), &why);
            }
        }
        self.extras(file.infra.as_deref());
        for check in file.check_results.iter().flatten() {
            self.check(check);
        }
    }

    fn object(&mut self, found: &Found<'_>, recorded: &BTreeSet<Address>) -> Result<(), String> {
        let Found { address, provider, instance } = found;
        let object = Object {
            kind: address.kind.clone(),
            provider: (*provider).clone(),
            value: self.value(address, instance)?,
            private: STANDARD
                .decode(&instance.private)
                .map_err(|_| "`private` is no base64".to_owned())?
                .into(),
            schema_version: instance.schema_version,
            tainted: instance.status == "tainted",
            needs: needs(instance, recorded)?.into(),
            prevent_destroy: instance.prevent_destroy,
            create_before_destroy: instance.create_before_destroy,
        };
        let entry = self.snapshot.instances.entry(address.clone()).or_default();
        let generation = Generation(instance.generation.unwrap_or(entry.newest.0 + 1));
        if entry.objects.insert(generation, Arc::new(object)).is_some() {
            return Err("it stands there twice".to_owned());
        }
        entry.newest = entry.newest.max(generation);
        if !instance.deposed.is_empty() {
            entry.deposed.push(generation);
            entry.deposed.sort_unstable();
        }
        let current = entry.objects.keys().filter(|g| !entry.deposed.contains(g)).count();
        if current > 1 { Err("it has more than one current object".to_owned()) } else { Ok(()) }
    }

    /// Returns the attributes in the form of the schema version that the file names.
    fn value(&self, address: &Address, instance: &Instance) -> Result<Value, String> {
        let Some(json) = &instance.attributes else {
            let flat = instance.attributes_flat.is_some();
            let why = if flat {
                "it has flat attributes, of before Terraform 0.12"
            } else {
                "it has no attributes"
            };
            return Err(why.to_owned());
        };
        let schema = self.kinds.get(address.mode, &address.kind).map(|kind| kind.schema());
        let schema = schema.filter(|schema| schema.version == instance.schema_version);
        let value = match (&instance.attributes_type, schema) {
            (Some(ty), _) => from_json(json, &read_type(ty)?)?,
            (None, Some(schema)) => from_json(json, &schema.block.implied_type())?,
            // Another version, or a kind of another program: the text says what there is.
            (None, None) => from_json_text(json.get()).map_err(|error| error.to_string())?,
        };
        let value = mark(value, &instance.sensitive_attributes)?;
        Ok(match schema {
            Some(schema) => schema.block.mark_sensitive(value),
            None => value,
        })
    }

    fn extras(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        let Some(extras) = Extras::from_text(text) else {
            self.wrong("infra", "it is not what `infra state pull` wrote");
            return;
        };
        for intent in extras.open {
            let entry = self.snapshot.instances.entry(intent.address.clone()).or_default();
            entry.newest = entry.newest.max(intent.generation);
            entry.open.push(intent);
        }
        for (address, generation) in extras.newest {
            if let Some(entry) = self.snapshot.instances.get_mut(&address) {
                entry.newest = entry.newest.max(generation);
            }
        }
    }

    fn check(&mut self, check: &Check) {
        let objects = check.objects.as_deref().unwrap_or_default();
        let whole = [(&check.config_addr, &check.status, Vec::new())];
        let each = objects.iter().map(|o| (&o.object_addr, &o.status, o.failure_messages.clone()));
        let found: Vec<_> = if objects.is_empty() { whole.into() } else { each.collect() };
        for (address, status, messages) in found {
            let status = match status.as_str() {
                "pass" => CheckStatus::Pass,
                "fail" => CheckStatus::Fail,
                "error" => CheckStatus::Error,
                _ => CheckStatus::Unknown,
            };
            let messages = messages.into_iter().map(Text::from).collect();
            let result = snapshot::Check { status, messages };
            self.snapshot.checks.insert(Text::from(&**address), result);
        }
    }

    fn wrong(&mut self, what: &str, why: &str) {
        self.problems.push(
            unreadable(&format!("`{what}`: {why}."), "Mend it there, or write the file anew.")
                .at_address(what),
        );
    }
}

fn output(output: &Output) -> Result<Value, String> {
    let value = from_json(&output.value, &read_type(&output.ty)?)?;
    match &output.sensitive_paths {
        Some(paths) => mark(value, paths),
        None if output.sensitive => Ok(value.sensitive()),
        None => Ok(value),
    }
}

pub(super) fn address(resource: &Resource, instance: &Instance) -> Result<Address, String> {
    let mode = match resource.mode.as_str() {
        "managed" => Mode::Managed,
        "data" => Mode::Data,
        other => return Err(format!("`{other}` is no mode")),
    };
    let key = match &instance.index_key {
        None | Some(Json::Null) => InstanceKey::None,
        Some(Json::String(name)) => InstanceKey::Name(Text::from(name.as_str())),
        Some(key) => InstanceKey::Index(key.as_u64().ok_or_else(|| format!("`{key}` is no key"))?),
    };
    let module: Result<ModuleAddress, _> = resource.module.parse();
    let module = module.map_err(|error| format!("`{}`: {error}", resource.module))?;
    let kind = KindName(Text::from(&*resource.kind));
    Ok(Address { module, mode, kind, name: Text::from(&*resource.name), key })
}

fn needs(instance: &Instance, recorded: &BTreeSet<Address>) -> Result<Vec<Address>, String> {
    let wrong = || "a dependency is no address".to_owned();
    match &instance.needs {
        Some(exact) => {
            let read = |name: &String| name.parse().map_err(|_| wrong());
            exact.iter().map(read).collect()
        }
        None => read_dependencies(&instance.dependencies, recorded).ok_or_else(wrong),
    }
}

fn unreadable(why: &str, help: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::state_file_unreadable", "The state file cannot be read")
        .detail(format!("{why} Nothing was changed."))
        .help(help)
        .retry(Retry::Never)
}

fn no_json(error: &serde_json::Error) -> Diagnostic {
    let place = format!("line {}, column {}", error.line(), error.column());
    unreadable(
        &format!("It is no JSON of a state, see {place}."),
        "Give a file that `infra state pull` or `terraform state pull` wrote.",
    )
}

fn other_version(version: Option<u64>) -> Diagnostic {
    let found = version.map_or_else(|| "no version".to_owned(), |v| format!("version {v}"));
    let help = match version {
        Some(version) if version > VERSION => "Use a newer version of infra.",
        Some(_) => {
            "Let Terraform 1 upgrade it: `terraform init`, then `terraform apply -refresh-only`, then \
             `terraform state pull > FILE`; give that file."
        }
        None => "Give a file that `terraform state pull` or `infra state pull` wrote.",
    };
    unreadable(&format!("It has {found}; this program reads version {VERSION}."), help)
}
