//! Servers, volumes and networks.

use super::{body, call, done, ended, refusal, refused, served};
use crate::{Effect, Fault};
use hcloud::models::{action, server, volume};
use serde_json::json;

#[tokio::test]
async fn servers_live() {
    served(async |_, client| {
        let network = json!({ "name": "inner", "ip_range": "10.0.0.0/16" });
        let made = call!(
            client,
            networks_api::create_network,
            CreateNetworkParams { create_network_request: body(network) }
        );
        let network = made.unwrap().network.unwrap();
        let subnet =
            json!({ "type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central" });
        let added = call!(
            client,
            networks_api::add_subnet_to_network,
            AddSubnetToNetworkParams { id: network.id, subnet: body(subnet) }
        );
        done(client, &[&added.unwrap().action]).await;
        let wanted = json!({
            "name": "web", "server_type": "cx23", "image": "debian-12", "location": "fsn1",
            "networks": [network.id], "labels": { "env": "test" },
        });
        let create = async || {
            call!(
                client,
                servers_api::create_server,
                CreateServerParams { create_server_request: body(wanted.clone()) }
            )
        };
        let made = create().await.unwrap();
        assert!(made.root_password.is_some(), "there is no key");
        let mut actions = vec![&*made.action];
        actions.extend(&made.next_actions);
        done(client, &actions).await;
        let again = create().await;
        assert_eq!(refusal(again), refused(409, "uniqueness_error"));
        let listed = call!(
            client,
            servers_api::list_servers,
            ListServersParams { label_selector: Some("env=test".to_owned()), per_page: Some(50) }
        );
        let listed = listed.unwrap();
        assert_eq!(listed.meta.pagination.total_entries, Some(1));
        assert_eq!(listed.servers[0].status, server::Status::Running);
        assert_eq!(listed.servers[0].private_net[0].ip.as_deref(), Some("10.0.1.1"));
        let id = made.server.id;
        let larger = async || {
            call!(
                client,
                servers_api::change_type_of_server,
                ChangeTypeOfServerParams {
                    id: id,
                    change_type_of_server_request: body(
                        json!({ "server_type": "cx33", "upgrade_disk": false })
                    )
                }
            )
        };
        assert_eq!(refusal(larger().await), refused(422, "server_not_stopped"));
        let off = call!(client, servers_api::power_off_server, PowerOffServerParams { id: id });
        done(client, &[&off.unwrap().action]).await;
        done(client, &[&larger().await.unwrap().action]).await;
        let seen = call!(client, servers_api::get_server, GetServerParams { id: id });
        let seen = seen.unwrap().server.unwrap();
        assert_eq!((seen.server_type.name.as_str(), seen.primary_disk_size), ("cx33", 40));
        let deleted = call!(client, servers_api::delete_server, DeleteServerParams { id: id });
        done(client, &[&deleted.unwrap().action.unwrap()]).await;
        let gone = call!(client, servers_api::get_server, GetServerParams { id: id });
        assert_eq!(refusal(gone), refused(404, "not_found"));
    })
    .await;
}

#[tokio::test]
async fn volumes_live() {
    served(async |simulator, client| {
        let wanted = json!({
            "name": "web", "server_type": "cx23", "image": "debian-12", "location": "fsn1",
        });
        let server = call!(
            client,
            servers_api::create_server,
            CreateServerParams { create_server_request: body(wanted) }
        );
        let server = server.unwrap();
        done(client, &[&server.action]).await;
        let wanted = json!({ "name": "data", "size": 10, "location": "fsn1", "format": "ext4" });
        let made = call!(
            client,
            volumes_api::create_volume,
            CreateVolumeParams { create_volume_request: body(wanted) }
        );
        let made = made.unwrap();
        done(client, &[&made.action]).await;
        let id = made.volume.id;
        let attached = call!(
            client,
            volumes_api::attach_volume_to_server,
            AttachVolumeToServerParams {
                id: id,
                attach_volume_to_server_request: body(json!({ "server": server.server.id }))
            }
        );
        let attached = attached.unwrap();
        let resize = async |size: i64| {
            call!(
                client,
                volumes_api::resize_volume,
                ResizeVolumeParams { id: id, resize_volume_request: body(json!({ "size": size })) }
            )
        };
        assert_eq!(refusal(resize(20).await), refused(423, "locked"));
        done(client, &[&attached.action]).await;
        done(client, &[&resize(20).await.unwrap().action]).await;
        assert_eq!(refusal(resize(15).await), refused(422, "invalid_input"));
        let seen = call!(client, volumes_api::get_volume, GetVolumeParams { id: id });
        let seen = seen.unwrap().volume;
        assert_eq!((seen.status, seen.server), (volume::Status::Available, Some(server.server.id)));
        let fails = Effect::ActionFails { command: None, code: "action_failed".to_owned() };
        let operation = "POST /volumes/{id}/actions/detach";
        simulator.lock(|world| world.set_fault(Fault::once(operation, fails)));
        let detach =
            async || call!(client, volumes_api::detach_volume, DetachVolumeParams { id: id });
        let failed = detach().await.unwrap().action;
        let failed = ended(client, &[&failed]).await;
        assert_eq!(failed[0].status, action::Status::Error);
        assert_eq!(failed[0].error.as_ref().unwrap().code, "action_failed");
        done(client, &[&detach().await.unwrap().action]).await;
        call!(client, volumes_api::delete_volume, DeleteVolumeParams { id: id }).unwrap();
        let left = call!(client, volumes_api::list_volumes, ListVolumesParams {}).unwrap();
        assert!(left.volumes.is_empty());
    })
    .await;
}

#[tokio::test]
async fn networks_live() {
    served(async |_, client| {
        let range = json!({
            "name": "inner", "ip_range": "10.0.0.0/16",
            "subnets": [{ "type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central" }],
        });
        let made = call!(client, networks_api::create_network, CreateNetworkParams {
            create_network_request: body(range)
        });
        let id = made.unwrap().network.unwrap().id;
        let protect = async |is_on: bool| {
            let changed = call!(client, networks_api::change_network_protection, ChangeNetworkProtectionParams {
                id: id, change_network_protection_request: body(json!({ "delete": is_on }))
            });
            done(client, &[&changed.unwrap().action]).await;
        };
        let delete = async || call!(client, networks_api::delete_network, DeleteNetworkParams { id: id });
        protect(true).await;
        assert_eq!(refusal(delete().await), refused(423, "protected"));
        protect(false).await;
        let listed = call!(client, networks_api::list_networks, ListNetworksParams {
            name: Some("inner".to_owned())
        });
        let listed = listed.unwrap().networks;
        assert_eq!(listed[0].subnets[0].gateway, "10.0.0.1");
        let removed = call!(client, networks_api::delete_subnet_from_network, DeleteSubnetFromNetworkParams {
            id: id, delete_subnet_from_network_request: body(json!({ "ip_range": "10.0.1.0/24" }))
        });
        done(client, &[&removed.unwrap().action]).await;
        delete().await.unwrap();
        let gone = call!(client, networks_api::get_network, GetNetworkParams { id: id });
        assert_eq!(refusal(gone), refused(404, "not_found"));
    })
    .await;
}
