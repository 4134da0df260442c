//! A random configuration: modules from the innermost outwards, blocks in the order of reference.

use super::{
    Call, Estate, Module, Output, Repeat, Resource, Variable,
    values::{Is, SORTS, Scope},
};
use crate::sim::random::Random;

/// How deep expressions are nested.
pub(super) const DEPTH: usize = 3;

/// Returns the configuration of a seed.
pub(crate) fn random(random: &mut Random) -> Estate {
    let mut estate = Estate::default();
    let modules = random.below(4);
    estate.modules = vec![Module::default(); modules + 1];
    for index in (0..=modules).rev() {
        estate.modules[index] = module(&mut estate, index, random);
    }
    for variable in estate.modules[0].variables.clone() {
        if variable.default.is_none() || random.chance(1, 3) {
            let value = setting(variable.sort, random);
            estate.settings.push((variable.name, value));
        }
    }
    estate
}

/// Returns a value for a variable; null only where it has no type, see `docs/decisions/0004`.
pub(super) fn setting(sort: usize, random: &mut Random) -> String {
    let (ty, values) = SORTS[sort];
    if ty == "any" && random.chance(1, 4) {
        return "null".to_owned();
    }
    (*random.pick(values)).to_owned()
}

fn module(estate: &mut Estate, index: usize, random: &mut Random) -> Module {
    let mut module = Module::default();
    let mut scope = Scope::default();
    for _ in 0..random.below(4) {
        let variable = variable(estate, random);
        refer_to_variable(&mut scope, &variable, index == 0);
        module.variables.push(variable);
    }
    // Each module is called by the one before it, and some by the root once more.
    let mut called: Vec<usize> =
        if index + 1 < estate.modules.len() { vec![index + 1] } else { Vec::new() };
    if index == 0 && estate.modules.len() > 2 && random.chance(1, 2) {
        called.push(2);
    }
    for _ in 0..2 + random.below(4) {
        match random.below(5) {
            0 => {
                let name = estate.fresh("l");
                let known = random.chance(1, 2);
                scope.known = known;
                let value = scope.value(random, DEPTH);
                scope.known = false;
                scope.add(format!("local.{name}"), Is::Any, known, false);
                module.locals.push((name, value));
            }
            1 if !called.is_empty() => {
                let target = called.remove(0);
                module.calls.push(call(estate, target, &mut scope, random));
            }
            _ => {
                let made = resource(estate, &module, &scope, random);
                refer_to_resource(&mut scope, &made);
                module.resources.push(made);
            }
        }
    }
    for target in called {
        module.calls.push(call(estate, target, &mut scope, random));
    }
    for _ in 0..random.below(4) {
        module.outputs.push(output(estate, &scope, index == 0, random));
    }
    if random.chance(1, 4) {
        let name = estate.fresh("c");
        module.checks.push((name, scope.condition(random, 2)));
    }
    module
}

fn variable(estate: &mut Estate, random: &mut Random) -> Variable {
    let name = estate.fresh("v");
    let sort = random.below(SORTS.len());
    let default = random.chance(3, 4).then(|| setting(sort, random));
    let nullable = match random.below(6) {
        0 if default.as_deref() != Some("null") => Some(false),
        1 => Some(true),
        _ => None,
    };
    let validation = random.chance(1, 5).then(|| {
        (*random.pick(&[
            "can(jsonencode(var.@))",
            "var.@ != \"none\"",
            "try(length(var.@), 0) < 2",
            "var.@ != null",
        ]))
        .replace('@', &name)
    });
    Variable { name, sort, default, sensitive: random.chance(1, 8), nullable, validation }
}

fn refer_to_variable(scope: &mut Scope, variable: &Variable, is_root: bool) {
    let text = format!("var.{}", variable.name);
    let is = match variable.sort {
        0 => Is::Text,
        1 => Is::Number,
        2 => Is::Bool,
        3 | 4 | 8 => Is::Sequence,
        5 | 6 => Is::Map,
        7 => Is::Object,
        _ => Is::Any,
    };
    // What a caller gives may be unknown, and null.
    scope.add(&text, is, is_root, variable.sensitive);
    if variable.sort == 7 {
        scope.add(format!("try({text}.name, \"n\")"), Is::Text, is_root, variable.sensitive);
        scope.add(format!("try({text}.tags, null)"), Is::Map, is_root, variable.sensitive);
    }
}

fn refer_to_resource(scope: &mut Scope, made: &Resource) {
    let address = format!("terraform_data.{}", made.name);
    let keyed = !matches!(made.repeat, Repeat::Once);
    if keyed {
        scope.add(&address, Is::Any, false, false);
    }
    match &made.repeat {
        Repeat::Once => {
            scope.add(format!("{address}.id"), Is::Text, false, false);
            scope.add(format!("{address}.output"), Is::Any, false, false);
            scope.add(format!("{address}.input"), Is::Any, false, false);
            scope.add(&address, Is::Object, false, false);
        }
        Repeat::Count(_) => {
            scope.add(format!("{address}[*].id"), Is::Sequence, false, false);
            scope.add(format!("try({address}[0].id, \"none\")"), Is::Text, false, false);
        }
        Repeat::Each(_) => {
            scope.add(format!("{{ for k, v in {address} : k => v.id }}"), Is::Map, false, false);
            scope.add(format!("keys({address})"), Is::Sequence, true, false);
            scope.add(format!("try({address}[\"x\"].output, null)"), Is::Any, false, false);
        }
    }
}

