//! Judges exchanges by the API's own description: a second opinion that shares nothing with the
//! simulator. For tests; the description is read from a folder and is no part of this crate.
//!
//! The description is patched where it is older than the API: `datacenter` is required no more,
//! `/datacenters` is gone, and load balancers have news.

mod convert;

use crate::exchange::Exchange;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// The description of the cloud.
const CLOUD: &str = "hcloud-openapi.json";

/// The description of storage boxes, which are on another host.
const BOXES: &str = "hetzner-storagebox-openapi.json";

/// The methods of operations.
const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// The descriptions of both hosts.
pub struct Description {
    cloud: Value,
    boxes: Value,
    /// Compiled schemas, by operation and part.
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
}

/// Something in an exchange that the description does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The operation: `POST /servers`.
    pub operation: String,
    /// The part: `query`, `request` or `answer 201`.
    pub part: String,
    /// Where in it, as a JSON pointer, and what is wrong.
    pub message: String,
}

impl Description {
    /// Reads the descriptions from a folder.
    ///
    /// # Errors
    ///
    /// Says which file can not be read, and why.
    pub fn load(folder: &Path) -> Result<Self, String> {
        let mut cloud = read(&folder.join(CLOUD))?;
        patch(&mut cloud);
        let boxes = read(&folder.join(BOXES))?;
        Ok(Self { cloud, boxes, validators: Mutex::default() })
    }

    /// Returns the operations that are described, such as `POST /servers`.
    pub fn operations(&self) -> Vec<String> {
        let paths = [&self.cloud, &self.boxes].map(|description| &description["paths"]);
        let paths = paths.into_iter().filter_map(Value::as_object).flatten();
        let operations = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            let methods = methods.filter(|(method, _)| METHODS.contains(&method.as_str()));
            methods.map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
        });
        operations.collect()
    }

    /// Judges an exchange; answers that a fault changed are left out.
    pub fn check(&self, exchange: &Exchange) -> Vec<Finding> {
        let Some(template) = exchange.template else { return Vec::new() };
        let method = exchange.method.to_lowercase();
        let operation = &self.of(template)["paths"][template][&method];
        let mut found = Vec::new();
        if operation.is_null() {
            // What is gone answers that it is gone.
            if exchange.response.status != 405 && exchange.response.status != 410 {
                found.push(finding(exchange, "operation", "is not described"));
            }
            return found;
        }
        self.check_query(exchange, operation, &mut found);
        self.check_request(exchange, operation, &mut found);
        if !exchange.is_tampered {
            self.check_answer(exchange, operation, &mut found);
        }
        found
    }

    fn of(&self, template: &str) -> &Value {
        if template.starts_with("/storage_box") { &self.boxes } else { &self.cloud }
    }

    fn check_query(&self, exchange: &Exchange, operation: &Value, found: &mut Vec<Finding>) {
        let described = operation["parameters"].as_array().into_iter().flatten();
        let described: Vec<&Value> = described.filter(|p| p["in"] == "query").collect();
        let mut values: Map<String, Value> = Map::new();
        for (name, text) in &exchange.query {
            let Some(parameter) = described.iter().find(|p| p["name"] == **name) else {
                found.push(finding(exchange, "query", format!("`{name}` is not described")));
                continue;
            };
            let is_list = parameter["schema"]["type"] == "array";
            let inner = if is_list { &parameter["schema"]["items"] } else { &parameter["schema"] };
            let value = convert::typed(text, inner["type"].as_str());
            match (is_list, values.get_mut(name)) {
                (true, Some(Value::Array(items))) => items.push(value),
                (true, _) => drop(values.insert(name.clone(), json!([value]))),
                (false, Some(_)) => found.push(finding(exchange, "query", "is given twice")),
                (false, None) => drop(values.insert(name.clone(), value)),
            }
        }
        for parameter in described {
            let name = parameter["name"].as_str().unwrap_or_default();
            if let Some(value) = values.get(name) {
                self.judge(
                    (exchange, &format!("query {name}")),
                    &parameter["schema"],
                    value,
                    found,
                );
            } else if parameter["required"] == true {
                found.push(finding(exchange, "query", format!("`{name}` is required")));
            }
        }
    }

    fn check_request(&self, exchange: &Exchange, operation: &Value, found: &mut Vec<Finding>) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if exchange.request_body.is_empty() {
            if operation["requestBody"]["required"] == true {
                found.push(finding(exchange, "request", "has no body"));
            }
            return;
        }
        if schema.is_null() {
            // Clients send an empty object where nothing is described; that says nothing.
            if exchange.request_body != b"{}" {
                found.push(finding(exchange, "request", "has a body that is not described"));
            }
            return;
        }
        match serde_json::from_slice(&exchange.request_body) {
            Ok(value) => self.judge((exchange, "request"), schema, &value, found),
            Err(error) => found.push(finding(exchange, "request", error.to_string())),
        }
    }

    fn check_answer(&self, exchange: &Exchange, operation: &Value, found: &mut Vec<Finding>) {
        let status = exchange.response.status;
        let (exact, class) = (status.to_string(), format!("{}xx", status / 100));
        let responses = &operation["responses"];
        let response = responses.get(&exact).or_else(|| responses.get(&class));
        let part = format!("answer {status}");
        let Some(response) = response else {
            return found.push(finding(exchange, &part, "the status is not described"));
        };
        let schema = &response["content"]["application/json"]["schema"];
        let body = &exchange.response.body;
        match (schema.is_null(), body.is_empty()) {
            (true, true) => {}
            (true, false) => found.push(finding(exchange, &part, "has a body")),
            (false, true) => found.push(finding(exchange, &part, "has no body")),
            (false, false) => match serde_json::from_slice(body) {
                Ok(value) => self.judge((exchange, &part), schema, &value, found),
                Err(error) => found.push(finding(exchange, &part, error.to_string())),
            },
        }
    }

    fn judge(
        &self,
        (exchange, part): (&Exchange, &str),
        schema: &Value,
        value: &Value,
        found: &mut Vec<Finding>,
    ) {
        let key = format!("{} {part}", exchange.operation());
        let validator = match self.validator(&key, exchange.template, schema) {
            Ok(validator) => validator,
            Err(message) => return found.push(finding(exchange, part, message)),
        };
        for error in validator.iter_errors(value) {
            let message = format!("{}: {error}", error.instance_path());
            found.push(finding(exchange, part, message));
        }
    }

    fn validator(
        &self,
        key: &str,
        template: Option<&str>,
        schema: &Value,
    ) -> Result<Arc<Validator>, String> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(key) {
            return Ok(Arc::clone(validator));
        }
        let components = &self.of(template.unwrap_or_default())["components"];
        let schema = convert::schema(schema, components);
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(false)
            .build(&schema)
            .map_err(|error| error.to_string())?;
        let validator = Arc::new(validator);
        validators.insert(key.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }
}

