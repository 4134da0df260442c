//! Schemas of an API's description (3.0) as JSON Schema: `nullable`, references, and objects that are closed.

use serde_json::{Map, Value, json};

/// Words that JSON Schema does not have or that say nothing here.
const DROPPED: [&str; 10] = [
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "format",
    "nullable",
    "readOnly",
    "writeOnly",
    "xml",
];

/// References are followed no deeper.
const DEPTH_MAX: usize = 64;

/// Returns a schema that stands alone and takes no field that it does not describe.
pub(super) fn schema(schema: &Value, components: &Value) -> Value {
    Converter { components }.convert(schema, true, 0)
}

/// Returns the text of a query as a value of the type that is described.
pub(super) fn typed(text: &str, described: Option<&str>) -> Value {
    let typed = match described {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    typed.unwrap_or_else(|| text.into())
}

struct Converter<'a> {
    components: &'a Value,
}

impl Converter<'_> {
    fn convert(&self, schema: &Value, is_closed: bool, depth: usize) -> Value {
        let Some(object) = schema.as_object().filter(|_| depth < DEPTH_MAX) else {
            return json!(true);
        };
        if let Some(name) = object.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or_default();
            return self.convert(&self.components["schemas"][name], is_closed, depth + 1);
        }
        let mut out = Map::new();
        for (word, value) in object.iter().filter(|(word, _)| !DROPPED.contains(&word.as_str())) {
            let value = match word.as_str() {
                "properties" => self.properties(value, depth),
                "items" | "not" => self.convert(value, true, depth + 1),
                "additionalProperties" if value.is_object() => self.convert(value, true, depth + 1),
                // What several schemas describe together, none of them can close.
                "allOf" => self.all(value, false, depth),
                "oneOf" | "anyOf" => self.all(value, is_closed && !has_parts(object), depth),
                _ => value.clone(),
            };
            out.insert(word.clone(), value);
        }
        let has_composition = ["allOf", "oneOf", "anyOf"].iter().any(|w| out.contains_key(*w));
        if is_closed
            && !has_composition
            && out.contains_key("properties")
            && !out.contains_key("additionalProperties")
        {
            out.insert("additionalProperties".to_owned(), false.into());
        }
        if object.get("nullable") == Some(&true.into()) {
            return json!({ "anyOf": [{ "type": "null" }, out] });
        }
        out.into()
    }

    fn properties(&self, value: &Value, depth: usize) -> Value {
        let Some(properties) = value.as_object() else { return value.clone() };
        let convert = |(name, schema): (&String, &Value)| {
            (name.clone(), self.convert(schema, true, depth + 1))
        };
        properties.iter().map(convert).collect::<Map<_, _>>().into()
    }

    fn all(&self, value: &Value, is_closed: bool, depth: usize) -> Value {
        let schemas = value.as_array().into_iter().flatten();
        schemas.map(|schema| self.convert(schema, is_closed, depth + 1)).collect()
    }
}

/// Returns whether a schema describes fields beside its alternatives.
fn has_parts(object: &Map<String, Value>) -> bool {
    object.contains_key("properties") || object.contains_key("allOf")
}
