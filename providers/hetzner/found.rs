//! Data sources: one object that is looked up, or all that a selector matches.
//!
//! Both are described by the same columns. One is looked up by exactly one of its keys; several
//! matches are an error, unless the newest is asked for.

use crate::{
    client::{Client, List},
    form,
    problem::Outcome,
    schemas::{given, text},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
    text::Text,
    types::Type,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha1::{Digest, Sha1};
use std::{fmt::Write as _, marker::PhantomData, sync::Arc};

/// The attributes of a data source, by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Row(pub(crate) Map<String, Json>);

/// Arguments of a data source, by name.
pub(crate) type Filters = Vec<(&'static str, Attribute)>;

/// What can be looked up.
pub(crate) trait Found: Send + Sync + Sized + 'static {
    /// The name of the data source for one, and of that for many.
    const NAMES: (&'static str, &'static str);
    /// The attribute that holds the rows of the data source for many.
    const ROWS: &'static str;
    /// The name under which one stands in answers.
    const ONE: &'static str;
    /// The arguments by which one is looked up, besides `with_selector`.
    const KEYS: &'static [&'static str] = &["id", "name"];
    /// Labels select objects.
    const HAS_LABELS: bool = true;
    /// The data source for one takes the older name of `with_selector` as well.
    const HAS_SELECTOR: bool = false;
    /// The newest of several can be asked for.
    const HAS_MOST_RECENT: bool = false;
    /// The data source for many can be told to begin with the newest.
    const MANY_HAVE_MOST_RECENT: bool = Self::HAS_MOST_RECENT;
    /// The data source for many has an `id`.
    const HAS_ID: bool = true;
    /// Older attributes of the data source for many, each with the column whose texts it lists.
    const SUMMARIES: &'static [(&'static str, &'static str)] = &[];

    /// Returns what is told of one object; `id` and `name` among it.
    fn columns() -> Vec<(&'static str, Attribute)>;

    /// Returns the arguments that narrow a search, of the data source for one and of that for many.
    fn filters() -> (Filters, Filters) {
        (Vec::new(), Vec::new())
    }

    /// Returns the list to search.
    fn list(config: &Row) -> List;

    /// Returns what is told of an object.
    fn row(object: &Json, config: &Row) -> Json;

    /// Says whether an object is one that the filters ask for.
    fn is_wanted(_object: &Json, _config: &Row) -> bool {
        true
    }

    /// Returns what should be known of what was read.
    fn warnings(_read: &Row) -> Diagnostics {
        Diagnostics::new()
    }
}

impl Row {
    /// Returns the text of an argument that is given.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// Returns the number of an argument that is given.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Json::as_i64)
    }

    /// Returns whether an argument is true.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.0.get(name).and_then(Json::as_bool) == Some(true)
    }

    /// Returns the texts of an argument.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        let items = self.0.get(name).and_then(Json::as_array);
        items.into_iter().flatten().filter_map(Json::as_str).collect()
    }

    fn is_given(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !form::is_nothing(value))
    }

    fn selector(&self) -> Option<&str> {
        self.text("with_selector").or_else(|| self.text("selector"))
    }
}

/// A data source for one object.
pub(crate) struct One<T>(PhantomData<fn() -> T>);

/// A data source for many.
pub(crate) struct Many<T>(PhantomData<fn() -> T>);

impl<T: Found> DataSource for One<T> {
    type Client = Client;
    type Model = Row;

    fn kind() -> Arc<dyn Kind> {
        let mut block = Block::of(T::columns());
        for key in T::KEYS {
            if let Some(attribute) = block.attributes.get_mut(*key) {
                *attribute = Attribute::optional_computed(attribute.ty.clone());
            }
        }
        block.attributes.extend(selectors(T::HAS_LABELS, T::HAS_SELECTOR));
        let (filters, _) = T::filters();
        block.attributes.extend(filters.into_iter().map(|(name, a)| (name.into(), a)));
        if T::HAS_MOST_RECENT {
            block.attributes.insert("most_recent".into(), Attribute::optional(Type::Bool));
        }
        SchemaKind::data(T::NAMES.0, block).shared()
    }

    async fn read(client: &Client, config: Row, control: &Control) -> Result<Row, Failure> {
        let given: Vec<&str> = T::KEYS.iter().copied().filter(|key| config.is_given(key)).collect();
        let keys = given.len() + usize::from(config.selector().is_some());
        if keys != 1 {
            return Err(ambiguous::<T>(keys).into());
        }
        let found = search::<T>(client, &config, control).await?;
        let is_it = |object: &&Json| {
            let row = T::row(object, &config);
            given.iter().all(|key| row[*key] == config.0[*key])
        };
        let found: Vec<&Json> = found.iter().filter(is_it).collect();
        let chosen = match (found.len(), config.is_true("most_recent")) {
            (0, _) => return Err(missing::<T>(&config, &given).into()),
            (1, _) => found[0],
            (_, true) => found.iter().copied().max_by_key(|o| created(o)).unwrap_or(found[0]),
            (many, false) => return Err(several::<T>(many).into()),
        };
        Ok(filled(config.clone(), T::row(chosen, &config)))
    }

    fn warnings(read: &Row) -> Diagnostics {
        T::warnings(read)
    }
}

impl<T: Found> DataSource for Many<T> {
    type Client = Client;
    type Model = Row;

