//! The cloud in another process: here in another task, over a real socket.

use super::support::{create, id};
use crate::{
    provider::{FakeProvider, SharedWorld, locked},
    socket::serve,
};
use infra_model::{ask::CallOutcome, diagnostic::Retry, value::Value};
use infra_sdk::{
    clock::VirtualClock,
    connection::{Control, Provider},
};
use std::sync::Arc;

#[tokio::test]
async fn a_world_behind_a_socket_is_the_same_world() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("cloud.sock");
    let world = SharedWorld::default();
    locked(&world, |world| world.delay_ms = 10_000);
    let clock = Arc::new(VirtualClock::eager(0));
    let server = {
        let (path, world) = (path.clone(), world.clone());
        tokio::spawn(async move { serve(&path, world, clock).await })
    };
    while !path.exists() {
        tokio::task::yield_now().await;
    }
    let [cloud, _] = FakeProvider::remote();
    let config = Value::object([("socket", Value::from(path.to_str().unwrap()))]);
    let control = || Control::quiet(VirtualClock::eager(0));
    let (connection, _) = cloud.connect(config.clone(), control()).await.unwrap();
    let call = locked(&world, |world| {
        create(world, "fake_network.lan", [("name", Value::from("lan").sensitive())])
    });
    let kind = call.intent.kind.clone();
    let outcomes = connection.call(kind.clone(), vec![call.clone()], control()).await;
    let [CallOutcome::Done(Some(object), _)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(id(object), "net-lan-1");
    assert!(object.value.get("name").unwrap().has_sensitive(), "marks stay on this side");
    locked(&world, |world| assert_eq!(world.objects().count(), 1));
    server.abort();
    server.await.unwrap_err();
    let outcomes = connection.call(kind, vec![call], control()).await;
    let [CallOutcome::Failed(failure)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_ne!(failure.retry, Retry::Never);
    assert!(cloud.connect(config, control()).await.is_err());
}
