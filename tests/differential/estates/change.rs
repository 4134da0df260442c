//! What a configuration becomes next: values and keys change, blocks come, go and are renamed.

use super::{
    Estate, Repeat,
    make::{DEPTH, setting},
    values::Scope,
};
use crate::sim::random::Random;

/// Returns a configuration that some changes were made to.
pub(crate) fn changed(before: &Estate, random: &mut Random) -> Estate {
    let mut estate = before.clone();
    for index in 0..estate.settings.len() {
        if random.chance(1, 3) {
            let name = estate.settings[index].0.clone();
            let variable = estate.modules[0].variables.iter().find(|v| v.name == name);
            let sort = variable.unwrap().sort;
            estate.settings[index].1 = setting(sort, random);
        }
    }
    for module in 0..estate.modules.len() {
        for place in (0..estate.modules[module].resources.len()).rev() {
            if random.chance(1, 2) {
                change_resource(&mut estate, (module, place), random);
            }
        }
        for place in (0..estate.modules[module].calls.len()).rev() {
            if random.chance(1, 4) {
                rename_call(&mut estate, (module, place));
            }
        }
    }
    estate
}

fn change_resource(estate: &mut Estate, (module, place): (usize, usize), random: &mut Random) {
    // New values refer to nothing, so that no circle comes about.
    let scope = Scope::default();
    let resource = &mut estate.modules[module].resources[place];
    match random.below(9) {
        0 | 1 => resource.input = Some(scope.value(random, DEPTH)),
        2 => resource.triggers = random.chance(2, 3).then(|| scope.value(random, 1)),
        3 => {
            resource.lifecycle.clear();
            resource.input = None;
        }
        4 | 5 => change_keys(estate, (module, place), random),
        6 => rename_resource(estate, (module, place)),
        7 => remove_resource(estate, (module, place)),
        _ => {
            let lines = ["create_before_destroy = true", "ignore_changes = [input]"];
            resource.lifecycle = vec![(*random.pick(&lines)).to_owned()];
            resource.input = Some(scope.value(random, 1));
        }
    }
}

fn change_keys(estate: &mut Estate, (module, place): (usize, usize), random: &mut Random) {
    let resource = &mut estate.modules[module].resources[place];
    let address = format!("terraform_data.{}", resource.name);
    let refers =
        |text: &Option<String>, name: &str| text.as_ref().is_some_and(|text| text.contains(name));
    match &resource.repeat {
        Repeat::Count(_) => resource.repeat = Repeat::Count(Scope::count(random)),
        Repeat::Each(_) => {
            let keys = ["toset([\"x\", \"w\"])", "{ y = 1 }", "{ x = 2, y = 1, z = 0 }"];
            resource.repeat = Repeat::Each((*random.pick(&keys)).to_owned());
        }
        Repeat::Once if refers(&resource.input, "self") => {}
        Repeat::Once => {
            let others = text_without(estate, (module, place));
            if others.contains(&address) {
                return;
            }
            let module = &mut estate.modules[module];
            let resource = &mut module.resources[place];
            if random.chance(1, 2) {
                // The one without a key becomes the first, unasked.
                resource.repeat = Repeat::Count("2".to_owned());
            } else {
                resource.repeat = Repeat::Each("toset([\"x\", \"y\"])".to_owned());
                if random.chance(2, 3) {
                    module.moved.push((address.clone(), format!("{address}[\"x\"]")));
                }
            }
        }
    }
}

/// Returns the module's text without one resource.
fn text_without(estate: &Estate, (module, place): (usize, usize)) -> String {
    let mut copy = estate.clone();
    copy.modules[module].resources.remove(place);
    let file = if module == 0 { "main.tf".to_owned() } else { format!("m{module}/main.tf") };
    let blocks = super::blocks(&copy).into_iter();
    blocks.filter(|block| block.file == file).map(|block| block.text).collect()
}

fn rename_resource(estate: &mut Estate, (module, place): (usize, usize)) {
    let name = estate.modules[module].resources[place].name.clone();
    let address = format!("terraform_data.{name}");
    if text_without(estate, (module, place)).contains(&address) {
        return;
    }
    let fresh = estate.fresh("r");
    let to = format!("terraform_data.{fresh}");
    estate.modules[module].resources[place].name = fresh;
    estate.modules[module].moved.push((address, to));
}

fn remove_resource(estate: &mut Estate, (module, place): (usize, usize)) {
    let address = format!("terraform_data.{}", estate.modules[module].resources[place].name);
    if !text_without(estate, (module, place)).contains(&address) {
        estate.modules[module].resources.remove(place);
    }
}

fn rename_call(estate: &mut Estate, (module, place): (usize, usize)) {
    let old = estate.modules[module].calls[place].name.clone();
    let address = format!("module.{old}");
    let fresh = estate.fresh("m");
    estate.modules[module].calls[place].name.clone_from(&fresh);
    let file = if module == 0 { "main.tf".to_owned() } else { format!("m{module}/main.tf") };
    let refers = super::blocks(estate)
        .iter()
        .any(|block| block.file == file && block.text.contains(&address));
    if refers {
        estate.modules[module].calls[place].name = old;
        return;
    }
    estate.modules[module].moved.push((address, format!("module.{fresh}")));
}
