//! What a run is about: a configuration in which the test's providers and stand-ins have their place.

use super::{
    super::{
        Configuration, ExprAt, Module, Place,
        block::{ProviderBlock, ProviderRef},
    },
    TestScope,
};
use infra_model::text::Text;
use std::sync::Arc;

/// What a run changes in the configuration it is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Provider blocks of the root module, each in the place of one with the same name and alias.
    pub providers: Vec<ProviderBlock>,
    /// All of them are meant; else only those that the module has a use for.
    pub takes_all: bool,
    /// Modules whose outputs are given.
    pub modules: Vec<ModuleStandIn>,
    /// An expression that is null.
    pub null: ExprAt,
    /// What the provider blocks see.
    pub scope: Option<Arc<TestScope>>,
}

/// A module whose outputs are given, so that nothing in it is made.
#[derive(Clone, Debug)]
pub struct ModuleStandIn {
    /// The names of the calls that lead to it.
    pub path: Vec<Text>,
    /// Its outputs by name; the others are null.
    pub outputs: Vec<(Text, ExprAt)>,
}

impl Configuration {
    /// Puts the providers and stand-ins of a run in their place.
    pub fn prepare(&mut self, subject: &Subject) {
        self.testing.clone_from(&subject.scope);
        let all = subject.providers.iter();
        let used: Vec<&ProviderBlock> =
            all.filter(|block| subject.takes_all || self.uses(block)).collect();
        if let Some(root) = self.modules.first_mut() {
            for block in used {
                let alias = |block: &ProviderBlock| block.alias.as_ref().map(|a| a.name.clone());
                root.providers
                    .retain(|own| own.name.name != block.name.name || alias(own) != alias(block));
                root.providers.push(block.clone());
            }
        }
        for module in &subject.modules {
            self.stand_in(module, subject.null);
        }
    }

    /// Returns whether anything of the modules can be made with a provider.
    fn uses(&self, block: &ProviderBlock) -> bool {
        let (name, alias) = (&block.name.name, block.alias.as_ref().map(|alias| &alias.name));
        let is_meant =
            |reference: &ProviderRef| reference.name == *name && reference.alias.as_ref() == alias;
        let Some(root) = self.modules.first() else { return true };
        let same = |other: &ProviderBlock| {
            other.name.name == *name && other.alias.as_ref().map(|alias| &alias.name) == alias
        };
        let of_calls = || root.calls.values().flat_map(|call| &call.providers);
        if root.providers.iter().any(same) || of_calls().any(|(_, outside)| is_meant(outside)) {
            return true;
        }
        let named = |module: &Module| {
            let blocks = module.resources.values();
            blocks.filter_map(|resource| resource.provider.as_ref()).any(is_meant)
        };
        let by_type = |module: &Module| {
            let kinds = module.resources.keys().map(|resource| &resource.kind.0);
            kinds.into_iter().any(|kind| kind.split('_').next() == Some(name))
        };
        if alias.is_some() {
            named(root)
        } else {
            self.modules.iter().any(|m| named(m) || by_type(m))
        }
    }

    fn stand_in(&mut self, given: &ModuleStandIn, null: ExprAt) {
        let at = |place: &Place| place.path.iter().eq(&given.path);
        let Some(place) = self.places.iter().position(at) else { return };
        let mut module: Module = self.module_at(place).clone();
        module.providers.clear();
        module.locals.clear();
        module.calls.clear();
        module.resources.clear();
        module.moved.clear();
        module.removed.clear();
        module.imports.clear();
        module.checks.clear();
        for variable in module.variables.values_mut() {
            variable.validations.clear();
        }
        for (name, output) in &mut module.outputs {
            let value = given.outputs.iter().find(|(given, _)| given == name);
            output.value = value.map_or(null, |(_, value)| *value);
            output.depends_on.clear();
            output.preconditions.clear();
        }
        self.modules.push(module);
        self.places[place].module = self.modules.len() - 1;
        self.cut(place);
        // What stands nowhere any more must not be looked at.
        for (index, module) in self.modules.iter_mut().enumerate() {
            if !self.places.iter().any(|place| place.module == index) {
                *module = Module::default();
            }
        }
    }

    /// Takes away the places under one: they are of calls that are not made.
    fn cut(&mut self, top: usize) {
        self.places[top].children.clear();
        let path = self.places[top].path.clone();
        let is_under =
            |place: &Place| place.path.len() > path.len() && place.path.starts_with(&path);
        let mut moved = Vec::with_capacity(self.places.len());
        let mut kept = 0;
        for place in &self.places {
            moved.push((!is_under(place)).then_some(kept));
            kept += usize::from(!is_under(place));
        }
        self.places.retain(|place| !is_under(place));
        for place in &mut self.places {
            if let Some((parent, _)) = &mut place.parent {
                *parent = moved[*parent].unwrap_or(*parent);
            }
            for child in &mut place.children {
                *child = child.and_then(|child| moved[child]);
            }
        }
    }
}
