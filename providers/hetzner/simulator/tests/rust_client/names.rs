//! Zones, record sets and certificates.

use super::{body, call, done, ended, refusal, refused, served};
use hcloud::{
    apis::{Error, configuration::Configuration, zones_api::CreateRrsetError},
    models::{CreateRrsetResponse, action, certificate_status, zone},
};
use serde_json::{Value, json};

const ZONE: &str = "example.com";

#[tokio::test]
async fn zones_live() {
    served(async |_, client| {
        let create = async |name: &str| {
            let wanted = json!({ "name": name, "mode": "primary", "ttl": 600 });
            call!(
                client,
                zones_api::create_zone,
                CreateZoneParams { create_zone_request: body(wanted) }
            )
        };
        let made = create(ZONE).await.unwrap();
        assert_eq!(made.zone.status, zone::Status::Updating);
        done(client, &[&made.action]).await;
        assert_eq!(refusal(create(ZONE).await), refused(409, "uniqueness_error"));
        assert_eq!(refusal(create("a.example.com").await), refused(422, "invalid_input"));
        let changed = call!(
            client,
            zones_api::change_zones_default_ttl,
            ChangeZonesDefaultTtlParams {
                id_or_name: ZONE.to_owned(),
                change_zones_default_ttl_request: body(json!({ "ttl": 300 }))
            }
        );
        done(client, &[&changed.unwrap().action]).await;
        let listed = call!(
            client,
            zones_api::list_zones,
            ListZonesParams { mode: Some("primary".to_owned()) }
        );
        let listed = listed.unwrap().zones;
        assert_eq!((listed[0].ttl, listed[0].record_count), (300, 4));
        let file = call!(
            client,
            zones_api::export_zone_file,
            ExportZoneFileParams { id_or_name: ZONE.to_owned() }
        );
        let file = file.unwrap().zonefile;
        let imported = call!(
            client,
            zones_api::import_zone_file,
            ImportZoneFileParams {
                id_or_name: made.zone.id.to_string(),
                import_zone_file_request: body(json!({ "zonefile": file }))
            }
        );
        done(client, &[&imported.unwrap().action]).await;
        let deleted =
            call!(client, zones_api::delete_zone, DeleteZoneParams { id_or_name: ZONE.to_owned() });
        done(client, &[&deleted.unwrap().action]).await;
        let gone =
            call!(client, zones_api::get_zone, GetZoneParams { id_or_name: ZONE.to_owned() });
        assert_eq!(refusal(gone), refused(404, "not_found"));
    })
    .await;
}

async fn make_zone(client: &Configuration) {
    let wanted = json!({ "name": ZONE, "mode": "primary" });
    let made = call!(
        client,
        zones_api::create_zone,
        CreateZoneParams { create_zone_request: body(wanted) }
    );
    done(client, &[&made.unwrap().action]).await;
}

async fn make_set(
    client: &Configuration,
    sort: &str,
    value: &str,
) -> Result<CreateRrsetResponse, Error<CreateRrsetError>> {
    let set = json!({ "name": "@", "type": sort, "records": [{ "value": value }] });
    call!(
        client,
        zones_api::create_rrset,
        CreateRrsetParams { id_or_name: ZONE.to_owned(), resource_record_set_to_create: body(set) }
    )
}

#[tokio::test]
async fn record_sets_live() {
    served(async |_, client| {
        make_zone(client).await;
        let made = make_set(client, "MX", "10 mail").await.unwrap();
        done(client, &[&made.action]).await;
        let refusal_of = async |sort, value| refusal(make_set(client, sort, value).await);
        assert_eq!(refusal_of("MX", "20 m").await, refused(409, "uniqueness_error"));
        assert_eq!(refusal_of("A", "192.0.2").await, refused(422, "invalid_input"));
        let listed = call!(
            client,
            zones_api::list_rrsets,
            ListRrsetsParams {
                id_or_name: ZONE.to_owned(),
                r#type: Some(vec!["MX".to_owned(), "NS".to_owned()])
            }
        );
        assert_eq!(listed.unwrap().rrsets.len(), 2);
        let (name, sort) = ("@".to_owned(), "MX".to_owned());
        let deleted = call!(
            client,
            zones_api::delete_rrset,
            DeleteRrsetParams {
                id_or_name: ZONE.to_owned(),
                rr_name: name.clone(),
                rr_type: sort.clone()
            }
        );
        done(client, &[&deleted.unwrap().action]).await;
        let gone = call!(
            client,
            zones_api::get_rrset,
            GetRrsetParams { id_or_name: ZONE.to_owned(), rr_name: name, rr_type: sort }
        );
        assert_eq!(refusal(gone), refused(404, "not_found"));
    })
    .await;
}

