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
        "Expected the start of an expression, but found an invalid expression token.", "write a value here";
    EXPRESSION_MISSING = "infra::syntax::expression_missing", "Missing expression",
        "Expected the start of an expression, but found the end of the file.", "write a value here";
    HEREDOC_OPEN = "infra::syntax::expression_invalid", "Invalid expression",
        "A heredoc starts with `<<` or `<<-`, its marker and a line end, without spaces between.",
        "write it like `<<EOT`, with nothing behind it on the line";
    EXPRESSION_EXTRA = "infra::syntax::expression_extra", "Extra characters after expression",
        "An expression was successfully parsed, but extra characters were found after it.",
        "remove it, or put an operator between";
    PAREN_UNCLOSED = "infra::syntax::parenthesis_unclosed", "Unbalanced parentheses",
        "Expected a closing parenthesis to terminate the expression.", "add `)`";
    FALSE_MISSING = "infra::syntax::conditional_incomplete", "Missing false expression in conditional",
        "The conditional operator (...?...:...) requires a false expression, delimited by a colon.", "add `:` and the value if it is false";
    ITEM_SEPARATOR = "infra::syntax::separator_missing", "Missing item separator",
        "Expected a comma to mark the beginning of the next item.", "add a comma";
    ITEMS_OPEN = "infra::syntax::separator_missing", "Missing item separator",
        "Items are separated by commas and end with `]`.", "add a comma, or close it with `]`";
    ATTRIBUTE_SEPARATOR = "infra::syntax::separator_missing", "Missing attribute separator",
        "Expected a newline or comma to mark the beginning of the next attribute.",
        "add a comma or a newline";
    ATTRIBUTES_OPEN = "infra::syntax::separator_missing", "Missing attribute separator",
        "Items of an object are separated by newlines or commas and end with `}`.",
        "add a comma or a newline, or close it with `}`";
    ARGUMENT_SEPARATOR = "infra::syntax::separator_missing", "Missing argument separator",
        "A comma is required to separate each function argument from the next.", "add a comma";
    ARGUMENTS_OPEN = "infra::syntax::separator_missing", "Missing argument separator",
        "Arguments are separated by commas and end with `)`.", "add a comma, or close it with `)`";
    VALUE_MISSING = "infra::syntax::object_value_missing", "Missing attribute value",
        "Expected an attribute value, introduced by an equals sign (\"=\").", "add `=` and a value";
    KEY_SEPARATOR = "infra::syntax::object_separator_missing", "Missing key/value separator",
        "Expected an equals sign (\"=\") to mark the beginning of the attribute value.",
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
        "An attribute name is required after a dot.",
        "write a name, or use `[...]` for computed keys";
    LEGACY_INDEX = "infra::syntax::legacy_index_invalid", "Invalid legacy index syntax",
        "Behind a dot, the number of one element is allowed, and no second one right behind it.",
        "use brackets, like `[0][1]`";
    SPLAT_NESTED = "infra::syntax::splat_nested", "Nested splat expression not allowed",
        "A splat expression (*) cannot be used inside another attribute-only splat expression.", "use `[*]` for both";
    INDEX_UNCLOSED = "infra::syntax::bracket_unclosed", "Missing close bracket on index",
        "The index operator must end with a closing bracket (\"]\").", "add `]`";
    SPLAT_UNCLOSED = "infra::syntax::bracket_unclosed", "Missing close bracket on splat index",
        "The star of `[*]` must be followed by a closing bracket.", "add `]`";

    // `for` expressions.
    FOR_NAME = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "For expression requires variable name after 'for'.",
        "write `for value in ...` or `for key, value in ...`; quote a key that is called \"for\"";
    FOR_SECOND_NAME = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "The comma must be followed by the name for each element.", "write `for key, value in ...`";
    FOR_IN = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "For expression requires the 'in' keyword after its name declarations.", "write `for value in collection : ...`";
    FOR_COLON = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "For expression requires a colon after the collection expression.", "add `:`";
    FOR_KEY_MISSING = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "Key expression is required when building an object.", "write `key => value`";
    FOR_KEY_UNEXPECTED = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "Key expression is not valid when building a tuple.", "use `{for ...}`, or drop the key";
    FOR_GROUP = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "Grouping ellipsis (...) cannot be used when building a tuple.", "remove `...`";
    FOR_EXTRA = "infra::syntax::for_invalid", "Invalid 'for' expression",
        "Extra characters after the end of the 'for' expression.", "close it with its bracket";

    // Templates.
    STRING_LINES = "infra::syntax::string_multiline", "Invalid multi-line string",
        "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.",
        "close it with `\"`; for several lines, use `\\n` or a heredoc (`<<EOT`)";
    TEMPLATE_UNTERMINATED = "infra::syntax::template_unterminated", "Unterminated template string",
        "No closing marker was found for the string.", "add the closing quote";
    HEREDOC_UNTERMINATED = "infra::syntax::template_unterminated", "Unterminated template string",
        "No closing marker was found for the string.",
        "write the marker alone on a line that ends with a newline";
    ESCAPE_INVALID = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "Known are `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\`, `\\uNNNN` and `\\UNNNNNNNN`.",
        "write a literal backslash as `\\\\`; known are `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\`, `\\uNNNN` and `\\UNNNNNNNN`";
    ESCAPE_SHORT = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "The \\u escape sequence must be followed by four hexadecimal digits.", "add the digits";
    ESCAPE_LONG = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "The \\U escape sequence must be followed by eight hexadecimal digits.", "add the digits";
    ESCAPE_SCALAR = "infra::syntax::escape_invalid", "Invalid escape sequence",
        "There is no character of this number.", "use the number of a Unicode character";
    INTERPOLATION_EXTRA = "infra::syntax::interpolation_extra", "Extra characters after interpolation expression",
        "The expression is complete, but its closing brace does not follow.",
        "add `}`; if this is the syntax of another language, write `$${` for a literal `${`";
    DIRECTIVE_MISSING = "infra::syntax::directive_invalid", "Invalid template directive",
        "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.",
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
        "The control directives within this template are unbalanced.", "remove it";
    ENDIF_UNEXPECTED = "infra::syntax::directive_unbalanced", "Unexpected endif directive",
        "The control directives within this template are unbalanced.", "remove it";
    ENDFOR_UNEXPECTED = "infra::syntax::directive_unbalanced", "Unexpected endfor directive",
        "The control directives within this template are unbalanced.", "remove it";
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
        "Single quotes are not valid. Use double quotes (\") to enclose strings.", "use double quotes (`\"`)";
    CHARACTER_CURLY = "infra::syntax::character_invalid", "Invalid character",
        "Strings are not written in typographic quotes, which word processors make.",
        "use straight double quotes (`\"`)";
    CHARACTER_BACKTICK = "infra::syntax::character_invalid", "Invalid character",
        "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\".", "use double quotes (`\"`); for several lines, a heredoc (`<<EOT`)";
    CHARACTER_SEMICOLON = "infra::syntax::character_invalid", "Invalid character",
        "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.",
        "separate arguments by newlines and items by commas";
    OPERATOR_AND = "infra::syntax::operator_unsupported", "Unsupported operator",
        "Bitwise operators are not supported. Did you mean boolean AND (\"&&\")?", "write `&&`";
    OPERATOR_OR = "infra::syntax::operator_unsupported", "Unsupported operator",
        "Bitwise operators are not supported. Did you mean boolean OR (\"||\")?", "write `||`";
    OPERATOR_NOT = "infra::syntax::operator_unsupported", "Unsupported operator",
        "Bitwise operators are not supported. Did you mean boolean NOT (\"!\")?", "write `!`";
    OPERATOR_BITS = "infra::syntax::operator_unsupported", "Unsupported operator",
        "Bitwise operators are not supported.", "remove it; `pow` is the power function";
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
