//! Files in memory.

use infra_model::{
    sources::{SourceError, Sources, Stat},
    text::Text,
};
use std::{collections::BTreeMap, sync::Arc};

pub(crate) struct Files(BTreeMap<Text, Arc<[u8]>>);

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let one = |(path, text): &(&str, &str)| (Text::from(*path), Arc::from(text.as_bytes()));
        Self(files.iter().map(one).collect())
    }
}

fn plain(path: &str) -> String {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if matches!(path, "" | ".") { String::new() } else { format!("{path}/") }
}

impl Sources for Files {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, SourceError> {
        let found = self.0.get(path.trim_start_matches("./")).cloned();
        found.ok_or_else(|| SourceError { path: path.into(), reason: "no such file".into() })
    }

    fn list(&self, path: &str) -> Result<Vec<(Text, Stat)>, SourceError> {
        let below = plain(path);
        let entry = |rest: &str| match rest.split_once('/') {
            Some((name, _)) => (Text::from(name), Stat::Directory),
            None => (Text::from(rest), Stat::File),
        };
        let inside = self.0.keys().filter_map(|file| file.strip_prefix(&*below)).map(entry);
        Ok(inside.collect::<BTreeMap<_, _>>().into_iter().collect())
    }

    fn stat(&self, path: &str) -> Result<Stat, SourceError> {
        if self.0.contains_key(path.trim_start_matches("./")) {
            return Ok(Stat::File);
        }
        let below = plain(path);
        let is_directory = below.is_empty() || self.0.keys().any(|file| file.starts_with(&below));
        Ok(if is_directory { Stat::Directory } else { Stat::Absent })
    }

    fn working_directory(&self) -> Text {
        Text::from("/srv")
    }

    fn home_directory(&self) -> Option<Text> {
        None
    }
}
