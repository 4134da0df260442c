//! What a plan says of running servers is what happens to them, and nothing else does: every attribute
//! of everything that touches a server is changed once, and the counters of the simulator, which the API
//! never shows, are compared with the plan.
//!
//! The list of attributes comes from the schemas: one that is added later and is in no row fails here.

mod rows;

use super::{Cloud, crowd, estate};
use crate::end_to_end::estate::Estate;
use infra_hetzner_simulator::{Counters, Kind};
use rows::{BASE, FIXED, Row, TYPES};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

/// As many rows are checked at the same time.
const AT_ONCE: usize = 6;

/// What becomes of a server, and what a plan says about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// It goes on running.
    #[default]
    Nothing,
    /// It is away for a while, and keeps its disk.
    Restart,
    /// It keeps its id, and loses its disk.
    Wipe,
    /// It ends, and another one may take its place.
    Replace,
}

/// The servers of the project by name: their ids, what they do, and what happened to them.
type Servers = BTreeMap<String, (u64, String, Counters)>;

fn servers(cloud: &Cloud) -> Servers {
    let lives = cloud.lives();
    let of = |server: Json| {
        let id = server["id"].as_u64().unwrap();
        let text = |name: &str| server[name].as_str().unwrap_or_default().to_owned();
        (text("name"), (id, text("status"), lives[&id]))
    };
    cloud.world(|world| world.objects(Kind::Server)).into_iter().map(of).collect()
}

/// What happened to each server that was there before, by its id.
fn happened(before: &Servers, after: &Servers) -> BTreeMap<u64, Fate> {
    let by_id: BTreeMap<u64, _> =
        after.values().map(|(id, status, life)| (*id, (status, *life))).collect();
    let of = |(id, status, old): &(u64, String, Counters)| {
        let fate = match by_id.get(id) {
            None => Fate::Replace,
            Some((_, new)) if new.disk_epoch != old.disk_epoch => Fate::Wipe,
            Some((now, new)) if new != old || *now != status => Fate::Restart,
            Some(_) => Fate::Nothing,
        };
        (*id, fate)
    };
    before.values().map(of).collect()
}

/// What a plan says of each server, by its id: the worst of it counts.
fn said(plan: &Json, before: &Servers) -> BTreeMap<u64, Fate> {
    let mut fates: BTreeMap<u64, Fate> =
        before.values().map(|(id, ..)| (*id, Fate::Nothing)).collect();
    let changes = plan["resource_changes"].as_array().unwrap();
    for change in changes {
        let impacts = change["impacts"].as_array().cloned().unwrap_or_default();
        for impact in &impacts {
            let (sort, text) = (&impact["sort"], impact["text"].as_str().unwrap());
            for (name, (id, ..)) in before {
                let words = text.split(|c: char| c.is_whitespace() || c == ':' || c == ',');
                let words: Vec<&str> = words.collect();
                let named = words.contains(&&*format!("`{name}`"))
                    || words
                        .windows(2)
                        .any(|pair| pair[0] == "server" && pair[1] == id.to_string());
                if !named {
                    continue;
                }
                let fate = fate_of(sort.as_str().unwrap(), text);
                let known = fates.get_mut(id).unwrap();
                *known = fate.max(*known);
            }
        }
    }
    fates
}

fn fate_of(sort: &str, text: &str) -> Fate {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match sort {
        "Downtime" if has(&["is gone"]) => Fate::Replace,
        "DataLoss" if has(&["own disk is lost"]) && has(&["is rebuilt"]) => Fate::Wipe,
        "Downtime" if has(&["shut down", "is reset", "is started"]) => Fate::Restart,
        _ => Fate::Nothing,
    }
}

