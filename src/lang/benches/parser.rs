//! Speed of our parser and of `hcl-edit` on the same files, in the same process.
//!
//! Usage: `cargo bench -p infra-lang --bench parser -- DIR` reads all `.tf` files of `DIR`;
//! without a directory, an estate of the same kind is made up.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::cast_precision_loss
)]

use infra_lang::syntax::{parse_file, token::tokenize};
use infra_model::{source::SourceId, text::Text};
use std::{fmt::Write as _, hint::black_box, path::Path, time::Instant};

/// How often each is measured; the best counts.
const ROUNDS: usize = 7;

fn main() {
    let argument = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let directory = argument.or_else(|| std::env::var("INFRA_BENCH_ESTATE").ok());
    let files = directory.map_or_else(|| vec![made_up(10_000)], |path| read(Path::new(&path)));
    let bytes: usize = files.iter().map(|text| text.len()).sum();
    println!("{} files, {:.2} MB", files.len(), bytes as f64 / 1e6);
    for text in &files {
        assert!(parse_file(SourceId(0), Text::clone(text)).1.is_empty(), "the estate is valid");
    }
    let tokens = best(bytes, || files.iter().for_each(|text| drop(black_box(tokenize(text)))));
    let ours = best(bytes, || {
        for text in &files {
            drop(black_box(parse_file(SourceId(0), Text::clone(text))));
        }
    });
    let theirs = best(bytes, || {
        for text in &files {
            drop(black_box(hcl_edit::parser::parse_body(text).unwrap()));
        }
    });
    println!("tokenize   {tokens:8.1} MB/s");
    println!("infra      {ours:8.1} MB/s");
    println!("hcl-edit   {theirs:8.1} MB/s");
    println!("ratio      {:8.1} x", ours / theirs);
}

fn best(bytes: usize, mut run: impl FnMut()) -> f64 {
    let seconds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    bytes as f64 / 1e6 / seconds.fold(f64::INFINITY, f64::min)
}

fn read(directory: &Path) -> Vec<Text> {
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tf"))
        .collect();
    paths.sort();
    paths.iter().map(|path| Text::from(std::fs::read_to_string(path).unwrap())).collect()
}

fn made_up(resources: usize) -> Text {
    let mut text = String::new();
    for n in 0..resources {
        let _ = write!(
            text,
            r#"
resource "terraform_data" "ctr_{n:05}" {{
  input = {{
    type    = "container"
    image   = "reg.lan/acme/app:${{format("v%d.%d", {n}, 0)}}"
    host    = terraform_data.srv_{other:05}.input.name
    env = {{
      for k, v in {{ PORT = "8000", LEVEL = "info", DOMAIN = var.domain }} :
      k => lower(v)
    }}
    command = ["serve", "--id", "{n}", terraform_data.srv_{other:05}.input.networks[0].ip]
    config = jsonencode({{
      limits = {{ cpu = 1 + {n}, memory = "${{256}}Mi" }}
      mounts = [for m in ["data", "logs"] : {{ source = "/srv/${{m}}", ro = m == "logs" }}]
    }})
    restart = "unless-stopped"
  }}
}}
"#,
            other = n / 3
        );
    }
    Text::from(text)
}
