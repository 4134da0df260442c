//! The only place that names providers and stores.

use crate::{
    context::Context,
    environment::Environment,
    failure::Failure,
    project::{Backend, Project},
    remote_state,
};
use infra_builtin as builtin;
use infra_docker::DockerProvider;
use infra_exec::driver::Registry;
use infra_fake::provider::FakeProvider;
use infra_hetzner::HetznerProvider;
use infra_hetzner_simulator::{Options, Pace, Simulator};
use infra_model::{diagnostic::Diagnostic, kind::Kinds, text::Text};
use infra_sdk::connection::Provider;
use infra_state::{Key, LocalStore, Store, Who, Workspaces};
use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, LazyLock},
};

/// Where the state is if no backend says otherwise.
pub const STATE_DIRECTORY: &str = ".infra";

/// The variable that holds the key of the state.
const KEY: &str = "INFRA_STATE_KEY";
/// The variable that holds a command which prints the key.
const KEY_COMMAND: &str = "INFRA_STATE_KEY_COMMAND";
/// Makes the in-memory cloud available, for rehearsals and tests.
const FAKE: &str = "INFRA_FAKE_PROVIDER";

/// Returns all providers and provisioners.
pub fn registry(context: &Context) -> Registry {
    let environment = &context.environment;
    let mut registry = Registry::default();
    let mut add = |provider: Arc<dyn Provider>| {
        registry.providers.insert(Text::from(provider.name()), provider);
    };
    for provider in builtin::providers_through(&proxies(environment)) {
        add(remote_state::beside(provider, context));
    }
    add(Arc::new(DockerProvider::new(docker_environment(environment))));
    add(Arc::new(HetznerProvider::new(hetzner_environment(environment))));
    if environment.get(FAKE).is_some() {
        for provider in FakeProvider::remote() {
            add(Arc::new(provider));
        }
    }
    for provisioner in builtin::provisioners() {
        registry.provisioners.insert(Text::from(provisioner.name()), provisioner);
    }
    registry
}

/// Returns the kinds of all providers as they are whatever the environment says.
pub fn schemas() -> &'static Kinds {
    static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
        let mut registry = Registry::default();
        let own: [Arc<dyn Provider>; 2] =
            [Arc::<DockerProvider>::default(), Arc::<HetznerProvider>::default()];
        let cloud = FakeProvider::remote().into_iter();
        let cloud = cloud.map(|provider| Arc::new(provider) as Arc<dyn Provider>);
        for provider in builtin::providers().into_iter().chain(own).chain(cloud) {
            registry.providers.insert(Text::from(provider.name()), provider);
        }
        kinds(&registry)
    });
    &KINDS
}

/// Returns the kinds of all providers.
pub fn kinds(registry: &Registry) -> Kinds {
    let mut kinds = Kinds::default();
    for (name, provider) in &registry.providers {
        kinds.add(name.clone(), provider.facts(), provider.kinds());
    }
    kinds
}

/// Returns the proxies that the environment names.
pub fn proxies(environment: &Environment) -> builtin::Proxies {
    let named = |names: [&str; 2]| names.iter().find_map(|name| environment.get(name));
    let owned = |names: [&str; 2]| named(names).map(str::to_owned);
    builtin::Proxies {
        http: owned(["HTTP_PROXY", "http_proxy"]),
        https: owned(["HTTPS_PROXY", "https_proxy"]),
        except: owned(["NO_PROXY", "no_proxy"]),
    }
}

/// The providers whose API can be simulated.
pub const SIMULATORS: [&str; 1] = ["hetzner"];

/// The simulator of a provider's API.
pub struct Simulated(Simulator);

/// Returns the simulator of a provider, so many times as fast as real time.
pub fn simulator(provider: &str, seed: u64, times: u32) -> Option<Simulated> {
    if !matches!(provider, "hetzner" | "hcloud") {
        return None;
    }
    let options = Options { seed, pace: Pace::Running(times), ..Options::default() };
    Some(Simulated(Simulator::new(options)))
}

impl Simulated {
    /// Returns the variables with which clients find it at an address.
    pub fn settings(&self, address: &str) -> Vec<(&'static str, String)> {
        vec![
            ("HCLOUD_ENDPOINT", format!("http://{address}/v1")),
            ("HETZNER_ENDPOINT", format!("http://{address}/v1")),
            ("HCLOUD_TOKEN", infra_hetzner_simulator::TOKEN.to_owned()),
        ]
    }

    /// Answers until it is ended.
    ///
    /// # Errors
    ///
    /// If the socket takes no connections any more.
    pub async fn serve(
        &self,
        listener: tokio::net::TcpListener,
        ended: impl Future<Output = ()> + Send,
    ) -> std::io::Result<()> {
        self.0.serve(listener, ended).await
    }
}

