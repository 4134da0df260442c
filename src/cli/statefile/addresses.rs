//! Names of providers and dependencies, as the file writes them.

use infra_model::address::{Address, InstanceKey, ModuleAddress, ProviderAddress};
use std::collections::BTreeSet;

/// Where the providers come from that Terraform does not keep itself.
const NAMESPACES: [(&str, &str); 3] =
    [("cloudflare", "cloudflare"), ("docker", "kreuzwerker"), ("hcloud", "hetznercloud")];

/// The provider of `terraform_data`, which is part of Terraform.
const BUILTIN: &str = "terraform";

/// Returns `module.a.provider["registry.terraform.io/hashicorp/random"].alias`.
pub(super) fn write_provider(provider: &ProviderAddress) -> String {
    let name = &*provider.provider;
    let source = if name == BUILTIN {
        format!("terraform.io/builtin/{name}")
    } else {
        let own = NAMESPACES.iter().find(|(provider, _)| *provider == name);
        let namespace = own.map_or("hashicorp", |(_, namespace)| namespace);
        format!("registry.terraform.io/{namespace}/{name}")
    };
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
    let names: BTreeSet<String> = needs.iter().map(|need| bare(need).to_string()).collect();
    names.into_iter().collect()
}

/// Returns an address without any key.
fn bare(address: &Address) -> Address {
    let without = |step: &infra_model::address::ModuleStep| infra_model::address::ModuleStep {
        name: step.name.clone(),
        key: InstanceKey::None,
    };
    let module = address.module.steps().iter().map(without).collect();
    Address { module, key: InstanceKey::None, ..address.clone() }
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
