//! Every mistake the parser can report: its code and its words. Finding them is the parser's.
//!
//! Summaries are those of Terraform where it has the same mistake, so that users find help.

use infra_model::{diagnostic::Diagnostic, source::Span};

/// The fixed words of a mistake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// Stable code.
    pub(super) code: &'static str,
    /// One line.
    pub(super) summary: &'static str,
    /// What is wrong and why.
    pub(super) detail: &'static str,
    /// What to do.
    pub(super) help: &'static str,
}

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
    // Bodies.
    ITEM_MISSING = "infra::syntax::item_missing", "Argument or block definition required",
        "Only arguments (`name = value`) and blocks (`name { ... }`) can stand here.",
        "write an argument or a block, or remove this";
    ITEM_INCOMPLETE = "infra::syntax::item_missing", "Argument or block definition required",
        "A name alone is neither an argument nor a block.",
        "to set an argument, write `=` and its value behind the name";
    NAME_QUOTED = "infra::syntax::name_quoted", "Invalid argument name",
        "Names of arguments and blocks are written without quotes.", "remove the quotes";
    ARGUMENT_NEWLINE = "infra::syntax::newline_missing", "Missing newline after argument",
        "An argument ends with its line; something else follows on the same line.",
        "put what follows on a line of its own";
    BLOCK_NEWLINE = "infra::syntax::newline_missing", "Missing newline after block definition",
        "A block ends with the line of its closing brace; something else follows.",
        "put what follows on a line of its own";
    ARGUMENT_REPEATED = "infra::syntax::argument_repeated", "Attribute redefined",
        "An argument can be set only once in a block.", "remove one of the two";
    BLOCK_UNCLOSED = "infra::syntax::block_unclosed", "Unclosed configuration block",
        "The text ends before the closing brace of this block; a brace may be missing further down.",
        "close the block with `}`";
    BLOCK_HEADER = "infra::syntax::block_invalid", "Invalid block definition",
        "Behind a block's type come its labels and an opening brace.",
        "write a quoted label or `{` here";
    BLOCK_BRACE_LINE = "infra::syntax::block_invalid", "Invalid block definition",
        "The opening brace must stand on the line of the block's type and labels.",
        "write `{` at the end of this line";
    BLOCK_EQUALS = "infra::syntax::block_invalid", "Invalid block definition",
        "A block has no equals sign; an argument has no labels.",
        "remove the `=` to define a block, or the labels to set an argument";
    LABEL_TEMPLATE = "infra::syntax::label_template", "Invalid string literal",
        "A label is known before anything is evaluated, so it cannot hold a template.",
        "write the text itself; a literal `${` is written as `$${`";
    LINE_BLOCK_MANY = "infra::syntax::line_block_invalid", "Invalid single-argument block definition",
        "A block on a single line can hold one argument only, and ends right behind it.",
        "put each argument on a line of its own";
    LINE_BLOCK_OPEN = "infra::syntax::line_block_invalid", "Invalid single-argument block definition",
        "An argument on the line of its block's opening brace must be followed by the closing one.",
        "put the argument on a line of its own, or close the block behind it";
    LINE_BLOCK_ITEM = "infra::syntax::line_block_item", "Argument definition required",
        "A block on a single line can hold one argument and nothing else.",
        "put nested blocks on lines of their own";

    // Expressions.
    EXPRESSION_INVALID = "infra::syntax::expression_invalid", "Invalid expression",
        "An expression should start here, but this cannot start one.", "write a value here";
    EXPRESSION_MISSING = "infra::syntax::expression_missing", "Missing expression",
        "The text ends where an expression should start.", "write a value here";
    HEREDOC_OPEN = "infra::syntax::expression_invalid", "Invalid expression",
        "A heredoc starts with `<<` or `<<-`, its marker and a line end, without spaces between.",
        "write it like `<<EOT`, with nothing behind it on the line";
    EXPRESSION_EXTRA = "infra::syntax::expression_extra", "Extra characters after expression",
        "The expression is complete, but more follows.",
        "remove it, or put an operator between";
    PAREN_UNCLOSED = "infra::syntax::parenthesis_unclosed", "Unbalanced parentheses",
        "The closing parenthesis of this expression should be here.", "add `)`";
    FALSE_MISSING = "infra::syntax::conditional_incomplete", "Missing false expression in conditional",
        "A conditional is written `condition ? yes : no`.", "add `:` and the value if it is false";
    ITEM_SEPARATOR = "infra::syntax::separator_missing", "Missing item separator",
        "Items are separated by commas and end with `]`.", "add a comma";
    ITEMS_OPEN = "infra::syntax::separator_missing", "Missing item separator",
        "Items are separated by commas and end with `]`.", "add a comma, or close it with `]`";
    ATTRIBUTE_SEPARATOR = "infra::syntax::separator_missing", "Missing attribute separator",
        "Items of an object are separated by newlines or commas and end with `}`.",
        "add a comma or a newline";
    ATTRIBUTES_OPEN = "infra::syntax::separator_missing", "Missing attribute separator",
        "Items of an object are separated by newlines or commas and end with `}`.",
        "add a comma or a newline, or close it with `}`";
    ARGUMENT_SEPARATOR = "infra::syntax::separator_missing", "Missing argument separator",
        "Arguments are separated by commas and end with `)`.", "add a comma";
    ARGUMENTS_OPEN = "infra::syntax::separator_missing", "Missing argument separator",
        "Arguments are separated by commas and end with `)`.", "add a comma, or close it with `)`";
    VALUE_MISSING = "infra::syntax::object_value_missing", "Missing attribute value",
        "A key must be followed by `=` and its value, on the same line.", "add `=` and a value";
    KEY_SEPARATOR = "infra::syntax::object_separator_missing", "Missing key/value separator",
        "A key must be followed by `=` or `:` and its value.",
        "add `=` and a value; quote a key that has dots or spaces";
    EXPANSION_LAST = "infra::syntax::expansion_not_last", "Missing closing parenthesis",
        "`...` expands the last argument, so the call must end behind it.", "add `)`";
    EXPANSION_FIRST = "infra::syntax::expansion_not_last", "Missing closing parenthesis",
        "`...` expands the last argument, so the call must end behind it.",
        "move this argument to the end";
    FUNCTION_PAREN = "infra::syntax::function_call_incomplete", "Missing open parenthesis",
        "A name with a namespace is that of a function, which must be called.", "add `(`";
    FUNCTION_NAME = "infra::syntax::function_name_missing", "Missing function name",
        "`::` must be followed by the name of a function or namespace.", "add the name";
    ATTRIBUTE_NAME = "infra::syntax::attribute_name_invalid", "Invalid attribute name",
        "A dot must be followed by the name of an attribute.",
        "write a name, or use `[...]` for computed keys";
    LEGACY_INDEX = "infra::syntax::legacy_index_invalid", "Invalid legacy index syntax",
        "Behind a dot, the number of one element is allowed, and no second one right behind it.",
        "use brackets, like `[0][1]`";
    SPLAT_NESTED = "infra::syntax::splat_nested", "Nested splat expression not allowed",
        "Behind `.*`, no further `*` is possible.", "use `[*]` for both";
    INDEX_UNCLOSED = "infra::syntax::bracket_unclosed", "Missing close bracket on index",
        "An index ends with a closing bracket.", "add `]`";
    SPLAT_UNCLOSED = "infra::syntax::bracket_unclosed", "Missing close bracket on splat index",
        "The star of `[*]` must be followed by a closing bracket.", "add `]`";

    // `for` expressions.
    FOR_NAME = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "`for` must be followed by the name for each element.",
        "write `for value in ...` or `for key, value in ...`; quote a key that is called \"for\"";
    FOR_SECOND_NAME = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "The comma must be followed by the name for each element.", "write `for key, value in ...`";
    FOR_IN = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "The names must be followed by `in`.", "write `for value in collection : ...`";
    FOR_COLON = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "The collection must be followed by a colon.", "add `:`";
    FOR_KEY_MISSING = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "`{for ...}` builds an object, so each result needs a key.", "write `key => value`";
    FOR_KEY_UNEXPECTED = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "`[for ...]` builds a tuple, so results have no keys.", "use `{for ...}`, or drop the key";
    FOR_GROUP = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "`...` groups values by their keys, which `[for ...]` has not.", "remove `...`";
    FOR_EXTRA = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "The expression should end here.", "close it with its bracket";

    // Templates.
    STRING_LINES = "infra::syntax::string_multiline", "Invalid multi-line string",
        "A quoted string must end on the line it starts on.",
        "close it with `\"`; for several lines, use `\\n` or a heredoc (`<<EOT`)";
    TEMPLATE_UNTERMINATED = "infra::syntax::template_unterminated", "Unterminated template string",
        "The text ends inside of this string.", "add the closing quote";
    HEREDOC_UNTERMINATED = "infra::syntax::template_unterminated", "Unterminated template string",
        "The text ends inside of this heredoc: the marker that closes it was not found.",
        "write the marker alone on a line that ends with a newline";
    ESCAPE_INVALID = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "Known are `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\`, `\\uNNNN` and `\\UNNNNNNNN`.",
        "write a literal backslash as `\\\\`";
    ESCAPE_SHORT = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "`\\u` needs four hexadecimal digits.", "add the digits";
    ESCAPE_LONG = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "`\\U` needs eight hexadecimal digits.", "add the digits";
    ESCAPE_SCALAR = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "There is no character of this number.", "use the number of a Unicode character";
    INTERPOLATION_EXTRA = "infra::syntax::interpolation_extra", "Extra characters after interpolation expression",
        "The expression is complete, but its closing brace does not follow.",
        "add `}`; if this is the syntax of another language, write `$${` for a literal `${`";
    DIRECTIVE_MISSING = "infra::syntax::directive_invalid", "Invalid template directive",
        "`%{` must be followed by `if`, `else`, `endif`, `for` or `endfor`.",
        "add the keyword; write `%%{` for a literal `%{`";
    DIRECTIVE_UNKNOWN = "infra::syntax::directive_unknown", "Invalid template control keyword",
        "The keywords are `if`, `else`, `endif`, `for` and `endfor`.",
        "use one of them; write `%%{` for a literal `%{`";
    DIRECTIVE_FOR = "infra::syntax::directive_invalid", "Invalid 'for' directive",
        "The names for each element, `in` and the collection must follow.",
        "write `%{ for value in collection }` or `%{ for key, value in collection }`";
    IF_EXTRA = "infra::syntax::directive_extra", "Extra characters in if marker",
        "The condition is complete, so the closing brace should be here.", "remove this";
    ELSE_EXTRA = "infra::syntax::directive_extra", "Extra characters in else marker",
        "The closing brace should be here.", "remove this";
    ELSE_IF = "infra::syntax::directive_extra", "Extra characters in else marker",
        "There is no `else if`.", "end the directive here and nest another `%{ if ... }` behind it";
    ENDIF_EXTRA = "infra::syntax::directive_extra", "Extra characters in endif marker",
        "The closing brace should be here.", "remove this";
    FOR_DIRECTIVE_EXTRA = "infra::syntax::directive_extra", "Extra characters in for marker",
        "The collection is complete, so the closing brace should be here.", "remove this";
    ENDFOR_EXTRA = "infra::syntax::directive_extra", "Extra characters in endfor marker",
        "The closing brace should be here.", "remove this";
    ELSE_UNEXPECTED = "infra::syntax::directive_unbalanced", "Unexpected else directive",
        "There is no `if` directive here that could have this `else`.", "remove it";
    ENDIF_UNEXPECTED = "infra::syntax::directive_unbalanced", "Unexpected endif directive",
        "There is no `if` directive open here.", "remove it";
    ENDFOR_UNEXPECTED = "infra::syntax::directive_unbalanced", "Unexpected endfor directive",
        "There is no `for` directive open here.", "remove it";
    DIRECTIVE_UNCLOSED = "infra::syntax::directive_unclosed", "Unexpected end of template",
        "A directive is still open at the end of the template.",
        "add `%{ endif }` or `%{ endfor }`";

    // Characters.
    CHARACTER = "infra::syntax::character_invalid", "Invalid character",
        "This character is not used within the language.", "remove it";
    CHARACTER_DOLLAR = "infra::syntax::character_invalid", "Invalid character",
        "This character is not used within the language.",
        "write the expression without `${` and `}`, which are for strings";
    CHARACTER_QUOTE = "infra::syntax::character_invalid", "Invalid character",
        "Strings are not written in single quotes.", "use double quotes (`\"`)";
    CHARACTER_CURLY = "infra::syntax::character_invalid", "Invalid character",
        "Strings are not written in typographic quotes, which word processors make.",
        "use straight double quotes (`\"`)";
    CHARACTER_BACKTICK = "infra::syntax::character_invalid", "Invalid character",
        "Strings are not written in backticks.", "use double quotes (`\"`); for several lines, a heredoc (`<<EOT`)";
    CHARACTER_SEMICOLON = "infra::syntax::character_invalid", "Invalid character",
        "Nothing ends with a semicolon.",
        "separate arguments by newlines and items by commas";
    OPERATOR_AND = "infra::syntax::operator_unsupported", "Unsupported operator",
        "There are no operators on bits.", "did you mean `&&`?";
    OPERATOR_OR = "infra::syntax::operator_unsupported", "Unsupported operator",
        "There are no operators on bits.", "did you mean `||`?";
    OPERATOR_NOT = "infra::syntax::operator_unsupported", "Unsupported operator",
        "There are no operators on bits.", "did you mean `!`?";
    OPERATOR_BITS = "infra::syntax::operator_unsupported", "Unsupported operator",
        "There are no operators on bits.", "remove it; `pow` is the power function";
    COMMENT_UNTERMINATED = "infra::syntax::comment_unterminated", "Unterminated comment",
        "The comment runs to the end of the text.", "close it with `*/`";
    ENCODING = "infra::syntax::encoding_invalid", "Invalid character encoding",
        "The file must be encoded in UTF-8.", "save it as UTF-8";

    // Limits.
    TOO_LONG = "infra::syntax::limit_exceeded", "Text too long",
        "The text is longer than FILE_BYTES_MAX (64 MiB).", "split it into several files";
    TOO_DEEP = "infra::syntax::limit_exceeded", "Nesting too deep",
        "More than NESTING_DEPTH_MAX (256) brackets, blocks or templates are open here; \
         the rest of the text was not read.",
        "move inner parts into local values";
    TOO_MANY = "infra::syntax::errors_too_many", "Too many errors",
        "ERRORS_PER_FILE_MAX (50) errors are shown; from here on, the text was not checked.",
        "correct the errors above and try again";
}

impl Fault {
    /// Returns the mistake at a place.
    pub(super) fn at(self, span: Span) -> Diagnostic {
        Diagnostic::error(self.code, self.summary)
            .detail(self.detail)
            .label(span, "here")
            .help(self.help)
    }
}
