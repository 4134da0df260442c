//! Override files (`override.tf`, `*_override.tf` and their other forms): what they say is put into
//! the blocks they are about before any block is read.
//!
//! Merging is of bodies, not of meanings, so every later finding points into the file that says
//! what is wrong. The rules are Terraform's: an argument replaces that of the same name; nested
//! blocks of a type replace all of that type; the exceptions are in [`blocks`]. To let a block hold
//! expressions of two files, all files of the module share one tree from then on.

mod blocks;
mod settings;

use crate::{
    config::read::literal_text,
    syntax::{
        too_long,
        tree::{Attribute, Block, Body, File, Ident, Tree, graft},
    },
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    text::Text,
};
use std::sync::Arc;

/// Returns whether the name of a file says that it overrides others.
pub(super) fn is_override(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.strip_suffix(".json").unwrap_or(name);
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".hcl"));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// Puts the files from `first` on into those before them, which alone have blocks afterwards.
pub(super) fn apply(files: &mut [File], first: usize, diagnostics: &mut Diagnostics) {
    if first >= files.len() {
        return;
    }
    let trees: Vec<&Tree> = files.iter().map(|file| &*file.tree).collect();
    let Some(grafted) = graft(&trees) else {
        diagnostics.push(too_long(files[first].tree.source()));
        return;
    };
    for (index, file) in files.iter_mut().enumerate() {
        grafted.adopt(index, &mut file.body);
    }
    let tree = Arc::new(grafted.tree);
    for file in files.iter_mut() {
        file.tree = Arc::clone(&tree);
    }
    let (base, overriding) = files.split_at_mut(first);
    let mut merger = Merger { tree: &tree, base, diagnostics, rest: Vec::new() };
    for file in overriding.iter_mut() {
        for block in std::mem::take(&mut file.body.blocks) {
            merger.block(block);
        }
        file.body.blocks = std::mem::take(&mut merger.rest);
    }
}

struct Merger<'a> {
    tree: &'a Tree,
    base: &'a mut [File],
    diagnostics: &'a mut Diagnostics,
    /// Blocks that are read like those of any file: they are wrong in themselves.
    rest: Vec<Block>,
}

impl Merger<'_> {
    fn block(&mut self, block: Block) {
        match &*block.kind.name {
            "terraform" => self.settings(block),
            "locals" => self.locals(block),
            "provider" => self.provider(block),
            "resource" | "data" | "ephemeral" if block.labels.len() == 2 => {
                self.named(block, blocks::resource);
            }
            "module" if block.labels.len() == 1 => self.named(block, blocks::module),
            "output" if block.labels.len() == 1 => self.named(block, blocks::output),
            "variable" if block.labels.len() == 1 => self.named(block, blocks::variable),
            "moved" | "import" | "removed" | "check" => {
                self.diagnostics.push(cannot_override(&block));
            }
            _ => self.rest.push(block),
        }
    }

    /// Merges a block into that of the same type and labels.
    fn named(&mut self, block: Block, merge: fn(&mut Body, Body)) {
        let same = |base: &&mut Block| {
            base.kind.name == block.kind.name
                && base.labels.len() == block.labels.len()
                && base.labels.iter().zip(&block.labels).all(|(a, b)| a.text == b.text)
        };
        let found = self.base.iter_mut().flat_map(|file| &mut file.body.blocks).find(same);
        let Some(base) = found else {
            self.diagnostics.push(without_base(&block));
            return;
        };
        let mut body = block.body;
        let conditions = conditions_of(&body);
        if &*block.kind.name != "variable"
            && let Some(at) = body.attributes.iter().position(|a| &*a.name.name == "depends_on")
        {
            let attribute = body.attributes.remove(at);
            self.diagnostics.push(unsupported(&attribute));
        }
        merge(&mut base.body, body);
        self.conditions(&conditions);
    }

    /// Refuses conditions, which add to those of the base and cannot take their place.
    fn conditions(&mut self, found: &[Ident]) {
        for Ident { name, span } in found {
            let summary = format!("Can't override {name} blocks");
            self.diagnostics.push(
                Diagnostic::error("infra::config::override_unsupported", summary)
                    .detail(format!("Override files cannot override {:?} blocks.", &**name))
                    .label(*span, "cannot be overridden")
                    .help("change it in the block that is overridden"),
            );
        }
    }

    fn locals(&mut self, block: Block) {
        for attribute in block.body.attributes {
            let blocks = self.base.iter_mut().flat_map(|file| &mut file.body.blocks);
            let mut attributes = blocks
                .filter(|block| &*block.kind.name == "locals")
                .flat_map(|block| &mut block.body.attributes);
            match attributes.find(|base| base.name.name == attribute.name.name) {
                Some(base) => *base = attribute,
                None => self.diagnostics.push(local_without_base(&attribute)),
            }
        }
        if !block.body.blocks.is_empty() {
            self.rest.push(Block { body: Body { attributes: Vec::new(), ..block.body }, ..block });
        }
    }

    fn provider(&mut self, block: Block) {
        let [label] = block.labels.as_slice() else {
            self.rest.push(block);
            return;
        };
        let tree = self.tree;
        let alias = alias(tree, &block.body);
        let same = |base: &&mut Block| {
            &*base.kind.name == "provider"
                && base.labels.first().is_some_and(|other| other.text == label.text)
                && self::alias(tree, &base.body) == alias
        };
        let found = self.base.iter_mut().flat_map(|file| &mut file.body.blocks).find(same);
        match (found, alias) {
            (Some(base), _) => blocks::replace(&mut base.body, block.body),
            // What is implied by its absence may be overridden.
            (None, None) => self.rest.push(block),
            (None, Some(alias)) => {
                let detail = format!(
                    "There is no {} provider configuration with the alias {:?}. An override file can only override an aliased provider configuration that was already defined in a primary configuration file.",
                    label.text, &*alias
                );
                let summary = "Missing base provider configuration for override";
                self.diagnostics.push(missing(summary, detail, &block));
            }
        }
    }
}

