//! Public addresses as the API shows them: an address, or a whole network of IPv6.

use serde_json::Value as Json;

/// Returns the address and the network of an IP object; one of IPv4 has no network.
pub(crate) fn split(object: &Json) -> (Json, Json) {
    let shown = &object["ip"];
    match shown.as_str().and_then(|ip| ip.split_once('/')) {
        Some((address, _)) => (Json::from(address), shown.clone()),
        None => (shown.clone(), Json::Null),
    }
}
