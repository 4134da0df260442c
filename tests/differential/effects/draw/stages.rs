//! What is done one after the other with the layouts of a seed.

use super::{Random, changed, failing, random as first, unprotected};
use crate::differential::effects::{
    layout::Layout,
    order::{self, Instances},
};

/// A layout and what is done with it.
#[derive(Clone, Debug)]
pub(in super::super) struct Stage {
    pub(in super::super) what: String,
    pub(in super::super) layout: Layout,
    /// Arguments of the plan, each with a blank before it.
    pub(in super::super) arguments: String,
    /// All of the layout is applied if nothing fails.
    pub(in super::super) is_whole: bool,
}

/// Returns the stages of a seed: a layout is applied, changed, applied and destroyed.
pub(in super::super) fn stages(seed: u64) -> Vec<Stage> {
    let mut random = Random::new(seed);
    let first = first(&mut random);
    let second = changed(&first, &mut random);
    let third = changed(&second, &mut random);
    let mut stages = Stages(Vec::new());
    stages.add(&first, "", true);
    if random.chance(1, 4) {
        stages.add(&failing(&second, &mut random), "", true);
    }
    stages.add(&second, "", true);
    let mut last = third;
    for _ in 0..if last.features.moves { 2 } else { 1 } {
        if last.features.arguments {
            stages.add_with_arguments(&last, &mut random);
        } else {
            stages.add(&last, "", true);
        }
        last = changed(&last, &mut random);
    }
    let last = stages.0[stages.0.len() - 1].layout.clone();
    let free = unprotected(&last);
    if let Some(free) = &free {
        stages.add(&last, " -destroy", true);
        stages.add(free, "", true);
    }
    // Terraform protects here what was never made, too.
    let last = free.unwrap_or(last);
    if last.features.arguments && random.chance(1, 4) {
        let target = target(&order::instances(&last, None), &mut random);
        let target = in_all_instances(&target);
        stages.add(&last, &format!(" -destroy{target}"), false);
    }
    stages.add(&last, " -destroy", true);
    stages.0
}

/// Returns a target, or the whole call around it that has several instances: of what uses a target,
/// Terraform destroys those of other instances too.
fn in_all_instances(target: &str) -> &str {
    let above = target.rfind(".terraform_data.").unwrap_or(target.len());
    target[..above].find('[').map_or(target, |key| &target[..key])
}

struct Stages(Vec<Stage>);

impl Stages {
    fn add(&mut self, layout: &Layout, arguments: &str, is_whole: bool) {
        let number = self.0.len();
        let what = match arguments {
            " -destroy" => "destroy".to_owned(),
            " -refresh-only" => format!("refresh {number}"),
            _ => format!("stage {number}"),
        };
        let (layout, arguments) = (layout.clone(), arguments.to_owned());
        self.0.push(Stage { what, layout, arguments, is_whole });
    }

    fn add_with_arguments(&mut self, layout: &Layout, random: &mut Random) {
        let all = order::instances(layout, None);
        let mut replaced = String::new();
        match random.below(4) {
            0 => self.add(layout, " -refresh-only", false),
            1 => self.add(layout, &target(&all, random), false),
            _ => {
                for address in some(&all, random) {
                    replaced += &format!(" -replace={address}");
                }
            }
        }
        self.add(layout, &replaced, true);
    }
}

/// Returns an argument that names an instance, a resource or a module. Beside a second one Terraform
/// leaves out what the first needs.
fn target(all: &Instances, random: &mut Random) -> String {
    let Some(address) = some(all, random).pop() else { return String::new() };
    let (above, own) = address.rsplit_once(".terraform_data.").unwrap_or(("", &address));
    let block = address.len() - own.len() + own.find('[').unwrap_or(own.len());
    let chosen = match random.below(3) {
        0 if !above.is_empty() => above,
        1 => &address[..block],
        _ => &address,
    };
    format!(" -target={chosen}")
}

fn some(all: &Instances, random: &mut Random) -> Vec<String> {
    let addresses: Vec<&String> = all.keys().collect();
    if addresses.is_empty() {
        return Vec::new();
    }
    (0..=random.below(2)).map(|_| (*random.pick(&addresses)).clone()).collect()
}
