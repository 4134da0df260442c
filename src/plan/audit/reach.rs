//! Order, checked by levels: along every edge the level rises, and what must come first must be
//! reachable backwards. Works on the finished steps alone.

use crate::plan::{Action, Plan, Step, StepId, Work};
use infra_model::{
    address::{Address, Generation},
    snapshot::Snapshot,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Returns whether steps wait for each other in a circle: whether peeling off what waits for
/// nothing leaves something behind.
pub(super) fn has_cycle(steps: &[Step]) -> bool {
    let mut left: BTreeMap<StepId, BTreeSet<StepId>> =
        steps.iter().map(|step| (step.id, step.after.iter().copied().collect())).collect();
    let mut users: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
    for step in steps {
        for after in &step.after {
            users.entry(*after).or_default().push(step.id);
        }
    }
    let mut free: VecDeque<StepId> =
        left.iter().filter(|(_, after)| after.is_empty()).map(|(id, _)| *id).collect();
    while let Some(id) = free.pop_front() {
        left.remove(&id);
        for user in users.get(&id).into_iter().flatten() {
            if let Some(after) = left.get_mut(user) {
                after.remove(&id);
                if after.is_empty() {
                    free.push_back(*user);
                }
            }
        }
    }
    !left.is_empty()
}

/// Returns what stands in the wrong place.
pub(super) fn misplaced(plan: &Plan, snapshot: &Snapshot) -> Vec<String> {
    let steps = Steps::of(plan);
    let mut wrong = Vec::new();
    for change in &plan.changes {
        let Some(makes) = steps.makes.get(&change.address) else { continue };
        if change.deposed.is_some() {
            continue;
        }
        for (address, first) in steps.makers(&change.needs) {
            if *first != *makes && !steps.comes_before(*first, *makes) {
                wrong.push(format!("`{}` does not wait for `{address}`", change.address));
            }
        }
        if change.action == Action::Replace {
            let old = steps.destroys.get(&change.address).into_iter().flatten();
            let create_first = change.create_before_destroy;
            for (generation, destroys) in old {
                // One that was deposed before is in nobody's way.
                if !create_first && steps.deposed.contains(&(&change.address, *generation)) {
                    continue;
                }
                let (first, second) =
                    if create_first { (*makes, *destroys) } else { (*destroys, *makes) };
                if !steps.comes_before(first, second) {
                    wrong.push(format!("`{}` is replaced in the wrong order", change.address));
                }
            }
        }
    }
    wrong.extend(steps.left_behind(plan, snapshot));
    wrong
}

/// Steps by what they do, and a quick answer to what comes before what.
struct Steps<'a> {
    makes: BTreeMap<&'a Address, StepId>,
    destroys: BTreeMap<&'a Address, Vec<(Generation, StepId)>>,
    deposed: BTreeSet<(&'a Address, Generation)>,
    after: BTreeMap<StepId, &'a [StepId]>,
    level: BTreeMap<StepId, u32>,
}

impl<'a> Steps<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut makes = BTreeMap::new();
        let mut destroys: BTreeMap<&Address, Vec<(Generation, StepId)>> = BTreeMap::new();
        for step in &plan.steps {
            match step.work {
                Work::Create { .. } | Work::Update | Work::Read => {
                    makes.insert(&step.address, step.id);
                }
                Work::Delete => {
                    destroys.entry(&step.address).or_default().push((step.generation, step.id));
                }
                Work::Join => {}
            }
        }
        let after: BTreeMap<StepId, &[StepId]> =
            plan.steps.iter().map(|step| (step.id, &*step.after)).collect();
        let level = levels(&after);
        let changes = plan.changes.iter();
        let deposed =
            changes.filter_map(|change| Some((&change.address, change.deposed?))).collect();
        Self { makes, destroys, deposed, after, level }
    }

    fn makers(&self, needs: &'a [Address]) -> impl Iterator<Item = (&'a Address, &StepId)> {
        // Wildcards are left to the joins: checking each pair would cost the product.
        needs.iter().filter_map(|need| Some((need, self.makes.get(need)?)))
    }

    /// Returns whether there is a way back from `second` to `first`; only nodes of a level between
    /// theirs are looked at.
    fn comes_before(&self, first: StepId, second: StepId) -> bool {
        let floor = self.level.get(&first).copied().unwrap_or(0);
        let mut seen = BTreeSet::from([second]);
        let mut next = vec![second];
        while let Some(step) = next.pop() {
            for before in self.after.get(&step).copied().unwrap_or(&[]) {
                if *before == first {
                    return true;
                }
                let above = self.level.get(before).copied().unwrap_or(0) > floor;
                if above && seen.insert(*before) {
                    next.push(*before);
                }
            }
        }
        false
    }

    /// Everything that is destroyed is destroyed after what was made from it and is destroyed too.
    fn left_behind(&self, plan: &Plan, snapshot: &Snapshot) -> Vec<String> {
        let moved: BTreeMap<&Address, &Address> = plan
            .changes
            .iter()
            .filter_map(|change| Some((&change.address, change.moved_from.as_ref()?)))
            .collect();
        let new: BTreeMap<&Address, &Address> =
            moved.iter().map(|(to, from)| (*from, *to)).collect();
        let mut wrong = Vec::new();
        for (address, generations) in &self.destroys {
            let recorded_at = moved.get(address).copied().unwrap_or(address);
            let Some(instance) = snapshot.instance(recorded_at) else { continue };
            for (generation, user) in generations {
                let Some(object) = instance.objects.get(generation) else { continue };
                for need in object.needs.iter() {
                    let need = new.get(need).copied().unwrap_or(need);
                    let ends = self.destroys.get(need).into_iter().flatten();
                    for (_, end) in ends.filter(|(_, end)| end != user) {
                        if !self.comes_before(*user, *end) {
                            wrong.push(format!("`{need}` is destroyed before `{address}`"));
                        }
                    }
                }
            }
        }
        wrong
    }
}

/// The longest way to each step from one that waits for nothing; 0 for those on a circle.
fn levels(after: &BTreeMap<StepId, &[StepId]>) -> BTreeMap<StepId, u32> {
    let mut waits: BTreeMap<StepId, usize> = BTreeMap::new();
    let mut users: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
    for (id, before) in after {
        let distinct: BTreeSet<StepId> = before.iter().copied().collect();
        waits.insert(*id, distinct.len());
        for first in distinct {
            users.entry(first).or_default().push(*id);
        }
    }
    let mut level: BTreeMap<StepId, u32> = after.keys().map(|id| (*id, 0)).collect();
    let mut free: VecDeque<StepId> =
        waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(id) = free.pop_front() {
        let next = level.get(&id).copied().unwrap_or(0) + 1;
        for user in users.get(&id).into_iter().flatten() {
            if let Some(level) = level.get_mut(user) {
                *level = next.max(*level);
            }
            if let Some(count) = waits.get_mut(user) {
                *count -= 1;
                if *count == 0 {
                    free.push_back(*user);
                }
            }
        }
    }
    level
}
