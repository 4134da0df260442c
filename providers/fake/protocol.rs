//! What the fake cloud understands: one request, one reply, the same in memory and over a socket.
//!
//! The cloud knows ids, tokens and values; it knows nothing of plans, journals or instances.

use crate::world::Faults;
use infra_model::{diagnostic::Retry, journal};
use infra_sdk::convert::Dynamic;
use serde::{Deserialize, Serialize};

/// A request with the provider instance it comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    /// The configuration of the provider instance.
    pub instance: Instance,
    /// What is asked or told.
    pub request: Request,
}

/// What of a provider's configuration the cloud needs to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// The type of the provider: `fake` or `fakehost`.
    pub provider: String,
    /// The server on which the objects live, for `fakehost`.
    pub server_id: Option<String>,
    /// The lineage of the state that is worked on, which new objects are marked with.
    #[serde(default)]
    pub lineage: String,
}

/// A request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Say whether the instance can be reached.
    Hello,
    /// Read objects of one kind by id.
    Read {
        /// Their kind.
        kind: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// Look up creates.
    Find(Vec<Wanted>),
    /// Say whether an object with the natural key of this one exists.
    Exists(Wanted),
    /// Read a data source.
    Data {
        /// Its kind.
        kind: String,
        /// Its configuration.
        config: Dynamic,
    },
    /// Open an ephemeral resource.
    Open {
        /// Its kind.
        kind: String,
        /// Its configuration.
        config: Dynamic,
    },
    /// Renew what is open.
    Renew {
        /// Its kind.
        kind: String,
        /// The number it was given.
        lease: u64,
    },
    /// Close what is open.
    Close {
        /// Its kind.
        kind: String,
        /// The number it was given.
        lease: u64,
    },
    /// Read an object by id, for an import.
    Import {
        /// Its kind.
        kind: String,
        /// Its id.
        id: String,
    },
    /// Learn facts.
    Facts(Vec<String>),
    /// Say what is there, for tests that watch from outside.
    List,
    /// Let these things go wrong from now on, and take so long, in milliseconds.
    Arrange(Faults, u64),
    /// Change things.
    Steps {
        /// The kind of all of them.
        kind: String,
        /// What to do, in order.
        steps: Vec<Step>,
    },
}

/// A create whose outcome is not known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// Its kind.
    pub kind: String,
    /// The token it was given.
    pub token: String,
    /// What was desired.
    pub desired: Dynamic,
}

/// One change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// What to do.
    pub verb: Verb,
    /// The address, which the cloud keeps as a note for people.
    pub address: String,
    /// The token of the object.
    pub token: String,
    /// The id, for update and delete.
    pub id: Option<String>,
    /// The value; unknown where the cloud decides, null for a delete.
    pub value: Dynamic,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verb {
    /// Makes an object.
    Create,
    /// Changes an object.
    Update,
    /// Destroys an object.
    Delete,
}

/// A reply.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    /// To `Hello` and `Arrange`.
    Welcome,
    /// To `List`, by id.
    Listed(Vec<Listed>),
    /// To `Read`, in order, with facts that came along, and with what else of the kind carries the
    /// lineage of the instance.
    Seen(Vec<Seen>, Vec<(String, Dynamic)>, Vec<Listed>),
    /// To `Find`, in order.
    Found(Vec<Hit>),
    /// To `Exists`: the id of what is there.
    Exists(Option<String>),
    /// To `Data`.
    Value(Dynamic),
    /// To `Open`.
    Opened {
        /// The attributes.
        value: Dynamic,
        /// The number to renew and close it by.
        lease: u64,
        /// When it must be renewed, in milliseconds.
        renew_at_ms: Option<u64>,
    },
    /// To `Renew`: when it must be renewed again.
    Renewed(Option<u64>),
    /// To `Close`.
    Closed,
    /// To `Import`.
    Imported(Option<Thing>),
    /// To `Facts`: those that are known.
    Facts(Vec<(String, Dynamic)>),
    /// To `Steps`, in order.
    Steps(Vec<StepReply>),
    /// To anything.
    Refused(Trouble),
}

/// An object as a watcher sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its token.
    pub token: String,
    /// The address that created it.
    pub address: String,
}

/// What a read says of one object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Seen {
    /// It is there.
    Present(Dynamic),
    /// It does not exist.
    Gone,
    /// It could not be read.
    Unreachable(Trouble),
}

/// What a lookup says of one create.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Hit {
    /// It happened.
    There(Thing),
    /// It did not happen.
    Absent,
    /// It cannot be told.
    Uncertain(Trouble),
}

/// How one step ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum StepReply {
    /// It happened; the object after it, none after a delete.
    Done(Option<Thing>),
    /// It did not happen, or not wholly, or nobody knows.
    Failed(Trouble, Option<Thing>),
}

/// An object as the cloud gives it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Thing {
    /// Its attributes.
    pub value: Dynamic,
    /// Bytes to keep for the provider.
    pub private: Vec<u8>,
}

/// Why something failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What sort of trouble.
    pub code: Code,
    /// One line for people.
    pub text: String,
    /// How long to wait before a repetition, in milliseconds.
    pub wait_ms: Option<u64>,
}

/// The sorts of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Code {
    /// It was refused and nothing happened; a repetition may work.
    Failed,
    /// The reply was lost: it may have happened.
    ReplyLost,
    /// No reply came in time: it may have happened.
    Timeout,
    /// Too many requests.
    RateLimit,
    /// The cloud or the host can't be reached.
    Unreachable,
    /// A token, name or key is taken.
    Taken,
    /// What it refers to does not exist.
    ReferenceUnknown,
    /// Something else still needs it.
    InUse,
    /// The object does not exist.
    ObjectUnknown,
    /// It can't be changed in place.
    ChangeRefused,
    /// It was made but not wholly.
    Partial,
    /// The request made no sense.
    RequestUnknown,
}

impl Code {
    /// Returns the stable code of the diagnostic.
    pub fn text(self) -> &'static str {
        match self {
            Self::Failed => "infra::fake::request_failed",
            Self::ReplyLost => "infra::fake::reply_lost",
            Self::Timeout => "infra::fake::request_timeout",
            Self::RateLimit => "infra::fake::rate_limit",
            Self::Unreachable => "infra::fake::host_unreachable",
            Self::Taken => "infra::fake::key_taken",
            Self::ReferenceUnknown => "infra::fake::reference_unknown",
            Self::InUse => "infra::fake::object_in_use",
            Self::ObjectUnknown => "infra::fake::object_unknown",
            Self::ChangeRefused => "infra::fake::change_refused",
            Self::Partial => "infra::fake::object_partial",
            Self::RequestUnknown => "infra::fake::request_unknown",
        }
    }

    /// Returns whether the same request may be sent again.
    pub fn retry(self) -> Retry {
        match self {
            Self::Failed | Self::RateLimit | Self::Unreachable => Retry::Safe,
            Self::ReplyLost | Self::Timeout | Self::Taken | Self::Partial => Retry::AfterLookup,
            Self::ReferenceUnknown
            | Self::InUse
            | Self::ObjectUnknown
            | Self::ChangeRefused
            | Self::RequestUnknown => Retry::Never,
        }
    }
}

impl Trouble {
    /// Returns a trouble of a sort.
    pub fn new(code: Code, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), wait_ms: None }
    }
}

impl From<journal::Verb> for Verb {
    fn from(verb: journal::Verb) -> Self {
        match verb {
            journal::Verb::Create => Self::Create,
            journal::Verb::Update => Self::Update,
            journal::Verb::Delete => Self::Delete,
        }
    }
}
