//! What a configuration with effects consists of. `write` gives its text.

mod write;

pub(super) use write::PROVIDERS;

/// A configuration: the root module first, then those that are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) modules: Vec<Module>,
    /// How many names were given.
    pub(super) names: usize,
    /// The name of the resource whose command fails when it is created.
    pub(super) failing: Option<String>,
    /// What there may be beside resources, calls and references.
    pub(super) features: Features,
}

/// Sorts of things that a layout may have. Not every one has them all, so that a difference tells
/// what it comes from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Features {
    /// Things that move, and things that are removed by blocks.
    pub(super) moves: bool,
    pub(super) ignores: bool,
    /// A second configuration of the provider in every module.
    pub(super) aliases: bool,
    pub(super) conditions: bool,
    pub(super) protections: bool,
    /// Arguments of `apply` such as `-target`.
    pub(super) arguments: bool,
}

/// Items refer to those before them.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    pub(super) items: Vec<Item>,
    /// What the output is made of.
    pub(super) output: Vec<Target>,
    /// From and to.
    pub(super) moved: Vec<(String, String)>,
    pub(super) removed: Vec<Removed>,
}

/// What a block `removed` says.
#[derive(Clone, Debug)]
pub(super) struct Removed {
    pub(super) from: String,
    pub(super) destroy: bool,
    /// It has a command for each instance that goes.
    pub(super) tells: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Item {
    Resource(Resource),
    Call(Call),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Resource {
    pub(super) name: String,
    pub(super) keys: Keys,
    /// Changed, it is updated.
    pub(super) value: usize,
    /// Changed, it is replaced.
    pub(super) trigger: usize,
    pub(super) input: Vec<Target>,
    pub(super) triggers: Vec<Target>,
    pub(super) replaced_by: Vec<Target>,
    pub(super) depends_on: Vec<Target>,
    pub(super) create_before_destroy: bool,
    pub(super) ignores: Vec<&'static str>,
    pub(super) prevent_destroy: bool,
    /// It is of the second configuration of the provider.
    pub(super) other_provider: bool,
    pub(super) condition: Option<Condition>,
}

/// What has to hold before or after a resource is applied.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) is_after: bool,
    pub(super) holds: bool,
    /// It is known when planning.
    pub(super) is_early: bool,
    /// What it is made of, if it is looked at before.
    pub(super) of: Vec<Target>,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// Index of the module.
    pub(super) module: usize,
    pub(super) keys: Keys,
    pub(super) input: Vec<Target>,
    pub(super) depends_on: Vec<Target>,
    /// Which configurations of the provider it gets.
    pub(super) providers: usize,
}

/// How often a block stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Keys {
    #[default]
    Once,
    Count(usize),
    Each(Vec<&'static str>),
}

/// What is referred to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Resource(String),
    /// A part of the output, which is unknown where anything in it changes.
    Output(String),
    /// The instance with the same key.
    Twin(String),
    Module(String),
    /// What the caller gives.
    Input,
}

impl Item {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Resource(resource) => &resource.name,
            Self::Call(call) => &call.name,
        }
    }

    pub(super) fn resource(&mut self) -> Option<&mut Resource> {
        match self {
            Self::Resource(resource) => Some(resource),
            Self::Call(_) => None,
        }
    }

    pub(super) fn set_name(&mut self, new: &str) {
        match self {
            Self::Resource(resource) => new.clone_into(&mut resource.name),
            Self::Call(call) => new.clone_into(&mut call.name),
        }
    }

    pub(super) fn set_keys(&mut self, keys: Keys) {
        match self {
            Self::Resource(resource) => resource.keys = keys,
            Self::Call(call) => call.keys = keys,
        }
    }

    pub(super) fn keys(&self) -> &Keys {
        match self {
            Self::Resource(resource) => &resource.keys,
            Self::Call(call) => &call.keys,
        }
    }

    /// Returns all lists of references.
    pub(super) fn references(&mut self) -> Vec<&mut Vec<Target>> {
        match self {
            Self::Resource(r) => {
                let mut all =
                    vec![&mut r.input, &mut r.triggers, &mut r.replaced_by, &mut r.depends_on];
                all.extend(r.condition.as_mut().map(|condition| &mut condition.of));
                all
            }
            Self::Call(call) => vec![&mut call.input, &mut call.depends_on],
        }
    }
}

impl Condition {
    /// Returns what it is made of beside its own resource.
    pub(super) fn needs(&self) -> &[Target] {
        if self.is_after { &[] } else { &self.of }
    }

    /// Returns whether it refers to anything, as it has to.
    fn is_about_something(&self) -> bool {
        self.is_after || !self.of.is_empty()
    }
}

impl Keys {
    /// Returns the keys as they stand in addresses.
    pub(super) fn brackets(&self) -> Vec<String> {
        match self {
            Self::Once => vec![String::new()],
            Self::Count(count) => (0..*count).map(|index| format!("[{index}]")).collect(),
            Self::Each(keys) => keys.iter().map(|key| format!("[\"{key}\"]")).collect(),
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Once => String::new(),
            Self::Count(count) => format!("  count = {count}\n"),
            Self::Each(keys) => format!("  for_each = toset({keys:?})\n"),
        }
    }

    /// Returns the expression for the own key within a text.
    fn own(&self) -> &'static str {
        match self {
            Self::Once => "",
            Self::Count(_) => "[${count.index}]",
            Self::Each(_) => "[\\\"${each.key}\\\"]",
        }
    }
}

impl Target {
    /// Gives what has one name another one.
    pub(super) fn rename(&mut self, old: &str, new: &str) {
        match self {
            Self::Resource(name) | Self::Output(name) | Self::Twin(name) | Self::Module(name) => {
                if name == old {
                    new.clone_into(name);
                }
            }
            Self::Input => {}
        }
    }

    /// Returns the name of an item of the same module.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Resource(name) | Self::Output(name) | Self::Twin(name) | Self::Module(name) => {
                Some(name)
            }
            Self::Input => None,
        }
    }
}

impl Layout {
    /// Returns the names of all calls and what they call, on which what is installed depends.
    pub(super) fn calls(&self) -> Vec<(usize, String, usize)> {
        let modules = self.modules.iter().enumerate();
        let all = modules.flat_map(|(index, module)| module.items.iter().map(move |i| (index, i)));
        all.filter_map(|(index, item)| match item {
            Item::Call(call) => Some((index, call.name.clone(), call.module)),
            Item::Resource(_) => None,
        })
        .collect()
    }
}
