//! Accounts of storage boxes.

use super::{PASSWORD, bench, body, len};
use serde_json::{Value, json};

#[test]
fn subaccounts_have_homes_and_settings() {
    let (bench, id) = bench();
    let all = format!("/storage_boxes/{id}/subaccounts");
    let account = |home: &str| json!({ "home_directory": home, "password": PASSWORD });
    let named = |name: &str| {
        let mut body = account("b");
        body["name"] = name.into();
        body
    };
    let first = bench.made(&all, &account("team/web"));
    let mut wanted = named("second");
    wanted["access_settings"] = json!({ "readonly": true });
    wanted["description"] = "who".into();
    wanted["labels"] = json!({ "a": "b" });
    let second = bench.made(&all, &wanted);
    let one = format!("{all}/{first}");
    let shown = bench.get(&one)["subaccount"].clone();
    let username = format!("u{id}-sub1");
    assert_eq!((&shown["username"], &shown["name"]), (&json!(username), &json!(username)));
    assert_eq!(shown["server"], format!("{username}.your-storagebox.de"));
    let invalid = "invalid_input";
    let long = "a".repeat(51);
    bench.table(&[
        ("POST", &all, account("/absolute"), 422, invalid),
        ("POST", &all, account("a:b"), 422, invalid),
        ("POST", &all, account(""), 422, invalid),
        ("POST", &all, json!({ "home_directory": "a" }), 422, invalid),
        ("POST", &all, json!({ "home_directory": "a", "password": "weak" }), 422, invalid),
        ("POST", &all, named(&long), 422, invalid),
        ("POST", &all, named("second"), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "second" }), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "" }), 422, invalid),
        ("PUT", &one, json!({ "name": "first", "description": "new", "labels": {} }), 200, ""),
        ("POST", &format!("{one}/actions/change_home_directory"), account("/a"), 422, invalid),
        (
            "POST",
            &format!("{one}/actions/reset_subaccount_password"),
            json!({ "password": "weak" }),
            422,
            invalid,
        ),
        ("GET", &format!("{all}?username={username}&sort=id:desc"), Value::Null, 200, ""),
    ]);
    let act = |action: &str, body: Value| {
        bench.act("POST", &format!("{one}/actions/{action}"), &body);
    };
    act("change_home_directory", json!({ "home_directory": "team/mail" }));
    act("reset_subaccount_password", json!({ "password": "another1PASS!" }));
    act("update_access_settings", json!({ "ssh_enabled": true, "readonly": true }));
    act("update_access_settings", json!({ "readonly": false }));
    let shown = bench.get(&one)["subaccount"].clone();
    assert_eq!((&shown["name"], &shown["home_directory"]), (&json!("first"), &json!("team/mail")));
    assert_eq!(shown["access_settings"]["ssh_enabled"], true);
    assert_eq!(shown["access_settings"]["readonly"], false);
    let folders =
        |path: &str| bench.get(&format!("/storage_boxes/{id}/folders{path}"))["folders"].clone();
    assert_eq!(
        (folders(""), folders("?path=/team")),
        (json!(["b", "team"]), json!(["mail", "web"]))
    );
    let missing = format!("/storage_boxes/{id}/folders?path=none");
    bench.table(&[("GET", &missing, Value::Null, 404, "not_found")]);
    let action = bench.act("DELETE", &format!("{all}/{second}"), &Value::Null);
    assert_eq!(action["resources"][1], json!({ "id": second, "type": "storage_box_subaccount" }));
    assert_eq!(len(&bench.get(&all)["subaccounts"]), 1);
    bench.simulator.lock(|world| world.catalogue().storage_box_types[0].subaccounts_max = 0);
    let none = bench.made("/storage_boxes", &body("none"));
    let all = format!("/storage_boxes/{none}/subaccounts");
    bench.table(&[("POST", &all, account("a"), 403, "resource_limit_exceeded")]);
}
