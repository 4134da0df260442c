//! The world: everything that the API knows, its clock, its faults, and how requests are answered.
//!
//! It is plain data and synchronous; the same seed and the same requests at the same virtual
//! times give the same answers, byte for byte. It knows no sockets and reads no clock.

pub(crate) mod action;
mod actions;
mod addresses;
mod answer;
mod bucket;
pub(crate) mod call;
pub(crate) mod catalogue;
mod certificates;
mod cidr;
pub(crate) mod clock;
pub(crate) mod deed;
mod dns_ptrs;
pub(crate) mod draw;
pub(crate) mod durations;
pub(crate) mod families;
pub(crate) mod fault;
pub(crate) mod firewalls;
mod floating_ips;
mod hosts;
mod images;
mod input;
mod isos;
pub(crate) mod kind;
mod labels;
mod links;
mod load_balancer_types;
mod load_balancers;
mod locations;
mod mischief;
mod networks;
mod outside;
mod page;
mod placement_groups;
mod pricing;
pub(crate) mod primary_ips;
mod record;
mod refusal;
mod reverse;
mod route;
mod rrsets;
mod selector;
mod server_types;
mod servers;
mod snapshot;
mod ssh_keys;
mod standard;
mod storage_boxes;
pub(crate) mod store;
mod tamper;
mod token;
pub(crate) mod volumes;
mod zones;

use self::{
    action::Actions,
    bucket::Bucket,
    catalogue::Catalogue,
    certificates::Certificate,
    draw::Draw,
    firewalls::Firewall,
    floating_ips::FloatingIp,
    images::Image,
    load_balancers::LoadBalancer,
    mischief::{Faults, Mischief},
    networks::Network,
    placement_groups::PlacementGroup,
    primary_ips::PrimaryIp,
    record::Record,
    rrsets::RrSet,
    servers::Server,
    ssh_keys::SshKey,
    storage_boxes::{Snapshot, StorageBox, Subaccount},
    store::{Buried, Table},
    volumes::Volume,
    zones::Zone,
};
pub use self::{
    clock::BEGIN_MS,
    fault::{Effect, Fault},
    kind::Kind,
    outside::Outside,
    record::Entry,
    servers::Counters,
    token::Token,
};
use std::collections::BTreeMap;

/// Everything that the API knows.
pub struct World {
    seed: u64,
    now_ms: u64,
    /// When what is happening just now happens, while what is due is being settled.
    moment_ms: Option<u64>,
    last_id: u64,
    draw: Draw,
    bucket: Bucket,
    tokens: Vec<Token>,
    faults: Faults,
    mischief: Mischief,
    /// The current request is somebody else's: nothing is protected or locked for them.
    is_outside: bool,
    record: Record,
    durations: BTreeMap<String, u64>,
    limits: BTreeMap<Kind, u64>,
    actions: Actions,
    graveyard: Vec<Buried>,
    /// What lists show that stand still.
    frozen: Vec<Buried>,
    catalogue: Catalogue,
    certificates: Table<Certificate>,
    /// How many addresses of the public net were given away.
    addresses: u32,
    firewalls: Table<Firewall>,
    floating_ips: Table<FloatingIp>,
    images: Table<Image>,
    load_balancers: Table<LoadBalancer>,
    /// Targets of load balancers whose health was said, by id or IP.
    health: BTreeMap<String, bool>,
    networks: Table<Network>,
    placement_groups: Table<PlacementGroup>,
    primary_ips: Table<PrimaryIp>,
    rrsets: Table<RrSet>,
    servers: Table<Server>,
    ssh_keys: Table<SshKey>,
    box_snapshots: Table<Snapshot>,
    storage_boxes: Table<StorageBox>,
    subaccounts: Table<Subaccount>,
    volumes: Table<Volume>,
    zones: Table<Zone>,
}

