//! The catalogue: every kind of the fake cloud, and what the world does with objects of it.
//!
//! One line per kind; what a kind is lies in its own file under `kinds/`.

use crate::kinds;
use infra_model::{
    address::{KindName, Mode},
    kind::Kind,
    path::Path,
    schema::Attribute,
    text::Text,
    value::Value,
};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The provider whose objects live in the cloud itself.
pub const FAKE: &str = "fake";

/// The provider whose objects live on a `fake_server` and die with it.
pub const FAKEHOST: &str = "fakehost";

/// What the world knows of a resource type.
pub struct Behaviour {
    /// The pure half.
    pub kind: Arc<dyn Kind>,
    /// Which provider has it.
    pub provider: &'static str,
    /// What ids begin with.
    pub prefix: &'static str,
    /// Attributes that no two objects may share, all together; empty if there are none.
    pub key: &'static [&'static str],
    /// Attributes that hold the id of an object of another kind, which must exist.
    pub references: &'static [(&'static str, &'static str)],
    /// Gives a value that the configuration leaves to the provider.
    pub give: fn(&Draw<'_>) -> Value,
    /// How long a create or update of this value takes, in milliseconds.
    pub delay_ms: fn(&Value) -> u64,
}

/// A value that the provider has to give.
pub struct Draw<'a> {
    /// Where.
    pub path: &'a Path,
    /// Its name.
    pub name: &'a str,
    /// Its schema.
    pub attribute: &'a Attribute,
    /// The id of the object.
    pub id: &'a Text,
    /// The object as far as it is known.
    pub value: &'a Value,
    /// How often the object was changed, from 1.
    pub revision: u64,
}

/// The kinds of the fake cloud.
pub struct Catalogue {
    resources: BTreeMap<KindName, Behaviour>,
    others: Vec<(&'static str, Arc<dyn Kind>)>,
}

impl Behaviour {
    /// Returns the behaviour of a kind that only gives ids.
    pub fn new(kind: Arc<dyn Kind>, prefix: &'static str) -> Self {
        Self {
            kind,
            provider: FAKE,
            prefix,
            key: &[],
            references: &[],
            give: |draw| draw.by_name(),
            delay_ms: |_| 0,
        }
    }
}

impl Draw<'_> {
    /// Returns the id for `id` and otherwise a stable text or number made of id and name.
    pub fn by_name(&self) -> Value {
        use infra_model::types::Type;
        match (self.name, &self.attribute.ty) {
            ("id", _) => Value::string(self.id.clone()),
            (_, Type::Number) => Value::from(self.digits(1000)),
            (_, Type::Bool) => Value::from(false),
            (name, Type::String) => Value::string(format!("{name}-{}", self.id)),
            (_, ty) => Value::null(ty.clone()),
        }
    }

    /// Returns a stable number below a bound made of the object's id and the place.
    pub fn digits(&self, below: i64) -> i64 {
        let hash = fnv(self.id).wrapping_mul(31).wrapping_add(fnv(self.name));
        i64::try_from(hash % 1_000_000).unwrap_or(0) % below.max(1)
    }
}

impl Catalogue {
    /// Returns all kinds.
    pub fn all() -> Arc<Self> {
        let resources = [
            kinds::network::behaviour(),
            kinds::server::behaviour(),
            kinds::disk::behaviour(),
            kinds::record::behaviour(),
            kinds::token::behaviour(),
            kinds::slow::behaviour(),
            kinds::values::behaviour(),
            kinds::container::behaviour(),
        ];
        let by_name = |behaviour: Behaviour| (behaviour.kind.name().clone(), behaviour);
        Arc::new(Self {
            resources: resources.into_iter().map(by_name).collect(),
            others: vec![
                (FAKE, kinds::lookup::kind()),
                (FAKE, kinds::secret::kind()),
                (FAKE, kinds::lease::kind()),
                (FAKEHOST, kinds::info::kind()),
            ],
        })
    }

    /// Returns what the world knows of a resource type.
    pub fn resource(&self, name: &KindName) -> Option<&Behaviour> {
        self.resources.get(name)
    }

    /// Returns a kind of any mode.
    pub fn kind(&self, mode: Mode, name: &KindName) -> Option<&Arc<dyn Kind>> {
        if mode == Mode::Managed {
            return self.resources.get(name).map(|behaviour| &behaviour.kind);
        }
        self.others.iter().map(|(_, k)| k).find(|k| k.mode() == mode && k.name() == name)
    }

    /// Returns the kinds of a provider, sorted by mode and name.
    pub fn kinds_of(&self, provider: &str) -> Vec<Arc<dyn Kind>> {
        let resources = self.resources.values().map(|b| (b.provider, &b.kind));
        let others = self.others.iter().map(|(p, k)| (*p, k));
        let mine = resources.chain(others).filter(|(p, _)| *p == provider);
        let mut kinds: Vec<Arc<dyn Kind>> = mine.map(|(_, kind)| kind.clone()).collect();
        kinds.sort_by_key(|kind| (kind.mode(), kind.name().clone()));
        kinds
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.resources.keys()).finish()
    }
}

/// A small stable hash (FNV-1a), so that given values look random and are not.
pub(crate) fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
