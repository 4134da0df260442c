//! What is to be said of a state behind an address: the settings of Terraform's backend `http`.

use crate::environment::Environment;
use infra_builtin::{self as builtin, Trust};
use infra_model::{
    diagnostic::Diagnostic,
    path::{Path, Step},
    text::Text,
    value::{MarkedPath, Marks, Value},
};
use reqwest::Url;

/// What a setting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A truth value.
    Truth,
}

const ADDRESS: &str = "address";
const PASSWORD: &str = "password";
const KEY: &str = "client_private_key_pem";
const CERTIFICATE: &str = "client_certificate_pem";
const AUTHORITIES: &str = "client_ca_certificate_pem";

/// All settings; those of writing and of locks are allowed, as a `backend` block has them, and mean
/// nothing to who only reads.
pub const SETTINGS: [(&str, Sort); 15] = [
    (ADDRESS, Sort::Text),
    (AUTHORITIES, Sort::Text),
    (CERTIFICATE, Sort::Text),
    (KEY, Sort::Text),
    ("lock_address", Sort::Text),
    ("lock_method", Sort::Text),
    (PASSWORD, Sort::Text),
    ("retry_max", Sort::Number),
    ("retry_wait_max", Sort::Number),
    ("retry_wait_min", Sort::Number),
    ("skip_cert_verification", Sort::Truth),
    ("unlock_address", Sort::Text),
    ("unlock_method", Sort::Text),
    ("update_method", Sort::Text),
    ("username", Sort::Text),
];

/// What to ask, and how.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    pub(super) url: Url,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) retry_max: u64,
    pub(super) wait_min: u64,
    pub(super) wait_max: u64,
    authorities: Option<String>,
    own: Option<(String, String)>,
    trusts_anyone: bool,
}

impl std::fmt::Debug for Settings {
    // Names, passwords and keys are in the rest.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("address", &self.shown()).finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads them; what is not given is taken from the variables that Terraform has for them.
    ///
    /// # Errors
    ///
    /// If one of them cannot be what it is for.
    pub fn of(
        given: impl Fn(&str) -> Option<String>,
        environment: &Environment,
    ) -> Result<Self, Diagnostic> {
        let get = |name: &str| {
            let variable = format!("TF_HTTP_{}", name.to_uppercase());
            let told = given(name).or_else(|| environment.get(&variable).map(str::to_owned));
            // One that is given empty is none, whatever the environment says.
            told.filter(|text| !text.is_empty())
        };
        let count = |name: &str, default: u64| {
            let text = get(name);
            let parsed = text.map_or(Ok(default), |text| text.parse());
            let help = "Write a whole number that is not negative.";
            parsed.map_err(|_| wrong(&format!("{name} must be a number"), help))
        };
        Ok(Self {
            url: url(get(ADDRESS).as_deref())?,
            username: get("username"),
            password: get(PASSWORD),
            retry_max: count("retry_max", 2)?,
            wait_min: count("retry_wait_min", 1)?,
            wait_max: count("retry_wait_max", 30)?,
            authorities: get(AUTHORITIES),
            own: pair(get(CERTIFICATE), get(KEY))?,
            trusts_anyone: given("skip_cert_verification").as_deref() == Some("true"),
        })
    }

    /// Returns the address for people: scheme, host and path.
    pub fn shown(&self) -> String {
        let mut url = self.url.clone();
        let has_more = url.query().is_some();
        url.set_query(None);
        url.set_fragment(None);
        // It fails for addresses without a host, which have neither.
        let _ = url.set_username("").and_then(|()| url.set_password(None));
        format!("{url}{}", if has_more { "?…" } else { "" })
    }

    pub(super) fn tls(&self) -> Result<builtin::TlsConfig, Diagnostic> {
        let trust = match &self.authorities {
            _ if self.trusts_anyone => Trust::Anyone,
            Some(pem) => Trust::Only(pem),
            None => Trust::System,
        };
        let own = self.own.as_ref().map(|(certificate, key)| (&**certificate, &**key));
        builtin::tls_config(&trust, own).map_err(|found| {
            let name = match found.argument {
                "ca_cert_pem" => AUTHORITIES,
                "client_key_pem" => KEY,
                _ => CERTIFICATE,
            };
            let why = found.problem.replace("client_cert_pem", CERTIFICATE);
            let help = "Give the whole text in PEM, with its first and its last line.";
            wrong(&format!("{name} cannot be used: {why}"), help)
        })
    }
}

/// Returns the paths, from the configuration of a backend, of what must not be shown.
pub fn secrets(config: &Value) -> Vec<MarkedPath> {
    let entries = config.entries().unwrap_or_default();
    let secret = entries.iter().filter(|(name, value)| match &**name {
        PASSWORD | KEY => !value.is_null(),
        // A name, a password and the parameters of an address may all be what opens it.
        ADDRESS => value.as_text().is_some_and(|text| text.contains(['@', '?'])),
        _ => false,
    });
    let paths = |(name, _): &(Text, Value)| {
        let steps = [Step::Attribute(name.clone()), Step::Key(name.clone())];
        steps.map(|step| (Path(vec![step]), Marks::SENSITIVE))
    };
    secret.flat_map(paths).collect()
}

fn url(address: Option<&str>) -> Result<Url, Diagnostic> {
    let help = "Give an `address` that begins with `http://` or `https://`, or set \
                `TF_HTTP_ADDRESS`.";
    let address = address.ok_or_else(|| wrong("address argument is required", help))?;
    // The parser's error does not repeat the address.
    let url = Url::parse(address)
        .map_err(|error| wrong(&format!("failed to parse address URL: {error}"), help))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("address must be HTTP or HTTPS", help));
    }
    Ok(url)
}

fn pair(
    certificate: Option<String>,
    key: Option<String>,
) -> Result<Option<(String, String)>, Diagnostic> {
    let lonely = |there: &str, missing: &str| {
        wrong(&format!("{there} is set but {missing} is not"), "Give both, or neither.")
    };
    match (certificate, key) {
        (Some(_), None) => Err(lonely(CERTIFICATE, KEY)),
        (None, Some(_)) => Err(lonely(KEY, CERTIFICATE)),
        (certificate, key) => Ok(certificate.zip(key)),
    }
}

fn wrong(summary: &str, help: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::state_address_invalid", summary)
        .detail("The settings of the backend \"http\" cannot be used. Nothing was changed.")
        .help(help)
}
