//! Addresses, as the terraform binary reads them.

use super::{ModuleSource, inside, redacted};

fn read(text: &str) -> String {
    match ModuleSource::parse(text, false) {
        Ok(ModuleSource::Local(path)) => format!("local {path}"),
        Ok(ModuleSource::Registry(source)) => {
            format!("registry {} {} [{}]", source.host, source.name, source.subdirectory)
        }
        Ok(ModuleSource::Remote(source)) => {
            format!(
                "{:?} {} {:?} [{}]",
                source.getter, source.url, source.query, source.subdirectory
            )
        }
        Err(wrong) => format!("{}: {}", wrong.summary, wrong.detail),
    }
}

#[test]
fn addresses_are_told_apart() {
    let cases = [
        ("./a", "local ./a"),
        ("..", "local .."),
        (".\\a\\b", "local ./a/b"),
        ("ns/na_me/aws", "registry registry.terraform.io ns/na_me/aws []"),
        ("Example.com:8443/ns/n/p//a/./b", "registry example.com:8443 ns/n/p [a/b]"),
        ("github.com/a/b", "Git https://github.com/a/b.git [] []"),
        ("github.com/a/b.git//x?ref=v1", r#"Git https://github.com/a/b.git [("ref", "v1")] [x]"#),
        ("bitbucket.org/a/b", "Git https://bitbucket.org/a/b.git [] []"),
        ("git@github.com:a/b.git//s", "Git ssh://git@github.com/a/b.git [] [s]"),
        ("git::git@h:a/b", "Git ssh://git@h/a/b [] []"),
        ("git::ssh://git@h:22/a", "Git ssh://git@h:22/a [] []"),
        ("git::file:///r//s?depth=1&ref=x", r#"Git file:///r [("depth", "1"), ("ref", "x")] [s]"#),
        ("https://h/a.zip//d", "Http https://h/a.zip [] [d]"),
        ("http://h:1/a", "Http http://h:1/a [] []"),
        ("/abs//x", "File /abs [] [x]"),
        ("file:///abs", "File file:///abs [] []"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_address_is_refused_with_its_reason() {
    let cases = [
        ("", "the address is empty"),
        ("foo", r#"use "./foo" instead"#),
        ("a/b/c/d/e", r#"use "./a/b/c/d/e" instead"#),
        ("github.com/foo", "GitHub URLs should be github.com/username/repo"),
        ("nope://x/y", "download not supported for scheme 'nope'"),
        ("ssh://git@h/x", "download not supported for scheme 'ssh'"),
        ("git::file:///r//../x", "leads outside of the module package"),
        ("git::ext::sh -c x", "git source needs a URL"),
        ("git::ext://x", "download not supported for scheme 'ext'"),
        ("git::ssh://-oProxyCommand=x/y", "no usable host"),
        ("git::https://h/a b", "white space"),
        ("svn::https://h/a", "no way to fetch called \"svn\""),
        ("s3::https://h/a.zip", "Amazon S3"),
        ("bucket.s3.amazonaws.com/x.zip", "Amazon S3"),
        ("gcs::https://www.googleapis.com/storage/v1/x", "Google Cloud Storage"),
        ("hg::https://h/a", "Mercurial"),
    ];
    for (text, expected) in cases {
        let said = read(text);
        assert!(said.contains(expected), "{text}: {said}");
    }
}

#[test]
fn a_version_asks_for_a_registry() {
    for (text, expected) in [
        ("./l", "can't use local directory \"./l\" as a module registry address"),
        ("git::https://h/x", "invalid module registry hostname \"git::https:\""),
        ("a/b", "must have either three or four slash-separated components"),
        ("a/b/c//../x", "subdirectory path \"../x\" leads outside of the module package"),
        ("nodot/a/b/c", "invalid module registry hostname"),
        ("a/b/C", "invalid target system"),
        ("-a/b/c", "invalid module namespace"),
        ("github.com/a/b/c", "reserved for installing directly"),
    ] {
        let wrong = ModuleSource::parse(text, true).unwrap_err();
        assert!(wrong.detail.contains(expected), "{text}: {}", wrong.detail);
    }
}

#[test]
fn secrets_are_left_out() {
    for (text, expected) in [
        (
            "git::https://u:p@h/x?ref=a&sshkey=AAA",
            "git::https://u:redacted@h/x?ref=a&sshkey=redacted",
        ),
        ("https://tok@h/x.zip", "https://redacted@h/x.zip"),
        ("git::ssh://git@h/x", "git::ssh://git@h/x"),
        ("./a", "./a"),
    ] {
        assert_eq!(redacted(text), expected);
        assert_eq!(redacted(expected), expected);
    }
}

#[test]
fn paths_stay_inside() {
    assert_eq!(inside("a/./b/../c").as_deref(), Some("a/c"));
    assert_eq!(inside("a/../.."), None);
}
