//! States behind an address, beside Terraform's backend `http`: what is read, what is refused, and
//! that a password stays where it was.

use super::super::{
    child::Output,
    estate::Estate,
    modules::server::{Reply, Server},
    oracle::{agree, attempt, has_terraform, terraform},
};
use super::{FILE, reader_of};

/// `user` and `pass-word-1`, as they are sent.
const SENT: &str = "Basic dXNlcjpwYXNzLXdvcmQtMQ==";
const PASSWORD: &str = "pass-word-1";

/// Returns a server with what the cases below ask for.
fn server() -> Server {
    let server = Server::start();
    let gives = |path: &str, reply: Reply| server.gives(path, [reply]);
    gives("/state", Reply::of(FILE));
    gives("/moved", Reply::status(302).with("Location", "/state"));
    gives("/around", Reply::status(302).with("Location", "/around"));
    gives("/newer", Reply::of(FILE.replace("\"version\":4", "\"version\":5")));
    gives("/page", Reply::of("<html>"));
    gives("/bytes", Reply::of([0xff, 0xfe]));
    gives("/empty", Reply::of(""));
    for status in [201, 204, 401, 403, 418, 500, 501, 503] {
        gives(&format!("/{status}"), Reply::status(status));
    }
    server.gives("/busy", [Reply::status(503), Reply::of(FILE)]);
    gives("/cut", Reply { cut: Some(40), ..Reply::of(FILE) });
    server
}

#[test]
fn unreadable_proxy_is_not_passed_by() {
    let estate = Estate::of(&reader_of("http")).with("HTTP_PROXY", "http://proxy .example:3128");
    let settings = "config={address=\"http://state.example/state\",retry_max=0}";
    let output = estate.run_words(&["plan", "-no-color", "-var", settings]);
    output.exits(1).says("infra::builtin::proxy_wrong").says("Nothing was asked");
}

#[test]
fn values_and_refusals_are_those_of_terraform() {
    if !has_terraform("remote_state_http") {
        return;
    }
    let (ours, theirs) = (Estate::of(&reader_of("http")), Estate::of(&reader_of("http")));
    terraform(&theirs, "init");
    let server = server();
    let at = |path: &str, more: &str| {
        format!("config={{address=\"http://{}/{path}\",retry_max=0{more}}}", server.host)
    };
    let apply = |settings: &[&str]| -> (Output, String, i32) {
        let mut words = vec!["apply", "-auto-approve", "-no-color"];
        words.extend(settings.iter().flat_map(|setting| ["-var", setting]));
        let (code, out, err) = attempt(&theirs, &words);
        let said = (out + &err).split_whitespace().collect::<Vec<_>>().join(" ");
        (ours.run_words(&words), said, code)
    };
    for settings in [
        vec![at("state", "")],
        vec![at("moved", ""), "workspace=default".to_owned()],
        vec![at("state", ",skip_cert_verification=\"true\",lock_method=\"PUT\",username=\"u\"")],
    ] {
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let (output, said, code) = apply(&settings);
        assert_eq!(code, 0, "{said}");
        output.exits(0);
        let mut state = ours.run("show -json -show-sensitive").exits(0).json();
        let shown = terraform(&theirs, "show -json");
        let mut expected: serde_json::Value = serde_json::from_str(&shown).unwrap();
        for document in [&mut state, &mut expected] {
            let read = &mut document["values"]["root_module"]["resources"][0];
            read["sensitive_values"] = serde_json::Value::Null;
        }
        agree("state", &state, &expected);
    }
    for (settings, summary) in [
        (vec![at("204", "")], "Unable to find remote state"),
        (vec![at("empty", "")], "Unable to find remote state"),
        (vec![at("none", "")], "Unable to find remote state"),
        (vec![at("401", "")], "HTTP remote state endpoint requires auth"),
        (vec![at("403", "")], "HTTP remote state endpoint invalid auth"),
        (vec![at("418", "")], "Unexpected HTTP response code 418"),
        (vec![at("201", "")], "Unexpected HTTP response code 201"),
        (vec![at("500", "")], "giving up after 1 attempt(s)"),
        (vec![at("501", "")], "Unexpected HTTP response code 501"),
        (vec![at("around", "")], "Failed to get state"),
        (vec![at("state", ",adress=1")], "unexpected attribute \"adress\""),
        (vec![at("state", "").replace("=0}", "=\"x\"}")], ".retry_max: a number is required"),
        (vec![at("state", ",skip_cert_verification=7")], ".skip_cert_verification: bool required"),
        (
            vec![at("state", ",client_certificate_pem=\"x\"")],
            "client_certificate_pem is set but client_private_key_pem is not",
        ),
        (vec![at("state", ""), "workspace=two".to_owned()], "workspaces not supported"),
        (vec!["config={address=\"ftp://a/b\"}".to_owned()], "address must be HTTP or HTTPS"),
        (vec!["config={}".to_owned()], "address argument is required"),
    ] {
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let (output, said, code) = apply(&settings);
        assert!(code == 1 && said.contains(summary), "`{summary}`, terraform:\n{said}");
        output.exits(1).says(summary);
    }
    // Terraform tells of a state that it cannot read; which words it uses is its own business.
    for (path, summary) in [("newer", "version 5"), ("page", "no JSON"), ("bytes", "UTF-8")] {
        let (output, said, code) = apply(&[&at(path, "")]);
        assert_eq!(code, 1, "{said}");
        output.exits(1).says(summary).says(&format!("/{path}`"));
    }
}

