//! JSON syntax against the native one, and both against Terraform: the plans are the same.
//!
//! `INFRA_SEED=n` chooses the random modules, `INFRA_JSON_MODULES=n` how many there are.

use super::{
    estate::Estate,
    oracle::{agree, has_terraform, terraform},
    outside,
};
use serde_json::{Value as Json, json};

/// A generator of numbers by seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// A value in both syntaxes: what stands behind the equals sign, and the JSON.
struct Both(String, Json);

fn both(random: &mut Random, depth: usize) -> Both {
    match random.below(if depth == 0 { 7 } else { 10 }) {
        0 => Both("null".into(), Json::Null),
        1 => Both("true".into(), json!(true)),
        2 => {
            let number = random.below(1000);
            Both(format!("{number}.5"), serde_json::from_str(&format!("{number}.5")).unwrap())
        }
        3 => {
            // A text in quotes means the same in both once it is written as JSON does.
            let text = random.pick(&["plain", "a \"b\" \\ c", "l\nm\t", "é 😀", "$${x} %%{y}", ""]);
            Both(Json::from(text).to_string(), json!(text))
        }
        4..7 => expression(random),
        7 | 8 => {
            let items: Vec<Both> = (0..random.below(4)).map(|_| both(random, depth - 1)).collect();
            let native: Vec<&str> = items.iter().map(|item| &*item.0).collect();
            let native = format!("[{}]", native.join(", "));
            Both(native, items.into_iter().map(|item| item.1).collect())
        }
        _ => {
            let mut native = Vec::new();
            let mut members = serde_json::Map::new();
            for index in 0..random.below(4) {
                let name = format!("{}{index}", random.pick(&["k", "a b", "é"]));
                let Both(text, value) = both(random, depth - 1);
                native.push(format!("{} = {text}", Json::from(&*name)));
                members.insert(name, value);
            }
            Both(format!("{{ {} }}", native.join(", ")), Json::Object(members))
        }
    }
}

fn expression(random: &mut Random) -> Both {
    let text = random.pick(&[
        "var.number + 1",
        "[for x in var.list : upper(x)]",
        "{ for k, v in { a = 1, b = \"x\\\"y\" } : k => \"${v}-${k}\" }",
        "terraform_data.first.output",
        "terraform_data.first.id",
        "length(var.list) > 1 ? \"many\" : \"few\"",
        "terraform_data.each[\"a\"].input",
        "jsonencode({ a = var.list[*] })",
        "local.first",
    ]);
    if random.below(2) == 0 {
        return Both(text.to_owned(), json!(format!("${{{text}}}")));
    }
    // A template with text around: what stands in braces is the same text in both.
    let whole = format!(
        "is ${{jsonencode({text})}}, %{{ if var.number > 1 }}big%{{ else }}small%{{ endif }}"
    );
    Both(format!("\"{whole}\""), Json::from(whole))
}

/// Returns one module in both syntaxes.
fn module(random: &mut Random) -> (String, String) {
    let Both(input, input_json) = both(random, 3);
    let Both(local, local_json) = match both(random, 2) {
        // A local value may not refer to itself.
        Both(text, _) if text.contains("local.") => Both("1".into(), json!(1)),
        other => other,
    };
    let Both(output, output_json) = both(random, 3);
    let Both(trigger, trigger_json) = both(random, 1);
    let native = format!(
        r#"variable "number" {{
  type    = number
  default = {number}
}}
variable "list" {{
  type    = list(string)
  default = ["a", "${{"b"}}"]
}}
locals {{
  first = {local}
}}
resource "terraform_data" "first" {{
  input = var.number
}}
resource "terraform_data" "each" {{
  for_each         = toset(var.list)
  input            = {input}
  triggers_replace = {trigger}
  depends_on       = [terraform_data.first]
  lifecycle {{
    create_before_destroy = true
    ignore_changes        = [triggers_replace]
  }}
}}
output "out" {{
  value = {output}
}}
"#,
        number = random.below(3),
    )
    .replace("terraform_data.each[\"a\"].input", "var.list");
    let number: Json = native.split("default = ").nth(1).unwrap()[..1].parse().unwrap();
    let document = json!({
        "//": "made by a test",
        "variable": {
            "number": { "type": "number", "default": number },
            "list": { "type": "list(string)", "default": ["a", "b"] },
        },
        "locals": [{ "first": local_json }],
        "resource": { "terraform_data": [
            { "first": { "input": "${var.number}" } },
            { "each": {
                "for_each": "${toset(var.list)}",
                "input": input_json,
                "triggers_replace": trigger_json,
                "depends_on": ["terraform_data.first"],
                "lifecycle": { "create_before_destroy": true, "ignore_changes": ["triggers_replace"] },
            } },
        ] },
        "output": { "out": { "value": output_json } },
    });
    let text = serde_json::to_string_pretty(&document).unwrap();
    (native, text.replace("terraform_data.each[\\\"a\\\"].input", "var.list"))
}

fn plan(estate: &Estate) -> Json {
    estate.run("plan -out=saved").exits(0);
    estate.run("show -json saved").exits(0).json()
}

