//! What an expression is meant to be, and the plainest expressions of each sort: literals and
//! references into the fixture, plausible ones and others.

/// What an expression is meant to be; nothing holds the generator to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Any,
    Number,
    Small,
    Text,
    Bool,
    List,
    Texts,
    Numbers,
    Bools,
    Set,
    Map,
    Object,
    Special(Special),
}

/// Texts that only some functions understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    Base64,
    Charset,
    Cidr,
    Csv,
    Duration,
    Format,
    Json,
    Layout,
    Path,
    Regex,
    Template,
    Time,
    Yaml,
}

/// The sorts that expressions of no particular sort are drawn from.
pub(super) const PLAIN: [Sort; 10] = [
    Sort::Number,
    Sort::Small,
    Sort::Text,
    Sort::Bool,
    Sort::List,
    Sort::Texts,
    Sort::Numbers,
    Sort::Set,
    Sort::Map,
    Sort::Object,
];

impl Sort {
    /// Returns the sort of a name in the table of functions.
    pub(super) fn named(name: &str) -> Self {
        use Special as S;
        match name {
            "any" => Self::Any,
            "number" => Self::Number,
            "small" => Self::Small,
            "text" => Self::Text,
            "bool" => Self::Bool,
            "list" => Self::List,
            "texts" => Self::Texts,
            "numbers" => Self::Numbers,
            "bools" => Self::Bools,
            "set" => Self::Set,
            "map" => Self::Map,
            "object" => Self::Object,
            "base64" => Self::Special(S::Base64),
            "charset" => Self::Special(S::Charset),
            "cidr" => Self::Special(S::Cidr),
            "csv" => Self::Special(S::Csv),
            "duration" => Self::Special(S::Duration),
            "format" => Self::Special(S::Format),
            "json" => Self::Special(S::Json),
            "layout" => Self::Special(S::Layout),
            "path" => Self::Special(S::Path),
            "regex" => Self::Special(S::Regex),
            "template" => Self::Special(S::Template),
            "time" => Self::Special(S::Time),
            "yaml" => Self::Special(S::Yaml),
            _ => panic!("no sort is called {name}"),
        }
    }

    /// Returns the plainest expressions of this sort.
    pub(super) fn leaves(self) -> &'static [&'static str] {
        match self {
            Self::Any => &ANY,
            Self::Number => &NUMBERS,
            Self::Small => &["0", "1", "2", "3", "4", "8", "16", "-1", "1.5", "null", "local.s_number", "local.u_number", "\"2\""],
            Self::Text => &TEXTS,
            Self::Bool => &["true", "false", "\"true\"", "null", "local.u_bool", "local.s_bool", "local.n_bool", "\"no\"", "\"1\""],
            Self::List => &LISTS,
            Self::Texts => &["[\"a\", \"b\"]", "local.list", "local.u_list", "local.s_list", "[]", "local.no_texts", "local.u_some", "local.n_list", "[\"b\", \"\", \"a\", \"ä\", \"B\", \"a\"]", "local.set", "[null, \"a\"]", "tolist([\"x\", null])", "[1, \"1\", true]"],
            Self::Numbers => &["[1, 2, 3]", "local.numbers", "local.u_numbers", "[]", "tolist([2, \"1\"])", "[0.1, 0.2, 1e30]", "[1, null]", "toset([3, 1, 2])", "[\"4\", 5]", "[sensitive(1), 2]"],
            Self::Bools => &["[true, false]", "[]", "[true, local.u_bool]", "[false, local.u_bool]", "[true, null]", "[\"true\", true]", "[sensitive(true)]", "tolist([false, \"false\"])"],
            Self::Set => &["local.set", "local.no_set", "local.u_set", "local.s_set", "toset([1, 2])", "toset([])", "toset([\"a\", null])", "local.u_of_set", "[\"a\", \"b\", \"a\"]", "toset([true, \"true\"])", "toset([[1], [2, 3]])", "toset([{ a = 1 }, { a = \"x\" }])"],
            Self::Map => &["local.map", "local.no_map", "local.u_map", "local.s_map", "local.n_map", "tomap({ a = 1, b = \"2\" })", "{ a = [\"x\"], b = [\"x\", \"y\"] }", "{}", "tomap({})", "local.u_of_map", "tomap({ a = null })", "{ \"ä b\" = 1, c = 2 }"],
            Self::Object => &["local.object", "local.nested", "local.u_object", "local.s_object", "local.n_object", "{ name = \"n\", list = [1, 2] }", "{ a = 1, b = null }", "{}", "local.u_partial", "local.people[0]", "{ a = { b = { c = 1 } } }", "terraform_data.u", "terraform_data.each", "{ (\"k\") = 1, 2 = 3 }"],
            Self::Special(special) => special.leaves(),
        }
    }
}

