//! What a configuration with effects consists of, and its text.
//!
//! Every resource writes when it begins and ends to be created and destroyed to the file `log`.

use std::fmt::Write as _;

/// A configuration: the root module first, then those that are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) modules: Vec<Module>,
    /// How many names were given.
    pub(super) names: usize,
    /// The name of the resource whose command fails when it is created.
    pub(super) failing: Option<String>,
}

/// Items refer to those before them.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    pub(super) items: Vec<Item>,
    /// What the output is made of.
    pub(super) output: Vec<Target>,
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
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// Index of the module.
    pub(super) module: usize,
    pub(super) keys: Keys,
    pub(super) input: Vec<Target>,
    pub(super) depends_on: Vec<Target>,
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
                vec![&mut r.input, &mut r.triggers, &mut r.replaced_by, &mut r.depends_on]
            }
            Self::Call(call) => vec![&mut call.input, &mut call.depends_on],
        }
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
    /// Returns the name of an item of the same module.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Resource(name) | Self::Twin(name) | Self::Module(name) => Some(name),
            Self::Input => None,
        }
    }
}

impl Layout {
    /// Returns the files.
    pub(super) fn files(&self) -> Vec<(String, String)> {
        let modules = self.modules.iter().enumerate();
        modules.map(|(index, module)| (file(index), self.text(index, module))).collect()
    }

    fn text(&self, index: usize, module: &Module) -> String {
        let mut text = String::new();
        if index > 0 {
            text += "variable \"at\" {}\nvariable \"in\" {}\n";
            let out = values(module, &module.output);
            let _ = writeln!(text, "output \"out\" {{\n  value = {out}\n}}");
        }
        for item in &module.items {
            text += &match item {
                Item::Resource(made) => self.resource(index, module, made),
                Item::Call(made) => call(index, module, made),
            };
        }
        text
    }

    fn resource(&self, index: usize, module: &Module, made: &Resource) -> String {
        let at = if index > 0 { "${var.at}." } else { "" };
        let fails = if self.failing.as_ref() == Some(&made.name) { "; exit 1" } else { "; exit 0" };
        let mut text = format!("resource \"terraform_data\" \"{}\" {{\n", made.name);
        text += &made.keys.line();
        let own = format!("{at}terraform_data.{}{}", made.name, made.keys.own());
        let _ = writeln!(
            text,
            "  input = {{ at = \"{own}\", n = {}, v = {} }}",
            made.value,
            values(module, &made.input)
        );
        let _ = writeln!(
            text,
            "  triggers_replace = [{}, {}]",
            made.trigger,
            values(module, &made.triggers)
        );
        text += &depends_on("  ", &made.depends_on);
        text += "  lifecycle {\n";
        if made.create_before_destroy {
            text += "    create_before_destroy = true\n";
        }
        if !made.replaced_by.is_empty() {
            let all: Vec<String> = made.replaced_by.iter().map(address).collect();
            let _ = writeln!(text, "    replace_triggered_by = [{}]", all.join(", "));
        }
        text += "  }\n";
        for (when, word, end) in [("create", "make", fails), ("destroy", "gone", "")] {
            let line = |edge: &str| format!("echo '{edge} {word} ${{self.input.at}}' >> log");
            let _ = writeln!(
                text,
                "  provisioner \"local-exec\" {{\n    when = {when}\n    command = \"{}; {}{end}\"\n  }}",
                line("begin"),
                line("end"),
            );
        }
        text + "}\n"
    }
}

fn call(index: usize, module: &Module, made: &Call) -> String {
    let above = if index > 0 { ".." } else { "." };
    let at = if index > 0 { "${var.at}." } else { "" };
    let mut text =
        format!("module \"{}\" {{\n  source = \"{above}/m{}\"\n", made.name, made.module);
    text += &made.keys.line();
    let _ = writeln!(text, "  at = \"{at}module.{}{}\"", made.name, made.keys.own());
    let _ = writeln!(text, "  in = {}", values(module, &made.input));
    text + &depends_on("  ", &made.depends_on) + "}\n"
}

fn depends_on(indent: &str, targets: &[Target]) -> String {
    if targets.is_empty() {
        return String::new();
    }
    let all: Vec<String> = targets.iter().map(address).collect();
    format!("{indent}depends_on = [{}]\n", all.join(", "))
}

fn address(target: &Target) -> String {
    match target {
        Target::Resource(name) | Target::Twin(name) => format!("terraform_data.{name}"),
        Target::Module(name) => format!("module.{name}"),
        Target::Input => "var.in".to_owned(),
    }
}

/// Returns an expression that is made of targets.
fn values(module: &Module, targets: &[Target]) -> String {
    let keys = |name: &str| {
        let item = module.items.iter().find(|item| item.name() == name);
        item.map(|item| item.keys().clone()).unwrap_or_default()
    };
    let value = |target: &Target| {
        let address = address(target);
        match target {
            Target::Twin(_) => return format!("try({address}[each.key].id, \"none\")"),
            Target::Input => return address,
            Target::Resource(_) | Target::Module(_) => {}
        }
        let keys = keys(target.name().unwrap_or_default());
        if let Target::Module(_) = target {
            // Of a module as a whole Terraform waits for more than the outputs.
            let each = |key: &String| format!("{address}{key}.out");
            return keys.brackets().iter().map(each).collect::<Vec<_>>().join(", ");
        }
        match keys {
            Keys::Once => format!("{address}.id"),
            Keys::Count(_) => format!("{address}[*].id"),
            Keys::Each(_) => format!("values({address})[*].id"),
        }
    };
    let all: Vec<String> = targets.iter().map(value).collect();
    format!("[{}]", all.join(", "))
}

fn file(index: usize) -> String {
    if index == 0 { "main.tf".to_owned() } else { format!("m{index}/main.tf") }
}
