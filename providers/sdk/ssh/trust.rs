//! Which host keys are believed: a configured one, or the one that a machine showed first.
//!
//! Nothing here outlives the run: what was pinned is forgotten with the process, unless somebody
//! records it and pins it again.

use super::hop::{self, Hop};
use infra_model::text::Text;
use russh::{
    Preferred,
    client::Handler,
    keys::{
        Algorithm, Certificate, HashAlg, PublicKey, PublicKeyOrCertificate,
        ssh_key::certificate::CertType,
    },
};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What a pinned key belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// What answers at a host and port.
    Standing,
    /// The same before a delete: another machine may be made at its address in the same run.
    Leaving,
    /// A machine that is known otherwise, wherever it answers: by its id.
    Object(Text),
}

/// A scope, and host and port unless the scope tells the machine.
pub(super) type Place = (Scope, String);

/// The host keys that machines have shown in this run.
#[derive(Default)]
pub struct Pins(Mutex<BTreeMap<Place, PublicKey>>);

/// Whose host keys are believed.
pub struct Trust {
    /// What was pinned.
    pub pins: Arc<Pins>,
    /// What the key of the machine itself belongs to.
    pub target: Scope,
    /// What the key of a bastion belongs to.
    pub bastion: Scope,
}

impl Pins {
    fn keys(&self) -> MutexGuard<'_, BTreeMap<Place, PublicKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Believes a key from now on; returns both fingerprints if another is believed already.
    pub(super) fn pin(&self, place: Place, key: &PublicKey) -> Result<(), (String, String)> {
        let mut keys = self.keys();
        let pinned = keys.entry(place).or_insert_with(|| key.clone());
        if pinned.key_data() == key.key_data() {
            return Ok(());
        }
        Err((fingerprint(pinned), fingerprint(key)))
    }

    /// Believes this key alone of a machine that is known by its id, or the first that it shows.
    ///
    /// # Errors
    ///
    /// That the text is no key.
    pub fn expect(&self, id: &Text, line: Option<&str>) -> Result<(), String> {
        let place = (Scope::Object(id.clone()), String::new());
        match line {
            Some(line) => drop(self.keys().insert(place, hop::public_key(line)?)),
            None => drop(self.keys().remove(&place)),
        }
        Ok(())
    }

    /// Returns the key of a machine that is known by its id, as `TYPE BASE64`.
    ///
    /// # Errors
    ///
    /// That it can't be written.
    pub fn line(&self, id: &Text) -> Result<Option<String>, String> {
        let place = (Scope::Object(id.clone()), String::new());
        self.keys().get(&place).map(hop::line).transpose()
    }
}

/// What came of looking at a host key.
#[derive(Clone, Default)]
pub(super) enum Seen {
    /// None was shown.
    #[default]
    Nothing,
    /// It is the one that was expected.
    Expected,
    /// The first of this machine.
    First(Box<PublicKey>),
    /// It is not the configured one.
    Mismatch,
    /// It is not the one that was shown before: both fingerprints.
    Changed(String, String),
}

/// Returns what a key is pinned to.
pub(super) fn place(scope: &Scope, hop: &Hop) -> Place {
    let at = if matches!(scope, Scope::Object(_)) { String::new() } else { hop.place() };
    (scope.clone(), at)
}

/// Judges the key of one connection.
pub(super) struct Judge {
    pins: Arc<Pins>,
    place: Place,
    host: String,
    expected: Option<PublicKey>,
    now_s: u64,
    seen: Arc<Mutex<Seen>>,
}

impl Judge {
    /// Returns a judge, and where its finding will be.
    pub(super) fn new(
        pins: &Arc<Pins>,
        scope: &Scope,
        hop: &Hop,
        now_s: u64,
    ) -> (Self, Arc<Mutex<Seen>>) {
        let seen = Arc::new(Mutex::new(Seen::Nothing));
        let judge = Self {
            pins: pins.clone(),
            place: place(scope, hop),
            host: hop.host.clone(),
            expected: hop.host_key.clone(),
            now_s,
            seen: seen.clone(),
        };
        (judge, seen)
    }

    /// Returns the algorithms with that of the known key first, so that a machine with several keys
    /// shows this one.
    pub(super) fn preferred(&self) -> Preferred {
        let mut preferred = Preferred::DEFAULT;
        let pinned = self.pins.keys().get(&self.place).cloned();
        if let Some(known) = self.expected.as_ref().or(pinned.as_ref()) {
            let is_known = |algorithm: &&Algorithm| same_family(algorithm, &known.algorithm());
            let (mut first, rest): (Vec<_>, Vec<_>) =
                preferred.key.iter().partition(|algorithm| is_known(algorithm));
            first.extend(rest);
            preferred.key = Cow::Owned(first.into_iter().cloned().collect());
        }
        if self.expected.is_some() {
            // The configured key may be that of an authority.
            preferred.host_key_certificates = Preferred::DEFAULT.key;
        }
        preferred
    }

    fn judge(&self, shown: &PublicKeyOrCertificate) -> Seen {
        let key = shown.public_key();
        if let Some(expected) = &self.expected {
            let is_expected = key.key_data() == expected.key_data()
                || shown.certificate().is_some_and(|shown| self.is_signed(shown, expected));
            return if is_expected { Seen::Expected } else { Seen::Mismatch };
        }
        match self.pins.keys().get(&self.place) {
            None => Seen::First(Box::new(key)),
            Some(pinned) if pinned.key_data() == key.key_data() => Seen::Expected,
            Some(pinned) => Seen::Changed(fingerprint(pinned), fingerprint(&key)),
        }
    }

    /// Returns whether an authority vouches for this host.
    fn is_signed(&self, certificate: &Certificate, authority: &PublicKey) -> bool {
        let names = certificate.valid_principals();
        certificate.cert_type() == CertType::Host
            && certificate
                .validate_at(self.now_s, [&authority.fingerprint(HashAlg::Sha256)])
                .is_ok()
            && (names.is_empty() || names.contains(&self.host))
    }
}

impl Handler for Judge {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        shown: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        let found = self.judge(shown);
        let is_good = matches!(found, Seen::Expected | Seen::First(_));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(is_good)
    }
}

/// Returns what people compare keys by.
pub(super) fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// RSA keys have several algorithms.
fn same_family(one: &Algorithm, other: &Algorithm) -> bool {
    let is_rsa = |algorithm: &Algorithm| matches!(algorithm, Algorithm::Rsa { .. });
    one == other || (is_rsa(one) && is_rsa(other))
}