const ANY: [&str; 14] = [
    "null",
    "local.n_any",
    "local.u_any",
    "local.n_text",
    "local.tuple",
    "local.people",
    "terraform_data.many",
    "terraform_data.u.id",
    "[]",
    "{}",
    "local.s_unknown",
    "local.u_tuple",
    "local.none",
    "path.module",
];

const NUMBERS: [&str; 26] = [
    "0",
    "1",
    "-1",
    "2.5",
    "0.1",
    "-0.5",
    "1e3",
    "1e-7",
    "1e100",
    "123456789012345678901234567890",
    "0.12345678901234567890123456789",
    "9007199254740993",
    "18446744073709551616",
    "-9223372036854775808",
    "1.7976931348623157e308",
    "\"42\"",
    "\"0x10\"",
    "\"1e2\"",
    "\" 1\"",
    "null",
    "local.n_number",
    "local.u_number",
    "local.s_number",
    "local.numbers[0]",
    "255",
    "1 / 0",
];

const TEXTS: [&str; 38] = [
    r#""""#,
    r#""a""#,
    r#""Hello, World""#,
    r#""hello wORLD foo-bar""#,
    r#"" padded\t\n ""#,
    r#""a,b,,c""#,
    r#""ÄÖß ŉ ǆ ﬁ""#,
    r#""e\u0301\u0301x""#,
    r#""👩‍👩‍👧🏽 flag 🇩🇪""#,
    r#""日本語テキスト""#,
    r#""\"quoted\" \\ back""#,
    r#""line one\nline two\r\n""#,
    r#""$${not} %%{here}""#,
    r#""<&>\u2028""#,
    r#""true""#,
    r#""12""#,
    r#""null""#,
    r#""a/b/../c.txt""#,
    r#""İıſK""#,
    r#""\u0000""#,
    r#""- yaml: [x""#,
    r#""yes""#,
    r#""abcabc""#,
    r#""dns""#,
    r#""6ba7b810-9dad-11d1-80b4-00c04fd430c8""#,
    "null",
    "local.n_text",
    "local.u_text",
    "local.u_prefix",
    "local.u_id",
    "local.s_text",
    "local.s_unknown",
    "local.list[1]",
    "local.object.name",
    "local.map[\"eu\"]",
    "terraform.workspace",
    "<<EOT\nhere ${1 + 1}\n  doc\nEOT\n",
    "<<-EOT\n    %{ if true ~}\n    deep\n      er\n    %{~ endif }\n  EOT\n",
];

const LISTS: [&str; 24] = [
    "[]",
    "[1, \"a\", true]",
    "[\"a\", \"b\", \"a\"]",
    "[1, 2, 2]",
    "tolist([1, 2])",
    "tolist([\"a\", 1])",
    "tolist([])",
    "[[1, 2], [3]]",
    "[[1, [\"x\"]], []]",
    "[null]",
    "tolist([null, \"a\"])",
    "[{ a = 1 }, { a = 2, b = 3 }]",
    "local.list",
    "local.tuple",
    "local.people",
    "local.u_list",
    "local.u_some",
    "local.s_list",
    "local.n_list",
    "local.u_tuple",
    "local.no_texts",
    "[local.u_text, 1]",
    "terraform_data.many[*].input",
    "[sensitive(\"x\"), \"y\"]",
];

