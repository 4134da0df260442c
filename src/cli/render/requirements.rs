//! The providers that modules require, as a tree.

use crate::provider_names::qualified;
use infra_lang::compile::Requirements;
use infra_model::text::Text;

/// Returns the tree of modules with their providers, and the providers that the state names.
pub fn requirements(required: &[Requirements], recorded: &[String]) -> String {
    let mut out = String::from("\nProviders required by configuration:\n.\n");
    write_module(required, &[], "", &mut out);
    out.push('\n');
    if !recorded.is_empty() {
        out.push_str("Providers required by state:\n\n");
        for source in recorded {
            out.push_str(&format!("    provider[{source}]\n\n"));
        }
    }
    out
}

fn write_module(all: &[Requirements], path: &[Text], indent: &str, out: &mut String) {
    let own = all.iter().find(|module| &*module.module == path);
    let providers = own.into_iter().flat_map(|module| &module.providers);
    let mut lines: Vec<(String, Option<&[Text]>)> = providers
        .map(|(name, required)| {
            let source = qualified(&required.source, name);
            let version = if required.version.is_empty() { "" } else { " " };
            (format!("provider[{source}]{version}{}", required.version), None)
        })
        .collect();
    lines.sort();
    let mut children: Vec<&[Text]> = all
        .iter()
        .map(|module| &*module.module)
        .filter(|child| child.split_last().is_some_and(|(_, above)| above == path))
        .collect();
    children.sort();
    lines.extend(
        children
            .into_iter()
            .filter_map(|child| child.last().map(|name| (format!("module.{name}"), Some(child)))),
    );
    let last = lines.len().saturating_sub(1);
    for (index, (line, child)) in lines.into_iter().enumerate() {
        let (branch, below) =
            if index == last { ("└── ", "    ") } else { ("├── ", "│\u{a0}\u{a0} ") };
        out.push_str(&format!("{indent}{branch}{line}\n"));
        if let Some(child) = child {
            write_module(all, child, &format!("{indent}{below}"), out);
        }
    }
}
