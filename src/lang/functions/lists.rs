//! Lists from lists: `chunklist compact concat distinct flatten reverse slice sort`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{
        ELEMENTS_MAX, NOT_WHOLE, element_of, fail, is_iterable, items, sequence, settled_length,
        unknown, whole,
    },
};
use infra_model::{
    convert::convert,
    types::Type,
    unify::unify,
    value::{Marks, Unknown, Value},
};
use std::collections::BTreeSet;

const LIST: Parameter = Parameter::new("list", Shape::List);
const ANY: Parameter = Parameter::new("list", Shape::Any);
const STRINGS: &[Parameter] = &[Parameter::new("list", Shape::Strings)];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "chunklist",
        "A list cut into lists of at most a given length.",
        &[LIST.marked(), Parameter::new("size", Shape::Number).marked()],
        Body::Plain(chunklist),
    )
    .usually(Shape::List)
    .depends(|arguments| Ok(Type::list(arguments[0].ty()))),
    Function::new(
        "compact",
        "A list of strings without the empty and null ones.",
        STRINGS,
        Body::Plain(compact),
    )
    .returns(Shape::Strings),
    Function::new("concat", "Lists put together into one.", &[], Body::Typed(concat))
        .variadic(Parameter::new("seqs", Shape::Any).unknown().marked())
        .depends(concat_type),
    Function::new(
        "distinct",
        "A list without the elements that stood in it before.",
        &[LIST],
        Body::Typed(distinct),
    )
    .usually(Shape::List)
    .depends(|arguments| Ok(arguments[0].ty())),
    Function::new(
        "flatten",
        "The elements of lists in lists, in one list.",
        &[ANY.marked()],
        Body::Plain(flatten),
    )
    .depends(flatten_type),
    Function::new(
        "list",
        "Gone from the language: tolist makes lists.",
        &[],
        Body::Plain(|_| fail(LIST_GONE)),
    )
    .variadic(Parameter::new("vals", Shape::Any).null().unknown().dynamic())
    .returns(Shape::List),
    Function::new(
        "reverse",
        "The elements of a list in reverse order.",
        &[ANY.marked()],
        Body::Typed(reverse),
    )
    .depends(reverse_type),
    Function::new(
        "slice",
        "The elements of a list from a start to before an end.",
        &[
            ANY.marked(),
            Parameter::new("start_index", Shape::Number),
            Parameter::new("end_index", Shape::Number),
        ],
        Body::Typed(slice),
    )
    .depends(slice_type),
    Function::new(
        "sort",
        "Strings in the order of their Unicode characters.",
        STRINGS,
        Body::Plain(sort),
    )
    .returns(Shape::Strings),
];

const LIST_GONE: &str = "the \"list\" function was deprecated in Terraform v0.12 and is no longer \
                         available; use tolist([ ... ]) syntax to write a literal list";

fn chunklist(arguments: &[Value]) -> Outcome {
    let list = &arguments[0];
    let marks = list.marks() | arguments[1].marks();
    let Ok(size) = whole(arguments, 1) else { return fail(format!("invalid size: {NOT_WHOLE}")) };
    let Ok(size) = usize::try_from(size) else {
        return fail("the size argument must be positive");
    };
    let ty = list.ty();
    let chunk = |items: &[Value]| Value::list(element_of(&ty), items.to_vec());
    let chunks = match items(list) {
        [] => Vec::new(),
        all if size == 0 => vec![chunk(all)],
        all => all.chunks(size).map(chunk).collect(),
    };
    Ok(Value::list(ty.clone(), chunks).with_marks(marks))
}

fn compact(arguments: &[Value]) -> Outcome {
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(Shape::Strings.ty()));
    }
    let full = |item: &&Value| item.as_text().is_some_and(|text| !text.is_empty());
    let kept = items(&arguments[0]).iter().filter(full).cloned().collect();
    Ok(Value::list(Type::String, kept))
}

fn concat_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.is_empty() {
        return Err(FunctionError::call("at least one argument is required"));
    }
    let types: Vec<Type> = arguments.iter().map(Value::ty).collect();
    let all_lists = types.iter().all(|ty| matches!(ty, Type::List(_)));
    if let Some(common) = unify(&types).filter(|_| all_lists) {
        return Ok(common);
    }
    let mut elements = Vec::new();
    for (index, (argument, ty)) in arguments.iter().zip(&types).enumerate() {
        match (ty, argument.len()) {
            (Type::Tuple(types), _) => elements.extend(types.iter().cloned()),
            (Type::List(element), Some(len)) => {
                elements.extend(std::iter::repeat_n(Type::clone(element), len));
            }
            (Type::List(_), None) => return Ok(Type::Dynamic),
            _ => {
                let problem =
                    format!("all arguments must be lists or tuples; got {}", ty.friendly_name());
                return Err(FunctionError::at(index, problem));
            }
        }
    }
    Ok(Type::tuple(elements))
}

