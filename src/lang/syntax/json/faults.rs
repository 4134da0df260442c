//! Every mistake of JSON texts: its code and its words, which are Terraform's.

use crate::syntax::faults::Fault;

macro_rules! faults {
    ($($name:ident = $code:literal, $summary:literal, $detail:literal, $help:literal;)*) => {
        $(pub(super) const $name: Fault = Fault {
            code: $code,
            summary: $summary,
            detail: $detail,
            help: $help,
        };)*
    };
}

faults! {
    VALUE_MISSING = "infra::syntax::json_value_invalid", "Missing value",
        "The JSON data ends prematurely.", "write a value here";
    VALUE_START = "infra::syntax::json_value_invalid", "Invalid start of value",
        "A JSON value must start with a brace, a bracket, a number, a string, or a keyword.",
        "write a value here, strings in double quotes";
    KEYWORD = "infra::syntax::json_value_invalid", "Invalid JSON keyword",
        "This is not a valid JSON keyword.",
        "write `true`, `false` or `null`, or put it in double quotes";
    NUMBER = "infra::syntax::json_value_invalid", "Invalid JSON number",
        "There is a syntax error in the given JSON number.",
        "write it like `-12.5e3`: without `+`, without leading zeros, with digits around the dot";
    STRING = "infra::syntax::json_value_invalid", "Invalid JSON string",
        "There is a syntax error in the given JSON string.",
        "close it on its line with `\"`";
    ESCAPE = "infra::syntax::json_value_invalid", "Invalid JSON string",
        "There is a syntax error in the given JSON string.",
        "known are `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\uNNNN`; write a literal backslash as `\\\\`";
    CONTROL = "infra::syntax::json_value_invalid", "Invalid JSON string",
        "There is a syntax error in the given JSON string.",
        "write control characters as escapes, such as `\\n` and `\\t`";
    COLON_EQUALS = "infra::syntax::json_structure_invalid", "Missing property value colon",
        "JSON uses a colon as its name/value delimiter, not an equals sign.", "write `:`";
    COLON = "infra::syntax::json_structure_invalid", "Missing property value colon",
        "A colon must appear between an object property's name and its value.", "write `:` here";
    NAME = "infra::syntax::json_structure_invalid", "Invalid object property name",
        "A JSON object property name must be a string", "put the name in double quotes";
    COMMA_OBJECT = "infra::syntax::json_structure_invalid", "Missing attribute seperator comma",
        "A comma must appear between each property definition in an object.",
        "add a comma before this";
    COMMA_ARRAY = "infra::syntax::json_structure_invalid", "Missing attribute seperator comma",
        "A comma must appear between each value in an array.", "add a comma before this";
    TRAILING_OBJECT = "infra::syntax::json_structure_invalid", "Trailing comma in object",
        "JSON does not permit a trailing comma after the final property in an object.",
        "remove the comma";
    TRAILING_ARRAY = "infra::syntax::json_structure_invalid", "Trailing comma in array",
        "JSON does not permit a trailing comma after the final value in an array.",
        "remove the comma";
    ARRAY_COLON = "infra::syntax::json_structure_invalid", "Invalid array value",
        "A colon is not used to introduce values in a JSON array.",
        "write a comma, or an object in braces";
    MISMATCHED_OBJECT = "infra::syntax::json_structure_invalid", "Mismatched braces",
        "A JSON object must be closed with a brace, not a bracket.", "close it with `}`";
    MISMATCHED_ARRAY = "infra::syntax::json_structure_invalid", "Mismatched brackets",
        "A JSON array must be closed with a bracket, not a brace.", "close it with `]`";
    UNCLOSED_OBJECT = "infra::syntax::json_structure_invalid", "Unclosed object",
        "No closing brace was found for this JSON object.", "close it with `}`";
    UNCLOSED_ARRAY = "infra::syntax::json_structure_invalid", "Unclosed array",
        "No closing bracket was found for this JSON array.", "close it with `]`";
    NO_TEMPLATE = "infra::syntax::expression_invalid", "Invalid expression",
        "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
        "write it without `${` and `}`";
    EXTRANEOUS = "infra::syntax::json_structure_invalid", "Extraneous data after value",
        "Extra characters appear after the JSON value.", "remove them";
}
