//! The simulator on a socket: bytes in, bytes out, control routes, connections that are cut.

use crate::{Effect, Fault, Simulator, TOKEN, simulator::Options};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// Sends a request on a connection of its own and returns all that comes back.
async fn raw(port: u16, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    drop(stream.read_to_end(&mut bytes).await);
    String::from_utf8(bytes).unwrap()
}

async fn served(test: impl AsyncFnOnce(&Simulator, u16)) {
    let simulator = Simulator::new(Options::default());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = simulator.clone();
    let running = tokio::spawn(async move {
        let shutdown = async {
            drop(stopped.await);
        };
        server.serve(listener, shutdown).await
    });
    test(&simulator, port).await;
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

fn value(text: &str) -> Value {
    serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn requests_are_answered_over_http() {
    served(async |simulator, port| {
        let answer = raw(port, "GET", "/v1/locations?name=fsn1", "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\r\nratelimit-remaining: 3599\r\n"), "{answer}");
        assert_eq!(value(&answer)["locations"][0]["city"], "Falkenstein");
        let body = json!({ "name": "a", "type": "spread" }).to_string();
        let answer = raw(port, "POST", "/v1/placement_groups", &body).await;
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        assert_eq!(simulator.lock(|world| world.count_all()), 2);
    })
    .await;
}

#[tokio::test]
async fn faults_cut_real_connections() {
    served(async |simulator, port| {
        let set = |effect| simulator.lock(|world| world.set_fault(Fault::once("*", effect)));
        set(Effect::CutBefore);
        assert_eq!(raw(port, "GET", "/v1/locations", "").await, "");
        set(Effect::CutAfter);
        assert_eq!(raw(port, "GET", "/v1/locations", "").await, "");
        let whole = raw(port, "GET", "/v1/locations", "").await;
        set(Effect::CutInside);
        let half = raw(port, "GET", "/v1/locations", "").await;
        assert!(half.starts_with("HTTP/1.1 200") && half.len() < whole.len(), "{half}");
        set(Effect::SlowBody { ms: 1 });
        assert_eq!(raw(port, "GET", "/v1/locations", "").await.len(), whole.len());
    })
    .await;
}

#[tokio::test]
async fn control_routes_steer_the_world() {
    served(async |simulator, port| {
        let send = async |method: &str, path: &str, body: Value| {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let answer = raw(port, method, &format!("/__sim/{path}"), &body).await;
            (answer.split(' ').nth(1).unwrap().to_owned(), value(&answer))
        };
        let before = simulator.now_ms();
        send("POST", "clock", json!({ "advance_ms": 1500 })).await;
        assert_eq!(send("GET", "clock", Value::Null).await.1["now_ms"], before + 1500);
        let fault = json!({ "operation": "*", "effect": { "kind": "bad_gateway" } });
        assert_eq!(send("POST", "faults", fault).await.0, "200");
        assert!(raw(port, "GET", "/v1/locations", "").await.starts_with("HTTP/1.1 502"));
        assert_eq!(send("GET", "faults", Value::Null).await.1["faults"][0]["hits"], 1);
        let group = json!({ "name": "a", "type": "spread" });
        let call = json!({ "method": "POST", "path": "/placement_groups", "body": group });
        assert_eq!(send("POST", "outside", call).await.1["status"], 201);
        let snapshot = send("GET", "snapshot", Value::Null).await.1;
        assert_eq!(snapshot["objects"]["placement_groups"][0]["name"], "a");
        assert_eq!(
            send("GET", "log", Value::Null).await.1["counts"],
            json!({ "GET /locations": 1 })
        );
        assert_eq!(send("POST", "seed", json!({ "seed": 9 })).await.1["seed"], 9);
        assert_eq!(send("GET", "seed", Value::Null).await.1["seed"], 9);
        assert_eq!(send("POST", "reset", Value::Null).await.0, "200");
        assert_eq!(send("DELETE", "faults", Value::Null).await.1, json!({ "faults": [] }));
        assert_eq!(send("POST", "faults", json!({})).await.0, "400");
        assert_eq!(send("GET", "nothing", Value::Null).await.0, "404");
        let snapshot = send("GET", "snapshot", Value::Null).await.1;
        assert_eq!(snapshot["objects"]["placement_groups"], json!([]));
    })
    .await;
}
