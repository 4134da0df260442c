//! Random walks: whatever is asked for, in whatever order, the answers are such as the API gives,
//! and what there is fits together.

use crate::{
    Exchange, Kind, Options, Request, Simulator, TOKEN,
    world::{draw::Draw, families},
};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

const STEPS: u64 = 400;

/// Long enough for every action.
const DAY_MS: u64 = 24 * 3_600_000;

/// Values that fields may have; most requests are wrong, and many are not.
fn values(field: &str) -> Vec<Value> {
    match field {
        "name" => ["a", "b", "c", "d", "e", "f", "g", "h", "i.example.com", "j.example.org", "x y"]
            .map(Value::from)
            .to_vec(),
        "server_type" => vec![json!("cx23"), json!("cx33"), json!("cax11"), json!("cx22")],
        "image" => vec![json!("debian-12"), json!("docker-ce"), json!("nothing")],
        "location" | "home_location" => vec![json!("fsn1"), json!("nbg1"), json!("mars")],
        "ip_range" => vec![json!("10.0.0.0/16"), json!("10.0.1.0/24"), json!("10.0.0.0/8")],
        "destination" => vec![json!("10.100.0.0/16"), json!("0.0.0.0/0"), json!("10.0.1.0/25")],
        "gateway" => vec![json!("10.0.1.5"), json!("10.0.0.1")],
        "network_zone" => vec![json!("eu-central"), json!("us-east")],
        "type" => ["cloud", "spread", "ipv4", "ipv6", "snapshot", "server", "round_robin"]
            .map(Value::from)
            .to_vec(),
        "labels" => vec![json!({}), json!({ "env": "prod" }), json!({ "-": "wrong" })],
        "ip" => vec![json!("10.0.1.7"), json!("198.18.0.2"), json!("2001:db8:0:2::1")],
        "alias_ips" => vec![json!([]), json!(["10.0.1.8"]), json!(["10.0.1.8", "10.0.1.8"])],
        "size" => vec![json!(10), json!(20), json!(9)],
        "storage_box_type" => vec![json!("bx11"), json!("bx21")],
        "password" => vec![json!("Ahh-4,long;Password"), json!("short")],
        "mode" => vec![json!("primary"), json!("secondary")],
        "home_directory" => vec![json!("one"), json!("two/three")],
        "iso" => vec![json!("97641"), json!("97642")],
        "format" => vec![json!("ext4"), json!("zfs")],
        "load_balancer_type" => vec![json!("lb11"), json!("lb21")],
        "port" | "listen_port" | "destination_port" => vec![json!(80), json!(70_000)],
        "protocol" => vec![json!("tcp"), json!("http"), json!("smoke")],
        "rules" => vec![
            json!([]),
            json!([{
                "direction": "in", "protocol": "tcp", "port": "80", "source_ips": ["0.0.0.0/0"],
            }]),
        ],
        "public_net" => vec![json!({ "enable_ipv4": false }), json!({ "enable_ipv6": false })],
        "dns_ptr" => vec![json!("a.example.com"), Value::Null],
        "delete" | "rebuild" | "start_after_create" | "upgrade_disk" | "auto_delete"
        | "use_private_ip" | "automount" | "proxyprotocol" => vec![json!(true), json!(false)],
        "public_key" => (1..4).map(|n| json!(super::small::public_key(n))).collect(),
        _ => Vec::new(),
    }
}

/// Fields that hold ids of objects, or lists of them.
const IDS: [(&str, Kind, bool); 9] = [
    ("network", Kind::Network, false),
    ("networks", Kind::Network, true),
    ("server", Kind::Server, false),
    ("assignee_id", Kind::Server, false),
    ("volumes", Kind::Volume, true),
    ("placement_group", Kind::PlacementGroup, false),
    ("firewall", Kind::Firewall, false),
    ("floating_ip", Kind::FloatingIp, false),
    ("ipv4", Kind::PrimaryIp, false),
];

