//! Functions that read files, over files in memory.

use super::shown;

#[test]
fn files_are_read_hashed_and_listed() {
    let table = [
        ("file(\"a.txt\")", "\"hello\\n\" : string"),
        ("file(\"./dir/../a.txt\")", "\"hello\\n\" : string"),
        ("file(sensitive(\"a.txt\"))", "(sensitive value) : string"),
        ("filebase64(\"bad.bin\")", "\"//4=\" : string"),
        ("filemd5(\"a.txt\")", "\"b1946ac92492d2347c6235b4d2611184\" : string"),
        (
            "filesha1(\"nope\")",
            "! Call to function \"filesha1\" failed: open nope: no such file or directory.",
        ),
        ("fileexists(\"a.txt\")", "true : bool"),
        ("fileexists(\"nope\")", "false : bool"),
        (
            "fileexists(\"dir\")",
            "! Call to function \"fileexists\" failed: \"dir\" is a directory, not a file.",
        ),
        ("fileexists(local.unk_string)", "(known after apply) : bool"),
        ("fileset(\".\", \"*\")", "[\"a.txt\", \"b.tmpl\", \"bad.bin\"] : set(string)"),
        (
            "fileset(\".\", \"**\")",
            "[\"a.txt\", \"b.tmpl\", \"bad.bin\", \"dir/c.txt\", \"dir/deep/d.txt\", \"dir/deep/e.tf\"] : set(string)",
        ),
        (
            "fileset(\".\", \"**/*.txt\")",
            "[\"a.txt\", \"dir/c.txt\", \"dir/deep/d.txt\"] : set(string)",
        ),
        ("fileset(\"dir\", \"**/{d,e}.*\")", "[\"deep/d.txt\", \"deep/e.tf\"] : set(string)"),
        ("fileset(\"dir/deep\", \"../*.txt\")", "[\"../c.txt\"] : set(string)"),
        ("fileset(\".\", \"[a-b]*.t?[tp]*\")", "[\"a.txt\", \"b.tmpl\"] : set(string)"),
        ("fileset(\".\", \"[^b]*\")", "[\"a.txt\"] : set(string)"),
        (
            "fileset(\".\", \"[\")",
            "! Call to function \"fileset\" failed: failed to glob pattern \"[\": syntax error in pattern.",
        ),
        (
            "fileset(\".\", sensitive(\"{a\"))",
            "! Call to function \"fileset\" failed: failed to glob pattern (sensitive value): syntax error in pattern.",
        ),
        ("abspath(\"a/../b\")", "\"/site/b\" : string"),
        ("pathexpand(\"~/x\")", "\"/home/user/x\" : string"),
        (
            "file(\"~nobody/x\")",
            "! Call to function \"file\" failed: failed to expand ~: cannot expand user-specific home dir.",
        ),
    ];
    for (expression, wanted) in table {
        assert_eq!(shown(expression), wanted, "{expression}");
    }
}

#[test]
fn missing_and_undecodable_files_are_explained() {
    assert_eq!(
        shown("file(\"nope\")"),
        "! Invalid value for \"path\" parameter: no file exists at \"nope\"; this function works only \
         with files that are distributed as part of the configuration source code, so if this file \
         will be created by a resource in this configuration you must instead obtain this result \
         from an attribute of that resource."
    );
    assert!(shown("file(\"bad.bin\")").contains("contents of \"bad.bin\" are not valid UTF-8"));
    assert_eq!(
        shown("file(\"dir\")"),
        "! Invalid value for \"path\" parameter: failed to read file: read dir: is a directory."
    );
}

#[test]
fn templates_are_checked_before_they_are_rendered() {
    let table = [
        ("templatefile(\"b.tmpl\", {x = 1})", "\"b.tmpl: Hi ${x} <- {\\\"x\\\" = 1}\" : string"),
        ("templatefile(sensitive(\"b.tmpl\"), {})", "(sensitive value) : string"),
        ("templatefile(\"b.tmpl\", {x = sensitive(1)})", "(sensitive value) : string"),
        (
            "templatefile(\"b.tmpl\", [1])",
            "! Invalid value for \"vars\" parameter: invalid vars value: must be a map.",
        ),
        ("templatefile(\"b.tmpl\", local.unk_any)", "(known after apply) : any"),
        (
            "templatestring(\"x\", {\"a!\" = 1})",
            "! Invalid value for \"vars\" parameter: invalid template variable name \"a!\": must start with a letter, followed by zero or more letters, digits, and underscores.",
        ),
        ("templatestring(\"x\", {})", "\"<templatestring argument>: x <- {}\" : string"),
    ];
    for (expression, wanted) in table {
        assert_eq!(shown(expression), wanted, "{expression}");
    }
}
