//! Data centers, which Hetzner has removed: what is still written of them says a location.

use super::text;
use infra_model::{diagnostic::Diagnostic, path::Path, value::Value};

/// Returns the location of a data center such as `fsn1-dc14`.
pub(crate) fn location_of(datacenter: &str) -> &str {
    datacenter.split_once("-dc").map_or(datacenter, |(location, _)| location)
}

/// Says what to write in place of a data center.
pub(crate) fn datacenter(desired: &Value) -> Option<Diagnostic> {
    let given = text(desired, "datacenter").filter(|given| !given.is_empty())?;
    let summary = "`datacenter` was removed by Hetzner in July 2026";
    let found = Diagnostic::warning("infra::hetzner::datacenter_removed", summary)
        .detail(format!("`{given}` is taken as its location. Nothing is changed by that."))
        .help(format!("write instead:\n\n  location = \"{}\"", location_of(given)))
        .at_path(Path::attribute("datacenter"));
    Some(found)
}
