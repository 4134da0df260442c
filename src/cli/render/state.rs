//! What is recorded, for people.

use super::literal::{Secrets, literal};
use infra_model::{
    address::{Address, Mode},
    snapshot::{Instance, Object, Snapshot},
};

/// Returns the text of an instance: its objects, with what is tainted or deposed said.
pub fn instance(address: &Address, instance: &Instance, secrets: Secrets) -> String {
    let mut out = String::new();
    for (generation, recorded) in &instance.objects {
        let deposed = instance.deposed.contains(generation);
        let remark = match (deposed, recorded.tainted) {
            (true, _) => format!(" (deposed object {})", generation.0),
            (false, true) => " (tainted)".to_owned(),
            (false, false) => String::new(),
        };
        out.push_str(&format!("# {address}:{remark}\n"));
        out.push_str(&object(address, recorded, secrets));
    }
    for intent in &instance.open {
        let at = infra_state::moment::text(intent.at);
        out.push_str(&format!("# {address}: {:?} begun at {at}, outcome open\n", intent.verb));
    }
    out
}

fn object(address: &Address, object: &Object, secrets: Secrets) -> String {
    let block = match address.mode {
        Mode::Managed => "resource",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    };
    let value = super::copies::masked(&object.value);
    let entries = value.entries().unwrap_or_default();
    let shown: Vec<_> = entries.iter().filter(|(_, value)| !value.is_null()).collect();
    let width = shown.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut out = format!("{block} \"{}\" \"{}\" {{\n", address.kind, address.name);
    for (name, value) in shown {
        let text = literal(value, 4, secrets);
        out.push_str(&format!("    {name:width$} = {text}\n"));
    }
    out.push_str("}\n");
    out
}

/// Returns the text of a whole state, as `infra show` prints it.
pub fn snapshot(snapshot: &Snapshot, secrets: Secrets) -> String {
    let mut out = String::new();
    for (address, recorded) in &snapshot.instances {
        out.push_str(&instance(address, recorded, secrets));
        out.push('\n');
    }
    if out.is_empty() {
        out.push_str("The state is empty. No resources are represented.\n");
    }
    out.push_str(super::outputs::all_shown(snapshot, secrets).trim_start_matches('\n'));
    out
}
