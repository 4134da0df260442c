//! Resource types without an outside object: what they are is what is recorded of them.

use crate::draw::{Draw, Draws};
use infra_model::{
    diagnostic::Diagnostic, kind::Kind, schema::Schema, text::Text, types::Type, value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Resource, Thing, Wanted},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, sync::Arc};

/// What an author of such a type writes.
pub(crate) trait Local: Send + Sync + 'static {
    /// The attributes.
    type Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Returns the attributes of a new object.
    fn make(wanted: Self::Model, draw: &mut Draw, draws: &Draws) -> Result<Self::Model, Failure>;

    /// Returns the attributes after a change in place.
    fn change(wanted: Self::Model) -> Self::Model {
        wanted
    }

    /// Returns the attributes of an object that is made known by its import id.
    fn import(_id: &str, _draws: &Draws) -> Result<Self::Model, Failure> {
        let summary = format!("`{}` can't be imported", Self::kind().name());
        let found = Diagnostic::error("infra::provider::import_unsupported", summary);
        Err(found.help("remove the `import` block; the resource is then created anew").into())
    }
}

/// A local type as a resource.
pub(crate) struct Of<L>(PhantomData<fn() -> L>);

impl<L: Local> Resource for Of<L> {
    type Client = Draws;
    type Model = L::Model;

    fn kind() -> Arc<dyn Kind> {
        L::kind()
    }

    async fn read(
        _: &Draws,
        recorded: Thing<L::Model>,
        _: &Control,
    ) -> Result<Option<L::Model>, Failure> {
        Ok(Some(recorded.model))
    }

    async fn create(
        draws: &Draws,
        wanted: Wanted<L::Model>,
        _: &Control,
    ) -> Result<Thing<L::Model>, Broken<L::Model>> {
        let mut draw = draws.draw(&wanted.address, &wanted.token);
        Ok(L::make(wanted.model, &mut draw, draws)?.into())
    }

    async fn update(
        _: &Draws,
        _: Thing<L::Model>,
        wanted: Wanted<L::Model>,
        _: &Control,
    ) -> Result<Thing<L::Model>, Broken<L::Model>> {
        Ok(L::change(wanted.model).into())
    }

    async fn delete(_: &Draws, _: Thing<L::Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }

    async fn import(
        draws: &Draws,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<L::Model>>, Failure> {
        Ok(Some(L::import(import_text(&L::kind(), id)?, draws)?.into()))
    }
}

/// Returns the text of an import id, which may stand in an object as its `id`.
pub(crate) fn import_text<'a>(kind: &Arc<dyn Kind>, id: &'a Value) -> Result<&'a str, Failure> {
    let text = id.as_text().or_else(|| id.get("id").and_then(Value::as_text));
    text.map(|text| &**text).ok_or_else(|| import_id_wrong(kind, "a text").into())
}

/// Says that an import id has the wrong form.
pub(crate) fn import_id_wrong(kind: &Arc<dyn Kind>, form: &str) -> Diagnostic {
    let summary = format!("The import id of `{}` must be {form}", kind.name());
    Diagnostic::error("infra::builtin::import_id_wrong", summary)
        .help("write `id` of the `import` block in that form")
}

/// Returns a recorded value with exactly the attributes of a schema: what is missing is null, what
/// is too much is dropped. Most upgrades are no more than this.
pub(crate) fn fitted(schema: &Schema, value: &Value) -> Value {
    let Type::Object(object) = schema.block.implied_type() else { return value.clone() };
    let entry = |(name, ty): (&Text, &Type)| {
        let null = || Value::null(ty.clone());
        (name.clone(), value.get(name).cloned().unwrap_or_else(null))
    };
    Value::object(object.attributes.iter().map(entry)).with_marks(value.marks())
}
