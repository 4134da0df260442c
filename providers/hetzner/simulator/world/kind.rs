//! The sorts of objects that the API knows, and how it calls them.

use serde::{Deserialize, Serialize};

/// A sort of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the API")]
pub enum Kind {
    Certificate,
    Firewall,
    FloatingIp,
    Image,
    LoadBalancer,
    Network,
    PlacementGroup,
    PrimaryIp,
    RrSet,
    Server,
    SshKey,
    StorageBox,
    StorageBoxSnapshot,
    StorageBoxSubaccount,
    Volume,
    Zone,
}

impl Kind {
    /// Returns the word that stands in `resources` of actions.
    pub(crate) fn word_in_actions(self) -> &'static str {
        if self == Self::StorageBoxSnapshot {
            return "storage_box_snapshot";
        }
        if self == Self::StorageBoxSubaccount { "storage_box_subaccount" } else { self.word() }
    }

    /// Returns the word around a single object.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Firewall => "firewall",
            Self::FloatingIp => "floating_ip",
            Self::Image => "image",
            Self::LoadBalancer => "load_balancer",
            Self::Network => "network",
            Self::PlacementGroup => "placement_group",
            Self::PrimaryIp => "primary_ip",
            Self::RrSet => "rrset",
            Self::Server => "server",
            Self::SshKey => "ssh_key",
            Self::StorageBox => "storage_box",
            Self::StorageBoxSnapshot => "snapshot",
            Self::StorageBoxSubaccount => "subaccount",
            Self::Volume => "volume",
            Self::Zone => "zone",
        }
    }

    /// Returns the word around a list.
    pub fn plural(self) -> String {
        if self == Self::StorageBox {
            return "storage_boxes".to_owned();
        }
        format!("{}s", self.word())
    }

    /// Returns the word for people.
    pub(crate) fn title(self) -> String {
        self.word().replace('_', " ")
    }
}