impl World {
    /// Returns a world with its catalogue and nothing else.
    pub fn new(seed: u64, tokens: Vec<Token>) -> Self {
        let mut draw = Draw::new(seed);
        let last_id = 1_000_000 + draw.below(1_000_000);
        let mut world = Self {
            seed,
            now_ms: BEGIN_MS,
            moment_ms: None,
            last_id,
            draw,
            bucket: Bucket::new(BEGIN_MS),
            tokens,
            faults: Faults::default(),
            mischief: Mischief::default(),
            is_outside: false,
            record: Record::default(),
            durations: BTreeMap::new(),
            limits: BTreeMap::new(),
            actions: Actions::default(),
            graveyard: Vec::new(),
            frozen: Vec::new(),
            catalogue: Catalogue::new(),
            certificates: Table::new(),
            addresses: 0,
            firewalls: Table::new(),
            floating_ips: Table::new(),
            images: Table::new(),
            load_balancers: Table::new(),
            health: BTreeMap::new(),
            networks: Table::new(),
            placement_groups: Table::new(),
            primary_ips: Table::new(),
            rrsets: Table::new(),
            servers: Table::new(),
            ssh_keys: Table::new(),
            box_snapshots: Table::new(),
            storage_boxes: Table::new(),
            subaccounts: Table::new(),
            volumes: Table::new(),
            zones: Table::new(),
        };
        images::add_system_images(&mut world);
        world
    }

    /// Begins anew with the same seed and tokens; faults, counters and the log are gone too.
    pub fn reset(&mut self) {
        let mut tokens = std::mem::take(&mut self.tokens);
        for token in &mut tokens {
            token.is_revoked = false;
        }
        *self = Self::new(self.seed, tokens);
    }

    /// Begins anew with another seed.
    pub fn reset_to(&mut self, seed: u64) {
        self.seed = seed;
        self.reset();
    }

    /// Returns the virtual time, in milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        self.moment_ms.unwrap_or(self.now_ms)
    }

    /// Moves the clock on, and lets happen what is due by then.
    pub fn advance(&mut self, ms: u64) {
        self.now_ms = self.now_ms.saturating_add(ms);
        self.settle();
    }

    /// Moves the clock on to a time; it never goes back.
    pub fn advance_to(&mut self, at_ms: u64) {
        self.advance(at_ms.saturating_sub(self.now_ms));
    }

    /// Says how long actions of a command take from now on.
    pub fn set_duration(&mut self, command: &str, ms: u64) {
        self.durations.insert(command.to_owned(), ms);
    }

    fn duration(&self, command: &str) -> u64 {
        self.durations.get(command).copied().unwrap_or_else(|| durations::of(command))
    }

    /// Says how many objects of a sort the project may have.
    pub fn set_limit(&mut self, kind: Kind, count: u64) {
        self.limits.insert(kind, count);
    }

    /// Says how many requests the rate bucket holds.
    pub fn set_rate_limit(&mut self, capacity: u64) {
        self.bucket.limit(capacity);
    }

    /// Sets a fault.
    pub fn set_fault(&mut self, fault: Fault) {
        if fault.effect == Effect::FrozenList {
            self.frozen = self.as_it_is();
        }
        self.faults.set(fault);
    }

    /// Takes all faults away; what they did stays.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Returns the faults with how often each has hit.
    pub fn faults(&self) -> impl Iterator<Item = (&Fault, u64)> {
        self.faults.all()
    }

    /// Makes a token valid, be it a new one.
    pub fn admit(&mut self, token: Token) {
        self.tokens.retain(|known| known.text != token.text);
        self.tokens.push(token);
    }

    /// Makes a token invalid.
    pub fn revoke(&mut self, token: &str) {
        for known in self.tokens.iter_mut().filter(|known| known.text == token) {
            known.is_revoked = true;
        }
    }

    /// Returns the seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the handle of everybody else who uses the same project.
    pub fn outside(&mut self) -> Outside<'_> {
        Outside::of(self)
    }

    /// Returns what is on offer, to be changed.
    pub fn catalogue(&mut self) -> &mut Catalogue {
        &mut self.catalogue
    }

    fn last_id(&self) -> u64 {
        self.last_id
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1 + self.draw.below(7);
        self.last_id
    }
}
