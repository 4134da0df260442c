//! `provider::local::direxists`: whether there is a directory.

use infra_model::{
    function::{Body, Environment, Function, FunctionError, Outcome, Parameter, Shape},
    sources::Stat,
    value::Value,
};

const PATH: &[Parameter] = &[Parameter::new("path", Shape::String).marked()];

/// The functions of the provider.
pub(crate) const TABLE: &[Function] = &[Function::new(
    "direxists",
    "Whether there is a directory at a path, in which `~` has no meaning.",
    PATH,
    Body::World(direxists),
)
.returns(Shape::Bool)];

fn direxists(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    let path = arguments[0].as_text().map_or("", |text| &**text);
    let marks = arguments[0].marks();
    let hidden = |shown: String| {
        if marks.is_empty() { shown } else { "(sensitive value)".to_owned() }
    };
    let wrong = |message: String| Err(FunctionError::at(0, message));
    match environment.sources.stat(&cleaned(path)) {
        Ok(Stat::Directory) => Ok(Value::from(true).with_marks(marks)),
        Ok(Stat::Absent) => Ok(Value::from(false).with_marks(marks)),
        Ok(Stat::File | Stat::Other) => wrong(format!(
            "Invalid file mode detected: {} was found, but is not a directory",
            hidden(format!("{path:?}"))
        )),
        Err(error) => wrong(format!("Error checking for directory: {}", hidden(error.to_string()))),
    }
}

/// Returns a path without the parts that lead nowhere, which is not looked up.
fn cleaned(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if !root.is_empty() => {}
            part => parts.push(part),
        }
    }
    let path = format!("{root}{}", parts.join("/"));
    if path.is_empty() { ".".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn paths_are_cleaned_as_go_cleans_them() {
        for (path, clean) in [
            ("", "."),
            (".", "."),
            ("a/..", "."),
            ("a//b/./c/", "a/b/c"),
            ("../a/../../b", "../../b"),
            ("/..", "/"),
            ("/a/../b", "/b"),
            ("~/a", "~/a"),
        ] {
            assert_eq!(cleaned(path), clean, "{path}");
        }
    }
}