#[test]
fn what_passes_by_is_asked_again() {
    let (estate, server) = (Estate::of(&reader_of("http")), server());
    let read = |path: &str, more: &str| {
        let address = format!("config={{address=\"http://{}/{path}\"{more}}}", server.host);
        estate.run_words(&["plan", "-var", &address])
    };
    read("busy", ",retry_wait_min=0").exits(0).says("10.0.0.0/8");
    let said = read("cut", ",retry_wait_min=0,retry_max=1").exits(1);
    said.says("giving up after 2 attempt(s)").says("Nothing was changed");
    assert_eq!(server.requests().iter().filter(|request| *request == "/cut").count(), 2);
    // Nobody listens there.
    let config = "config={address=\"http://127.0.0.1:1/s\",retry_max=0}";
    estate.run_words(&["plan", "-var", config]).exits(1).says("giving up after 1 attempt(s)");
}

#[test]
fn a_password_is_sent_and_never_shown() {
    let reader = format!(
        "{}\noutput \"whole\" {{\n  value     = data.terraform_remote_state.net\n  sensitive = true\n}}\n",
        reader_of("http")
    );
    let (estate, server) = (Estate::of(&reader), server());
    let host = &server.host;
    let other = Server::start();
    other.gives("/state", [Reply::of(FILE)]);
    let there = format!("http://{}/state", other.host);
    server.gives("/away", [Reply::status(302).with("Location", &there)]);
    for (config, variables) in [
        (
            format!(
                "{{address=\"http://{host}/state\",username=\"user\",password=\"{PASSWORD}\"}}"
            ),
            vec![],
        ),
        (format!("{{address=\"http://user:{PASSWORD}@{host}/state?key={PASSWORD}\"}}"), vec![]),
        (
            "null".to_owned(),
            vec![
                ("TF_HTTP_ADDRESS", format!("http://{host}/state")),
                ("TF_HTTP_USERNAME", "user".to_owned()),
                ("TF_HTTP_PASSWORD", PASSWORD.to_owned()),
            ],
        ),
    ] {
        estate.write("terraform.tfvars", &format!("config = {config}\n"));
        let run = |words: &str| estate.run_with(words, &variables).exits(0).lacks(PASSWORD);
        run("apply -auto-approve").says("10.0.0.0/8");
        run("show");
        run("show -json");
        run("plan -out=saved");
        run("show saved");
        if config == "null" {
            // A variable that is not sensitive is told among the variables, as it is.
            run("show -json saved");
        }
        let last = server.requests().last().cloned().unwrap_or_default();
        assert!(last.ends_with(SENT), "{last}");
    }
    for path in ["401", "403", "500", "page", "none", "around"] {
        let address = format!("http://user:{PASSWORD}@{host}/{path}?key={PASSWORD}");
        estate.write(
            "terraform.tfvars",
            &format!("config = {{ address = \"{address}\", retry_max = 0 }}\n"),
        );
        let said = estate.run("plan").exits(1).lacks(PASSWORD);
        said.says(&format!("{host}/{path}?…"));
    }
    // Another host is not told.
    estate.write(
        "terraform.tfvars",
        &format!("config = {{ address = \"http://user:{PASSWORD}@{host}/away\" }}\n"),
    );
    estate.run("plan").exits(0);
    assert_eq!(other.requests(), ["/state"]);
}

