//! Storage boxes, which are on another host.

use super::{body, call, done, refusal, refused, served};
use hcloud::{
    apis::{Error, configuration::Configuration, storage_boxes_api::CreateStorageBoxError},
    models::{CreateStorageBoxResponse, storage_box},
};
use serde_json::json;

const PASSWORD: &str = "abcdefgH1234!";

async fn create(
    client: &Configuration,
    password: &str,
) -> Result<CreateStorageBoxResponse, Error<CreateStorageBoxError>> {
    let wanted = json!({
        "name": "backup", "location": "hel1", "storage_box_type": "bx11",
        "password": password, "access_settings": { "ssh_enabled": true },
    });
    call!(
        client,
        storage_boxes_api::create_storage_box,
        CreateStorageBoxParams { create_storage_box_request: body(wanted) }
    )
}

#[tokio::test]
async fn storage_boxes_live() {
    served(async |_, client| {
        assert_eq!(refusal(create(client, "weak").await), refused(422, "invalid_input"));
        let made = create(client, PASSWORD).await.unwrap();
        assert_eq!(made.storage_box.status, storage_box::Status::Initializing);
        let id = made.storage_box.id;
        let delete = async || {
            call!(client, storage_boxes_api::delete_storage_box, DeleteStorageBoxParams { id: id })
        };
        assert_eq!(refusal(delete().await), refused(423, "locked"));
        done(client, &[&made.action]).await;
        let list = async || {
            let params =
                call!(client, storage_boxes_api::list_storage_boxes, ListStorageBoxesParams {});
            params.unwrap().storage_boxes
        };
        assert_eq!(list().await[0].status, storage_box::Status::Active);
        assert!(list().await[0].access_settings.ssh_enabled);
        let plan = json!({ "max_snapshots": 2, "hour": 3, "minute": 0 });
        let planned = call!(
            client,
            storage_boxes_api::enable_snapshot_plan,
            EnableSnapshotPlanParams { id: id, enable_snapshot_plan_request: body(plan) }
        );
        done(client, &[&planned.unwrap().action]).await;
        assert_eq!(list().await[0].snapshot_plan.as_ref().unwrap().hour, 3);
        done(client, &[&delete().await.unwrap().action]).await;
        let gone =
            call!(client, storage_boxes_api::get_storage_box, GetStorageBoxParams { id: id });
        assert_eq!(refusal(gone), refused(404, "not_found"));
    })
    .await;
}

#[tokio::test]
async fn what_is_in_storage_boxes_lives() {
    served(async |_, client| {
        let made = create(client, PASSWORD).await.unwrap();
        done(client, &[&made.action]).await;
        let id = made.storage_box.id;
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
        let listed =
            call!(client, storage_boxes_api::list_snapshots, ListSnapshotsParams { id: id });
        assert_eq!(listed.unwrap().snapshots[0].id, made.snapshot.id);
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
        let account = made.subaccount.id;
        let seen = async || {
            call!(
                client,
                storage_boxes_api::get_subaccount,
                GetSubaccountParams { id: id, subaccount_id: account }
            )
        };
        assert_eq!(seen().await.unwrap().subaccount.home_directory, "team");
        let deleted = call!(
            client,
            storage_boxes_api::delete_subaccount,
            DeleteSubaccountParams { id: id, subaccount_id: account }
        );
        done(client, &[&deleted.unwrap().action]).await;
        assert_eq!(refusal(seen().await), refused(404, "not_found"));
    })
    .await;
}
