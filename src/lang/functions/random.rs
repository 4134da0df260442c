//! What differs from run to run: `bcrypt plantimestamp timestamp uuid`.
//!
//! All but `plantimestamp` are unknown until apply. Then a draw is a function of the seed of the run
//! and the identity of the call, so that a resumed or repeated evaluation gives the same.

use super::{
    Body, Environment, Function, Outcome, Parameter, Shape,
    arguments::{fail, text, whole},
    hash::uuid_text,
    timestamp::Timestamp,
};
use infra_model::{
    types::Type,
    value::{Unknown, Value},
};
use sha2::{Digest, Sha256};

/// The default work factor of `bcrypt`, and the least that is accepted as asked for.
const COST_DEFAULT: u32 = 10;
const COST_MIN: u32 = 4;
/// The work factor above which a call would take minutes, and doubles with each step.
const COST_MAX: u32 = 18;
/// The bytes of a password that `bcrypt` looks at.
const PASSWORD_BYTES_MAX: usize = 72;

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "bcrypt",
        "The bcrypt digest of a text, with a new salt each time.",
        &[Parameter::new("str", Shape::String)],
        Body::World(bcrypt),
    )
    .variadic(Parameter::new("cost", Shape::Number)),
    Function::new(
        "plantimestamp",
        "The time at which the plan was made.",
        &[],
        Body::World(plantimestamp),
    ),
    Function::new(
        "timestamp",
        "The time of now; known only while changes are applied.",
        &[],
        Body::World(timestamp),
    ),
    Function::new("uuid", "A new random UUID each time.", &[], Body::World(uuid)),
];

/// Returns bytes that only this call of this run draws.
fn drawn(purpose: &str, environment: &Environment<'_>) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(environment.inputs.seed);
    digest.update(environment.draw.to_be_bytes());
    digest.update(purpose);
    digest.finalize().into()
}

fn later() -> Value {
    Unknown::of(Type::String).not_null().into()
}

fn now(environment: &Environment<'_>) -> Value {
    let seconds = i64::try_from(environment.inputs.now_ms / 1000).unwrap_or(i64::MAX);
    Value::string(Timestamp::utc(seconds).to_string())
}

fn plantimestamp(_: &[Value], environment: &Environment<'_>) -> Outcome {
    Ok(now(environment))
}

fn timestamp(_: &[Value], environment: &Environment<'_>) -> Outcome {
    Ok(if environment.inputs.applying { now(environment) } else { later() })
}

fn uuid(_: &[Value], environment: &Environment<'_>) -> Outcome {
    if !environment.inputs.applying {
        return Ok(later());
    }
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&drawn("uuid", environment)[..16]);
    Ok(Value::string(uuid_text(bytes)))
}

fn bcrypt(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    if arguments.len() > 2 {
        return fail("bcrypt() takes no more than two arguments");
    }
    let cost = if arguments.len() == 2 { whole(arguments, 1) } else { Ok(i64::from(COST_DEFAULT)) };
    let cost = match cost {
        Ok(cost) if cost > 31 => {
            return fail(format!(
                "error occured generating password crypto/bcrypt: cost {cost} is outside allowed \
                 range (4,31)"
            ));
        }
        Ok(cost) => u32::try_from(cost).ok().filter(|c| *c >= COST_MIN).unwrap_or(COST_DEFAULT),
        Err(problem) => return fail(problem),
    };
    if cost > COST_MAX {
        return fail(format!("a cost of {cost} takes too long; at most {COST_MAX} is allowed"));
    }
    let password = text(arguments, 0).as_bytes();
    if password.len() > PASSWORD_BYTES_MAX {
        return fail("error occured generating password bcrypt: password length exceeds 72 bytes");
    }
    if !environment.inputs.applying {
        return Ok(later());
    }
    let mut salt = [0u8; 16];
    salt.copy_from_slice(&drawn("bcrypt", environment)[..16]);
    let hashed = bcrypt::hash_with_salt(password, cost, salt);
    match hashed {
        Ok(parts) => Ok(Value::string(parts.format_for_version(bcrypt::Version::TwoA))),
        Err(_) => fail("the password cannot be hashed"),
    }
}
