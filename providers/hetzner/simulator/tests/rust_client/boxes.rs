//! Storage boxes, which are on another host.

use super::{body, call, done, refusal, refused, served};
use hcloud::models::storage_box;
use serde_json::json;

const PASSWORD: &str = "abcdefgH1234!";

#[tokio::test]
async fn storage_boxes_live() {
    served(async |_, client| {
        let create = async |password: &str| {
            let wanted = json!({
                "name": "backup", "location": "hel1", "storage_box_type": "bx11",
                "password": password, "access_settings": { "ssh_enabled": true },
            });
            call!(
                client,
                storage_boxes_api::create_storage_box,
                CreateStorageBoxParams { create_storage_box_request: body(wanted) }
            )
        };
        assert_eq!(refusal(create("weak").await), refused(422, "invalid_input"));
        let made = create(PASSWORD).await.unwrap();
        assert_eq!(made.storage_box.status, storage_box::Status::Initializing);
        let id = made.storage_box.id;
        let delete = async || {
            call!(client, storage_boxes_api::delete_storage_box, DeleteStorageBoxParams { id: id })
        };
        assert_eq!(refusal(delete().await), refused(423, "locked"));
        done(client, &[&made.action]).await;
        let listed =
            call!(client, storage_boxes_api::list_storage_boxes, ListStorageBoxesParams {});
        let listed = listed.unwrap().storage_boxes;
        assert_eq!(listed[0].status, storage_box::Status::Active);
        assert!(listed[0].access_settings.ssh_enabled);
        let plan = json!({ "max_snapshots": 2, "hour": 3, "minute": 0 });
        let planned = call!(
            client,
            storage_boxes_api::enable_snapshot_plan,
            EnableSnapshotPlanParams { id: id, enable_snapshot_plan_request: body(plan) }
        );
        done(client, &[&planned.unwrap().action]).await;
        let made = call!(
            client,
            storage_boxes_api::create_snapshot,
            CreateSnapshotParams {
                id: id,
                create_snapshot_request: body(json!({ "description": "first" }))
            }
        );
        let made = made.unwrap();
        done(client, &[&made.action]).await;
        let snapshots =
            call!(client, storage_boxes_api::list_snapshots, ListSnapshotsParams { id: id });
        assert_eq!(snapshots.unwrap().snapshots[0].id, made.snapshot.id);
        let rolled = call!(
            client,
            storage_boxes_api::rollback_snapshot,
            RollbackSnapshotParams {
                id: id,
                rollback_snapshot_request: body(
                    json!({ "snapshot": made.snapshot.id.to_string() })
                )
            }
        );
        done(client, &[&rolled.unwrap().action]).await;
        let wanted = json!({ "home_directory": "team", "password": PASSWORD });
        let made = call!(
            client,
            storage_boxes_api::create_subaccount,
            CreateSubaccountParams { id: id, create_subaccount_request: body(wanted) }
        );
        let made = made.unwrap();
        done(client, &[&made.action]).await;
        let account = call!(
            client,
            storage_boxes_api::get_subaccount,
            GetSubaccountParams { id: id, subaccount_id: made.subaccount.id }
        );
        assert_eq!(account.unwrap().subaccount.home_directory, "team");
        done(client, &[&delete().await.unwrap().action]).await;
        let gone =
            call!(client, storage_boxes_api::get_storage_box, GetStorageBoxParams { id: id });
        assert_eq!(refusal(gone), refused(404, "not_found"));
    })
    .await;
}
