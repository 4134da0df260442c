//! Control routes under `/__sim/`: what a test or a person does to the world from outside.
//!
//! They take no token, count as no request, and are never shown to observers.

use crate::{
    exchange::{Request, Response},
    simulator::{Pace, Simulator},
    world::{Fault, Token, World},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// What their paths begin with.
pub(crate) const PREFIX: &str = "/__sim/";

/// The body of `POST /__sim/clock`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    #[serde(default)]
    advance_ms: u64,
    /// The clock runs with real time, so many times as fast; 0 lets it stand.
    factor: Option<u32>,
    /// Each request takes so long.
    step_ms: Option<u64>,
}

/// The body of `POST /__sim/seed`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedChange {
    seed: u64,
}

/// The body of `POST /__sim/tokens`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenChange {
    token: String,
    #[serde(default)]
    can_write: bool,
    #[serde(default)]
    is_revoked: bool,
}

/// The body of `POST /__sim/outside`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutsideCall {
    method: String,
    path: String,
    #[serde(default)]
    body: Value,
}

/// Answers a control route.
pub(crate) fn answer(simulator: &Simulator, request: &Request) -> Response {
    let route = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let answer = match (request.method.as_str(), route) {
        ("POST", "reset") => {
            simulator.lock(World::reset);
            Ok(json!({}))
        }
        ("GET", "clock") => Ok(clock(simulator)),
        ("POST", "clock") => read(request).map(|change| change_clock(simulator, &change)),
        ("GET", "faults") => Ok(faults(simulator)),
        ("POST", "faults") => read(request).map(|fault: Fault| {
            simulator.lock(|world| world.set_fault(fault));
            faults(simulator)
        }),
        ("DELETE", "faults") => {
            simulator.lock(World::clear_faults);
            Ok(faults(simulator))
        }
        ("GET", "log") => Ok(log(simulator)),
        ("DELETE", "log") => {
            simulator.lock(World::forget_requests);
            Ok(log(simulator))
        }
        ("GET", "seed") => Ok(json!({ "seed": simulator.lock(|world| world.seed()) })),
        ("POST", "seed") => read(request).map(|change: SeedChange| {
            simulator.lock(|world| world.reset_to(change.seed));
            json!({ "seed": change.seed })
        }),
        ("POST", "tokens") => read(request).map(|change: TokenChange| {
            let TokenChange { token: text, can_write, is_revoked } = change;
            simulator.lock(|world| world.admit(Token { text, can_write, is_revoked }));
            json!({})
        }),
        ("GET", "snapshot") => Ok(simulator.lock(|world| world.snapshot())),
        ("POST", "release") => Ok(json!({ "released": simulator.lock(World::release_stuck) })),
        ("POST", "outside") => read(request).map(|call| outside(simulator, &call)),
        _ => return Response::json(404, &json!({ "error": "no such control route" })),
    };
    match answer {
        Ok(body) => Response::json(200, &body),
        Err(message) => Response::json(400, &json!({ "error": message })),
    }
}

fn read<T: for<'a> Deserialize<'a>>(request: &Request) -> Result<T, String> {
    serde_json::from_slice(&request.body).map_err(|error| error.to_string())
}

fn clock(simulator: &Simulator) -> Value {
    json!({ "now_ms": simulator.now_ms() })
}

fn change_clock(simulator: &Simulator, change: &ClockChange) -> Value {
    if let Some(factor) = change.factor {
        simulator.set_pace(if factor == 0 { Pace::Driven } else { Pace::Running(factor) });
    }
    if let Some(ms) = change.step_ms {
        simulator.set_pace(Pace::Stepping(ms));
    }
    simulator.advance(change.advance_ms);
    clock(simulator)
}

fn faults(simulator: &Simulator) -> Value {
    let faults: Vec<Value> = simulator.lock(|world| {
        world.faults().map(|(fault, hits)| json!({ "fault": fault, "hits": hits })).collect()
    });
    json!({ "faults": faults })
}

fn log(simulator: &Simulator) -> Value {
    simulator.lock(|world| json!({ "requests": world.log(), "counts": world.counts() }))
}

fn outside(simulator: &Simulator, call: &OutsideCall) -> Value {
    simulator.lock(|world| {
        let (status, body) = world.outside().call(&call.method, &call.path, &call.body);
        json!({ "status": status, "body": body })
    })
}
