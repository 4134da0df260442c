//! Contents of files: `file filebase64 fileexists fileset`; hashes of files are with the hashes.

use super::{
    Body, Environment, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail, quoted_or_hidden, string, text},
    encoding::to_base64,
    glob, paths,
};
use infra_model::{
    sources::Stat,
    types::Type,
    value::{Marks, Value},
};
use std::sync::Arc;

/// The path of a file; its marks go to the result.
pub(super) const PATH: &[Parameter] = &[Parameter::new("path", Shape::String).marked()];
const FILESET: &[Parameter] = &[
    Parameter::new("path", Shape::String).marked(),
    Parameter::new("pattern", Shape::String).marked(),
];

pub(super) const TABLE: &[Function] = &[
    Function::new("file", "The content of a file, which must be UTF-8.", PATH, Body::World(file)),
    Function::new("filebase64", "The content of a file, in Base64.", PATH, Body::World(filebase64)),
    Function::new(
        "fileexists",
        "Whether there is a file at a path.",
        PATH,
        Body::World(fileexists),
    )
    .returns(Shape::Bool),
    Function::new(
        "fileset",
        "The files below a directory whose names match a pattern.",
        FILESET,
        Body::World(fileset),
    )
    .returns(Shape::StringSet),
];

/// Returns the path that an argument means.
pub(super) fn resolved(
    arguments: &[Value],
    environment: &Environment<'_>,
) -> Result<String, FunctionError> {
    let path = paths::expanded(text(arguments, 0), environment.sources);
    match path {
        Ok(path) => Ok(paths::clean(&path)),
        Err(problem) => Err(FunctionError::call(format!("failed to expand ~: {problem}"))),
    }
}

/// Returns the bytes of the file that the first argument names.
pub(super) fn contents(
    arguments: &[Value],
    environment: &Environment<'_>,
) -> Result<Arc<[u8]>, FunctionError> {
    let path = resolved(arguments, environment)?;
    let marks = arguments[0].marks();
    let error = |problem: String| FunctionError::at(0, problem);
    match environment.sources.stat(&path) {
        Ok(Stat::Absent) => {
            let shown = quoted_or_hidden(&path, marks);
            return Err(error(format!(
                "no file exists at {shown}; this function works only with files that are \
                 distributed as part of the configuration source code, so if this file will be \
                 created by a resource in this configuration you must instead obtain this result \
                 from an attribute of that resource"
            )));
        }
        Ok(Stat::Directory) => {
            let shown = if marks.is_empty() { path } else { quoted_or_hidden(&path, marks) };
            return Err(error(format!("failed to read file: read {shown}: is a directory")));
        }
        Ok(Stat::File | Stat::Other) | Err(_) => {}
    }
    environment.sources.read(&path).map_err(|problem| {
        let shown =
            if marks.is_empty() { problem.to_string() } else { quoted_or_hidden(&path, marks) };
        error(format!("failed to read file: {shown}"))
    })
}

/// Returns the text of the file that the first argument names.
pub(super) fn contents_text(
    arguments: &[Value],
    environment: &Environment<'_>,
) -> Result<String, FunctionError> {
    let bytes = contents(arguments, environment)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| {
        let path = resolved(arguments, environment).unwrap_or_default();
        let shown = quoted_or_hidden(&path, arguments[0].marks());
        FunctionError::call(format!(
            "contents of {shown} are not valid UTF-8; use the filebase64 function to obtain the \
             Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to \
             obtain file hashing results instead"
        ))
    })
}

fn file(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    let text = contents_text(arguments, environment)?;
    Ok(string(text).with_marks(arguments[0].marks()))
}

fn filebase64(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    let bytes = contents(arguments, environment)?;
    Ok(Value::string(to_base64(&bytes)).with_marks(arguments[0].marks()))
}

fn fileexists(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    let path = resolved(arguments, environment)?;
    let marks = arguments[0].marks();
    let shown = || quoted_or_hidden(&path, marks);
    match environment.sources.stat(&path) {
        Ok(Stat::Absent) => Ok(Value::from(false).with_marks(marks)),
        Ok(Stat::File) => Ok(Value::from(true).with_marks(marks)),
        Ok(Stat::Directory) => fail(format!("{} is a directory, not a file", shown())),
        Ok(Stat::Other) => fail(format!("{} is not a regular file", shown())),
        Err(_) => fail(format!("failed to stat {}", shown())),
    }
}

fn fileset(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    let base = resolved(arguments, environment)?;
    let marks = arguments.iter().fold(Marks::NONE, |all, argument| all | argument.marks());
    let pattern = text(arguments, 1);
    let found = glob::files(&paths::join(&base, pattern), environment.sources);
    let found = found.map_err(|problem| {
        let shown = quoted_or_hidden(pattern, marks);
        FunctionError::call(format!("failed to glob pattern {shown}: {problem}"))
    })?;
    let names = found.iter().map(|path| string(relative(&base, path))).collect();
    Ok(Value::set(Type::String, names).with_marks(marks))
}

/// Returns a cleaned path as seen from a cleaned directory; both are rooted or neither.
fn relative(base: &str, path: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|p| !matches!(*p, "" | ".")).map(str::to_owned).collect()
    };
    let (base, path) = (parts(base), parts(path));
    let shared = base.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), base.len() - shared);
    let steps: Vec<String> = up.chain(path[shared..].iter().cloned()).collect();
    if steps.is_empty() { ".".to_owned() } else { steps.join("/") }
}