#[test]
fn random_modules_have_the_same_plan_in_both_syntaxes_and_under_terraform() {
    let seed = outside::number("INFRA_SEED").unwrap_or(1);
    let count = outside::number("INFRA_JSON_MODULES").unwrap_or(40);
    let mut random = Random(seed);
    let (ours, native, theirs) = (Estate::new(), Estate::new(), Estate::new());
    // A root output that is null is told differently, which is none of the syntax.
    let unused = "variable \"unused\" {\n  default = 1\n}\n";
    let (mut calls, mut members) = (unused.to_owned(), serde_json::Map::new());
    for index in 0..count {
        let (text, document) = module(&mut random);
        native.write(&format!("m{index}/main.tf"), &text);
        for estate in [&ours, &theirs] {
            estate.write(&format!("m{index}/main.tf.json"), &document);
        }
        calls.push_str(&format!("module \"m{index}\" {{\n  source = \"./m{index}\"\n}}\n"));
        calls.push_str(&format!("output \"m{index}\" {{\n  value = [module.m{index}.out]\n}}\n"));
        let source = format!("./m{index}");
        members.insert(format!("m{index}"), json!({ "source": source }));
    }
    let outputs: serde_json::Map<String, Json> = members
        .keys()
        .map(|name| (name.clone(), json!({ "value": [format!("${{module.{name}.out}}")] })))
        .collect();
    let root =
        json!({ "variable": { "unused": { "default": 1 } }, "module": members, "output": outputs })
            .to_string();
    native.write("main.tf", &calls);
    for estate in [&ours, &theirs] {
        estate.write("main.tf.json", &root);
    }
    let plan_of_json = plan(&ours);
    // What is referred to first depends on the order of members, which is not the same in both.
    let without_configuration = |mut plan: Json| {
        plan.as_object_mut().unwrap().remove("configuration").unwrap();
        plan
    };
    let both = [plan_of_json.clone(), plan(&native)].map(without_configuration);
    agree("json and native", &both[0], &both[1]);
    if !has_terraform("json") {
        return;
    }
    terraform(&theirs, "init");
    terraform(&theirs, "plan -out=saved");
    let plan_of_theirs = serde_json::from_str(&terraform(&theirs, "show -json saved")).unwrap();
    // Terraform tells templates of JSON as constants, too.
    let both = [plan_of_json, plan_of_theirs].map(without_configuration);
    agree("json and Terraform", &both[0], &both[1]);
}

#[test]
fn mistakes_in_json_are_shown_where_they_stand() {
    let estate = Estate::new();
    estate.write(
        "main.tf.json",
        "{\n  \"output\": {\n    \"o\": { \"value\": \"\\\"x\\\" ${var.missing}\" }\n  },\n  \"locals\": [1,]\n}\n",
    );
    let output = estate.run("validate").exits(1);
    let output = output.says("main.tf.json:5:15").says("Trailing comma in array");
    output.says("undeclared input variable").says("main.tf.json:3:30");
    let json = estate.run("validate -json").exits(1).json();
    let found = json["diagnostics"].as_array().unwrap();
    let code = "    \"o\": { \"value\": \"\\\"x\\\" ${var.missing}\" }";
    assert!(found.iter().any(|one| one["snippet"]["code"] == code), "{json:#}");
}

#[test]
fn files_of_variables_in_json_take_the_order_of_terraform() {
    let main = "variable \"v\" {\n  default = \"default\"\n}\noutput \"v\" {\n  value = var.v\n}\n";
    let (ours, theirs) = (Estate::of(main), Estate::of(main));
    let compares = has_terraform("json");
    let files = [
        "terraform.tfvars",
        "terraform.tfvars.json",
        "a.auto.tfvars.json",
        "b.auto.tfvars",
        "b.auto.tfvars.json",
        "c.auto.tfvars",
    ];
    for (index, file) in files.iter().enumerate() {
        let text = if file.contains(".json") {
            format!("{{\"v\": \"{file} ${{x}}\", \"//\": 1}}")
        } else {
            format!("v = \"{file}\"\n")
        };
        for estate in [&ours, &theirs] {
            estate.write(file, &text);
        }
        let shown = plan(&ours)["planned_values"]["outputs"]["v"]["value"].clone();
        assert!(shown.as_str().unwrap().starts_with(file), "{file}: {shown}");
        // Terraform is slow to start: asked in the middle and at the end.
        if compares && (index == 3 || index + 1 == files.len()) {
            terraform(&theirs, "plan -out=saved");
            let other: Json =
                serde_json::from_str(&terraform(&theirs, "show -json saved")).unwrap();
            assert_eq!(shown, other["planned_values"]["outputs"]["v"]["value"]);
        }
    }
    ours.write("named.json", "{\"v\": \"named\"}");
    ours.run("plan -var v=flag -var-file=named.json").exits(0).says("\"named\"");
    ours.run("plan -var-file=named.json -var v=flag").exits(0).says("\"flag\"");
}

#[test]
fn undeclared_variables_of_files_are_told_as_terraform_tells_them() {
    let estate = Estate::of("variable \"v\" {\n  default = 1\n}\n");
    estate.write("terraform.tfvars.json", "{\"a\": 1, \"b\": 2, \"c\": 3}");
    estate.write("x.auto.tfvars", "d = 1\n");
    let output = estate.run("plan").exits(0).says("Value for undeclared variable");
    let output = output.says("named \"a\"").says("named \"b\"").says("terraform.tfvars.json");
    assert!(!output.has("named \"c\"") && !output.has("named \"d\""), "{}", output.all());
    output.says("2 other variable(s) defined without");
    estate.write("x.auto.tfvars.json", "{\"v\": [1,}");
    estate.run("plan").exits(1).says("x.auto.tfvars.json:1:10");
}

#[test]
fn fmt_passes_json_over() {
    let estate = Estate::of("locals {\n  a = 1\n}\n");
    estate.write("ugly.tf.json", "{ \"locals\" :{}}");
    estate.write("terraform.tfvars.json", "{ }");
    estate.run("fmt -check -recursive").exits(0);
    estate.run("fmt ugly.tf.json").exits(2).says("Only files in the native syntax");
}
