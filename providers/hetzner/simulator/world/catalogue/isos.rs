//! ISOs that servers can boot from.

use super::servers::Retirement;
use serde_json::{Value, json};

/// An ISO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iso {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: &'static str,
    /// What people call it.
    pub description: &'static str,
    /// `x86` or `arm`.
    pub architecture: &'static str,
    /// When it goes, if it does.
    pub retirement: Option<Retirement>,
}

impl Iso {
    pub(crate) fn answer(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "type": "public",
            "deprecation": self.retirement.map(Retirement::answer),
            "architecture": self.architecture,
        })
    }
}

pub(super) fn all() -> Vec<Iso> {
    let rows = [
        (7_631, "FreeBSD-14.1-RELEASE-amd64-dvd1.iso", "FreeBSD 14.1 x64", "x86"),
        (26_843, "archlinux-2026.10.01-x86_64.iso", "Arch Linux 2026.10.01", "x86"),
        (97_641, "alpine-virt-3.22.1-x86_64.iso", "Alpine Linux 3.22.1", "x86"),
        (97_642, "alpine-virt-3.22.1-aarch64.iso", "Alpine Linux 3.22.1 ARM", "arm"),
        (118_101, "nixos-minimal-25.11-aarch64-linux.iso", "NixOS 25.11 ARM", "arm"),
    ];
    let of = |(id, name, description, architecture)| Iso {
        id,
        name,
        description,
        architecture,
        retirement: None,
    };
    rows.into_iter().map(of).collect()
}
