//! A simulator on a thread of its own, which the program is pointed at.

use super::judge::Judge;
use infra_hetzner_simulator::{
    Counters, Exchange, Fault, Kind, Options, Pace, Simulator, TOKEN, Token, World,
};
use serde_json::{Value as Json, json};
use std::{
    collections::BTreeMap,
    process::Command,
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
};
use tokio::sync::oneshot;

/// Every request takes as long: actions end after a few questions, and nobody waits.
const STEP_MS: u64 = 1_500;

/// The token that its owner makes when the old one does not work any more.
const NEW: &str = "another-token-of-the-hetzner-cloud-00000000000000000000000000000";

/// The sorts of objects of which the estates here have some.
pub(super) const KINDS: [Kind; 12] = [
    Kind::Certificate,
    Kind::Firewall,
    Kind::FloatingIp,
    Kind::LoadBalancer,
    Kind::Network,
    Kind::PlacementGroup,
    Kind::PrimaryIp,
    Kind::Server,
    Kind::SshKey,
    Kind::StorageBox,
    Kind::Volume,
    Kind::Zone,
];

/// A simulator that answers until it is dropped.
pub(super) struct Cloud {
    simulator: Simulator,
    address: String,
    prey: Arc<Mutex<Option<Prey>>>,
    meddler: Arc<Mutex<Option<Meddler>>>,
    judge: Judge,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A process that is killed when so many more requests were carried out.
struct Prey {
    process: u32,
    requests: u64,
}

/// What somebody else does, once it can be done; returns whether it was.
pub(super) type Deed = Box<dyn FnMut(&mut World) -> bool + Send>;

/// Somebody else, who waits until so many more requests were carried out.
struct Meddler {
    requests: u64,
    deed: Deed,
}

impl Cloud {
    pub(super) fn start() -> Self {
        Self::paced(Pace::Stepping(STEP_MS))
    }