const FIELDS: [&str; 38] = [
    "storage_box_type",
    "password",
    "mode",
    "home_directory",
    "name",
    "server_type",
    "image",
    "location",
    "home_location",
    "ip_range",
    "destination",
    "gateway",
    "network_zone",
    "type",
    "labels",
    "ip",
    "alias_ips",
    "size",
    "iso",
    "format",
    "load_balancer_type",
    "port",
    "listen_port",
    "destination_port",
    "protocol",
    "rules",
    "public_net",
    "dns_ptr",
    "delete",
    "rebuild",
    "start_after_create",
    "upgrade_disk",
    "auto_delete",
    "use_private_ip",
    "automount",
    "proxyprotocol",
    "public_key",
    "assignee_type",
];

struct Walk {
    simulator: Simulator,
    draw: Draw,
    found: Arc<Mutex<Vec<String>>>,
    statuses: Arc<Mutex<BTreeMap<u16, u64>>>,
}

impl Walk {
    fn new(seed: u64) -> Self {
        let simulator = Simulator::new(Options { seed, ..Options::default() });
        let found: Arc<Mutex<Vec<String>>> = Arc::default();
        let statuses: Arc<Mutex<BTreeMap<u16, u64>>> = Arc::default();
        let (noted, counted) = (Arc::clone(&found), Arc::clone(&statuses));
        simulator.observe(move |exchange: &Exchange| {
            *held(&counted).entry(exchange.response.status).or_default() += 1;
            let wrong = super::bench::description().map(|d| d.check(exchange)).unwrap_or_default();
            let wrong = wrong.into_iter().filter(|finding| finding.part.starts_with("answer"));
            held(&noted).extend(wrong.map(|finding| format!("{finding:?}")));
            if exchange.response.status >= 500 {
                held(&noted)
                    .push(format!("{} answered {}", exchange.path, exchange.response.status));
            }
        });
        Self { simulator, draw: Draw::new(seed), found, statuses }
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let at = usize::try_from(self.draw.below(of.len() as u64)).unwrap();
        of.get(at).cloned()
    }

    fn id_of(&mut self, kind: Kind) -> Value {
        let ids: Vec<Value> = self
            .simulator
            .lock(|world| world.objects(kind).iter().map(|object| object["id"].clone()).collect());
        self.one_of(&ids).unwrap_or(json!(1))
    }

    fn body(&mut self) -> Value {
        let mut body = Map::new();
        for field in FIELDS {
            if self.draw.below(4) > 0
                && let Some(value) = self.one_of(&values(field))
            {
                body.insert(field.to_owned(), value);
            }
        }
        for (field, kind, is_list) in IDS {
            if self.draw.below(4) == 0 {
                let id = self.id_of(kind);
                body.insert(field.to_owned(), if is_list { json!([id]) } else { id });
            }
        }
        body.into()
    }

