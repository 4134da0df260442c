//! What must hold of any bytes that are given as a record: states of Terraform and saved plans.

use infra::statefile::{outputs, read, survey};
use infra_fake::provider::FakeProvider;
use infra_model::{diagnostic::Diagnostics, kind::Kinds, text::Text};
use infra_sdk::connection::Provider as _;
use std::collections::BTreeSet;

/// States of Terraform, as they are imported, pushed, and read from elsewhere.
pub(crate) fn state(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let kinds = kinds();
    let _outputs = judged(outputs(text));
    let _pushed = judged(read(text, &kinds));
    let Some(found) = judged(survey(text, &kinds)) else { return };
    let there: BTreeSet<String> =
        found.snapshot.instances.keys().map(|address| address.without_keys().to_string()).collect();
    for instance in found.snapshot.instances.values() {
        assert!(!instance.objects.is_empty());
        for need in instance.objects.values().flat_map(|object| &*object.needs) {
            assert!(there.contains(&need.without_keys().to_string()), "{need} is not there");
        }
    }
}

/// Plans, without the frame that seals them: its checksum would refuse every mutation.
pub(crate) fn plan(bytes: &[u8]) {
    let Ok(plan) = infra_plan::file::decode(bytes) else { return };
    let again = infra_plan::file::encode(&plan);
    assert!(!again.is_empty(), "what was read can be written");
}

/// Returns the kinds of the in-memory cloud and of the builtin providers.
pub(crate) fn kinds() -> Kinds {
    let mut kinds = Kinds::default();
    for provider in FakeProvider::remote() {
        kinds.add(Text::from(provider.name()), provider.facts(), provider.kinds());
    }
    for provider in infra_builtin::providers() {
        kinds.add(Text::from(provider.name()), provider.facts(), provider.kinds());
    }
    kinds
}

/// Checks that each refusal has a reason, and says that nothing was changed.
fn judged<T>(read: Result<T, Diagnostics>) -> Option<T> {
    let found = match read {
        Ok(read) => return Some(read),
        Err(found) => found,
    };
    assert!(!found.is_empty());
    for diagnostic in found {
        assert!(diagnostic.is_error() && !diagnostic.help.is_empty(), "{diagnostic:?}");
        assert!(diagnostic.detail.contains("Nothing was changed."), "{diagnostic:?}");
    }
    None
}
