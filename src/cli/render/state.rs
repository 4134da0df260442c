//! What is recorded, for people.

use super::{
    copies,
    diff::{Compare, Options, Printer, key},
    literal::Secrets,
};
use crate::ui::Paint;
use infra_model::{
    address::{Address, Mode},
    kind::Kinds,
    path::Path,
    snapshot::{Instance, Object, Snapshot},
};

/// What is shown as it stands: without symbols, nothing hidden.
const PRINTER: Printer = Printer { paint: Paint::PLAIN, symbols: false };
const ALL: Options = Options { bare: true, all: true };

/// Returns the text of an instance: its objects, with what is tainted or deposed said.
pub fn instance(
    address: &Address,
    instance: &Instance,
    (kinds, secrets): (&Kinds, Secrets),
) -> String {
    let mut out = String::new();
    let is_deposed = |generation| instance.deposed.contains(generation);
    let mut objects: Vec<_> = instance.objects.iter().collect();
    // What is in use comes first.
    objects.sort_by_key(|(generation, _)| is_deposed(generation));
    for (generation, recorded) in objects {
        let deposed = is_deposed(generation);
        if !out.is_empty() {
            out.push('\n');
        }
        let remark = match (deposed, recorded.tainted) {
            (true, _) => format!(" (deposed object {})", generation.0),
            (false, true) => " (tainted)".to_owned(),
            (false, false) => String::new(),
        };
        out.push_str(&format!("# {address}:{remark}\n"));
        out.push_str(&object(address, recorded, (kinds, secrets)));
    }
    for intent in &instance.open {
        let at = infra_state::moment::text(intent.at);
        out.push_str(&format!("# {address}: {:?} begun at {at}, outcome open\n", intent.verb));
    }
    out
}

fn object(address: &Address, object: &Object, (kinds, secrets): (&Kinds, Secrets)) -> String {
    let block = match address.mode {
        Mode::Managed => "resource",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    };
    let value = copies::masked(&object.value);
    let compare = comparison(secrets);
    let mut out = format!("{block} \"{}\" \"{}\" ", address.kind, address.name);
    if let Some(kind) = kinds.get(address.mode, &address.kind) {
        let body = compare.body(&kind.schema().block, (&value, &value), &Path::default());
        PRINTER.body(&mut out, &body, (0, ALL));
    } else {
        let node = compare.any(Some(&value), Some(&value));
        PRINTER.text(&mut out, &node, (0, ALL));
    }
    out.push('\n');
    out
}

fn comparison(secrets: Secrets) -> Compare<'static> {
    Compare { remark: &|_| None, masks: secrets == Secrets::Masked }
}

/// Returns the text of a whole state, as `infra show` prints it.
pub fn snapshot(snapshot: &Snapshot, (kinds, secrets): (&Kinds, Secrets)) -> String {
    let instances = snapshot.instances.iter();
    let shown: Vec<String> = instances
        .map(|(address, recorded)| instance(address, recorded, (kinds, secrets)))
        .collect();
    let mut out = shown.join("\n");
    if out.is_empty() {
        out.push_str("The state is empty. No resources are represented.\n");
    }
    let outputs = snapshot.outputs.iter().filter(|(_, output)| !output.value.is_null());
    let outputs: Vec<_> = outputs.collect();
    if !outputs.is_empty() {
        out.push_str("\n\nOutputs:\n\n");
    }
    let compare = comparison(secrets);
    for (name, output) in outputs {
        let value = Some(&output.value);
        let node = compare.typed(&output.value.ty(), (value, value), &Path::default());
        PRINTER.field(&mut out, &key(name), &node, (0, ALL));
    }
    out
}
