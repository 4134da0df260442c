//! The sources of providers, as Terraform's state, plans and JSON name them.

/// Where the providers come from that Terraform does not keep itself.
const NAMESPACES: [(&str, &str); 3] =
    [("cloudflare", "cloudflare"), ("docker", "kreuzwerker"), ("hcloud", "hetznercloud")];

/// The provider of `terraform_data`, which is part of Terraform.
const BUILTIN: &str = "terraform";

/// Returns the whole address of a source as it is written, or of the provider if it is not.
pub fn qualified(source: &str, name: &str) -> String {
    match source.split('/').count() {
        1 => provider_source(name),
        2 => format!("registry.terraform.io/{source}"),
        _ => source.to_owned(),
    }
}

/// Returns `registry.terraform.io/kreuzwerker/docker` of `docker`.
pub fn provider_source(name: &str) -> String {
    if name == BUILTIN {
        return format!("terraform.io/builtin/{name}");
    }
    let own = NAMESPACES.iter().find(|(provider, _)| *provider == name);
    let namespace = own.map_or("hashicorp", |(_, namespace)| namespace);
    format!("registry.terraform.io/{namespace}/{name}")
}