/// Returns the types of the conditions of a block, in its `lifecycle` too.
fn conditions_of(body: &Body) -> Vec<Ident> {
    let inner = body.blocks_of("lifecycle").flat_map(|lifecycle| &lifecycle.body.blocks);
    let is_condition =
        |b: &&Block| matches!(&*b.kind.name, "validation" | "precondition" | "postcondition");
    body.blocks.iter().chain(inner).filter(is_condition).map(|b| b.kind.clone()).collect()
}

fn alias(tree: &Tree, body: &Body) -> Option<Text> {
    body.attribute("alias").and_then(|alias| literal_text(tree, alias.value))
}

fn without_base(block: &Block) -> Diagnostic {
    let label = |index: usize| block.labels.get(index).map_or("", |label| &*label.text);
    let name = label(block.labels.len().saturating_sub(1));
    let (summary, what, may) = match &*block.kind.name {
        "resource" => (
            "Missing resource to override",
            format!("{} resource", label(0)),
            "a resource block defined",
        ),
        "data" => (
            "Missing data resource to override",
            format!("{} data resource", label(0)),
            "a data block defined",
        ),
        "ephemeral" => (
            "Missing ephemeral resource to override",
            format!("{} ephemeral resource", label(0)),
            "an ephemeral block defined",
        ),
        "module" => (
            "Missing module call to override",
            "module call".into(),
            "a module call that was defined",
        ),
        "output" => (
            "Missing base output definition to override",
            "output".into(),
            "an output that was already defined",
        ),
        _ => (
            "Missing base variable declaration to override",
            "variable".into(),
            "a variable that was already declared",
        ),
    };
    let detail = format!(
        "There is no {what} named {name:?}. An override file can only override {may} in a primary configuration file."
    );
    missing(summary, detail, block)
}

fn local_without_base(attribute: &Attribute) -> Diagnostic {
    let Ident { name, span } = &attribute.name;
    let summary = "Missing base local value definition to override";
    Diagnostic::error("infra::config::override_without_base", summary)
        .detail(format!(
            "There is no local value named {:?}. An override file can only override a local value that was already defined in a primary configuration file.",
            &**name
        ))
        .label(*span, "overrides nothing")
        .help("define it in another file, or mend its name")
}

fn missing(summary: &'static str, detail: String, block: &Block) -> Diagnostic {
    Diagnostic::error("infra::config::override_without_base", summary)
        .detail(detail)
        .label(block.header(), "overrides nothing")
        .help("define it in another file, or mend its name")
}

fn unsupported(attribute: &Attribute) -> Diagnostic {
    let name = &attribute.name.name;
    Diagnostic::error("infra::config::override_unsupported", "Unsupported override")
        .detail(format!("The {name} argument may not be overridden."))
        .label(attribute.span, "cannot be overridden")
        .help("change it in the block that is overridden")
}

fn cannot_override(block: &Block) -> Diagnostic {
    let (summary, detail) = match &*block.kind.name {
        "moved" => (
            "Cannot override 'moved' blocks",
            "Records of moved objects can appear only in normal files, not in override files.",
        ),
        "import" => (
            "Cannot override 'import' blocks",
            "Import blocks can appear only in normal files, not in override files.",
        ),
        "removed" => (
            "Cannot override 'removed' blocks",
            "Removed blocks can appear only in normal files, not in override files.",
        ),
        _ => ("Can't override check blocks", "Override files cannot override check blocks."),
    };
    Diagnostic::error("infra::config::override_unsupported", summary)
        .detail(detail)
        .label(block.header(), "not in an override file")
        .help("move it to a file whose name does not end in `_override`")
}
