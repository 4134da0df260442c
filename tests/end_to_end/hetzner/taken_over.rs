//! A state that Terraform and its provider (1.68) wrote, of objects that are there and carry no mark of
//! ours: it is taken over, nothing is planned for it, and from then on everything works as with our own.

use super::{Cloud, PROVIDER, books::balance, estate};
use crate::end_to_end::estate::Estate;
use infra_hetzner_simulator::Kind;
use serde_json::{Value as Json, json};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPnHeFBWFzB4IHmKoQoQWu6QtEbCW0mxsZLlTd0uDmD ann";

/// What the server is given, and the digest of it that Terraform's provider records.
const USER_DATA: &str = "#cloud-config\\npackages: [docker.io]\\n";
const USER_DATA_SHA1: &str = "+rwG8wuDdzAgboh9NnPbrqXYoTk=";

/// How Terraform keeps the timeouts of a type: base64 of `{"e2bfb730-…":{"create":5400000000000}}`.
const TIMEOUTS: &str =
    "eyJlMmJmYjczMC1lY2FhLTExZTYtOGY4OC0zNDM2M2JjN2M0YzAiOnsiY3JlYXRlIjo1NDAwMDAwMDAwMDAwfX0=";

const MAIN: &str = r#"
resource "hcloud_ssh_key" "ann" {
  name       = "ann"
  public_key = "KEY"
}