pub(super) fn repeat(scope: &Scope, random: &mut Random) -> Repeat {
    match random.below(5) {
        0 => Repeat::Count(Scope::count(random)),
        1 | 2 => Repeat::Each(scope.each(random)),
        _ => Repeat::Once,
    }
}

pub(super) fn own_names(repeat: &Repeat, scope: &mut Scope) {
    scope.own.clear();
    let mut add = |text: &str, is| {
        let reference =
            super::values::Reference { text: text.to_owned(), is, known: true, sensitive: false };
        scope.own.push(reference);
    };
    match repeat {
        Repeat::Once => {}
        Repeat::Count(_) => add("count.index", Is::Number),
        Repeat::Each(_) => {
            add("each.key", Is::Text);
            add("each.value", Is::Any);
        }
    }
}

fn resource(estate: &mut Estate, module: &Module, scope: &Scope, random: &mut Random) -> Resource {
    let name = estate.fresh("r");
    let repeat = repeat(scope, random);
    let mut scope = scope.clone();
    own_names(&repeat, &mut scope);
    let input = random.chance(5, 6).then(|| scope.value(random, DEPTH));
    let triggers = random.chance(1, 3).then(|| scope.value(random, 2));
    let lifecycle = lifecycle(module, &scope, random);
    let depends_on = depends_on(module, random);
    Resource { name, repeat, input, triggers, lifecycle, depends_on }
}

fn lifecycle(module: &Module, scope: &Scope, random: &mut Random) -> Vec<String> {
    let mut lines = Vec::new();
    if random.chance(1, 4) {
        lines.push("create_before_destroy = true".to_owned());
    }
    if random.chance(1, 6) {
        let what =
            random.pick(&["[input]", "all", "[triggers_replace]", "[input, triggers_replace]"]);
        lines.push(format!("ignore_changes = {what}"));
    }
    let others: Vec<&Resource> = module.resources.iter().collect();
    if !others.is_empty() && random.chance(1, 5) {
        let other = random.pick(&others);
        let part = if matches!(other.repeat, Repeat::Once) {
            *random.pick(&["", ".id", ".output", ".input"])
        } else {
            ""
        };
        lines.push(format!("replace_triggered_by = [terraform_data.{}{part}]", other.name));
    }
    if random.chance(1, 25) {
        lines.push("prevent_destroy = true".to_owned());
    }
    if random.chance(1, 8) {
        let condition = scope.condition(random, 1);
        lines.push(condition_block("precondition", &condition));
    }
    if random.chance(1, 8) {
        let condition = *random.pick(&[
            "self.id != \"\"",
            "self.output == self.input",
            "try(self.input.a, null) != \"zz\"",
        ]);
        lines.push(condition_block("postcondition", condition));
    }
    lines
}

pub(super) fn condition_block(word: &str, condition: &str) -> String {
    format!("{word} {{\n  condition = {condition}\n  error_message = \"Not so.\"\n}}")
}

fn depends_on(module: &Module, random: &mut Random) -> Vec<String> {
    let mut names: Vec<String> =
        module.resources.iter().map(|r| format!("terraform_data.{}", r.name)).collect();
    names.extend(module.calls.iter().map(|call| format!("module.{}", call.name)));
    if names.is_empty() || !random.chance(1, 6) {
        return Vec::new();
    }
    vec![random.pick(&names).clone()]
}

fn call(estate: &mut Estate, target: usize, scope: &mut Scope, random: &mut Random) -> Call {
    let name = estate.fresh("m");
    let repeat = repeat(scope, random);
    let mut inner = scope.clone();
    own_names(&repeat, &mut inner);
    let mut arguments = Vec::new();
    for variable in &estate.modules[target].variables {
        let fits = |is: Is| match variable.sort {
            0 => is == Is::Text || is == Is::Number,
            1 => is == Is::Number,
            9 => true,
            _ => false,
        };
        let fitting: Vec<_> = inner
            .references
            .iter()
            .chain(&inner.own)
            .filter(|reference| fits(reference.is) && !reference.sensitive)
            .collect();
        if !fitting.is_empty() && random.chance(2, 3) {
            arguments.push((variable.name.clone(), random.pick(&fitting).text.clone()));
        } else if variable.default.is_none() || random.chance(1, 2) {
            arguments.push((variable.name.clone(), setting(variable.sort, random)));
        }
    }
    let address = format!("module.{name}");
    for output in &estate.modules[target].outputs {
        let sensitive = output.sensitive;
        let text = match &repeat {
            Repeat::Once => format!("{address}.{}", output.name),
            Repeat::Count(_) => format!("{address}[*].{}", output.name),
            Repeat::Each(_) => format!("[for v in {address} : v.{}]", output.name),
        };
        scope.add(text, Is::Any, false, sensitive);
    }
    if matches!(repeat, Repeat::Once) && estate.modules[target].outputs.iter().all(|o| !o.sensitive)
    {
        scope.add(&address, Is::Any, false, false);
    }
    let depends_on = Vec::new();
    Call { name, module: target, repeat, arguments, depends_on }
}

fn output(estate: &mut Estate, scope: &Scope, is_root: bool, random: &mut Random) -> Output {
    let name = estate.fresh("o");
    let sensitive = random.chance(1, 5);
    let mut scope = scope.clone();
    scope.secrets = sensitive;
    let value = scope.value(random, DEPTH);
    scope.secrets = false;
    let precondition = random.chance(1, 8).then(|| scope.condition(random, 1));
    let depends_on = Vec::new();
    let _ = is_root;
    Output { name, value, sensitive, precondition, depends_on }
}
