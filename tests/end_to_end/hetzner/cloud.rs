//! A simulator on a thread of its own, which the program is pointed at.

use infra_hetzner_simulator::{Kind, Options, Pace, Simulator, TOKEN};
use serde_json::{Value as Json, json};
use std::{
    process::Command,
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
};
use tokio::sync::oneshot;

/// Every request takes as long: actions end after a few questions, and nobody waits.
const STEP_MS: u64 = 1_500;

/// The sorts of objects of which the estates here have some.
const KINDS: [Kind; 7] = [
    Kind::Firewall,
    Kind::Network,
    Kind::PrimaryIp,
    Kind::Server,
    Kind::SshKey,
    Kind::Volume,
    Kind::Zone,
];

/// A simulator that answers until it is dropped.
pub(super) struct Cloud {
    simulator: Simulator,
    address: String,
    prey: Arc<Mutex<Option<Prey>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A process that is killed when so many more requests were carried out.
struct Prey {
    process: u32,
    requests: u64,
}

impl Cloud {
    pub(super) fn start() -> Self {
        let options = Options { pace: Pace::Stepping(STEP_MS), ..Options::default() };
        let simulator = Simulator::new(options);
        let prey: Arc<Mutex<Option<Prey>>> = Arc::default();
        let hunted = Arc::clone(&prey);
        // It is carried out, and whoever asked dies before the answer is on its way.
        simulator.observe(move |_| strike(&hunted));
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
        Self { simulator, address, prey, stop: Some(stop), thread: Some(thread) }
    }

    /// Returns the variables that point the program here.
    pub(super) fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("HCLOUD_ENDPOINT", self.address.clone()),
            ("HETZNER_ENDPOINT", self.address.clone()),
            ("HCLOUD_TOKEN", TOKEN.to_owned()),
        ]
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

    fn counters(&self) -> Vec<(u64, u64)> {
        self.simulator.lock(|world| {
            let ids = world.objects(Kind::Server);
            let ids = ids.iter().filter_map(|server| server["id"].as_u64());
            let of = |id| world.counters(id).map(|c| (c.boot_count, c.disk_epoch)).unwrap();
            ids.map(of).collect()
        })
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
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
