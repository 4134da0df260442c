//! What the API says when it refuses: status, code, words and details, which depend on the code.

use infra_model::diagnostic::Diagnostic;
use infra_sdk::{failure::Failure, http::Reply};
use serde_json::Value as Json;

/// The longest part of an answer that is no JSON and is shown.
const SHOWN_CHARS_MAX: usize = 200;

/// A refusal.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// Method and address.
    pub(crate) request: String,
    /// The status of HTTP.
    pub(crate) status: u16,
    /// The code: an open set.
    pub(crate) code: String,
    /// The words of the API.
    pub(crate) message: String,
    /// The names of fields or limits that it is about, with what is said of each.
    pub(crate) about: Vec<String>,
    /// What Hetzner's support asks for.
    pub(crate) correlation: Option<String>,
}

impl Refusal {
    /// Reads a refusal out of an answer, whatever it looks like.
    pub(crate) fn read(request: &str, reply: &Reply) -> Self {
        let json: Json = serde_json::from_slice(&reply.body).unwrap_or(Json::Null);
        let error = &json["error"];
        let text = |name: &str| error[name].as_str().map(str::to_owned);
        let header = reply.headers.get("x-correlation-id").and_then(|id| id.to_str().ok());
        Self {
            request: request.to_owned(),
            status: reply.status,
            code: text("code").unwrap_or_else(|| by_status(reply.status).to_owned()),
            message: text("message").unwrap_or_else(|| shown(&reply.body)),
            about: about(&error["details"]),
            correlation: header.map(str::to_owned),
        }
    }

    /// Returns whether the object does not exist.
    pub(crate) fn is_missing(&self) -> bool {
        self.status == 404 && self.code == "not_found"
    }

    /// Returns whether it is the token that is refused.
    pub(crate) fn is_of_token(&self) -> bool {
        self.status == 401
    }

    /// Returns whether it may have happened all the same: the server in front gave up, not the API.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.status, 500 | 502 | 504)
    }

    /// Returns what is told of it, and whether a repetition is safe.
    pub(crate) fn into_failure(self) -> Failure {
        let open = self.is_open();
        let detail = self.detail();
        let told = match (self.status, &*self.code) {
            (401, "token_readonly") => return readonly(detail),
            (401, _) => return unauthorized(detail),
            (429, _) => {
                return passing(
                    "infra::hetzner::rate_limited",
                    "The rate limit of Hetzner's API is used up",
                    detail,
                );
            }
            (503, _) | (403, "maintenance") => {
                return passing(
                    "infra::hetzner::unavailable",
                    "Hetzner's API is not available",
                    detail,
                );
            }
            (409, "conflict") | (423, "locked" | "resource_locked") => {
                return passing(
                    "infra::hetzner::locked",
                    "Another change of the same object is still running",
                    detail,
                );
            }
            (_, code) if is_stock_out(code) => return stock_out(&detail),
            (403, "resource_limit_exceeded") => Diagnostic::error(
                "infra::hetzner::limit_reached",
                "A limit of the Hetzner project is reached",
            )
            .help("ask for a higher limit in the Cloud Console, or remove what is not needed"),
            (409, "uniqueness_error") => {
                Diagnostic::error("infra::hetzner::name_taken", "It is there already")
                    .help("import what is there, or give another name")
            }
            (423, "protected") => {
                Diagnostic::error("infra::hetzner::protected", "It is protected at Hetzner")
                    .help("lift the protection in the configuration first, in an apply of its own")
            }
            (_, "resource_in_use") => {
                Diagnostic::error("infra::hetzner::in_use", "Something at Hetzner still uses it")
                    .help(
                        "take it out of what uses it; if it is being replaced, give it another \
                         name and `lifecycle { create_before_destroy = true }`, so that what uses \
                         it changes over first",
                    )
            }
            (404, _) => Diagnostic::error(
                "infra::hetzner::missing",
                "What the request is about does not exist at Hetzner",
            )
            .help("run it again: what is gone is seen, and planned anew"),
            _ => Diagnostic::error("infra::hetzner::refused", "Hetzner refused a request")
                .help("correct what is told, and run it again"),
        };
        let failure = Failure::new(told.detail(detail));
        if open { failure.after_lookup() } else { failure }
    }

    fn detail(&self) -> String {
        let mut detail = format!(
            "`{}`: {} ({}, {}).",
            self.request,
            self.message.trim_end_matches('.'),
            self.code,
            self.status
        );
        for about in &self.about {
            detail.push_str(&format!(" {about}."));
        }
        if let Some(id) = &self.correlation {
            detail.push_str(&format!(" Correlation id: {id}."));
        }
        detail.push_str(if self.is_open() {
            " Nobody knows whether it was carried out."
        } else {
            " Nothing was changed by it."
        });
        detail
    }
}

/// Returns whether a code says that there is no machine left of a type in a place.
pub(crate) fn is_stock_out(code: &str) -> bool {
    matches!(code, "resource_unavailable" | "placement_error" | "no_space_left_in_location")
}

/// Returns what is told if there is nothing left of a type in a place.
pub(crate) fn stock_out(detail: &str) -> Failure {
    let found = Diagnostic::error(
        "infra::hetzner::stock_out",
        "Hetzner has none of these left there",
    )
    .detail(detail.to_owned())
    .help(
        "try later, choose another type or location, or name some in `server_type_fallbacks` and \
             `location_fallbacks`",
    );
    Failure::new(found)
}

fn readonly(detail: String) -> Failure {
    let found =
        Diagnostic::error("infra::hetzner::token_readonly", "The Hetzner token may only read")
            .detail(detail)
            .help("make a token with read and write permission in the Cloud Console");
    Failure::new(found)
}

fn unauthorized(detail: String) -> Failure {
    let found =
        Diagnostic::error("infra::hetzner::token_refused", "Hetzner does not accept the token")
            .detail(detail)
            .help(
                "set `token` of the provider, or `HCLOUD_TOKEN`, to a token of the right project",
            );
    Failure::new(found).unreachable()
}

fn passing(code: &'static str, summary: &'static str, detail: String) -> Failure {
    let found = Diagnostic::error(code, summary)
        .detail(detail)
        .help("it goes away by itself: run it again");
    Failure::new(found).safe()
}

/// What the details name: fields with their messages, limits, an announcement.
fn about(details: &Json) -> Vec<String> {
    let named = |kind: &str| details[kind].as_array().cloned().unwrap_or_default();
    let one = |item: Json| {
        let name = item["name"].as_str()?.to_owned();
        let messages = item["messages"].as_array().into_iter().flatten();
        let messages: Vec<_> = messages.filter_map(Json::as_str).collect();
        Some(if messages.is_empty() {
            format!("It is about `{name}`")
        } else {
            format!("`{name}`: {}", messages.join(", "))
        })
    };
    let announcement = details["announcement"].as_str().map(|text| format!("See {text}"));
    named("fields").into_iter().chain(named("limits")).filter_map(one).chain(announcement).collect()
}

/// A name for an answer that has no code.
fn by_status(status: u16) -> &'static str {
    match status {
        401 => "unauthorized",
        404 => "not_found_page",
        429 => "rate_limit_exceeded",
        502 => "bad_gateway",
        503 => "unavailable",
        504 => "timeout",
        _ => "no_code",
    }
}

/// The beginning of an answer that is no JSON: a page of a proxy, often.
fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(SHOWN_CHARS_MAX).collect();
    if line.is_empty() { "There was no answer in words".to_owned() } else { line }
}
