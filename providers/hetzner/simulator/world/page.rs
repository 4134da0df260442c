//! Pages: order, slices, `meta.pagination` and the header `Link`, the same for every list.

use super::{
    World,
    call::{Answer, Call, Reply},
    fault::Effect,
    refusal::Refusal,
};
use crate::query::encoded;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

const PER_PAGE: usize = 25;

/// More are clamped; the API's own way is not known.
const PER_PAGE_MAX: usize = 50;

/// What a list is ordered by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) created_ms: u64,
    pub(crate) status: &'static str,
    pub(crate) finished_ms: u64,
    pub(crate) size: u64,
    /// The object as it was, if it is gone.
    pub(crate) buried: Option<Value>,
}

type Compare = fn(&Row, &Row) -> Ordering;

/// What a list can be sorted by: names of the API with comparisons.
pub(crate) type Sorts = &'static [(&'static str, Compare)];

/// What most lists can be sorted by.
pub(crate) const SORTS: Sorts = &[
    ("id", |a, b| a.id.cmp(&b.id)),
    ("name", |a, b| a.name.cmp(&b.name)),
    ("created", |a, b| a.created_ms.cmp(&b.created_ms)),
];

/// What lists of addresses can be sorted by.
pub(crate) const TIMES: Sorts = &[SORTS[0], SORTS[2]];

/// What lists without times can be sorted by.
pub(crate) const NAMES: Sorts =
    &[("id", |a, b| a.id.cmp(&b.id)), ("name", |a, b| a.name.cmp(&b.name))];

/// What is listed: the key in the answer, orders, and how many may be on a page.
pub(crate) struct List<'a> {
    pub(crate) key: &'a str,
    pub(crate) sorts: Sorts,
    pub(crate) per_page_max: usize,
}

impl<'a> From<(&'a str, Sorts)> for List<'a> {
    fn from((key, sorts): (&'a str, Sorts)) -> Self {
        Self { key, sorts, per_page_max: PER_PAGE_MAX }
    }
}

/// Answers a whole list: few have no pages.
pub(crate) fn whole(
    call: &Call,
    list: (&str, Sorts),
    mut rows: Vec<Row>,
    render: impl Fn(&Row) -> Value,
) -> Answer {
    sort(call, list.1, &mut rows)?;
    let items = rows.iter().map(|row| row.buried.clone().unwrap_or_else(|| render(row)));
    Ok(Reply::ok(json!({ list.0: items.collect::<Vec<_>>() })))
}

/// Returns the page of a list that a call asks for; only what is on it is rendered.
pub(crate) fn page<'a>(
    world: &World,
    call: &Call,
    of: impl Into<List<'a>>,
    mut rows: Vec<Row>,
    render: impl Fn(&Row) -> Value,
) -> Answer {
    let List { key, sorts, per_page_max } = of.into();
    sort(call, sorts, &mut rows)?;
    let number = positive(call, "page", 1)?;
    let per_page = positive(call, "per_page", PER_PAGE)?.min(per_page_max);
    let total = rows.len();
    let end = total.div_ceil(per_page).max(1);
    let from = from(world, number, per_page);
    let shown = rows.iter().skip(from).take(per_page);
    let items: Vec<Value> =
        shown.map(|row| row.buried.clone().unwrap_or_else(|| render(row))).collect();
    let previous = (number > 1).then(|| number - 1);
    let next = (number < end).then(|| number + 1);
    let meta = json!({ "pagination": {
        "page": number,
        "per_page": per_page,
        "previous_page": previous,
        "next_page": next,
        "last_page": end,
        "total_entries": total,
    }});
    let mut body = Map::new();
    body.insert(key.to_owned(), items.into());
    body.insert("meta".to_owned(), meta);
    let mut reply = Reply::ok(body.into());
    let links = [("prev", previous), ("next", next), ("last", Some(end))];
    let links = links.iter().filter_map(|(rel, page)| page.map(|page| link(call, rel, page)));
    let links = links.collect::<Vec<_>>().join(", ");
    reply.headers.push(("link".to_owned(), links));
    Ok(reply)
}

/// Returns where a page begins, faults included.
fn from(world: &World, number: usize, per_page: usize) -> usize {
    let mut from = (number - 1) * per_page;
    if world.mischief.has(&Effect::DuplicatePage) {
        from = from.saturating_sub(per_page);
    }
    for effect in &world.mischief.0 {
        if let Effect::ShiftedPage { by } = effect
            && number > 1
        {
            from += by;
        }
    }
    from
}

fn sort(call: &Call, sorts: Sorts, rows: &mut [Row]) -> Result<(), Refusal> {
    // The first key counts most, and sorting is stable.
    for key in call.all("sort").into_iter().rev() {
        let (field, order) = key.split_once(':').unwrap_or((key, "asc"));
        let compare = sorts.iter().find(|(name, _)| *name == field);
        let wrong = || Refusal::invalid("sort", format!("'{key}' is not a sort order"));
        let (_, compare) = compare.ok_or_else(wrong)?;
        match order {
            "asc" => rows.sort_by(compare),
            "desc" => rows.sort_by(|a, b| compare(b, a)),
            _ => return Err(wrong()),
        }
    }
    Ok(())
}

fn positive(call: &Call, name: &str, otherwise: usize) -> Result<usize, Refusal> {
    let Some(text) = call.query(name) else { return Ok(otherwise) };
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Refusal::invalid(name, "must be a positive integer"))
}

fn link(call: &Call, rel: &str, page: usize) -> String {
    let kept = call.query.iter().filter(|(name, _)| name != "page");
    let kept = kept.map(|(name, value)| format!("&{}={}", encoded(name), encoded(value)));
    let kept: String = kept.collect();
    format!("<https://api.hetzner.cloud{}?page={page}{kept}>; rel=\"{rel}\"", call.path)
}
