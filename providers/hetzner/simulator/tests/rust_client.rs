//! The crate `hcloud` with its own functions against the simulator on a socket.

mod boxes;
mod names;
mod servers;

use super::bench::answers_judged;
use crate::{Options, Pace, Simulator, TOKEN};
use hcloud::{
    apis::{
        Error,
        actions_api::{GetMultipleActionsParams, get_multiple_actions},
        configuration::Configuration,
    },
    models::{Action, action::Status},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpListener;

/// Calls a function of the client with some of its parameters.
macro_rules! call {
    ($client:expr, $api:ident::$function:ident, $params:ident { $($name:ident: $value:expr),* }) => {{
        #[allow(clippy::needless_update, reason = "some have all of them")]
        let params = hcloud::apis::$api::$params { $($name: $value,)* ..Default::default() };
        hcloud::apis::$api::$function($client, params).await
    }};
}
use call;

/// Runs a test with a client whose requests take a second of virtual time each.
async fn served(test: impl AsyncFnOnce(&Simulator, &Configuration)) {
    let simulator = Simulator::new(Options { pace: Pace::Stepping(1_000), ..Options::default() });
    let findings = answers_judged(&simulator);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let here = format!("http://{}/v1", listener.local_addr().unwrap());
    let mut client = Configuration::new();
    client.bearer_access_token = Some(TOKEN.to_owned());
    for host in ["https://api.hetzner.cloud/v1", "https://api.hetzner.com/v1"] {
        client.base_path_mapping.insert(host.to_owned(), here.clone());
    }
    let server = simulator.clone();
    let server = async move { server.serve(listener, std::future::pending()).await };
    tokio::select! {
        ended = server => panic!("{ended:?}"),
        () = test(&simulator, &client) => {}
    }
    let findings = findings.lock().unwrap();
    assert!(findings.is_empty(), "{findings:#?}");
}

/// Returns the body of a request.
fn body<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// Waits until actions have ended, and returns them.
async fn ended(client: &Configuration, actions: &[&Action]) -> Vec<Action> {
    let ids: Vec<i64> = actions.iter().map(|action| action.id).collect();
    loop {
        let params = GetMultipleActionsParams { id: ids.clone() };
        let actions = get_multiple_actions(client, params).await.unwrap().actions;
        assert_eq!(actions.len(), ids.len());
        if actions.iter().all(|action| action.status != Status::Running) {
            return actions;
        }
    }
}

/// Waits until actions have succeeded.
async fn done(client: &Configuration, actions: &[&Action]) {
    for action in ended(client, actions).await {
        assert_eq!(action.status, Status::Success, "{action:?}");
    }
}

/// Returns the status and the code with which a call was refused.
fn refusal<T, E>(result: Result<T, Error<E>>) -> (u16, String) {
    let Err(Error::ResponseError(content)) = result else { panic!("a refusal was expected") };
    let value: Value = serde_json::from_str(&content.content).unwrap();
    let code = value["error"]["code"].as_str().unwrap();
    (content.status.as_u16(), code.to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