    fn step(&mut self, operations: &[String]) {
        let operation = self.one_of(operations).unwrap();
        let (method, template) = operation.split_once(' ').unwrap();
        let kinds = self.simulator.lock(|world| world.kinds());
        let plural = template.split('/').nth(1).unwrap();
        let kind = kinds.into_iter().find(|kind| kind.plural() == plural);
        let id = kind.map_or(json!(1), |kind| self.id_of(kind)).to_string();
        let path = template.replace("{id}", &id).replace("{id_or_name}", &id);
        let mut request = Request::new(method, &format!("/v1{path}")).with_token(TOKEN);
        if method != "GET" && method != "DELETE" {
            request = request.with_body(&self.body());
        }
        self.simulator.answer(&request);
        let passes_ms = [0, 0, 500, 5_000, 100_000];
        let ms = self.one_of(&passes_ms).unwrap();
        self.simulator.advance(ms);
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

/// Looks at everything that there is once all actions have ended.
fn fits(simulator: &Simulator) {
    simulator.advance(DAY_MS);
    let objects = |kind| simulator.lock(|world| world.objects(kind));
    let servers: BTreeSet<String> =
        objects(Kind::Server).iter().map(|server| server["id"].to_string()).collect();
    let mut private = BTreeSet::new();
    for server in objects(Kind::Server) {
        assert_eq!(server["locked"], false, "{server}");
        let status = server["status"].as_str().unwrap();
        assert!(["running", "off"].contains(&status), "{server}");
        for net in server["private_net"].as_array().unwrap() {
            let address = (net["network"].to_string(), net["ip"].to_string());
            assert!(private.insert(address), "two servers have an address: {server}");
        }
    }
    for (kind, field) in
        [(Kind::Volume, "server"), (Kind::FloatingIp, "server"), (Kind::PrimaryIp, "assignee_id")]
    {
        for object in objects(kind) {
            let holder = &object[field];
            assert!(holder.is_null() || servers.contains(&holder.to_string()), "{object}");
        }
    }
    for balancer in objects(Kind::LoadBalancer) {
        for net in balancer["private_net"].as_array().unwrap() {
            let address = (net["network"].to_string(), net["ip"].to_string());
            assert!(private.insert(address), "an address is a server's too: {balancer}");
        }
        for target in balancer["targets"].as_array().unwrap() {
            let server = &target["server"]["id"];
            assert!(server.is_null() || servers.contains(&server.to_string()), "{balancer}");
        }
    }
    let mut assigned = BTreeSet::new();
    for ip in objects(Kind::PrimaryIp).iter().filter(|ip| !ip["assignee_id"].is_null()) {
        let side = (ip["assignee_id"].to_string(), ip["type"].to_string());
        assert!(assigned.insert(side), "a server has two primary IPs of a version: {ip}");
    }
    for firewall in objects(Kind::Firewall) {
        for aim in firewall["applied_to"].as_array().unwrap() {
            let server = &aim["server"]["id"];
            assert!(server.is_null() || servers.contains(&server.to_string()), "{firewall}");
        }
    }
    let sorts = [
        Kind::Server,
        Kind::Volume,
        Kind::Network,
        Kind::Firewall,
        Kind::SshKey,
        Kind::PrimaryIp,
        Kind::FloatingIp,
        Kind::LoadBalancer,
    ];
    for kind in sorts {
        let all = objects(kind);
        let names: BTreeSet<&str> = all.iter().map(|o| o["name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), all.len(), "names are unique");
    }
}

#[test]
fn whatever_is_asked_the_world_fits_together() {
    let operations = families::operations();
    let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
    for seed in 1..=6 {
        let mut walk = Walk::new(seed);
        let written: Vec<String> =
            operations.iter().filter(|operation| !operation.starts_with("GET")).cloned().collect();
        for step in 0..STEPS {
            // Half of the requests make something, so that there is something to change.
            let makes = |operation: &&String| {
                operation.starts_with("POST") && operation.matches('/').count() == 1
            };
            let made: Vec<String> = operations.iter().filter(makes).cloned().collect();
            walk.step(if step % 2 == 0 { &made } else { &written });
        }
        fits(&walk.simulator);
        let found = held(&walk.found).clone();
        assert!(found.is_empty(), "seed {seed}: {found:#?}");
        for (status, count) in held(&walk.statuses).iter() {
            *statuses.entry(*status).or_default() += count;
        }
    }
    for status in [200, 201, 204, 404, 409, 422, 423] {
        assert!(statuses.contains_key(&status), "no walk came to {status}: {statuses:?}");
    }
    assert!(statuses[&201] > 200, "too little was done: {statuses:?}");
}

#[test]
fn same_walk_gives_the_same_answers_byte_for_byte() {
    let transcript = |seed: u64| {
        let mut walk = Walk::new(seed);
        let answers: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let noted = Arc::clone(&answers);
        walk.simulator.observe(move |exchange: &Exchange| {
            held(&noted).push(exchange.response.body.clone());
        });
        for _ in 0..100 {
            walk.step(&families::operations());
        }
        let answers = held(&answers).clone();
        (answers, walk.simulator.lock(|world| world.snapshot()))
    };
    assert_eq!(transcript(3), transcript(3));
    assert_ne!(transcript(3).0, transcript(4).0);
}
