//! Which elements of two sequences belong together.

use infra_model::value::{Data, Value};

/// The places of an element before and after.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// Above so many comparisons the sequences are compared place by place.
const COMPARISONS_MAX: usize = 16_000_000;

/// Returns which elements of two lists belong together, in the order they are shown.
pub(super) fn pairs(old: &[Value], new: &[Value], is_object: &dyn Fn(&Value) -> bool) -> Vec<Pair> {
    let plain = |values: &[Value]| values.iter().map(plain).collect::<Vec<_>>();
    matched(&plain(old), &plain(new), &|before, after| {
        is_object(&old[before]) && is_object(&new[after])
    })
}

/// Returns which elements belong together: those of a longest common subsequence, and beside
/// them those that are `alike`. Without a reordering of equally many, place decides.
pub(super) fn matched<T: PartialEq>(
    old: &[T],
    new: &[T],
    alike: &dyn Fn(usize, usize) -> bool,
) -> Vec<Pair> {
    let is_reordered = || old.iter().all(|value| new.contains(value));
    if old.len() == new.len() && !is_reordered() {
        return (0..old.len()).map(|index| (Some(index), Some(index))).collect();
    }
    by_content(old, new, alike)
}

/// Returns which elements belong together by what they are alone.
pub(super) fn by_content<T: PartialEq>(
    old: &[T],
    new: &[T],
    alike: &dyn Fn(usize, usize) -> bool,
) -> Vec<Pair> {
    let common = common(old, new);
    let mut pairs = Vec::new();
    let (mut before, mut after, mut next) = (0, 0, 0);
    while before < old.len() || after < new.len() || next < common.len() {
        let kept = common.get(next).map(|index| &old[*index]);
        while before < old.len() && Some(&old[before]) != kept {
            let beside = after < new.len() && Some(&new[after]) != kept;
            let is_pair = beside && alike(before, after);
            pairs.push((Some(before), is_pair.then_some(after)));
            before += 1;
            after += usize::from(is_pair);
        }
        while after < new.len() && Some(&new[after]) != kept {
            pairs.push((None, Some(after)));
            after += 1;
        }
        if kept.is_some() {
            pairs.push((Some(before), Some(after)));
            (before, after, next) = (before + 1, after + 1, next + 1);
        }
    }
    pairs
}

/// Returns which elements of two sets belong together: equal ones.
pub(super) fn set_pairs(old: &[Value], new: &[Value]) -> Vec<Pair> {
    let mut taken = vec![false; new.len()];
    let mut pairs = Vec::new();
    for (before, value) in old.iter().enumerate() {
        let same = |after: &usize| !taken[*after] && &new[*after] == value && value.is_known();
        let found = (0..new.len()).find(same);
        if let Some(after) = found {
            taken[after] = true;
        }
        pairs.push((Some(before), found));
    }
    let come = taken.iter().enumerate().filter(|(_, taken)| !**taken);
    pairs.extend(come.map(|(after, _)| (None, Some(after))));
    pairs
}

/// Returns the places in `old` of the elements of a longest common subsequence.
fn common<T: PartialEq>(old: &[T], new: &[T]) -> Vec<usize> {
    let width = old.len();
    if width == 0 || new.is_empty() || width.saturating_mul(new.len()) > COMPARISONS_MAX {
        return Vec::new();
    }
    let mut lengths = vec![0_u32; width * new.len()];
    let at = |lengths: &[u32], x: Option<usize>, y: Option<usize>| match (x, y) {
        (Some(x), Some(y)) => lengths[width * y + x],
        _ => 0,
    };
    for y in 0..new.len() {
        for x in 0..width {
            let (left, up) = (x.checked_sub(1), y.checked_sub(1));
            lengths[width * y + x] = if old[x] == new[y] {
                at(&lengths, left, up) + 1
            } else {
                at(&lengths, left, Some(y)).max(at(&lengths, Some(x), up))
            };
        }
    }
    let mut found = Vec::new();
    let (mut x, mut y) = (width.checked_sub(1), new.len().checked_sub(1));
    while let (Some(column), Some(row)) = (x, y) {
        let (left, up) = (column.checked_sub(1), row.checked_sub(1));
        if old[column] == new[row] {
            found.push(column);
            (x, y) = (left, up);
        } else if at(&lengths, left, y) > at(&lengths, x, up) {
            x = left;
        } else {
            y = up;
        }
    }
    found.reverse();
    found
}

/// What two elements are compared by: neither marks nor types count, and what is unknown is not
/// there, as in the JSON of a plan.
#[derive(Debug, PartialEq)]
enum Plain {
    Null,
    Bool(bool),
    Number(infra_model::number::Number),
    Text(infra_model::text::Text),
    Array(Vec<Self>),
    Object(Vec<(infra_model::text::Text, Self)>),
}

fn plain(value: &Value) -> Plain {
    match value.data() {
        Data::Null(_) | Data::Unknown(_) => Plain::Null,
        Data::Bool(value) => Plain::Bool(*value),
        Data::Number(number) => Plain::Number(number.clone()),
        Data::String(text) => Plain::Text(text.clone()),
        Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
            Plain::Array(value.items().unwrap_or_default().iter().map(plain).collect())
        }
        Data::Map(_) | Data::Object(_) => {
            let entries = value.entries().unwrap_or_default().iter();
            let known = entries.filter(|(_, value)| value.is_known());
            Plain::Object(known.map(|(key, value)| (key.clone(), plain(value))).collect())
        }
    }
}