    /// Starts one whose clock moves in a way of its own.
    pub(super) fn paced(pace: Pace) -> Self {
        let options = Options { pace, ..Options::default() };
        let simulator = Simulator::new(options);
        let judge = Judge::default();
        let heard = judge.clone();
        simulator.observe(move |exchange: &Exchange| heard.hear(exchange));
        let prey: Arc<Mutex<Option<Prey>>> = Arc::default();
        let hunted = Arc::clone(&prey);
        // It is carried out, and whoever asked dies before the answer is on its way.
        simulator.observe(move |_| strike(&hunted));
        let meddler: Arc<Mutex<Option<Meddler>>> = Arc::default();
        let (waiting, seen) = (Arc::clone(&meddler), simulator.clone());
        simulator.observe(move |_| meddle(&waiting, &seen));
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let served = simulator.clone();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                served.serve(listener, async { drop(stopped.await) }).await.unwrap();
            });
        });
        let address = format!("http://{}/v1", told.recv().unwrap());
        Self { simulator, address, prey, meddler, judge, stop: Some(stop), thread: Some(thread) }
    }

    /// Returns the variables that point the program here.
    pub(super) fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("HCLOUD_ENDPOINT", self.address.clone()),
            ("HETZNER_ENDPOINT", self.address.clone()),
            ("HCLOUD_TOKEN", TOKEN.to_owned()),
        ]
    }

    /// Lets calls go wrong.
    pub(super) fn fault(&self, fault: &Fault) {
        self.simulator.lock(|world| world.set_fault(fault.clone()));
    }

    /// Takes all faults away.
    pub(super) fn heal(&self) {
        self.simulator.lock(World::clear_faults);
    }

    /// Takes all faults away and makes a new token; returns the variable that holds it.
    pub(super) fn renewed(&self) -> [(&'static str, String); 1] {
        self.heal();
        self.world(|world| world.admit(Token::full(NEW)));
        [("HCLOUD_TOKEN", NEW.to_owned())]
    }

    /// Looks into the project, or changes it.
    pub(super) fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        self.simulator.lock(look)
    }

    /// Does what somebody else would; it must work.
    pub(super) fn outside(&self, method: &str, target: &str, body: &Json) -> Json {
        self.world(|world| {
            let (status, answer) = world.outside().call(method, target, body);
            assert!(status < 300, "{method} {target}: {status} {answer}");
            answer
        })
    }

    /// Lets somebody else do something between two requests: when so many more were carried out, or as
    /// soon after them as it can be done.
    pub(super) fn meddle(&self, requests: u64, deed: Deed) {
        *self.meddler.lock().unwrap() = Some(Meddler { requests, deed });
    }

    /// Keeps whoever waits to meddle from it; returns whether it was still waiting.
    pub(super) fn calm(&self) -> bool {
        self.meddler.lock().unwrap().take().is_some()
    }

    /// Returns the id of the one object of a sort that has a name.
    pub(super) fn id(&self, kind: Kind, name: &str) -> u64 {
        self.world(|world| id_of(world, kind, name).unwrap_or_else(|| panic!("no {kind:?} {name}")))
    }

    /// Returns how often each operation was asked for, and forgets it.
    pub(super) fn requests(&self) -> BTreeMap<String, u64> {
        self.world(|world| {
            let counts = world.counts().clone();
            world.forget_requests();
            counts
        })
    }

    /// Returns the operations that changed something, and forgets them.
    pub(super) fn writes(&self) -> Vec<String> {
        self.world(|world| {
            let log = world.log().iter();
            let done = log.filter(|entry| entry.method != "GET" && entry.status < 300);
            let done = done.map(|entry| format!("{} {}", entry.method, entry.path)).collect();
            world.forget_requests();
            done
        })
    }

    /// Kills a process when so many more requests were carried out.
    pub(super) fn hunt(&self, process: u32, requests: u64) {
        *self.prey.lock().unwrap() = Some(Prey { process, requests });
    }

    /// Leaves whoever was hunted alone.
    pub(super) fn rest(&self) {
        *self.prey.lock().unwrap() = None;
    }

    /// Returns all objects, by sort and name.
    pub(super) fn objects(&self) -> Vec<String> {
        self.simulator.lock(|world| {
            let named = |kind: Kind| {
                let all = world.objects(kind);
                let name =
                    |o: &Json| format!("{} {}", kind.word(), o["name"].as_str().unwrap_or("?"));
                all.iter().map(name).collect::<Vec<_>>()
            };
            KINDS.into_iter().flat_map(named).collect()
        })
    }

    /// Returns how often each server was started.
    pub(super) fn boots(&self) -> Vec<u64> {
        self.counters().into_iter().map(|(boots, _)| boots).collect()
    }

    /// Returns what each server is doing.
    pub(super) fn statuses(&self) -> Vec<String> {
        let servers = self.world(|world| world.objects(Kind::Server));
        servers.iter().map(|server| server["status"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns how often a disk was wiped.
    pub(super) fn wiped(&self) -> u64 {
        self.counters().into_iter().map(|(_, epoch)| epoch).sum()
    }

    /// Renames the one volume behind the program's back.
    pub(super) fn rename_volume(&self, name: &str) {
        self.simulator.lock(|world| {
            let id = world.objects(Kind::Volume)[0]["id"].as_u64().unwrap();
            let body = json!({ "name": name });
            let (status, answer) = world.outside().call("PUT", &format!("/volumes/{id}"), &body);
            assert_eq!(status, 200, "{answer}");
        });
    }

    /// Returns what happened to each server, by its id.
    pub(super) fn lives(&self) -> BTreeMap<u64, Counters> {
        self.world(|world| {
            let ids = world.objects(Kind::Server);
            let ids = ids.iter().filter_map(|server| server["id"].as_u64());
            ids.map(|id| (id, world.counters(id).unwrap())).collect()
        })
    }

    fn counters(&self) -> Vec<(u64, u64)> {
        self.lives().values().map(|life| (life.boot_count, life.disk_epoch)).collect()
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        if !std::thread::panicking() {
            self.judge.rule();
        }
    }
}

/// Returns the id of an object by its name.
pub(super) fn id_of(world: &World, kind: Kind, name: &str) -> Option<u64> {
    world.objects(kind).iter().find(|object| object["name"] == name)?["id"].as_u64()
}

fn meddle(waiting: &Mutex<Option<Meddler>>, simulator: &Simulator) {
    let mut waiting = waiting.lock().unwrap();
    let Some(meddler) = waiting.as_mut() else { return };
    meddler.requests = meddler.requests.saturating_sub(1);
    if meddler.requests == 0 && simulator.lock(|world| (meddler.deed)(world)) {
        *waiting = None;
    }
}

fn strike(hunted: &Mutex<Option<Prey>>) {
    let mut hunted = hunted.lock().unwrap();
    let Some(prey) = hunted.as_mut() else { return };
    prey.requests = prey.requests.saturating_sub(1);
    if prey.requests > 0 {
        return;
    }
    let process = prey.process.to_string();
    *hunted = None;
    Command::new("kill").args(["-s", "KILL", &process]).status().unwrap();
}
