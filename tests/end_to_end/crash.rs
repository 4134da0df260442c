//! Killed at any instant: nothing acknowledged is forgotten, nothing created is orphaned, and
//! nothing is created twice.
//!
//! Applies, destroys and the applies that recover from earlier kills are ended by SIGKILL, by the
//! fake cloud at a request or by the test at a line of the output.

use super::{
    child::{Output, Running},
    cloud::{Cloud, Moment, Trap, provider},
    estate::Estate,
    outside,
};
use infra_fake::world::{At, Fault, Sort, World};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

/// How many kills there are if nothing else is said.
const KILLS: u64 = 20;

/// About sixty resources; the second version updates, replaces, adds and removes some.
pub(super) const BODY: &str = r#"variable "stage" {
  default = 1
}

resource "terraform_data" "base" {
  count = 10
  input = "base ${count.index} in stage ${count.index < 5 ? var.stage : 1}"
}

resource "fake_network" "net" {
  count  = var.stage == 1 ? 4 : 5
  name   = "net-${count.index}"
  labels = { base = terraform_data.base[count.index].output }
}

resource "fake_server" "web" {
  count      = 10
  name       = "web-${count.index}"
  image      = count.index < 3 ? "debian-${11 + var.stage}" : "debian-12"
  size       = count.index == 4 && var.stage == 2 ? "large" : "small"
  network_id = fake_network.net[count.index % 4].id
}

resource "fake_disk" "data" {
  count     = 6
  name      = "data-${count.index}"
  size      = 10 * var.stage
  server_id = fake_server.web[count.index + 4].id
}

resource "fake_record" "name" {
  for_each = { for index in range(var.stage == 1 ? 14 : 11) : "web-${index}" => index }
  name     = each.key
  value    = fake_server.web[each.value % 10].ip
}

resource "fake_token" "token" {
  count   = 4
  keepers = { stage = count.index == 0 ? tostring(var.stage) : "always" }
}

resource "terraform_data" "after" {
  count = 10
  input = "${fake_server.web[count.index].id} ${fake_token.token[count.index % 4].id}"
}
"#;

/// How a run is ended.
#[derive(Clone, Copy, Debug)]
enum Kill {
    AtRequest(Trap),
    AfterLines(u64),
}

/// One estate, its cloud, and what has happened to them.
struct Round {
    seed: u64,
    random: u64,
    cloud: Cloud,
    estate: Estate,
    kills: u64,
    story: Vec<String>,
}

#[test]
fn kill_sweep() {
    // The other fifth is of `kill_sweep_on_docker`.
    let kills = outside::number("INFRA_KILLS").map_or(KILLS, |kills| kills - kills / 5);
    let only = outside::number("INFRA_SEED");
    let seeds = AtomicU64::new(only.unwrap_or(1));
    let done = AtomicU64::new(0);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while done.load(Ordering::Relaxed) < kills {
                    let seed = seeds.fetch_add(1, Ordering::Relaxed);
                    if only.is_some_and(|only| only != seed) {
                        return;
                    }
                    done.fetch_add(live_and_die(seed), Ordering::Relaxed);
                }
            });
        }
    });
    let done = done.into_inner();
    outside::tell(&format!("kill_sweep: {done} kills, last seed {}", seeds.into_inner() - 1));
}

/// Brings an estate into the world and out of it, killing on the way; returns the number of kills.
fn live_and_die(seed: u64) -> u64 {
    let mut round = Round::new(seed);
    for (command, times) in [
        ("apply -auto-approve", 3),
        ("apply -auto-approve -var stage=2", 3),
        ("destroy -auto-approve -var stage=2", 3),
    ] {
        for _ in 0..=round.draw(times) {
            round.run_and_kill(command);
        }
        round.recover(command);
    }
    round.kills
}

impl Round {
    fn new(seed: u64) -> Self {
        let cloud = Cloud::start();
        let estate =
            Estate::of(&(provider(&cloud.socket()) + BODY)).with("INFRA_FAKE_PROVIDER", "1");
        let random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self { seed, random, cloud, estate, kills: 0, story: Vec::new() }
    }