fn concat(arguments: &[Value], ty: &Type) -> Outcome {
    let marks = arguments.iter().fold(Marks::NONE, |all, argument| all | argument.marks());
    if arguments.iter().any(|argument| !argument.is_known()) {
        return Ok(unknown(ty, marks));
    }
    let mut all = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        if matches!(ty, Type::List(_)) {
            let converted =
                convert(argument, ty).map_err(|error| FunctionError::at(index, error.message))?;
            all.extend_from_slice(items(&converted));
        } else {
            all.extend_from_slice(items(argument));
        }
    }
    if all.len() > ELEMENTS_MAX {
        return fail(too_many(all.len()));
    }
    Ok(sequence(ty, all).with_marks(marks))
}

/// Says that a result would be too large.
pub(super) fn too_many(count: usize) -> String {
    format!("the result would have {count} elements; at most {ELEMENTS_MAX} are allowed")
}

fn distinct(arguments: &[Value], ty: &Type) -> Outcome {
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(ty.clone()));
    }
    let mut seen = BTreeSet::new();
    let kept = items(&arguments[0]).iter().filter(|item| seen.insert(*item)).cloned().collect();
    Ok(Value::list(element_of(ty), kept))
}

fn flatten_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if is_iterable(&arguments[0].ty()) {
        return Ok(Type::Dynamic);
    }
    Err(FunctionError::call("can only flatten lists, sets and tuples"))
}

fn flatten(arguments: &[Value]) -> Outcome {
    let mut flat = Flat { items: Vec::new(), marks: Marks::NONE, known: true };
    flat.add(&arguments[0]);
    Ok(if flat.known {
        Value::tuple(flat.items).with_marks(flat.marks)
    } else {
        unknown(&Type::Dynamic, flat.marks)
    })
}

/// The elements of nested sequences so far.
struct Flat {
    items: Vec<Value>,
    marks: Marks,
    known: bool,
}

impl Flat {
    /// Adds the elements of a sequence that is known and not null.
    fn add(&mut self, sequence: &Value) {
        self.marks |= sequence.marks();
        if settled_length(sequence).is_none() {
            // How many elements it will have is not known.
            self.known = false;
            return;
        }
        for item in items(sequence) {
            let ty = item.ty();
            if item.is_null() || !(is_iterable(&ty) || ty == Type::Dynamic) {
                self.items.push(item.clone());
            } else if item.is_known() {
                self.add(item);
            } else {
                self.known = false;
                self.marks |= item.marks();
            }
        }
    }
}

fn reverse_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    match &ty {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned())),
        Type::List(element) | Type::Set(element) => Ok(Type::List(element.clone())),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Map(_)
        | Type::Object(_) => Err(FunctionError::at(
            0,
            format!("can only reverse list or tuple values, not {}", ty.friendly_name()),
        )),
    }
}

fn reverse(arguments: &[Value], ty: &Type) -> Outcome {
    let reversed = items(&arguments[0]).iter().rev().cloned().collect();
    Ok(sequence(ty, reversed).with_marks(arguments[0].marks()))
}

fn slice_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    match &ty {
        Type::List(_) => bounds(arguments).map(|_| ty),
        Type::Tuple(types) => Ok(match bounds(arguments)? {
            (Some(start), Some(end)) => Type::tuple(types[start..end].iter().cloned()),
            _ => Type::Dynamic,
        }),
        Type::Set(_) => Err(FunctionError::at(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to \
             a list if the ordering of the result is not important",
        )),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Map(_)
        | Type::Object(_) => Err(FunctionError::at(0, "must be a list or tuple value")),
    }
}

fn slice(arguments: &[Value], ty: &Type) -> Outcome {
    let (start, end) = bounds(arguments)?;
    let part = items(&arguments[0]).get(start.unwrap_or(0)..end.unwrap_or(0));
    let part = part.unwrap_or_default().to_vec();
    Ok(sequence(ty, part).with_marks(arguments[0].marks()))
}

/// Returns where a slice starts and ends, as far as that is known.
fn bounds(arguments: &[Value]) -> Result<(Option<usize>, Option<usize>), FunctionError> {
    let len = settled_length(&arguments[0]);
    let bound = |index: usize, name: &str| -> Result<Option<usize>, FunctionError> {
        if !arguments[index].is_known() {
            return Ok(None);
        }
        let error = |problem: &str| FunctionError::at(index, format!("{name} index {problem}"));
        let value = whole(arguments, index).map_err(|problem| {
            FunctionError::at(index, format!("invalid {name} index: {problem}"))
        })?;
        let value = usize::try_from(value).map_err(|_| error("must not be less than zero"))?;
        if len.is_some_and(|len| value > len) {
            return Err(error("must not be greater than the length of the list"));
        }
        Ok(Some(value))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(FunctionError::at(1, "start index must not be greater than end index"));
    }
    Ok((start, end))
}

fn sort(arguments: &[Value]) -> Outcome {
    let mut list = items(&arguments[0]).to_vec();
    if !arguments[0].is_wholly_known() {
        let unknown = || Unknown::of(Type::String).not_null().into();
        return Ok(Value::list(Type::String, list.iter().map(|_| unknown()).collect()));
    }
    if let Some(at) = list.iter().position(Value::is_null) {
        return fail(format!("given list element {at} is null; a null string cannot be sorted"));
    }
    list.sort();
    Ok(Value::list(Type::String, list))
}