impl Special {
    fn leaves(self) -> &'static [&'static str] {
        match self {
            Self::Base64 => &["\"SGVsbG8=\"", "\"aGk\"", "\"\"", "\"//79\"", "\"SABpAA==\"", "\"not base64!\"", "base64encode(\"ä\")", "local.u_text", "\"SGVs\\nbG8=\""],
            Self::Charset => &["\"UTF-8\"", "\"UTF-16LE\"", "\"ISO-8859-1\"", "\"windows-1252\"", "\"Shift_JIS\"", "\"nope\"", "\"GBK\"", "\"us-ascii\"", "\"UTF-16\"", "\"EUC-KR\"", "\"utf8\"", "\"ISO-8859-15\""],
            Self::Cidr => &["\"10.0.0.0/8\"", "\"192.168.1.0/24\"", "\"fd00::/16\"", "\"10.1.2.3/32\"", "\"0.0.0.0/0\"", "\"10.0.0.0\"", "\"2001:db8::/127\"", "\"300.0.0.0/8\"", "\"::ffff:10.0.0.0/104\"", "local.map[\"eu\"]", "\"10.01.0.0/16\"", "local.u_text"],
            Self::Csv => &["\"a,b\\n1,2\\n3,4\\n\"", "\"a,b\\n\"", "\"\"", "\"a,b\\n1\\n\"", "\"a\\n\\\"x\\\"\\\"y\\\"\\n\"", "\"a,a\\n1,2\"", "\"a;b\\n1;2\"", "\"x\\n \\\"q\\\"\\n\"", "local.u_text"],
            Self::Duration => &["\"1h\"", "\"-10m\"", "\"1.5h2s\"", "\"24h\"", "\"1d\"", "\"\"", "\"3ms\"", "\"0\"", "\"2562047h47m16s\"", "\"+5us\"", "\"-.5h\""],
            Self::Format => &["\"%s\"", "\"%d\"", "\"%s-%d\"", "\"%v %#v\"", "\"%q\"", "\"%5.2f|\"", "\"%-8s|\"", "\"%08d\"", "\"%x %X\"", "\"%t\"", "\"%%\"", "\"%[2]s %[1]s\"", "\"%*d\"", "\"%e\"", "\"%g\"", "\"%b %o\"", "\"% d\"", "\"%+d\"", "\"%z\"", "\"%\"", "\"plain\"", "\"%10s|\"", "\"%.1s\"", "\"%G\"", "\"%5q|\"", "\"%#x\"", "\"%x\"", "\"%6.2v|\""],
            Self::Json => &["\"{\\\"a\\\": [1, 2.50, null, true]}\"", "\"[]\"", "\"null\"", "\"\\\"x\\\"\"", "\"1e400\"", "\"{\\\"a\\\":1,\\\"a\\\":2}\"", "\"{bad\"", "\"\"", "\"[1,]\"", "\"123 4\"", "jsonencode(local.people)", "\"\\\"\\\\ud83d\\\\ude00\\\"\"", "local.u_text", "\"[1, \\\"a\\\"]\"", "\"-0\"", "\"01\""],
            Self::Layout => &["\"YYYY-MM-DD\"", "\"DD MMM YYYY hh:mm ZZZ\"", "\"EEEE, D-MMMM-YY\"", "\"h'h'mm AA\"", "\"hh:mm:ssZ\"", "\"X\"", "\"''''\"", "\"'open\"", "\"HH aa ZZZZZ\"", "\"M/D\"", "\"YYY\"", "\"\""],
            Self::Path => &["\"hello.txt\"", "\"list.tmpl\"", "\".\"", "\"missing\"", "\"*.tmpl\"", "\"**/*.tf\"", "\"unknown/*\"", "\"/a/b/\"", "\"\"", "\"a//b\"", "\"{hello,list}.*\"", "\"..\"", "\"h?llo.txt\"", "\"[a-l]*\""],
            Self::Regex => &["\"[a-z]+\"", "\"(\\\\d+)\"", "\"(?P<first>\\\\w)(?P<rest>\\\\w*)\"", "\"(a)|(b)\"", "\"^$\"", "\"(\"", "\"/[aeiou]/\"", "\"\\\\p{L}+\"", "\"(?i)HELLO\"", "\".\"", "\"(?:x)?\"", "\"\\\\bfoo\\\\b\"", "\"a*?\"", "\"(?P<n>a)(b)\"", "\"[[:alpha:]]+\"", "\"(?=x)\"", "\"/(l+)o/\"", "\"\""],
            Self::Template => &["local.template", "local.object.name", "local.s_text", "local.u_text", "local.map[\"us\"]"],
            Self::Time => &["\"2024-02-29T12:34:56Z\"", "\"1999-12-31T23:59:59+01:00\"", "\"2024-13-01T00:00:00Z\"", "\"2024-01-01\"", "\"2023-02-29T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59-23:59\"", "\"2024-01-01T00:00:00.123456789Z\"", "\"\"", "local.u_text", "\"2024-01-01t00:00:00z\"", "\"2024-01-01T24:00:00Z\""],
            Self::Yaml => &["\"a: 1\\nb: [x, y]\\n\"", "\"- yes\\n- 012\\n- 0x1f\\n- 1e3\\n\"", "\"null\"", "\"\"", "\"a: b: c\"", "\"x: &y 1\\nz: *y\\n\"", "\"- |\\n  text\\n  more\\n- >-\\n  folded\\n  line\\n\"", "yamlencode(local.people)", "\"? k\\n: v\\n\"", "\"!!str 12\"", "\"2001-12-14\"", "\"{a: 1, <<: {b: 2}}\"", "\".inf\"", "\"[~, 'it''s', \\\"\\\\x41\\\"]\"", "\"- 1_000\\n- 1.5e+3\\n- 0b11\\n- +1\\n\"", "\"1: a\\ntrue: b\\n\""],
        }
    }
}