    /// Returns a number below a bound, the next of the seed.
    fn draw(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn instant(&mut self) -> Kill {
        if self.draw(3) == 0 {
            return Kill::AfterLines(self.draw(110));
        }
        let moments = [Moment::Lost, Moment::Before, Moment::After, Moment::Replied];
        let moment = moments[usize::try_from(self.draw(4)).unwrap()];
        let changes_only = self.draw(5) > 0;
        let requests = self.draw(if changes_only { 40 } else { 12 });
        Kill::AtRequest(Trap { requests, changes_only, moment })
    }

    /// Runs a command, kills it at a random instant, and judges what is left.
    fn run_and_kill(&mut self, command: &str) {
        let kill = self.instant();
        self.story.push(format!("infra {command} — {kill:?}"));
        let output = match kill {
            Kill::AtRequest(trap) => {
                self.cloud.set_trap(trap);
                let running = self.estate.start(command);
                self.cloud.name_victim(running.id());
                let output = running.finish();
                self.cloud.take_trap();
                output
            }
            Kill::AfterLines(lines) => kill_after_lines(self.estate.start(command), lines),
        };
        match output.code {
            None => self.kills += 1,
            Some(0) => {}
            Some(_) => self.fail("a run that was not killed failed", &output),
        }
        self.judge(&output);
    }

    /// The store opens, and what was acknowledged last for an address is what is recorded.
    fn judge(&self, killed: &Output) {
        let listed = self.estate.run("state list");
        if listed.code != Some(0) {
            self.fail("the state cannot be read", &listed);
        }
        let recorded: BTreeSet<&str> = listed.stdout.lines().collect();
        let destroys = killed.command.contains("destroy");
        for (address, made) in acknowledged(killed) {
            let known = recorded.contains(address);
            if made && !known {
                self.fail(&format!("`{address}` was acknowledged and is forgotten"), killed);
            }
            // In an apply its successor may have been made unseen.
            if destroys && !made && known {
                self.fail(&format!("`{address}` was destroyed and is still recorded"), killed);
            }
        }
        let plan = self.estate.run("plan");
        if plan.code != Some(0) {
            self.fail("the next plan is blocked", &plan);
        }
    }

    /// Runs a command to its end; then everything must be as if there had been no kills.
    fn recover(&mut self, command: &str) {
        self.story.push(format!("infra {command}"));
        let output = self.estate.run(command);
        if output.code != Some(0) {
            self.fail("the recovering run failed", &output);
        }
        let destroyed = command.starts_with("destroy");
        let again = command.replace(" -auto-approve", "").replace("apply", "plan");
        let again = again.replace("destroy", "plan -destroy") + " -detailed-exitcode";
        let plan = self.estate.run(&again);
        if plan.code != Some(0) {
            self.fail("the plan after the recovery is not empty", &plan);
        }
        let known = known_ids(&self.estate);
        let there: BTreeMap<String, String> = self.cloud.world(|world| {
            let outside = world.objects().filter(|object| !is_local(&object.address));
            outside.map(|object| (object.id.clone(), object.address.clone())).collect()
        });
        if known.keys().ne(there.keys()) || destroyed != there.is_empty() {
            let text = format!("recorded {known:#?}\nthere {there:#?}");
            self.fail(&format!("state and cloud differ: {text}"), &output);
        }
        if let Some(twice) = self.cloud.world(|world| made_twice(world)) {
            self.fail(&format!("`{twice}` was created while it existed"), &output);
        }
    }

    fn fail(&self, what: &str, output: &Output) -> ! {
        let story = self.story.join("\n");
        let seed = self.seed;
        panic!(
            "seed {seed}: {what}; repeat with INFRA_SEED={seed} cargo test kill_sweep\n{story}\n\n{}:\n{}",
            output.command,
            output.all()
        );
    }
}

/// Kills a run after so many lines that tell of its progress.
pub(super) fn kill_after_lines(mut running: Running, lines: u64) -> Output {
    let mut left = lines;
    while let Some(line) = running.line() {
        let words = ["Creating...", "Modifying...", "Destroying...", " complete after "];
        if words.iter().any(|word| line.contains(word)) {
            if left == 0 {
                return running.kill();
            }
            left -= 1;
        }
    }
    running.finish()
}

/// Returns the addresses whose end was told, and whether they were made or destroyed last.
pub(super) fn acknowledged(output: &Output) -> BTreeMap<&str, bool> {
    let mut last = BTreeMap::new();
    for line in output.stdout.lines() {
        let Some((address, what)) = line.split_once(": ") else { continue };
        if what.starts_with("Creation complete") || what.starts_with("Modifications complete") {
            last.insert(address, true);
        } else if what.starts_with("Destruction complete") {
            last.insert(address, false);
        }
    }
    last
}

/// Returns the ids of the recorded objects of the cloud, with their addresses.
fn known_ids(estate: &Estate) -> BTreeMap<String, String> {
    let json = estate.run("show -json").exits(0).json();
    let resources = json["values"]["root_module"]["resources"].as_array().cloned();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    resources
        .unwrap_or_default()
        .iter()
        .filter(|resource| text(&resource["type"]).starts_with("fake_"))
        .filter(|resource| !is_local(&text(&resource["address"])))
        .map(|resource| (text(&resource["values"]["id"]), text(&resource["address"])))
        .collect()
}

/// Returns whether an object counts as one of the state alone: a lost one leaves nothing to find.
fn is_local(address: &str) -> bool {
    address.starts_with("fake_token.")
}

/// Returns an address for which a second object was made while the first was there.
fn made_twice(world: &World) -> Option<String> {
    let mut there: BTreeMap<&str, &str> = BTreeMap::new();
    let changes = world.log().iter().filter(|entry| entry.changed);
    for entry in changes.filter(|entry| !is_local(&entry.address)) {
        if entry.sort == Sort::Create {
            if there.values().any(|address| *address == entry.address) {
                return Some(entry.address.clone());
            }
            there.insert(&entry.id, &entry.address);
        } else if entry.sort == Sort::Delete {
            there.remove(&*entry.id);
        }
    }
    None
}

/// Returns an estate with one network whose create was cut off at a moment, and its cloud.
fn cut_off(moment: Moment) -> (Estate, Cloud) {
    let cloud = Cloud::start();
    let main = "resource \"fake_network\" \"a\" {\n  name = \"a\"\n}\n\n\
                resource \"terraform_data\" \"user\" {\n  input = fake_network.a.id\n}\n";
    let estate = Estate::of(&(provider(&cloud.socket()) + main)).with("INFRA_FAKE_PROVIDER", "1");
    cloud.set_trap(Trap { requests: 0, changes_only: true, moment });
    let running = estate.start("apply -auto-approve");
    cloud.name_victim(running.id());
    assert_eq!(running.finish().code, None, "it was killed");
    (estate, cloud)
}

#[test]
fn create_that_happened_unseen_is_taken_into_the_state() {
    for moment in [Moment::Before, Moment::After] {
        let (estate, cloud) = cut_off(moment);
        estate
            .run("plan -out cut")
            .exits(0)
            .says("fake_network.a was created by a run that was cut off");
        let json = estate.run("show -json cut").exits(0).json();
        assert_eq!(json["interrupted"][0]["address"], "fake_network.a");
        assert_eq!(json["interrupted"][0]["end"], "adopted");
        estate.apply();
        estate.is_settled();
        assert_eq!(cloud.world(|world| world.objects().count()), 1);
    }
}

#[test]
fn create_that_never_happened_is_planned_anew_and_told() {
    let (estate, cloud) = cut_off(Moment::Lost);
    estate.run("plan").exits(0).says("2 to add").says("cut off");
    estate.apply().says("2 added");
    estate.is_settled();
    assert_eq!(cloud.world(|world| world.objects().count()), 1);
}

#[test]
fn create_that_cannot_be_looked_up_is_uncertain_and_blocks_its_dependants() {
    let (estate, cloud) = cut_off(Moment::After);
    cloud.world(|world| {
        world.faults = std::mem::take(&mut world.faults).always(At::Sort(Sort::Find), Fault::Stale);
    });
    estate.run("plan").exits(0).says("Uncertain").says("fake_network.a").says("may exist");
    estate.run("plan -out open").exits(0);
    let json = estate.run("show -json open").exits(0).json();
    assert_eq!(json["uncertain"][0]["address"], "fake_network.a");
    let refused = estate.run("apply -auto-approve");
    assert!(refused.addresses("Creation complete").is_empty(), "{}", refused.all());
    assert_eq!(cloud.world(|world| world.objects().count()), 1);
    cloud.world(|world| world.faults.clear());
    estate.apply().says("1 added");
    estate.is_settled();
    assert_eq!(cloud.world(|world| world.objects().count()), 1);
}

#[test]
fn uncertain_create_is_settled_by_hand() {
    let (estate, cloud) = cut_off(Moment::After);
    cloud.world(|world| {
        world.faults = std::mem::take(&mut world.faults).always(At::Sort(Sort::Find), Fault::Stale);
    });
    estate.run("state rm fake_network.a").exits(0);
    cloud.world(|world| world.faults.clear());
    estate.run("plan").exits(0).lacks("Uncertain").says("2 to add");
}