#[tokio::test]
async fn records_are_added_and_set() {
    served(async |_, client| {
        make_zone(client).await;
        let made = make_set(client, "MX", "10 mail").await.unwrap();
        done(client, &[&made.action]).await;
        let (name, sort) = ("@".to_owned(), "MX".to_owned());
        let seen = async || {
            let seen = call!(
                client,
                zones_api::get_rrset,
                GetRrsetParams {
                    id_or_name: ZONE.to_owned(),
                    rr_name: name.clone(),
                    rr_type: sort.clone()
                }
            );
            let records = seen.unwrap().rrset.records;
            records.into_iter().map(|record| record.value).collect::<Vec<_>>()
        };
        let added = call!(
            client,
            zones_api::add_records_to_rrset,
            AddRecordsToRrsetParams {
                id_or_name: ZONE.to_owned(),
                rr_name: name.clone(),
                rr_type: sort.clone(),
                add_records_to_rrset_request: body(json!({ "records": [{ "value": "20 mail2" }] }))
            }
        );
        done(client, &[&added.unwrap().action]).await;
        assert_eq!(seen().await, ["10 mail", "20 mail2"]);
        let set = call!(
            client,
            zones_api::set_records_of_rrset,
            SetRecordsOfRrsetParams {
                id_or_name: ZONE.to_owned(),
                rr_name: name.clone(),
                rr_type: sort.clone(),
                set_records_of_rrset_request: body(json!({ "records": [{ "value": "30 mail3" }] }))
            }
        );
        done(client, &[&set.unwrap().action]).await;
        assert_eq!(seen().await, ["30 mail3"]);
    })
    .await;
}

#[tokio::test]
async fn certificates_live() {
    served(async |_, client| {
        let create = async |wanted: Value| {
            call!(
                client,
                certificates_api::create_certificate,
                CreateCertificateParams { create_certificate_request: body(wanted) }
            )
        };
        let uploaded = json!({
            "name": "uploaded",
            "certificate": include_str!("../certificates/ec.crt.pem"),
            "private_key": include_str!("../certificates/ec.key.pem"),
        });
        let made = create(uploaded.clone()).await.unwrap();
        assert_eq!(made.certificate.domain_names, ["shop.example.com"]);
        assert_eq!(made.action.flatten(), None);
        assert_eq!(refusal(create(uploaded).await), refused(409, "uniqueness_error"));
        let managed = json!({ "name": "managed", "type": "managed", "domain_names": [ZONE] });
        let made = create(managed).await.unwrap();
        let failed = ended(client, &[&made.action.flatten().unwrap()]).await;
        assert_eq!(failed[0].status, action::Status::Error);
        let id = made.certificate.id;
        let seen = async || {
            let seen =
                call!(client, certificates_api::get_certificate, GetCertificateParams { id: id });
            seen.unwrap().certificate.status.flatten().unwrap()
        };
        let error = seen().await.error.flatten().unwrap();
        assert_eq!(error.code.as_deref(), Some("dns_zone_not_found"));
        make_zone(client).await;
        let retried = call!(
            client,
            certificates_api::retry_issuance_or_renewal,
            RetryIssuanceOrRenewalParams { id: id }
        );
        done(client, &[&retried.unwrap().action]).await;
        assert_eq!(seen().await.issuance, Some(certificate_status::Issuance::Completed));
        let listed =
            call!(client, certificates_api::list_certificates, ListCertificatesParams {}).unwrap();
        for certificate in &listed.certificates {
            call!(
                client,
                certificates_api::delete_certificate,
                DeleteCertificateParams { id: certificate.id }
            )
            .unwrap();
        }
        assert_eq!(listed.certificates.len(), 2);
    })
    .await;
}
