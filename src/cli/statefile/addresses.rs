//! Names of providers and dependencies, as the file writes them.

use crate::provider_names::provider_source;
use infra_model::address::{Address, InstanceKey, ModuleAddress, ProviderAddress};
use std::collections::BTreeSet;

/// Returns `module.a.provider["registry.terraform.io/hashicorp/random"].alias`.
pub(super) fn write_provider(provider: &ProviderAddress) -> String {
    let source = provider_source(&provider.provider);
    let mut out = String::new();
    if !provider.module.is_root() {
        out.push_str(&format!("{}.", provider.module));
    }
    out.push_str(&format!("provider[\"{source}\"]"));
    if let Some(alias) = &provider.alias {
        out.push_str(&format!(".{alias}"));
    }
    out.push_str(&provider.key.to_string());
    out
}

/// Reads what [`write_provider`] writes, and `provider.name` of older files.
pub(super) fn read_provider(text: &str) -> Option<ProviderAddress> {
    let (module, rest) = if let Some((module, rest)) = text.split_once("provider[\"") {
        (module, rest.split_once("\"]")?)
    } else {
        let (module, rest) = text.split_once("provider.")?;
        (module, rest.split_once('.').map_or((rest, ""), |_| rest.split_at(end_of_name(rest))))
    };
    let (source, rest) = rest;
    let module = module.strip_suffix('.').unwrap_or(module).parse::<ModuleAddress>().ok()?;
    let provider = source.rsplit('/').next()?.into();
    let (alias, key) = match rest.strip_prefix('.') {
        Some(rest) => {
            let (alias, key) = rest.split_at(rest.find('[').unwrap_or(rest.len()));
            (Some(alias.into()), key)
        }
        None => (None, rest),
    };
    Some(ProviderAddress { module, provider, alias, key: read_key(key)? })
}

fn end_of_name(text: &str) -> usize {
    text.find('.').unwrap_or(text.len())
}

/// Reads the key of an instance, by way of an address that has it.
fn read_key(text: &str) -> Option<InstanceKey> {
    format!("a.b{text}").parse::<Address>().ok().map(|address| address.key)
}

/// Returns dependencies as Terraform knows them: resources without keys.
pub(super) fn write_dependencies(needs: &[Address]) -> Vec<String> {
    let names: BTreeSet<String> =
        needs.iter().map(|need| need.without_keys().to_string()).collect();
    names.into_iter().collect()
}

/// Returns what dependencies stand for among the addresses of the file: the one instance without
/// keys, or whatever instances there are.
pub(super) fn read_dependencies(
    names: &[String],
    recorded: &BTreeSet<Address>,
) -> Option<Vec<Address>> {
    let read = |name: &String| {
        let address: Address = name.parse().ok()?;
        if recorded.contains(&address) {
            return Some(address);
        }
        let any = |step: &infra_model::address::ModuleStep| infra_model::address::ModuleStep {
            name: step.name.clone(),
            key: InstanceKey::Any,
        };
        let module = address.module.steps().iter().map(any).collect();
        Some(Address { module, key: InstanceKey::Any, ..address })
    };
    names.iter().map(read).collect()
}
