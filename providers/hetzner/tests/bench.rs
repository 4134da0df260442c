//! A provider before a simulator: a project with some things in it, a clock that both share, and every
//! exchange judged by the API's own description.

use super::samples::certificates::GROUND;
use crate::{Environment, HetznerProvider};
use infra_hetzner_simulator::{
    Effect, Exchange, Fault, Options, Simulator, TOKEN,
    openapi::{Description, Finding},
};
use infra_model::value::Value;
use infra_sdk::{
    clock::Silent,
    connection::{BoxFuture, Clock, Control},
};
use serde_json::{Value as Json, json};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, atomic::AtomicBool},
    time::Duration,
};
use tokio::net::TcpListener;

/// A key that nobody has.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdyb3VuZGdyb3VuZGdyb3VuZGdyb3VuZGdyb3Vu ground";

/// The provider before a simulator.
pub(crate) struct Bench {
    pub(crate) simulator: Simulator,
    pub(crate) provider: HetznerProvider,
    pub(crate) address: String,
    /// Set when somebody stops the run.
    pub(crate) stop: Arc<AtomicBool>,
    /// What a test gives in place of the usual clock and progress.
    pub(crate) other: Mutex<Option<Control>>,
    findings: Arc<Mutex<Vec<Finding>>>,
}

/// What is in the project before a test begins; the ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ground {
    pub(crate) server: i64,
    pub(crate) other_server: i64,
    /// With addresses of both versions, as the first.
    pub(crate) public_server: i64,
    /// `10.0.0.0/16`, with the cloud subnets `10.0.1.0/24` and `10.0.5.0/24` in eu-central.
    pub(crate) network: i64,
    /// The same once more; the third server and the other load balancer are in it.
    pub(crate) other_network: i64,
    pub(crate) firewall: i64,
    pub(crate) other_firewall: i64,
    pub(crate) placement_group: i64,
    pub(crate) volume: i64,
    pub(crate) other_volume: i64,
    pub(crate) floating_ip: i64,
    pub(crate) other_floating_ip: i64,
    pub(crate) primary_ip: i64,
    pub(crate) primary_ipv6: i64,
    pub(crate) server_ip: String,
    pub(crate) server_ipv6: String,
    pub(crate) floating_ip_address: String,
    pub(crate) primary_ip_address: String,
    pub(crate) load_balancer: i64,
    pub(crate) load_balancer_ip: String,
    pub(crate) other_load_balancer: i64,
    /// In no network, as the first.
    pub(crate) third_load_balancer: i64,
    pub(crate) certificate: i64,
    pub(crate) zone: i64,
    pub(crate) other_zone: i64,
    pub(crate) storage_box: i64,
    pub(crate) other_storage_box: i64,
}

/// The clock of the simulator: whoever sleeps moves it.
pub(crate) struct SimulatedClock(Simulator);

impl Clock for SimulatedClock {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.advance(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        Box::pin(tokio::task::yield_now())
    }
}

impl Bench {
    /// Starts a simulator on a port of its own.
    pub(crate) async fn start() -> Self {
        let simulator = Simulator::new(Options::default());
        let findings = judged(&simulator);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/v1", listener.local_addr().unwrap());
        let served = simulator.clone();
        tokio::spawn(async move { served.serve(listener, std::future::pending()).await });
        let environment = Environment {
            token: Some(TOKEN.to_owned()),
            endpoint: Some(address.clone()),
            endpoint_hetzner: Some(address.clone()),
            ..Environment::default()
        };
        let provider = HetznerProvider::new(environment);
        let (stop, other) = (Arc::default(), Mutex::default());
        Self { simulator, provider, address, stop, other, findings }
    }

    /// Returns a control with the clock of the simulator.
    pub(crate) fn control(&self) -> Control {
        if let Some(other) = &*self.other.lock().unwrap() {
            return other.clone();
        }
        Control {
            deadline_ms: None,
            intends_changes: true,
            stop: Arc::clone(&self.stop),
            progress: Arc::new(Silent),
            clock: Arc::new(SimulatedClock(self.simulator.clone())),
            lineage: "5f1c0000-lineage".into(),
        }
    }