fn hetzner_environment(environment: &Environment) -> infra_hetzner::Environment {
    let owned = |name: &str| environment.get(name).map(str::to_owned);
    infra_hetzner::Environment {
        token: owned("HCLOUD_TOKEN"),
        endpoint: owned("HCLOUD_ENDPOINT"),
        endpoint_hetzner: owned("HETZNER_ENDPOINT"),
        proxies: proxies(environment),
    }
}

fn docker_environment(environment: &Environment) -> infra_docker::Environment {
    let owned = |name: &str| environment.get(name).map(str::to_owned);
    let path = |name: &str| environment.get(name).map(PathBuf::from);
    let material =
        (owned("DOCKER_CA_MATERIAL"), owned("DOCKER_CERT_MATERIAL"), owned("DOCKER_KEY_MATERIAL"));
    infra_docker::Environment {
        docker_host: owned("DOCKER_HOST"),
        docker_context: owned("DOCKER_CONTEXT"),
        docker_config: path("DOCKER_CONFIG"),
        docker_cert_path: path("DOCKER_CERT_PATH"),
        docker_ssh_opts: owned("DOCKER_SSH_OPTS")
            .map(|options| options.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default(),
        docker_key_material: match material {
            (Some(ca), Some(cert), Some(key)) => Some((ca, cert, key)),
            _ => None,
        },
        registry_login: owned("DOCKER_REGISTRY_USER").zip(owned("DOCKER_REGISTRY_PASS")),
        home: path("HOME"),
    }
}

/// Returns the directory of the state of a backend's workspace.
pub fn state_directory(context: &Context, backend: &Backend) -> PathBuf {
    workspaces(context, backend).directory(&backend.workspace)
}

/// Returns the workspaces of a backend.
pub fn workspaces(context: &Context, backend: &Backend) -> Workspaces {
    let default = context.directory.join(backend.path.as_deref().unwrap_or(STATE_DIRECTORY));
    Workspaces::new(default, backend.workspace_dir.as_ref().map(|dir| context.directory.join(dir)))
}

/// Opens the store of a project.
///
/// # Errors
///
/// If the key is unusable or the path is no directory.
pub fn store(context: &Context, project: &Project) -> Result<Box<dyn Store>, Failure> {
    store_at(context, &project.backend)
}

/// Opens the store of a backend.
///
/// # Errors
///
/// As [`store`].
pub fn store_at(context: &Context, backend: &Backend) -> Result<Box<dyn Store>, Failure> {
    store_in(context, state_directory(context, backend))
}

/// Opens the store in a directory.
///
/// # Errors
///
/// As [`store`].
pub fn store_in(context: &Context, directory: PathBuf) -> Result<Box<dyn Store>, Failure> {
    let store = LocalStore::open(directory, key(context)?)?.indexed();
    context.counters.add_store(&store);
    Ok(Box::new(store))
}

/// Returns the key that seals state and plans, if there is one.
///
/// # Errors
///
/// If the key command fails or the key is unusable.
pub fn key(context: &Context) -> Result<Option<Key>, Failure> {
    if let Some(secret) = context.environment.get(KEY) {
        return Ok(Some(Key::from_secret(secret)?));
    }
    let Some(command) = context.environment.get(KEY_COMMAND) else { return Ok(None) };
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| key_command_failed(&error.to_string()))?;
    if !output.status.success() {
        return Err(key_command_failed(&output.status.to_string()).into());
    }
    let secret = String::from_utf8(output.stdout)
        .map_err(|_| key_command_failed("what it printed is not UTF-8"))?;
    Ok(Some(Key::from_secret(&secret)?))
}

fn key_command_failed(why: &str) -> Diagnostic {
    Diagnostic::error(
        "infra::cli::key_command_failed",
        format!("The command in {KEY_COMMAND} failed"),
    )
    .detail(format!("It should print the key of the state: {why}. Nothing was changed."))
    .help("Run the command by itself: it must end with 0 and print the key alone.")
}

/// Returns who runs this command, for the lock and the history.
pub fn who(context: &Context, command: &str) -> Who {
    let named = |names: &[&str]| names.iter().find_map(|name| context.environment.get(name));
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    Who {
        user: Text::from(named(&["USER", "LOGNAME"]).unwrap_or("unknown")),
        host: Text::from(if host.is_empty() { "unknown" } else { host }),
        pid: std::process::id(),
        command: Text::from(format!("infra {command}")),
        at: context.now(),
    }
}

/// Returns a lineage for a state that has none: 128 random bits.
///
/// # Errors
///
/// If the system gives no random bytes.
pub fn new_lineage(_context: &Context) -> Result<Text, Failure> {
    let bytes = random::<16>()?;
    let hex: Vec<String> = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let hex = hex.concat();
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(Text::from(parts.join("-")))
}

/// Returns random bytes of the system.
///
/// # Errors
///
/// If the system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Diagnostic::error("infra::cli::no_randomness", "The system gives no random bytes")
            .detail(format!("{error}. Nothing was changed."))
            .help("Run the command again; it needs `getrandom` or /dev/urandom.")
    })?;
    Ok(bytes)
}
