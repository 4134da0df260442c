//! Every estate under `examples/` is valid; no engine and no credentials are needed for that.

use super::estate::{Estate, files_below};
use std::fs;

#[test]
fn every_example_is_valid() {
    let examples = crate::tidy::root().join("examples");
    let folders: Vec<_> = fs::read_dir(&examples)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    assert!(!folders.is_empty(), "there are no examples");
    for folder in folders {
        let estate = Estate::new();
        for (path, bytes) in files_below(&folder) {
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            estate.write(&name, &String::from_utf8(bytes).unwrap());
        }
        estate.run("init").exits(0);
        let output = estate.run("validate");
        assert_eq!(output.code, Some(0), "{}:\n{}", folder.display(), output.all());
    }
}