#[test]
fn no_change_restarts_or_wipes_a_server_unless_the_plan_says_so() {
    let problems = Mutex::new(Vec::new());
    crowd::each(&rows::all(), AT_ONCE, |row| {
        if let Err(problem) = checked(row) {
            let edits = row.change.iter().map(|(_, to)| *to).collect::<Vec<_>>().join("; ");
            problems.lock().unwrap().push(format!("{} -> {edits}: {problem}", row.covers));
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "{} rows:\n\n{}", problems.len(), problems.join("\n\n"));
}

fn checked(row: &Row) -> Result<(), String> {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    let given = edited(BASE, row.given)?;
    estate.write("main.tf", &given);
    expect(&estate, "apply -auto-approve", 0)?;
    let before = servers(&cloud);
    estate.write("main.tf", &edited(&given, row.change)?);
    if let Some(refusal) = row.refused {
        let refused = estate.run("plan");
        let is_so = refused.code == Some(1) && refused.has(refusal) && servers(&cloud) == before;
        return if is_so { Ok(()) } else { Err(format!("is not refused: {}", refused.all())) };
    }
    let shown = expect(&estate, "plan -out p", 0)?;
    let plan = estate.run("show -json p").json();
    let said = said(&plan, &before);
    let applied = expect(&estate, "apply p", 0)?;
    let after = servers(&cloud);
    let told = || format!("{shown}\n{applied}\n{before:?}\n{after:?}");
    let happened = happened(&before, &after);
    if said != happened {
        return Err(format!("the plan says {said:?}, and {happened:?} happened\n{}", told()));
    }
    let worst = said.values().max().copied().unwrap_or_default();
    if worst != row.says {
        return Err(format!("the plan says {worst:?}\n{}", told()));
    }
    if after.values().any(|(_, status, _)| status != "running") {
        return Err(format!("a server does not run\n{}", told()));
    }
    // A second plan finds nothing, and says nothing.
    expect(&estate, "plan -detailed-exitcode", 0)?;
    Ok(())
}

fn expect(estate: &Estate, arguments: &str, code: i32) -> Result<String, String> {
    let output = estate.run(arguments);
    let told = format!("infra {arguments}: {:?}\n{}", output.code, output.all());
    if output.code == Some(code) { Ok(told) } else { Err(told) }
}

/// Returns a text with edits: at a mark such as `# web` a line is added, other texts are replaced.
fn edited(text: &str, edits: &[(&str, &str)]) -> Result<String, String> {
    edits.iter().try_fold(text.to_owned(), |text, (from, to)| {
        if !text.contains(from) {
            return Err(format!("`{from}` is not in the configuration"));
        }
        let to = if from.starts_with("# ") { format!("{to}\n  {from}") } else { (*to).to_owned() };
        Ok(text.replacen(from, &to, 1))
    })
}

#[test]
fn every_attribute_that_can_be_changed_has_a_row() {
    let cloud = Cloud::start();
    let estate = estate(&cloud);
    let schemas = estate.run("providers schema -json").exits(0).json();
    let all = schemas["provider_schemas"].as_object().unwrap();
    let (_, hcloud) = all.iter().find(|(name, _)| name.ends_with("/hcloud")).unwrap();
    let rows = rows::all();
    let covered: BTreeSet<&str> = rows.iter().flat_map(|row| changed(row)).collect();
    let mut wanted = BTreeSet::new();
    for kind in TYPES {
        let block = &hcloud["resource_schemas"][format!("hcloud_{kind}")]["block"];
        assert!(block.is_object(), "{kind}");
        attributes(kind, block, &mut wanted);
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|name| !covered.contains(&***name) && !FIXED.contains(&&***name))
        .collect();
    assert!(missing.is_empty(), "no row changes {missing:#?}");
    let named = rows.iter().flat_map(|row| row.covers.split(' '));
    let unknown: BTreeSet<_> = named.filter(|name| !wanted.contains(*name)).collect();
    assert!(unknown.is_empty(), "there is no {unknown:#?}");
}

/// Returns the attributes of a row that stand in the lines of the configuration that it changes.
fn changed(row: &Row) -> Vec<&'static str> {
    let before = edited(BASE, row.given).unwrap();
    let after = edited(&before, row.change).unwrap();
    // Equal lines of several resources count as often as they are there.
    let mut lines: BTreeMap<&str, i32> = BTreeMap::new();
    before.lines().for_each(|line| *lines.entry(line).or_default() += 1);
    after.lines().for_each(|line| *lines.entry(line).or_default() -= 1);
    let words: BTreeSet<&str> = lines
        .into_iter()
        .filter(|(_, surplus)| *surplus != 0)
        .flat_map(|(line, _)| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .collect();
    let is_changed = |name: &&str| words.contains(name.rsplit('.').next().unwrap());
    row.covers.split(' ').filter(is_changed).collect()
}

/// Adds what a configuration may give.
fn attributes(place: &str, block: &Json, names: &mut BTreeSet<String>) {
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        if attribute["optional"] == true || attribute["required"] == true {
            names.insert(format!("{place}.{name}"));
        }
    }
    for (name, inner) in block["block_types"].as_object().into_iter().flatten() {
        attributes(&format!("{place}.{name}"), &inner["block"], names);
    }
}
