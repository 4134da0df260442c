//! `time_sleep`: waits when it is created, and when it is destroyed.
//!
//! A wait ends early when the run is stopped; then nothing was made, or it is still there.

use super::{Triggers, duration, moment::Moment, triggers};
use crate::{
    draw::Draws,
    hooked::Hooked,
    local::{import_id_wrong, import_text},
    rules,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::{CALL_MS_MAX, Control},
    failure::{Broken, Failure},
    kind::SchemaKind,
    resource::{Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// The type.
pub(crate) struct TimeSleep;

/// How often a wait looks whether it shall end.
const LOOK: Duration = Duration::from_secs(1);
/// After how many looks it says how long it still takes.
const LOOKS_A_LINE: u32 = 10;
/// The longest wait, with room for what else a step does before its time is up.
const WAIT_MAX: Duration = Duration::from_millis(CALL_MS_MAX - 60_000);
const DURATIONS: [&str; 2] = ["create_duration", "destroy_duration"];

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    triggers: Triggers,
    create_duration: Option<String>,
    destroy_duration: Option<String>,
}

impl Resource for TimeSleep {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("create_duration", Attribute::optional(Type::String)),
            ("destroy_duration", Attribute::optional(Type::String)),
            triggers(),
        ]);
        Hooked::new(SchemaKind::managed("time_sleep", block).local()).validate(validate).shared()
    }

    async fn read(_: &Draws, seen: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        Ok(Some(seen.model))
    }

    async fn create(
        _: &Draws,
        wanted: Wanted<Model>,
        control: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        wait(wanted.model.create_duration.as_deref(), DURATIONS[0], control).await?;
        let now = Moment::at_ms(control.clock.now_ms());
        Ok(Model { id: Some(now.text()), ..wanted.model }.into())
    }

    /// Another duration counts from the next time on.
    async fn update(
        _: &Draws,
        _: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        Ok(wanted.model.into())
    }

    async fn delete(_: &Draws, prior: Thing<Model>, control: &Control) -> Result<(), Failure> {
        wait(prior.model.destroy_duration.as_deref(), DURATIONS[1], control).await
    }

    /// The id is both durations, one of which may be empty.
    async fn import(
        _: &Draws,
        id: &Value,
        control: &Control,
    ) -> Result<Option<Thing<Model>>, Failure> {
        let kind = Self::kind();
        let form = "`CREATE,DESTROY` with at least one duration, such as `30s,`";
        let wrong = || import_id_wrong(&kind, form);
        let (create, destroy) = import_text(&kind, id)?.split_once(',').ok_or_else(wrong)?;
        let is_fine = |text: &str| text.is_empty() || duration::parse(text).is_some();
        if !is_fine(create) || !is_fine(destroy) || create.is_empty() && destroy.is_empty() {
            return Err(wrong().into());
        }
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let now = Moment::at_ms(control.clock.now_ms());
        Ok(Some(Thing::from(Model {
            id: Some(now.text()),
            triggers: None,
            create_duration: given(create),
            destroy_duration: given(destroy),
        })))
    }
}

async fn wait(text: Option<&str>, name: &str, control: &Control) -> Result<(), Failure> {
    let Some(text) = text else { return Ok(()) };
    let Some(mut left) = duration::parse(text) else {
        return Err(duration_wrong(name).into());
    };
    let mut looks = 0;
    while !left.is_zero() {
        if control.is_stopping() || control.is_late() {
            let stopped = Diagnostic::error("infra::builtin::wait_stopped", "The wait was stopped")
                .detail(format!("{} were left. Nothing was changed.", told(left)))
                .help("apply again; the wait then begins anew");
            return Err(Failure::new(stopped).safe());
        }
        if looks % LOOKS_A_LINE == 0 {
            control.progress.line(&format!("waiting, {} left", told(left)));
        }
        looks += 1;
        let step = left.min(LOOK);
        control.clock.sleep(step).await;
        left -= step;
    }
    Ok(())
}

/// Writes a duration for people.
fn told(left: Duration) -> String {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::at_least_one(desired, &DURATIONS, &mut wrong);
    for name in DURATIONS {
        let Some(text) = desired.get(name).and_then(Value::as_text) else { continue };
        match duration::parse(text) {
            Some(duration) if duration <= WAIT_MAX => {}
            Some(_) => wrong.push(too_long(name)),
            None => {
                let detail = format!("It is {}. Nothing was changed.", rules::shown(desired, name));
                wrong.push(duration_wrong(name).detail(detail));
            }
        }
    }
    wrong
}

fn duration_wrong(name: &str) -> Diagnostic {
    let summary = format!("`{name}` is no duration");
    Diagnostic::error("infra::builtin::duration_wrong", summary)
        .detail("Nothing was changed.")
        .help("write a number and `ms`, `s`, `m` or `h`, such as \"30s\"")
        .at_path(Path::attribute(name))
}

fn too_long(name: &str) -> Diagnostic {
    let longest = told(WAIT_MAX);
    let summary = format!("`{name}` is longer than a step may take");
    Diagnostic::error("infra::builtin::duration_wrong", summary)
        .detail(format!("The longest wait is {longest}. Nothing was changed."))
        .help("wait for a shorter time, or put several waits one behind the other")
        .at_path(Path::attribute(name))
}