    /// Returns an empty configuration of the provider: all comes from the environment.
    pub(crate) fn config(&self) -> Value {
        use infra_sdk::connection::Provider as _;
        let block = self.provider.facts().config.block;
        // Where time passes with short waits alone, actions are asked about often.
        let is_patient = self.other.lock().unwrap().is_some();
        let argument = |name: &str, null: Value| match name {
            "poll_interval" if is_patient => Value::from("500ms"),
            _ => null,
        };
        let all = block.attributes.iter();
        Value::object(all.map(|(n, a)| (n.clone(), argument(n, Value::null(a.ty.clone())))))
    }

    /// Does what somebody else does, and returns what there is then.
    pub(crate) fn outside(&self, method: &str, target: &str, body: &Json) -> Json {
        let (status, answer) =
            self.simulator.lock(|world| world.outside().call(method, target, body));
        assert!(status < 300, "{method} {target}: {status} {answer}");
        answer
    }

    /// Lets calls of an operation go wrong.
    pub(crate) fn fault(&self, operation: &str, effect: Effect) {
        self.simulator.lock(|world| world.set_fault(Fault::once(operation, effect)));
    }

    /// Returns what the API shows at a path.
    pub(crate) fn shown(&self, target: &str) -> Json {
        self.outside("GET", target, &Json::Null)
    }

    /// Puts what many tests need into the project.
    pub(crate) fn ground(&self) -> Ground {
        let server = |name: &str, has_ipv4: bool| {
            let body = json!({
                "name": name, "server_type": "cx23", "image": "debian-12", "location": "fsn1",
                "public_net": { "enable_ipv4": has_ipv4, "enable_ipv6": true },
            });
            self.made("/servers", "server", &body)
        };
        let subnet = |range: &str| json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": range });
        let subnets = [subnet("10.0.1.0/24"), subnet("10.0.5.0/24")];
        let network = |name: &str| {
            let body = json!({ "name": name, "ip_range": "10.0.0.0/16", "subnets": subnets });
            self.made("/networks", "network", &body)
        };
        self.made("/ssh_keys", "ssh_key", &json!({ "name": "ground", "public_key": KEY }));
        let volume = |name: &str| {
            let body = json!({ "name": name, "size": 10, "location": "fsn1" });
            self.made("/volumes", "volume", &body)
        };
        let group = json!({ "name": "ground", "type": "spread" });
        let floating = |name: &str| {
            let body = json!({ "type": "ipv4", "name": name, "home_location": "fsn1" });
            self.made("/floating_ips", "floating_ip", &body)
        };
        let primary = |name: &str, family: &str| {
            let body = json!({
                "type": family, "name": name, "location": "fsn1", "assignee_type": "server",
            });
            self.made("/primary_ips", "primary_ip", &body)
        };
        let ground = self.ground_of_services(Ground {
            server: server("ground", true),
            // Without an address of IPv4, so that one can be assigned.
            other_server: server("ground-2", false),
            public_server: server("ground-3", true),
            network: network("ground"),
            other_network: network("ground-2"),
            firewall: self.made("/firewalls", "firewall", &json!({ "name": "ground" })),
            other_firewall: self.made("/firewalls", "firewall", &json!({ "name": "ground-2" })),
            placement_group: self.made("/placement_groups", "placement_group", &group),
            volume: volume("ground"),
            other_volume: volume("ground-2"),
            floating_ip: floating("ground"),
            other_floating_ip: floating("ground-2"),
            primary_ip: primary("ground", "ipv4"),
            primary_ipv6: primary("ground-2", "ipv6"),
            ..Ground::default()
        });
        self.join(&ground);
        self.with_addresses(ground)
    }

    /// Brings a server and a load balancer into a network.
    fn join(&self, ground: &Ground) {
        let body = json!({ "network": ground.other_network });
        let (server, balancer) = (ground.public_server, ground.other_load_balancer);
        for path in [format!("/servers/{server}"), format!("/load_balancers/{balancer}")] {
            self.outside("POST", &format!("{path}/actions/attach_to_network"), &body);
        }
    }

