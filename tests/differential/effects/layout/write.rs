//! The text of a layout.
//!
//! Every resource writes when it begins and ends to be created and destroyed to the file `log`.

use super::{Call, Condition, Item, Keys, Layout, Module, Removed, Resource, Target};
use std::fmt::Write as _;

/// What the root with two configurations of the provider begins with.
const OWN_PROVIDERS: &str = r#"terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}
provider "terraform" {
  alias = "x"
}
"#;

/// What a module with two configurations of the provider begins with.
const BOTH_PROVIDERS: &str = r#"terraform {
  required_providers {
    terraform = {
      source                = "terraform.io/builtin/terraform"
      configuration_aliases = [terraform.x]
    }
  }
}
"#;

/// What a call may give to a module with two configurations of the provider: always both, since
/// Terraform does not find the first one elsewhere.
pub(in super::super) const PROVIDERS: [&str; 3] = [
    "terraform = terraform, terraform.x = terraform.x",
    "terraform = terraform.x, terraform.x = terraform",
    "terraform = terraform, terraform.x = terraform",
];

impl Layout {
    /// Returns the files.
    pub(in super::super) fn files(&self) -> Vec<(String, String)> {
        let modules = self.modules.iter().enumerate();
        modules.map(|(index, module)| (file(index), self.text(index, module))).collect()
    }

    fn text(&self, index: usize, module: &Module) -> String {
        let mut text = match (self.features.aliases, index) {
            (false, _) => String::new(),
            (true, 0) => OWN_PROVIDERS.to_owned(),
            (true, _) => BOTH_PROVIDERS.to_owned(),
        };
        if index > 0 {
            text += "variable \"at\" {}\nvariable \"in\" {}\n";
            let out = values(module, &module.output);
            let _ = writeln!(text, "output \"out\" {{\n  value = {out}\n}}");
        }
        for item in &module.items {
            text += &match item {
                Item::Resource(made) => self.resource(index, module, made),
                Item::Call(made) => self.call(index, module, made),
            };
        }
        for (from, to) in &module.moved {
            let _ = writeln!(text, "moved {{\n  from = {from}\n  to   = {to}\n}}");
        }
        text.extend(module.removed.iter().map(removed));
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
        if made.other_provider {
            text += "  provider = terraform.x\n";
        }
        text += "  lifecycle {\n";
        if made.create_before_destroy {
            text += "    create_before_destroy = true\n";
        }
        if !made.replaced_by.is_empty() {
            let all: Vec<String> = made.replaced_by.iter().map(address).collect();
            let _ = writeln!(text, "    replace_triggered_by = [{}]", all.join(", "));
        }
        if !made.ignores.is_empty() {
            let _ = writeln!(text, "    ignore_changes = {}", ignored(&made.ignores));
        }
        if made.prevent_destroy {
            text += "    prevent_destroy = true\n";
        }
        text.extend(
            made.condition
                .iter()
                .filter(|made| made.is_about_something())
                .map(|made| condition(module, made)),
        );
        text += "  }\n";
        for (when, word, end) in [("create", "make", fails), ("destroy", "gone", "")] {
            text += &provisioner(when, word, end);
        }
        text + "}\n"
    }

    fn call(&self, index: usize, module: &Module, made: &Call) -> String {
        let above = if index > 0 { ".." } else { "." };
        let at = if index > 0 { "${var.at}." } else { "" };
        let mut text =
            format!("module \"{}\" {{\n  source = \"{above}/m{}\"\n", made.name, made.module);
        text += &made.keys.line();
        let _ = writeln!(text, "  at = \"{at}module.{}{}\"", made.name, made.keys.own());
        let _ = writeln!(text, "  in = {}", values(module, &made.input));
        if self.features.aliases {
            let _ = writeln!(text, "  providers = {{ {} }}", PROVIDERS[made.providers]);
        }
        text + &depends_on("  ", &made.depends_on) + "}\n"
    }
}

fn provisioner(when: &str, word: &str, end: &str) -> String {
    let line = |edge: &str| format!("echo '{edge} {word} ${{self.id}} ${{self.input.at}}' >> log");
    format!(
        "  provisioner \"local-exec\" {{\n    when = {when}\n    command = \"{}; {}{end}\"\n  }}\n",
        line("begin"),
        line("end"),
    )
}

fn removed(made: &Removed) -> String {
    let tells = if made.tells { provisioner("destroy", "gone", "") } else { String::new() };
    let (from, destroy) = (&made.from, made.destroy);
    format!(
        "removed {{\n  from = {from}\n  lifecycle {{\n    destroy = {destroy}\n  }}\n{tells}}}\n"
    )
}

fn ignored(paths: &[&str]) -> String {
    if paths == ["all"] { "all".to_owned() } else { format!("[{}]", paths.join(", ")) }
}

fn condition(module: &Module, made: &Condition) -> String {
    let word = if made.is_after { "postcondition" } else { "precondition" };
    let of = match (made.is_after, made.is_early) {
        (true, true) => "self.input.n".to_owned(),
        (true, false) => "self.id".to_owned(),
        (false, true) => format!("length({})", values(module, &made.of)),
        (false, false) => format!("join(\"\", flatten({}))", values(module, &made.of)),
    };
    let holds = match (made.is_early, made.holds) {
        (true, true) => "> -1",
        (true, false) => "< 0",
        (false, true) => "!= \"no\"",
        (false, false) => "== \"no\"",
    };
    format!(
        "    {word} {{\n      condition     = {of} {holds}\n      error_message = \"It must.\"\n    }}\n"
    )
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
        Target::Resource(name) | Target::Output(name) | Target::Twin(name) => {
            format!("terraform_data.{name}")
        }
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
            Target::Resource(_) | Target::Output(_) | Target::Module(_) => {}
        }
        let keys = keys(target.name().unwrap_or_default());
        if let Target::Module(_) = target {
            // Of a module as a whole Terraform waits for more than the outputs.
            let each = |key: &String| format!("{address}{key}.out");
            return keys.brackets().iter().map(each).collect::<Vec<_>>().join(", ");
        }
        let part = if matches!(target, Target::Output(_)) { "output.n" } else { "id" };
        match keys {
            Keys::Once => format!("{address}.{part}"),
            Keys::Count(_) => format!("{address}[*].{part}"),
            Keys::Each(_) => format!("values({address})[*].{part}"),
        }
    };
    let all: Vec<String> = targets.iter().map(value).collect();
    format!("[{}]", all.join(", "))
}

fn file(index: usize) -> String {
    if index == 0 { "main.tf".to_owned() } else { format!("m{index}/main.tf") }
}
