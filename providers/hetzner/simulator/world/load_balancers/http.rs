//! What services for HTTP have besides: cookies, certificates, redirects.

use super::service::ranged;
use crate::world::input::Input;
use serde_json::{Value, json};

const COOKIE_MAX: usize = 100;

/// Options of `http` and `https`.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    pub(super) certificates: Vec<u64>,
    cookie_name: String,
    cookie_lifetime_s: u64,
    timeout_idle_s: u64,
    is_redirected: bool,
    is_sticky: bool,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            certificates: Vec::new(),
            cookie_name: "HCLBSTICKY".to_owned(),
            cookie_lifetime_s: 300,
            timeout_idle_s: 50,
            is_redirected: false,
            is_sticky: false,
        }
    }
}

impl Http {
    /// Reads options; what is not given is as before.
    pub(super) fn read(input: &mut Input<'_>, before: &Self, is_secure: bool) -> Self {
        let cookie_name = input.text("cookie_name").unwrap_or_else(|| before.cookie_name.clone());
        if cookie_name.is_empty() || cookie_name.len() > COOKIE_MAX {
            input.refuse("cookie_name", format!("must have 1 to {COOKIE_MAX} characters"));
        }
        let cookie_lifetime_s =
            ranged(input, "cookie_lifetime", (30, 86_400), before.cookie_lifetime_s);
        let timeout_idle_s = ranged(input, "timeout_idle", (30, 300), before.timeout_idle_s);
        let certificates = input.ids("certificates");
        let is_redirected = input.flag("redirect_http");
        if !is_secure && certificates.as_ref().is_some_and(|ids| !ids.is_empty()) {
            input.refuse("certificates", "are for the protocol https");
        }
        if !is_secure && is_redirected == Some(true) {
            input.refuse("redirect_http", "is for the protocol https");
        }
        Self {
            certificates: certificates.unwrap_or_else(|| before.certificates.clone()),
            cookie_name,
            cookie_lifetime_s,
            timeout_idle_s,
            is_redirected: is_redirected.unwrap_or(before.is_redirected),
            is_sticky: input.flag("sticky_sessions").unwrap_or(before.is_sticky),
        }
    }

    pub(super) fn answer(&self, is_secure: bool) -> Value {
        let mut answer = json!({
            "cookie_name": self.cookie_name,
            "cookie_lifetime": self.cookie_lifetime_s,
            "timeout_idle": self.timeout_idle_s,
            "sticky_sessions": self.is_sticky,
        });
        if is_secure {
            answer["certificates"] = self.certificates.clone().into();
            answer["redirect_http"] = self.is_redirected.into();
        }
        answer
    }
}
