//! Tests of `infra-lang`: one binary, one module a subject.

mod console_cases;
mod format;
mod program;
mod support;
mod syntax;