    fn kind() -> Arc<dyn Kind> {
        let mut block = Block::of([(T::ROWS, rows(T::columns()))]);
        if T::HAS_ID {
            block.attributes.insert("id".into(), given());
        }
        for (name, _) in T::SUMMARIES {
            let mut old = Attribute::computed(Type::list(Type::String));
            old.deprecated = Some(format!("Use `{}` instead.", T::ROWS).into());
            block.attributes.insert((*name).into(), old);
        }
        block.attributes.extend(selectors(T::HAS_LABELS, false));
        let (_, filters) = T::filters();
        block.attributes.extend(filters.into_iter().map(|(name, a)| (name.into(), a)));
        if T::MANY_HAVE_MOST_RECENT {
            block.attributes.insert("most_recent".into(), Attribute::optional(Type::Bool));
        }
        SchemaKind::data(T::NAMES.1, block).shared()
    }

    async fn read(client: &Client, config: Row, control: &Control) -> Result<Row, Failure> {
        let mut found = search::<T>(client, &config, control).await?;
        if config.is_true("most_recent") {
            found.sort_by_key(|object| std::cmp::Reverse(created(object)));
        }
        let ids: Vec<String> = found.iter().filter_map(|o| form::id_text(&o["id"])).collect();
        let rows: Vec<Json> = found.iter().map(|object| T::row(object, &config)).collect();
        let mut read = config;
        if T::HAS_ID {
            read.0.insert("id".to_owned(), Json::from(digest(&ids)));
        }
        for (name, column) in T::SUMMARIES {
            let texts: Vec<Json> = rows.iter().map(|row| as_text(&row[*column])).collect();
            read.0.insert((*name).to_owned(), Json::from(texts));
        }
        read.0.insert(T::ROWS.to_owned(), Json::from(rows));
        Ok(read)
    }

    fn warnings(read: &Row) -> Diagnostics {
        T::warnings(read)
    }
}

/// Returns the attribute that holds a row for each object.
fn rows(columns: Vec<(&'static str, Attribute)>) -> Attribute {
    let secret =
        columns.iter().filter(|(_, column)| column.sensitive).map(|(name, _)| Text::from(*name));
    let inner = columns.iter().flat_map(|(_, column)| column.sensitive_parts.iter().cloned());
    let secret: Vec<Text> = secret.chain(inner).collect();
    let columns = columns.into_iter().map(|(name, column)| (name, column.ty));
    Attribute::computed(Type::list(Type::object(columns))).sensitive_parts(secret)
}

/// Returns the arguments that select by labels.
fn selectors(has_labels: bool, has_selector: bool) -> Vec<(Text, Attribute)> {
    let mut all = Vec::new();
    if has_labels {
        all.push(("with_selector".into(), text()));
    }
    if has_selector {
        let mut old = text();
        old.deprecated = Some("Use `with_selector` instead.".into());
        all.push(("selector".into(), old));
    }
    all
}

async fn search<T: Found>(client: &Client, config: &Row, control: &Control) -> Outcome<Vec<Json>> {
    let mut list = T::list(config);
    if let Some(id) = config.number("id").filter(|_| T::KEYS.contains(&"id")) {
        let answer = client.get(&format!("{}/{id}", list.path), control).await?;
        return Ok(answer.map(|mut answer| answer[T::ONE].take()).into_iter().collect());
    }
    if let Some(selector) = config.selector() {
        list = list.only("label_selector", selector);
    }
    if let Some(name) = config.text("name").filter(|_| T::KEYS.contains(&"name")) {
        list = list.only("name", name);
    }
    let all = client.all(&list, control).await?;
    Ok(all.iter().filter(|object| T::is_wanted(object, config)).cloned().collect())
}

/// Returns the arguments with what was found in place of what was not given.
fn filled(mut config: Row, row: Json) -> Row {
    if let Json::Object(row) = row {
        config.0.extend(row);
    }
    config
}

fn as_text(value: &Json) -> Json {
    if value.is_string() { value.clone() } else { Json::from(value.to_string()) }
}

/// When an object was made; times of the API sort as text.
fn created(object: &Json) -> String {
    object["created"].as_str().unwrap_or_default().to_owned()
}

/// Names a set of objects: the digest of their ids.
fn digest(ids: &[String]) -> String {
    let hash = Sha1::digest(ids.join("-").as_bytes());
    let mut text = String::with_capacity(hash.len() * 2);
    for byte in hash {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn ambiguous<T: Found>(keys: usize) -> Diagnostic {
    let names = T::KEYS.iter().copied().chain(T::HAS_LABELS.then_some("with_selector"));
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let what = if keys == 0 { "nothing says which one" } else { "it is looked up in several ways" };
    Diagnostic::error("infra::hetzner::lookup_ambiguous", format!("`{}`: {what}", T::NAMES.0))
        .detail("Nothing was asked, and nothing was changed.")
        .help(format!("give exactly one of {}", names.join(", ")))
}

fn missing<T: Found>(config: &Row, given: &[&str]) -> Diagnostic {
    let (key, value) = match given.first() {
        Some(key) => (*key, config.0[*key].to_string()),
        None => ("with_selector", format!("{:?}", config.selector().unwrap_or_default())),
    };
    let summary = format!("Hetzner has no {} with `{key}` {value}", T::ONE.replace('_', " "));
    Diagnostic::error("infra::hetzner::not_found", summary)
        .detail("It was looked for in the project of the token. Nothing was changed.")
        .help("correct it, or use the token of the project that has it")
        .at_path(Path::attribute(key))
}

fn several<T: Found>(many: usize) -> Diagnostic {
    let summary = format!("Hetzner has {many} of these, and one is asked for");
    let help = if T::HAS_MOST_RECENT {
        "narrow it down, or take the newest with `most_recent = true`"
    } else {
        "narrow it down, or take them all with the data source for many"
    };
    Diagnostic::error("infra::hetzner::several_found", summary)
        .detail("Nothing was changed.")
        .help(help)
}
