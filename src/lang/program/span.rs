//! Places of attributes in the configuration, for findings that carry a path.

use super::{Compiled, decode::place_of, name_of};
use crate::syntax::tree::{Body, Tree};
use infra_model::{
    address::Address,
    path::{Path, Step},
    source::Span,
};

impl Compiled {
    /// Returns the place that gives an attribute of an instance its value, or the block's header.
    pub(super) fn place_in(&self, address: &Address, path: &Path) -> Option<Span> {
        let place = self.place_of(&address.module)?;
        let block = self.configuration.module_at(place).resources.get(&name_of(address))?;
        Some(self.place_in_block((&block.body, block.span), path))
    }

    /// Returns the place that gives an attribute of a block its value, or the block's header.
    pub(super) fn place_in_block(&self, (body, header): (&Body, Span), path: &Path) -> Span {
        inside(self.configuration.tree(header.source), body, &path.0).unwrap_or(header)
    }
}

fn inside(tree: &Tree, body: &Body, path: &[Step]) -> Option<Span> {
    let (Step::Attribute(name), behind) = path.split_first()? else { return None };
    if let Some(attribute) = body.attribute(name) {
        let rest = Path(behind.to_vec());
        return Some(tree.span(place_of(tree, attribute.value, &rest)));
    }
    let (index, behind) = match behind.first() {
        Some(Step::Index(index)) => (*index, &behind[1..]),
        Some(Step::Key(_) | Step::Element(_)) => (0, &behind[1..]),
        Some(Step::Attribute(_)) | None => (0, behind),
    };
    let labelled = |key: &Step, body: &'_ crate::syntax::tree::Block| match key {
        Step::Key(key) => body.labels.first().is_some_and(|label| label.text == *key),
        Step::Attribute(_) | Step::Index(_) | Step::Element(_) => false,
    };
    let by_key =
        path.get(1).and_then(|key| body.blocks_of(name).find(|block| labelled(key, block)));
    if let Some(block) = by_key.or_else(|| body.blocks_of(name).nth(index)) {
        return Some(inside(tree, &block.body, behind).unwrap_or_else(|| block.header()));
    }
    let dynamic = body
        .blocks_of("dynamic")
        .find(|block| block.labels.first().is_some_and(|label| label.text == *name))?;
    let content = dynamic.body.blocks_of("content").next();
    let found = content.and_then(|content| inside(tree, &content.body, behind));
    Some(found.unwrap_or_else(|| dynamic.header()))
}
