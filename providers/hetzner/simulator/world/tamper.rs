//! Changing answers on their way out, as faults say: values, fields, whole texts.

use crate::exchange::Response;
use serde_json::Value;

/// What a proxy says when what is behind it does not answer.
const HTML: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/// Returns the page of HTML that a proxy writes.
pub(crate) fn bad_gateway() -> Response {
    Response {
        status: 502,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: HTML.as_bytes().to_vec(),
        ..Response::default()
    }
}

/// Writes a value where a path leads, into an object that may not have the field yet.
pub(crate) fn set(response: &mut Response, path: &str, value: &Value) -> bool {
    edit(response, path, &mut |object, field| {
        object.insert(field.to_owned(), value.clone());
    })
}

/// Removes the field where a path leads.
pub(crate) fn remove(response: &mut Response, path: &str) -> bool {
    edit(response, path, &mut |object, field| {
        object.remove(field);
    })
}

/// Cuts the text of an answer in its middle.
pub(crate) fn truncate(response: &mut Response) {
    response.body.truncate(response.body.len() / 2);
}

type Edit<'a> = &'a mut dyn FnMut(&mut serde_json::Map<String, Value>, &str);

/// Returns whether the path led anywhere.
fn edit(response: &mut Response, path: &str, edit: Edit<'_>) -> bool {
    let Ok(mut value) = serde_json::from_slice::<Value>(&response.body) else { return false };
    let steps: Vec<&str> = path.split('.').collect();
    let is_done = walk(&mut value, &steps, edit);
    response.body = value.to_string().into_bytes();
    is_done
}

fn walk(value: &mut Value, steps: &[&str], edit: Edit<'_>) -> bool {
    let Some((step, rest)) = steps.split_first() else { return false };
    if let Some(items) = value.as_array_mut() {
        let is_meant = |at: usize| *step == "*" || step.parse() == Ok(at);
        let items = items.iter_mut().enumerate().filter(|(at, _)| is_meant(*at));
        return items.fold(false, |is_done, (_, item)| walk(item, rest, edit) || is_done);
    }
    let Some(object) = value.as_object_mut() else { return false };
    if rest.is_empty() {
        edit(object, step);
        return true;
    }
    object.get_mut(*step).is_some_and(|inner| walk(inner, rest, edit))
}
