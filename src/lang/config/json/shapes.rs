//! What stands where in a configuration file: which members are blocks, with which labels, and what
//! the strings of the others are. Members that no one knows are taken as arguments, for the
//! readers of the blocks to refuse.

use super::Mode;

/// A sort of body.
pub(super) struct Shape {
    /// Arguments whose strings are no templates.
    pub(super) arguments: &'static [(&'static str, Mode)],
    /// Blocks.
    pub(super) blocks: &'static [BlockShape],
    /// What the strings of all other arguments are.
    pub(super) others: Mode,
    /// It is described by a schema, so that blocks may be made by `dynamic`.
    pub(super) is_open: bool,
    /// It takes whatever names there are.
    pub(super) is_free: bool,
}

/// A type of block.
pub(super) struct BlockShape {
    /// Its name.
    pub(super) name: &'static str,
    /// What its labels are.
    pub(super) labels: &'static [&'static str],
    /// What is inside.
    pub(super) body: &'static Shape,
}

pub(super) const fn block(
    name: &'static str,
    labels: &'static [&'static str],
    body: &'static Shape,
) -> BlockShape {
    BlockShape { name, labels, body }
}

/// A body of arguments alone.
pub(super) const fn values(others: Mode) -> Shape {
    Shape { arguments: &[], blocks: &[], others, is_open: false, is_free: false }
}

/// A body whose names are the user's.
pub(super) const fn free(others: Mode) -> Shape {
    Shape { is_free: true, ..values(others) }
}

/// A file of variables.
pub(super) static VARIABLES: Shape = free(Mode::Literal);

/// A configuration file.
pub(super) static FILE: Shape = Shape {
    arguments: &[],
    blocks: &[
        block("terraform", &[], &TERRAFORM),
        block("provider", &["name"], &PROVIDER),
        block("variable", &["name"], &VARIABLE),
        block("locals", &[], &LOCALS),
        block("output", &["name"], &OUTPUT),
        block("module", &["name"], &MODULE),
        block("resource", &["type", "name"], &RESOURCE),
        block("data", &["type", "name"], &RESOURCE),
        block("ephemeral", &["type", "name"], &RESOURCE),
        block("moved", &[], &REFACTORING),
        block("removed", &[], &REFACTORING),
        block("import", &[], &REFACTORING),
        block("check", &["name"], &CHECK),
    ],
    others: Mode::Template,
    is_open: false,
    is_free: false,
};

pub(super) static PLAIN: Shape = values(Mode::Template);

pub(super) static LITERAL: Shape = values(Mode::Literal);

static LOCALS: Shape = free(Mode::Template);

static REQUIREMENTS: Shape = free(Mode::Requirement);

static TERRAFORM: Shape = Shape {
    arguments: &[("experiments", Mode::Expression), ("language", Mode::Expression)],
    blocks: &[
        block("required_providers", &[], &REQUIREMENTS),
        block("backend", &["type"], &PLAIN),
        block("cloud", &[], &PLAIN),
        block("provider_meta", &["name"], &PLAIN),
        block("encryption", &[], &PLAIN),
    ],
    others: Mode::Literal,
    is_open: false,
    is_free: false,
};

/// Makes blocks in bodies that a schema describes.
pub(super) static DYNAMIC: BlockShape = block("dynamic", &["block_type"], &MADE);

static MADE: Shape = Shape {
    arguments: &[("iterator", Mode::Literal)],
    blocks: &[block("content", &[], &CONTENT)],
    others: Mode::Template,
    is_open: false,
    is_free: false,
};

static CONTENT: Shape =
    Shape { arguments: &[], blocks: &[], others: Mode::Template, is_open: true, is_free: false };

pub(super) static PROVIDER: Shape = Shape {
    arguments: &[("alias", Mode::Literal), ("version", Mode::Literal)],
    blocks: &[],
    others: Mode::Template,
    is_open: true,
    is_free: false,
};

static VARIABLE: Shape = Shape {
    arguments: &[("type", Mode::Expression)],
    blocks: &[block("validation", &[], &PLAIN)],
    others: Mode::Literal,
    is_open: false,
    is_free: false,
};

static OUTPUT: Shape = Shape {
    arguments: &[("depends_on", Mode::Expression), ("description", Mode::Literal)],
    blocks: &[block("precondition", &[], &PLAIN)],
    others: Mode::Template,
    is_open: false,
    is_free: false,
};

static MODULE: Shape = Shape {
    arguments: &[("depends_on", Mode::Expression), ("providers", Mode::Expression)],
    blocks: &[block("lifecycle", &[], &PLAIN)],
    others: Mode::Template,
    is_open: false,
    is_free: false,
};

static RESOURCE: Shape = Shape {
    arguments: &[("depends_on", Mode::Expression), ("provider", Mode::Expression)],
    blocks: &[
        block("lifecycle", &[], &LIFECYCLE),
        block("provisioner", &["type"], &PROVISIONER),
        block("connection", &[], &CONTENT),
    ],
    others: Mode::Template,
    is_open: true,
    is_free: false,
};

static LIFECYCLE: Shape = Shape {
    arguments: &[("ignore_changes", Mode::Expression), ("replace_triggered_by", Mode::Expression)],
    blocks: &[block("precondition", &[], &PLAIN), block("postcondition", &[], &PLAIN)],
    others: Mode::Template,
    is_open: false,
    is_free: false,
};

static PROVISIONER: Shape = Shape {
    arguments: &[("when", Mode::Literal), ("on_failure", Mode::Literal)],
    blocks: &[block("connection", &[], &CONTENT)],
    others: Mode::Template,
    is_open: true,
    is_free: false,
};

/// `moved`, `removed` and `import`.
static REFACTORING: Shape = Shape {
    arguments: &[
        ("from", Mode::Expression),
        ("to", Mode::Expression),
        ("provider", Mode::Expression),
    ],
    blocks: &[
        block("lifecycle", &[], &LITERAL),
        block("provisioner", &["type"], &PROVISIONER),
        block("connection", &[], &CONTENT),
    ],
    others: Mode::Template,
    is_open: false,
    is_free: false,
};

static CHECK: Shape = Shape {
    arguments: &[],
    blocks: &[block("data", &["type", "name"], &RESOURCE), block("assert", &[], &PLAIN)],
    others: Mode::Template,
    is_open: false,
    is_free: false,
};
