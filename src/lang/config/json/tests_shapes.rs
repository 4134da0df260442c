//! What stands where in a test file and in a file of mocks.

use super::{
    Mode,
    shapes::{BlockShape, LITERAL, PLAIN, PROVIDER, Shape, block, free, values},
};

/// A test file (`.tftest.json`).
pub(super) static TEST: Shape = Shape {
    blocks: &[
        block("run", &["name"], &RUN),
        block("variables", &[], &VARIABLES),
        block("provider", &["name"], &PROVIDER),
        block("mock_provider", &["name"], &MOCK_PROVIDER),
        block("override_resource", &[], &OVERRIDE),
        block("override_data", &[], &OVERRIDE),
        block("override_module", &[], &OVERRIDE),
        block("test", &[], &LITERAL),
    ],
    ..values(Mode::Template)
};

/// A file of mocks (`.tfmock.json`).
pub(super) static MOCKS: Shape = Shape { blocks: MOCKED, ..values(Mode::Template) };

const MOCKED: &[BlockShape] = &[
    block("mock_resource", &["type"], &OVERRIDE),
    block("mock_data", &["type"], &OVERRIDE),
    block("override_resource", &[], &OVERRIDE),
    block("override_data", &[], &OVERRIDE),
];

static VARIABLES: Shape = free(Mode::Template);

static RUN: Shape = Shape {
    arguments: &[
        ("command", Mode::Expression),
        ("providers", Mode::Expression),
        ("expect_failures", Mode::Expression),
    ],
    blocks: &[
        block("plan_options", &[], &OPTIONS),
        block("variables", &[], &VARIABLES),
        block("module", &[], &LITERAL),
        block("assert", &[], &PLAIN),
        block("override_resource", &[], &OVERRIDE),
        block("override_data", &[], &OVERRIDE),
        block("override_module", &[], &OVERRIDE),
    ],
    ..values(Mode::Literal)
};

static OPTIONS: Shape = Shape {
    arguments: &[
        ("mode", Mode::Expression),
        ("replace", Mode::Expression),
        ("target", Mode::Expression),
    ],
    ..values(Mode::Literal)
};

static MOCK_PROVIDER: Shape = Shape {
    arguments: &[("override_during", Mode::Expression)],
    blocks: MOCKED,
    ..values(Mode::Literal)
};

/// What overrides say, and what mocks say of a type.
static OVERRIDE: Shape = Shape {
    arguments: &[("target", Mode::Expression), ("override_during", Mode::Expression)],
    ..values(Mode::Template)
};
