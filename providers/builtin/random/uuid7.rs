//! `random_uuid7`: a UUID of version 7, which begins with the time and so sorts by it.

use super::uuid::{Model, imported, kind, of};
use crate::{
    draw::{Draws, dashed},
    local::import_text,
};
use infra_model::{kind::Kind, value::Value};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Resource, Thing, Wanted},
};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomUuid7;

impl Resource for RandomUuid7 {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        kind("random_uuid7")
    }

    async fn read(_: &Draws, seen: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        Ok(Some(seen.model))
    }

    async fn create(
        draws: &Draws,
        wanted: Wanted<Model>,
        control: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let mut bytes = draws.draw(&wanted.address, &wanted.token).bytes(16)?;
        let now = control.clock.now_ms().to_be_bytes();
        bytes[..6].copy_from_slice(&now[2..]);
        bytes[6] = bytes[6] & 0x0f | 0x70;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Ok(of(dashed(&crate::digest::hex(&bytes)), wanted.model.keepers).into())
    }

    async fn update(
        _: &Draws,
        _: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        Ok(wanted.model.into())
    }

    async fn delete(_: &Draws, _: Thing<Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }

    async fn import(_: &Draws, id: &Value, _: &Control) -> Result<Option<Thing<Model>>, Failure> {
        let kind = Self::kind();
        Ok(Some(imported(&kind, import_text(&kind, id)?)?.into()))
    }
}
