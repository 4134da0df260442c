//! The fake cloud behind the provider contract.

use crate::{
    catalogue::{Catalogue, FAKE, FAKEHOST},
    protocol::{Code, Frame, Instance, Reply, Request, Trouble},
    socket,
    translate::{all_failed, answer_of, diagnostic, outcomes_of, request_of, steps_of},
    world::World,
};
use infra_model::{
    address::KindName,
    ask::{Answer, Call, CallOutcome, Question},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Kind, ProviderFacts},
    path::Path,
    schema::{Attribute, Block, Schema},
    types::Type,
    value::Value,
};
use infra_sdk::connection::{BoxFuture, Connected, Connection, Control, Provider};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A world that several connections share.
pub type SharedWorld = Arc<Mutex<World>>;

/// One of the two providers of the fake cloud.
#[derive(Clone, Debug)]
pub struct FakeProvider {
    name: &'static str,
    catalogue: Arc<Catalogue>,
    world: Option<SharedWorld>,
}

impl Default for FakeProvider {
    /// Returns the provider `fake` over an empty world of its own.
    fn default() -> Self {
        Self::cloud(SharedWorld::default())
    }
}

impl FakeProvider {
    /// Returns the provider `fake`, whose objects live in the cloud.
    pub fn cloud(world: SharedWorld) -> Self {
        Self { name: FAKE, catalogue: Catalogue::all(), world: Some(world) }
    }

    /// Returns the provider `fakehost`, whose objects live on a server of the cloud.
    pub fn host(world: SharedWorld) -> Self {
        Self { name: FAKEHOST, catalogue: Catalogue::all(), world: Some(world) }
    }

    /// Returns both providers without a world of their own: their configuration must name a socket.
    pub fn remote() -> [Self; 2] {
        [FAKE, FAKEHOST].map(|name| Self { name, catalogue: Catalogue::all(), world: None })
    }

    /// Returns both providers over one world.
    pub fn pair(world: &SharedWorld) -> [Self; 2] {
        [Self::cloud(world.clone()), Self::host(world.clone())]
    }

    fn config_block(&self) -> Block {
        let mut block = Block::of([
            ("socket", Attribute::optional(Type::String)),
            ("endpoint", Attribute::optional(Type::String)),
            ("fail", Attribute::optional(Type::String)),
            ("token", Attribute::optional(Type::String).sensitive()),
        ]);
        if self.name == FAKEHOST {
            block.attributes.insert("server_id".into(), Attribute::required(Type::String));
        }
        block
    }
}

impl Provider for FakeProvider {
    fn name(&self) -> &'static str {
        self.name
    }

    fn facts(&self) -> ProviderFacts {
        let kinds = self.kinds();
        ProviderFacts {
            config: Schema { version: 0, block: self.config_block() },
            objects_live_on_host: self.name == FAKEHOST,
            calls_in_flight_max: None,
            kinds: kinds.iter().map(|kind| (kind.mode(), kind.name().clone())).collect(),
            validate,
            functions: &[],
        }
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        self.catalogue.kinds_of(self.name)
    }

    fn connect(&self, config: Value, control: Control) -> BoxFuture<'_, Connected> {
        Box::pin(async move {
            let (config, _) = config.unmark_deep();
            let text = |name| config.get(name).and_then(Value::as_text).cloned();
            if text("fail").is_some_and(|fail| &*fail == "connect") {
                let trouble = Trouble::new(Code::Unreachable, "the configuration says so");
                return Err(diagnostic(&trouble));
            }
            let cloud = match (text("socket"), &self.world) {
                (Some(path), _) => Cloud::Socket(PathBuf::from(&*path)),
                (None, Some(world)) => Cloud::Here(world.clone()),
                (None, None) => {
                    let summary = "provider `fake` needs a `socket` here";
                    let help = "start `infra-fake SOCKET` and name it in `socket`";
                    return Err(Diagnostic::error("infra::fake::config_wrong", summary).help(help));
                }
            };
            let server_id = text("server_id").map(|id| id.to_string());
            let connection = FakeConnection {
                cloud,
                instance: Instance {
                    provider: self.name.to_owned(),
                    server_id,
                    lineage: String::new(),
                },
                catalogue: self.catalogue.clone(),
            };
            if let Reply::Refused(trouble) = connection.send(Request::Hello, &control).await {
                return Err(diagnostic(&trouble));
            }
            Ok((Arc::new(connection) as Arc<dyn Connection>, Vec::new()))
        })
    }
}

fn validate(config: &Value) -> Diagnostics {
    let fail = config.get("fail").and_then(Value::as_text);
    if fail.is_some_and(|fail| **fail == *"validate") {
        let found = Diagnostic::error(
            "infra::fake::config_wrong",
            "the configuration says that it is wrong",
        );
        let help = "leave `fail` out; it is there for tests";
        return vec![found.help(help).at_path(Path::attribute("fail"))];
    }
    Vec::new()
}

/// Where the world is.
#[derive(Clone, Debug)]
enum Cloud {
    Here(SharedWorld),
    Socket(PathBuf),
}

/// A configured instance of a fake provider.
#[derive(Clone, Debug)]
struct FakeConnection {
    cloud: Cloud,
    instance: Instance,
    catalogue: Arc<Catalogue>,
}

impl FakeConnection {
    async fn send(&self, request: Request, control: &Control) -> Reply {
        // A connection that was made while planning is used for a state that has begun since.
        let instance = Instance { lineage: control.lineage.to_string(), ..self.instance.clone() };
        match &self.cloud {
            Cloud::Socket(path) => {
                let frame = Frame { instance, request };
                socket::send(path, &frame).await
            }
            Cloud::Here(world) => {
                let delay_ms = locked(world, |world| world.duration_ms(&request));
                if delay_ms > 0 {
                    control.clock.sleep(Duration::from_millis(delay_ms)).await;
                }
                let now_ms = control.clock.now_ms();
                locked(world, |world| world.handle(&instance, &request, now_ms))
            }
        }
    }
}

/// Looks at a world, even if a test that held it has failed.
pub fn locked<T>(world: &SharedWorld, look: impl FnOnce(&mut World) -> T) -> T {
    look(&mut world.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Connection for FakeConnection {
    fn ask(&self, question: Question, control: Control) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            match request_of(&question) {
                Ok(request) => {
                    let reply = self.send(request, &control).await;
                    answer_of(&self.catalogue, &question, reply)
                }
                Err(answer) => *answer,
            }
        })
    }

    fn call(
        &self,
        kind: KindName,
        calls: Vec<Call>,
        control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>> {
        Box::pin(async move {
            match steps_of(&self.catalogue, &kind, &calls) {
                Ok(request) => {
                    let reply = self.send(request, &control).await;
                    outcomes_of(&self.catalogue, &kind, &calls, reply)
                }
                Err(trouble) => all_failed(&calls, &trouble),
            }
        })
    }
}