resource "hcloud_network" "lan" {
  name     = "lan"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "lan" {
  network_id   = hcloud_network.lan.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_firewall" "web" {
  name = "web"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "443"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}

resource "hcloud_server" "web" {
  name         = "web"
  server_type  = "cx23"
  image        = "debian-12"
  location     = "fsn1"
  ssh_keys     = [hcloud_ssh_key.ann.id]
  user_data    = "USER_DATA"
  firewall_ids = [hcloud_firewall.web.id]
  labels       = { team = "web" }
  network {
    network_id = hcloud_network.lan.id
    ip         = "10.0.1.5"
  }
  depends_on = [hcloud_network_subnet.lan]
}

resource "hcloud_volume" "data" {
  name      = "data"
  size      = 10
  location  = "fsn1"
  format    = "ext4"
  automount = false
}

resource "hcloud_volume_attachment" "data" {
  volume_id = hcloud_volume.data.id
  server_id = hcloud_server.web.id
  automount = false
}

resource "hcloud_rdns" "web" {
  server_id  = hcloud_server.web.id
  ip_address = hcloud_server.web.ipv4_address
  dns_ptr    = "web.example.com"
}

resource "hcloud_zone" "example" {
  name = "taken.example"
  mode = "primary"
}

resource "hcloud_zone_rrset" "www" {
  zone    = hcloud_zone.example.name
  name    = "www"
  type    = "A"
  records = [{ value = "192.0.2.1" }]
}

resource "hcloud_zone_record" "txt" {
  zone  = hcloud_zone.example.name
  name  = "@"
  type  = "TXT"
  value = "\"v=spf1 -all\""
}
"#;

/// How many resources that is.
const RESOURCES: usize = 11;

/// The objects that the estate is made of, made by others.
struct There {
    key: Json,
    network: Json,
    firewall: Json,
    server: Json,
    volume: Json,
    zone: Json,
}

fn made(cloud: &Cloud) -> There {
    let key = cloud.outside("POST", "/ssh_keys", &json!({ "name": "ann", "public_key": KEY }));
    let subnet =
        json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.1.0/24" });
    let network = json!({ "name": "lan", "ip_range": "10.0.0.0/16", "subnets": [subnet] });
    let network = cloud.outside("POST", "/networks", &network)["network"]["id"].clone();
    let sources = json!(["0.0.0.0/0", "::/0"]);
    let rule =
        json!({ "direction": "in", "protocol": "tcp", "port": "443", "source_ips": sources });
    let firewall = cloud.outside("POST", "/firewalls", &json!({ "name": "web", "rules": [rule] }));
    let server = json!({
        "name": "web", "server_type": "cx23", "image": "debian-12", "location": "fsn1",
        "ssh_keys": ["ann"], "labels": { "team": "web" }, "user_data": "#cloud-config\npackages: [docker.io]\n",
        "firewalls": [{ "firewall": firewall["firewall"]["id"] }],
    });
    let server = cloud.outside("POST", "/servers", &server)["server"]["id"].clone();
    let attach = json!({ "network": network, "ip": "10.0.1.5" });
    cloud.outside("POST", &format!("/servers/{server}/actions/attach_to_network"), &attach);
    let volume = json!({ "name": "data", "size": 10, "format": "ext4", "server": server });
    cloud.outside("POST", "/volumes", &volume);
    cloud.outside("POST", "/zones", &json!({ "name": "taken.example", "mode": "primary" }));
    for (name, kind, value) in [("www", "A", "192.0.2.1"), ("@", "TXT", "\"v=spf1 -all\"")] {
        let set = json!({ "name": name, "type": kind, "records": [{ "value": value }] });
        cloud.outside("POST", "/zones/taken.example/rrsets", &set);
    }
    let one = |kind: Kind| cloud.world(|world| world.objects(kind)[0].clone());
    let ip = one(Kind::Server)["public_net"]["ipv4"]["ip"].clone();
    let name = json!({ "ip": ip, "dns_ptr": "web.example.com" });
    cloud.outside("POST", &format!("/servers/{server}/actions/change_dns_ptr"), &name);
    There {
        key: key["ssh_key"].clone(),
        network: one(Kind::Network),
        firewall: one(Kind::Firewall),
        server: one(Kind::Server),
        volume: one(Kind::Volume),
        zone: one(Kind::Zone),
    }
}

fn text(id: &Json) -> String {
    id.to_string()
}

/// A resource, as Terraform writes it: types of the older kit have `private`, and write what is not set as
/// null or as nothing.
fn resource(kind: &str, name: &str, attributes: impl Into<Json>, needs: &[&str]) -> Json {
    let attributes: Json = attributes.into();
    let instance = json!({
        "schema_version": 0, "attributes": attributes, "sensitive_attributes": [],
        "private": "bnVsbA==", "dependencies": needs,
    });
    let provider = "provider[\"registry.terraform.io/hetznercloud/hcloud\"]";
    json!({ "mode": "managed", "type": kind, "name": name, "provider": provider,
        "instances": [instance] })
}

fn basics(there: &There) -> Vec<Json> {
    let network = &there.network["id"];
    let rule = json!({ "description": "", "destination_ips": [], "direction": "in", "port": "443",
        "protocol": "tcp", "source_ips": ["0.0.0.0/0", "::/0"] });
    let aim = json!({ "label_selector": "", "server": there.server["id"] });
    vec![
        resource(
            "hcloud_ssh_key",
            "ann",
            json!({
                "fingerprint": there.key["fingerprint"], "id": text(&there.key["id"]), "labels": {},
                "name": "ann", "public_key": KEY,
            }),
            &[],
        ),
        resource(
            "hcloud_network",
            "lan",
            json!({
                "delete_protection": false, "expose_routes_to_vswitch": false, "id": text(network),
                "ip_range": "10.0.0.0/16", "labels": {}, "name": "lan",
            }),
            &[],
        ),
        resource(
            "hcloud_network_subnet",
            "lan",
            json!({
                "gateway": "10.0.0.1", "id": format!("{network}-10.0.1.0/24"), "ip_range": "10.0.1.0/24",
                "network_id": network, "network_zone": "eu-central", "type": "cloud", "vswitch_id": null,
            }),
            &["hcloud_network.lan"],
        ),
        resource(
            "hcloud_firewall",
            "web",
            json!({
                "apply_to": [aim], "id": text(&there.firewall["id"]), "labels": {}, "name": "web",
                "rule": [rule],
            }),
            &[],
        ),
    ]
}

fn of_server(there: &There) -> Vec<Json> {
    let (volume, id) = (&there.volume["id"], &there.server["id"]);
    let ip = &there.server["public_net"]["ipv4"]["ip"];
    let mut server = resource(
        "hcloud_server",
        "web",
        server(there),
        &[
            "hcloud_firewall.web",
            "hcloud_network.lan",
            "hcloud_network_subnet.lan",
            "hcloud_ssh_key.ann",
        ],
    );
    server["instances"][0]["private"] = json!(TIMEOUTS);
    vec![
        server,
        resource(
            "hcloud_volume",
            "data",
            json!({
                "automount": false, "delete_protection": false, "format": "ext4", "id": text(volume),
                "labels": {}, "linux_device": there.volume["linux_device"], "location": "fsn1",
                "name": "data", "server_id": id, "size": 10,
            }),
            &[],
        ),
        resource(
            "hcloud_volume_attachment",
            "data",
            json!({
                "automount": false, "id": text(volume), "server_id": id, "volume_id": volume,
            }),
            &["hcloud_server.web", "hcloud_volume.data"],
        ),
        resource(
            "hcloud_rdns",
            "web",
            json!({
                "dns_ptr": "web.example.com", "floating_ip_id": null, "id": format!("s-{id}-{}", ip.as_str().unwrap()),
                "ip_address": ip, "load_balancer_id": null, "primary_ip_id": null, "server_id": id,
            }),
            &["hcloud_server.web"],
        ),
    ]
}

fn names(there: &There) -> Vec<Json> {
    vec![
        resource(
            "hcloud_zone",
            "example",
            json!({
                "authoritative_nameservers": { "assigned": there.zone["authoritative_nameservers"]["assigned"] },
                "delete_protection": false, "id": there.zone["id"], "labels": {}, "mode": "primary",
                "name": "taken.example", "primary_nameservers": [], "registrar": there.zone["registrar"],
                "ttl": 3600,
            }),
            &[],
        ),
        resource(
            "hcloud_zone_rrset",
            "www",
            json!({
                "change_protection": false, "id": "www/A", "labels": {}, "name": "www",
                "records": [{ "comment": null, "value": "192.0.2.1" }], "ttl": null, "type": "A",
                "zone": "taken.example",
            }),
            &["hcloud_zone.example"],
        ),
        resource(
            "hcloud_zone_record",
            "txt",
            json!({
                "comment": "", "name": "@", "type": "TXT", "value": "\"v=spf1 -all\"", "zone": "taken.example",
            }),
            &["hcloud_zone.example"],
        ),
    ]
}

/// The state file.
fn state(there: &There) -> Json {
    let resources = [basics(there), of_server(there), names(there)].concat();
    json!({ "version": 4, "terraform_version": "1.11.4", "serial": 7, "check_results": null,
        "lineage": "5a1d9f0e-0f7b-4cb3-9df0-bd1c1f9d9d11", "outputs": {}, "resources": resources })
}

fn server(there: &There) -> Json {
    let server = &there.server;
    let public = &server["public_net"];
    let network = public["ipv6"]["ip"].as_str().unwrap();
    let private = &server["private_net"][0];
    json!({
        "allow_deprecated_images": false, "backup_window": "", "backups": false, "datacenter": "fsn1-dc14",
        "delete_protection": false, "firewall_ids": [there.firewall["id"]], "id": text(&server["id"]),
        "ignore_remote_firewall_ids": false, "image": "debian-12", "ipv4_address": public["ipv4"]["ip"],
        "ipv6_address": network.replace("::/64", "::1"), "ipv6_network": network, "iso": null,
        "keep_disk": false, "labels": { "team": "web" }, "location": "fsn1", "name": "web",
        "network": [{ "alias_ips": [], "ip": "10.0.1.5", "mac_address": private["mac_address"],
            "network_id": private["network"], "subnet_id": "" }],
        "placement_group_id": null, "primary_disk_size": 40, "public_net": [], "rebuild_protection": false,
        "rescue": null, "server_type": "cx23", "shutdown_before_deletion": false,
        "ssh_keys": [text(&there.key["id"])], "status": "running", "timeouts": null,
        "user_data": USER_DATA_SHA1,
    })
}

fn main_text() -> String {
    format!("{PROVIDER}{}", MAIN.replace("KEY", KEY).replace("USER_DATA", USER_DATA))
}

#[test]
fn what_terraform_made_is_taken_over_as_it_is() {
    let cloud = Cloud::start();
    let there = made(&cloud);
    let theirs = Estate::new();
    theirs.write("terraform.tfstate", &state(&there).to_string());
    let estate = estate(&cloud);
    estate.write("main.tf", &main_text());
    let from = theirs.path().display().to_string();
    estate.run(&format!("import-state {from}")).exits(0).says("Imported");
    assert_eq!(estate.recorded().len(), RESOURCES);
    let lives = cloud.lives();
    let objects = cloud.world(|world| world.snapshot()["objects"].clone());
    cloud.requests();

    let plan = estate.run("plan -detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{}", plan.all());
    estate.run("apply -auto-approve").exits(0).says("0 added, 0 changed, 0 destroyed");
    assert_eq!(cloud.writes(), Vec::<String>::new());
    estate.is_settled();
    assert_eq!(
        cloud.world(|world| world.snapshot()["objects"].clone()),
        objects,
        "no mark was needed"
    );
    balance(&cloud, &estate, &plan.all());

    // From here on it is ours: changed in place, and removed as a whole.
    let changed = main_text().replace("team = \"web\"", "team = \"api\"").replace("= 10", "= 20");
    estate.write("main.tf", &changed.replace("\"443\"", "\"80\""));
    estate.run("apply -auto-approve").exits(0).says("0 added, 3 changed, 0 destroyed");
    assert_eq!(cloud.lives(), lives, "nothing was restarted");
    let labels = cloud.world(|world| world.objects(Kind::Server)[0]["labels"].clone());
    assert!(labels["team"] == "api" && labels["infra/token"].is_string(), "{labels}");
    estate.is_settled();
    estate.run("destroy -auto-approve").exits(0).says("11 destroyed");
    assert_eq!(cloud.objects(), Vec::<String>::new());
}