#[test]
fn a_read_that_waits_for_apply_shows_no_password_either() {
    let server = server();
    let main = format!(
        "resource \"terraform_data\" \"a\" {{\n  input = \"http://{}/state\"\n}}\n
         data \"terraform_remote_state\" \"x\" {{\n  backend = \"http\"\n  config = {{
         address = terraform_data.a.output\n password = \"{PASSWORD}\"\n username = \"user\"\n  }}\n}}\n
         output \"range\" {{\n  value = data.terraform_remote_state.x.outputs.range\n}}\n",
        server.host
    );
    let estate = Estate::of(&main);
    estate.run("plan").exits(0).lacks(PASSWORD).says("(sensitive value)");
    estate.run("apply -auto-approve").exits(0).lacks(PASSWORD).says("10.0.0.0/8");
    estate.is_settled();
}

#[test]
fn a_state_behind_an_address_is_taken_over() {
    let (estate, server) = (Estate::of(""), server());
    let host = &server.host;
    let state = FILE.replace(
        "\"resources\":[]",
        r#""resources":[{"mode":"managed","type":"terraform_data","name":"a",
        "provider":"provider[\"terraform.io/builtin/terraform\"]",
        "instances":[{"schema_version":0,"attributes":{"id":"i","input":null,"output":null,
        "triggers_replace":null}}]}]"#,
    );
    server.gives("/whole", [Reply::of(state)]);
    let secret = format!("http://user:{PASSWORD}@{host}/whole?key={PASSWORD}");
    let shown = format!("From http://{host}/whole?…, written by Terraform 1.11.4, serial 1");
    estate.run(&format!("import-state -dry-run {secret}")).exits(0).says(&shown).lacks(PASSWORD);
    assert!(estate.recorded().is_empty());
    estate.run(&format!("import-state {secret}")).exits(0).says(&shown).lacks(PASSWORD);
    assert_eq!(estate.recorded(), ["terraform_data.a"]);
    estate.run("state history").exits(0).says("import-state 1").lacks(PASSWORD);
    let settings = ["username=user", &format!("password={PASSWORD}")];
    let settings: String =
        settings.iter().map(|setting| format!(" -backend-config={setting}")).collect();
    let line = format!("import-state -backend=http -backend-config=address=http://{host}/whole");
    estate.run(&(line.clone() + &settings)).exits(0).says("already as the file says");
    let variables =
        [("TF_HTTP_USERNAME", "user".to_owned()), ("TF_HTTP_PASSWORD", PASSWORD.to_owned())];
    estate.run_with(&format!("import-state http://{host}/whole"), &variables).exits(0);
    let sent = server.requests();
    assert!(sent.iter().all(|request| request.ends_with(SENT)), "{sent:?}");
    let wrong = estate.run(&format!("{line} -backend-config=pass={PASSWORD}")).exits(1);
    wrong.says("has no setting \"pass\"").lacks(PASSWORD);
    for (path, said) in [
        ("204", "There is no state in"),
        ("empty", "There is no state in"),
        ("401", "requires auth"),
        ("403", "invalid auth"),
        ("newer", "version 5"),
        ("page", "no JSON"),
    ] {
        let said = estate.run(&format!("import-state http://{host}/{path}")).exits(1).says(said);
        said.says("Nothing was changed").says(&format!("{host}/{path}"));
    }
    assert_eq!(estate.recorded(), ["terraform_data.a"]);
}