    fn ground_of_services(&self, ground: Ground) -> Ground {
        let zone =
            |name: &str| self.made("/zones", "zone", &json!({ "name": name, "mode": "primary" }));
        let storage = |name: &str| {
            let body = json!({
                "name": name, "storage_box_type": "bx11", "location": "fsn1",
                "password": "Correct-Horse-1",
            });
            self.made("/storage_boxes", "storage_box", &body)
        };
        let certificate =
            json!({ "name": "ground", "certificate": GROUND.0, "private_key": GROUND.1 });
        let balancer = |name: &str| {
            let body = json!({
                "name": name, "load_balancer_type": "lb11", "location": "fsn1",
                "algorithm": { "type": "round_robin" },
            });
            self.made("/load_balancers", "load_balancer", &body)
        };
        Ground {
            certificate: self.made("/certificates", "certificate", &certificate),
            load_balancer: balancer("ground"),
            other_load_balancer: balancer("ground-2"),
            third_load_balancer: balancer("ground-3"),
            zone: zone("ground.example"),
            other_zone: zone("ground-2.example"),
            storage_box: storage("ground"),
            other_storage_box: storage("ground-2"),
            ..ground
        }
    }

    fn with_addresses(&self, mut ground: Ground) -> Ground {
        let ip = |target: String, place: &str| {
            let shown = self.shown(&target);
            shown.pointer(place).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        let net = format!("/servers/{}", ground.server);
        let floating = format!("/floating_ips/{}", ground.floating_ip);
        let primary = format!("/primary_ips/{}", ground.primary_ip);
        let balancer = format!("/load_balancers/{}", ground.load_balancer);
        ground.load_balancer_ip = ip(balancer, "/load_balancer/public_net/ipv4/ip");
        ground.server_ip = ip(net.clone(), "/server/public_net/ipv4/ip");
        ground.server_ipv6 = ip(net, "/server/public_net/ipv6/ip").replace("/64", "1");
        ground.floating_ip_address = ip(floating, "/floating_ip/ip");
        ground.primary_ip_address = ip(primary, "/primary_ip/ip");
        ground
    }

    fn made(&self, target: &str, one: &str, body: &Json) -> i64 {
        let made = self.outside("POST", target, body);
        made[one]["id"].as_i64().unwrap_or_else(|| panic!("{target}: {made}"))
    }

    /// Has an exchange judged as if it had gone over the wire.
    pub(crate) fn judge(&self, exchange: &Exchange) {
        judge(&self.findings, exchange);
    }

    /// Returns what was not as the API's description says.
    pub(crate) fn findings(&self) -> Vec<String> {
        let findings = self.findings.lock().unwrap();
        findings.iter().map(|finding| format!("{finding:?}")).collect()
    }
}

/// Has every exchange judged, where the description is there.
fn judged(simulator: &Simulator) -> Arc<Mutex<Vec<Finding>>> {
    let findings: Arc<Mutex<Vec<Finding>>> = Arc::default();
    let noted = Arc::clone(&findings);
    simulator.observe(move |exchange: &Exchange| judge(&noted, exchange));
    findings
}

fn judge(findings: &Mutex<Vec<Finding>>, exchange: &Exchange) {
    if let Some(description) = description() {
        findings.lock().unwrap().extend(description.check(exchange));
    }
}

/// Returns whether exchanges are judged at all.
pub(crate) fn is_judging() -> bool {
    description().is_some()
}

/// Returns the description, read once; none if `../shared` is not there.
#[allow(clippy::disallowed_methods, reason = "the variable says whether it must be there")]
fn description() -> Option<&'static Description> {
    static READ: OnceLock<Option<Description>> = OnceLock::new();
    let read = || {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openapi");
        if !folder.is_dir() {
            assert!(std::env::var("INFRA_REQUIRE_SHARED").is_err(), "../shared is required");
            eprintln!("SKIPPED: exchanges are not judged, ../shared is not there");
            return None;
        }
        Some(Description::load(&folder).unwrap())
    };
    READ.get_or_init(read).as_ref()
}