fn finding(exchange: &Exchange, part: &str, message: impl Into<String>) -> Finding {
    let message = message.into();
    Finding { operation: exchange.operation(), part: part.to_owned(), message }
}

fn read(path: &Path) -> Result<Value, String> {
    let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Brings a description of before 2026-07-01 up to the API of today.
fn patch(description: &mut Value) {
    if let Some(paths) = description["paths"].as_object_mut() {
        paths.retain(|path, _| !path.starts_with("/datacenters"));
    }
    forget_datacenters(description);
    for family in ["/load_balancer_types", "/load_balancers"] {
        add_news(&mut description["paths"][family]);
        add_news(&mut description["paths"][format!("{family}/{{id}}")]);
    }
    let change = "/load_balancers/{id}/actions/change_algorithm";
    let action = description["paths"][change]["post"]["responses"]["201"].clone();
    let delete = &mut description["paths"]["/load_balancers/{id}"]["delete"];
    delete["responses"] = json!({ "200": action, "4xx": delete["responses"]["4xx"] });
}

/// What a family answers since the description was made: types of load balancers have a
/// `deprecation`, targets that are not healthy a `detail`, and deleting returns an action.
fn add_news(value: &mut Value) {
    if let Some(properties) = value.get_mut("properties").and_then(Value::as_object_mut) {
        if properties.contains_key("max_assigned_certificates") {
            properties.insert("deprecation".to_owned(), json!({}));
        }
        if properties.contains_key("listen_port") && properties.contains_key("status") {
            properties.insert("detail".to_owned(), json!({ "type": "string" }));
        }
    }
    if let Some(object) = value.as_object_mut() {
        object.values_mut().for_each(add_news);
    } else if let Some(items) = value.as_array_mut() {
        items.iter_mut().for_each(add_news);
    }
}

fn forget_datacenters(value: &mut Value) {
    if let Some(required) = value.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name != "datacenter");
    }
    if let Some(object) = value.as_object_mut() {
        object.values_mut().for_each(forget_datacenters);
    } else if let Some(items) = value.as_array_mut() {
        items.iter_mut().for_each(forget_datacenters);
    }
}
