//! Answering a request: the order of checks, faults around the function, headers, the log.
//!
//! Route, method, token, rate bucket, JSON, object and its lock; then the function of the
//! operation checks what it was given and what it means.

use super::{
    World,
    call::{Call, Reply},
    families::ROUTES,
    fault::Effect,
    kind::Kind,
    mischief::Mischief,
    record::Entry,
    refusal::Refusal,
    route::{Found, Route, find},
    tamper, token,
};
use crate::exchange::{Delivery, Exchange, Request, Response};
use serde_json::Value;

impl World {
    /// Answers a request.
    pub fn answer(&mut self, request: &Request) -> Exchange {
        self.settle();
        let at_ms = self.now_ms();
        let found = find(ROUTES, &request.method, &request.path);
        let (template, mut response, is_tampered) = match found {
            Found::Nothing => (None, no_route().response(), false),
            Found::OtherMethod(path) => {
                let refusal = Refusal::new(405, "method_not_allowed", "method not allowed");
                (Some(path), refusal.response(), false)
            }
            Found::Route(route, params) => {
                let mischief = self.faults.hit(&request.method, route.path, &mut self.draw);
                self.mischief = mischief.clone();
                let (response, is_tampered) = self.routed(request, &route, params);
                self.mischief = Mischief::default();
                (Some(route.path), response, is_tampered)
            }
        };
        response.headers.extend(self.bucket.headers());
        let correlation = format!("{:016x}", self.draw.next());
        response.headers.push(("x-correlation-id".to_owned(), correlation));
        let (method, path) = (request.method.clone(), request.path.clone());
        let status = response.status;
        self.record.add(Entry {
            at_ms,
            method: method.clone(),
            path: path.clone(),
            template,
            status,
        });
        let (query, request_body) = (request.query.clone(), request.body.clone());
        Exchange { method, path, template, query, request_body, response, is_tampered, at_ms }
    }

    fn routed(
        &mut self,
        request: &Request,
        route: &Route,
        params: Vec<(&'static str, String)>,
    ) -> (Response, bool) {
        if let Err(refusal) = self.admitted(request) {
            return (refusal.response(), false);
        }
        let effects = self.mischief.0.clone();
        let before = effects.iter().find_map(|effect| self.instead(effect, false));
        if let Some(response) = before {
            return (response, true);
        }
        let call =
            |body| Call { path: request.path.clone(), params, query: request.query.clone(), body };
        let reply = body_of(request).map(call).and_then(|call| self.carried_out(route, &call));
        let response = response(reply);
        if let Some(other) = effects.iter().find_map(|effect| self.instead(effect, true)) {
            return (other, true);
        }
        tampered(response, &effects)
    }

    /// Checks token and rate bucket; requests without a token count too.
    fn admitted(&mut self, request: &Request) -> Result<(), Refusal> {
        let authorization = request.authorization.as_deref();
        if self.mischief.has(&Effect::RevokeToken) {
            let text = authorization.and_then(|header| header.strip_prefix("Bearer "));
            self.revoke(text.unwrap_or_default());
        }
        let now_ms = self.now_ms();
        let is_within = self.bucket.take(now_ms);
        token::admit(&self.tokens, authorization, &request.method)?;
        if is_within { Ok(()) } else { Err(rate_limited()) }
    }

    /// Returns what a fault answers instead of the operation, or instead of its answer.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the others act elsewhere")]
    fn instead(&mut self, effect: &Effect, is_committed: bool) -> Option<Response> {
        let cut = Response { delivery: Delivery::Never, ..Response::default() };
        match effect {
            Effect::Answer { status, code, committed } if *committed == is_committed => {
                Some(Refusal::new(*status, code, "a fault was set").response())
            }
            Effect::BadGateway { committed } if *committed == is_committed => {
                Some(tamper::bad_gateway())
            }
            Effect::CutBefore if !is_committed => Some(cut),
            Effect::CutAfter if is_committed => Some(cut),
            Effect::RateLimited if !is_committed => {
                self.bucket.drain();
                Some(rate_limited().response())
            }
            Effect::Limit { capacity } if !is_committed => {
                self.bucket.limit(*capacity);
                None
            }
            Effect::OutsideDelete { object, id } if !is_committed => {
                self.outside().delete(*object, *id);
                None
            }
            Effect::OutsideCall { method, path, body } if !is_committed => {
                self.outside().call(method, path, body);
                None
            }
            Effect::OutsideLabels { object, id, labels } if !is_committed => {
                self.outside().set_labels(*object, *id, labels);
                None
            }
            _ => None,
        }
    }

    /// Carries a request out, if its object is there and nothing runs on it.
    pub(crate) fn carried_out(&mut self, route: &Route, call: &Call) -> Result<Reply, Refusal> {
        if let Some(kind) = route.changes {
            let id = call.id()?;
            self.exists(kind, id)?;
            self.lock_by_fault(kind, id);
            self.is_free(kind, id)?;
        }
        (route.run)(self, call)
    }

    /// Refuses what would change an object on which an action runs.
    pub(crate) fn is_free(&self, kind: Kind, id: u64) -> Result<(), Refusal> {
        let is_locked = self.actions.is_locked(kind, id) && !self.is_outside;
        if is_locked { Err(Refusal::locked(kind)) } else { Ok(()) }
    }
}

impl World {
    /// Refuses to change an object on which an action runs, for operations that answer `conflict`
    /// instead of `locked`.
    pub(crate) fn is_calm(&mut self, kind: Kind, id: u64) -> Result<(), Refusal> {
        self.exists(kind, id)?;
        self.lock_by_fault(kind, id);
        let busy = |_| {
            let message = format!("another change of the {} is being performed", kind.title());
            Refusal::conflict(message)
        };
        self.is_free(kind, id).map_err(busy)
    }
}

fn no_route() -> Refusal {
    Refusal::new(404, "not_found", "api route not found")
}

fn rate_limited() -> Refusal {
    Refusal::new(429, "rate_limit_exceeded", "rate limit exceeded")
}

/// Returns the body of a request; null where there is none.
fn body_of(request: &Request) -> Result<Value, Refusal> {
    if request.body.is_empty() {
        return Ok(Value::Null);
    }
    let wrong = |_| Refusal::new(400, "json_error", "the body is not JSON");
    serde_json::from_slice(&request.body).map_err(wrong)
}

fn response(reply: Result<Reply, Refusal>) -> Response {
    match reply {
        Ok(Reply { status: 204, headers, .. }) => {
            Response { status: 204, headers, ..Response::default() }
        }
        Ok(Reply { status, body, headers }) => {
            let mut response = Response::json(status, &body);
            response.headers.extend(headers);
            response
        }
        Err(refusal) => refusal.response(),
    }
}

/// Returns an answer with what faults change in it, and whether they did.
#[allow(clippy::wildcard_enum_match_arm, reason = "the others act elsewhere")]
fn tampered(mut response: Response, effects: &[Effect]) -> (Response, bool) {
    let mut is_tampered = false;
    for effect in effects {
        match effect {
            Effect::Set { path, value } => is_tampered |= tamper::set(&mut response, path, value),
            Effect::Remove { path } => is_tampered |= tamper::remove(&mut response, path),
            Effect::Truncated => {
                tamper::truncate(&mut response);
                is_tampered = true;
            }
            Effect::SlowBody { ms } => response.delivery = Delivery::Late(*ms),
            Effect::CutInside => {
                response.delivery = Delivery::Half;
                is_tampered = true;
            }
            _ => {}
        }
    }
    (response, is_tampered)
}
