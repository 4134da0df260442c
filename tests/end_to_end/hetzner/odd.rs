//! Values that no description of the API knows, in lists and in answers to writes: nothing fails for
//! them, nothing is planned for them, and nothing that is there is taken for something else.

use super::{Cloud, RESOURCES, books::balance, estate};
use infra_hetzner_simulator::{Effect, Fault};
use serde_json::json;

/// Operations, and the places in their answers that hold one of a few words.
const WORDS: [(&str, &[&str]); 25] = [
    ("GET /servers", &["servers.*.status", "servers.*.image.type", "servers.*.image.os_flavor"]),
    ("GET /servers/{id}", &["server.image.os_flavor", "server.image.type"]),
    ("GET /volumes", &["volumes.*.status"]),
    ("GET /volumes/{id}", &["volume.status"]),
    ("GET /networks", &["networks.*.subnets.*.extra"]),
    ("GET /firewalls", &["firewalls.*.applied_to.*.extra"]),
    ("GET /zones", &["zones.*.status", "zones.*.registrar"]),
    ("GET /zones/{id_or_name}", &["zone.status", "zone.registrar"]),
    ("GET /server_types", &["server_types.*.cpu_type", "server_types.*.storage_type"]),
    ("GET /images", &["images.*.status", "images.*.os_flavor"]),
    ("GET /locations", &["locations.*.extra"]),
    ("GET /actions", &["actions.*.command", "actions.*.resources.*.type"]),
    ("POST /servers", &["server.status", "action.command", "action.status"]),
    ("POST /volumes", &["volume.status", "action.status"]),
    ("POST /firewalls", &["actions.*.status"]),
    ("POST /ssh_keys", &["ssh_key.extra"]),
    ("POST /zones", &["zone.status", "zone.registrar", "action.status"]),
    ("POST /networks/{id}/actions/add_subnet", &["action.status", "action.command"]),
    ("POST /servers/{id}/actions/attach_to_network", &["action.status"]),
    ("POST /servers/{id}/actions/shutdown", &["action.status"]),
    ("POST /servers/{id}/actions/change_type", &["action.status", "action.command"]),
    ("POST /volumes/{id}/actions/attach", &["action.status"]),
    ("POST /volumes/{id}/actions/resize", &["action.status"]),
    ("PUT /servers/{id}", &["server.status"]),
    ("POST /zones/{id_or_name}/rrsets", &["action.status", "rrset.extra"]),
];

#[test]
fn words_that_nobody_knows_change_nothing() {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    for (operation, paths) in WORDS {
        for path in paths {
            let (path, value) = ((*path).to_owned(), json!("hovering"));
            cloud.fault(&Fault::always(operation, Effect::Set { path, value }));
        }
    }
    // What a server is doing is waited for: a word that nobody knows is not the end of it.
    let (path, value) = ("server.status".to_owned(), json!("hovering"));
    cloud.fault(&Fault::once("GET /servers/{id}", Effect::Set { path, value }).times(3));
    estate.run("apply -auto-approve").exits(0).says("13 added");
    assert_eq!(cloud.boots(), [1, 1]);
    estate.is_settled();
    let grown = "-var size=20 -var type=cx33";
    estate.run(&format!("apply -auto-approve {grown}")).exits(0).says("3 changed");
    assert_eq!(cloud.boots(), [2, 2], "one graceful end and one start");
    estate.run(&format!("plan -detailed-exitcode {grown}")).exits(0);
    let met = cloud.world(|world| {
        let of = |(fault, hits): (&Fault, u64)| (hits == 0).then(|| fault.operation.clone());
        world.faults().filter_map(of).collect::<Vec<_>>()
    });
    assert_eq!(met, Vec::<String>::new(), "operations that were never asked for");
    assert_eq!(estate.recorded().len(), RESOURCES);
    balance(&cloud, &estate, "odd words");
    estate.run(&format!("destroy -auto-approve {grown}")).exits(0);
    assert_eq!(cloud.objects(), Vec::<String>::new());
}
