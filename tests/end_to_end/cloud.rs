//! The fake cloud, served from the test's own process: it outlives an `infra` that is killed, and it
//! can do the killing at the moment a request arrives.

use infra_fake::{
    protocol::{Frame, Reply, Request},
    world::World,
};
use std::{
    io::{self, Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};
use tempfile::TempDir;

/// A cloud behind a socket.
pub(super) struct Cloud {
    directory: TempDir,
    shared: Arc<Shared>,
}

struct Shared {
    world: Mutex<World>,
    trap: Mutex<Option<Trap>>,
    victim: Mutex<Option<u32>>,
    victim_known: Condvar,
}

/// Kills the victim at a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trap {
    /// How many requests are let through before it.
    pub(super) requests: u64,
    /// Only requests that change something count.
    pub(super) changes_only: bool,
    /// When exactly.
    pub(super) moment: Moment,
}

/// When the victim is killed, seen from one request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Moment {
    /// Before it arrives: it never happens.
    Lost,
    /// When it has arrived and before it happens, which it then does all the same.
    Before,
    /// After it has happened, before the reply.
    After,
    /// After the reply was sent.
    Replied,
}

impl Cloud {
    pub(super) fn start() -> Self {
        let directory = tempfile::Builder::new().prefix("infra-cloud-").tempdir().unwrap();
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new()),
            trap: Mutex::new(None),
            victim: Mutex::new(None),
            victim_known: Condvar::new(),
        });
        let listener = UnixListener::bind(directory.path().join("socket")).unwrap();
        let serving = Arc::clone(&shared);
        // It ends with the test process; nobody connects once the directory is gone.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                thread::spawn(move || {
                    // A client that was killed does not hear the reply.
                    serve(&shared, stream).ok();
                });
            }
        });
        Self { directory, shared }
    }

    /// Returns the path of the socket.
    pub(super) fn socket(&self) -> PathBuf {
        self.directory.path().join("socket")
    }

    /// Looks at the world, or changes it.
    pub(super) fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut locked(&self.shared.world))
    }

    /// Sets a trap; the victim is named when it runs.
    pub(super) fn set_trap(&self, trap: Trap) {
        *locked(&self.shared.victim) = None;
        *locked(&self.shared.trap) = Some(trap);
    }

    /// Says whom the trap is for.
    pub(super) fn name_victim(&self, id: u32) {
        *locked(&self.shared.victim) = Some(id);
        self.shared.victim_known.notify_all();
    }

    /// Takes the trap away; returns whether it had closed.
    pub(super) fn take_trap(&self) -> bool {
        locked(&self.shared.trap).take().is_none()
    }
}

impl Shared {
    /// Returns when the victim is to be killed, if this is the request.
    fn moment(&self, request: &Request) -> Option<Moment> {
        let mut trap = locked(&self.trap);
        let set = trap.as_mut()?;
        if set.changes_only && !matches!(request, Request::Steps { .. }) {
            return None;
        }
        if set.requests > 0 {
            set.requests -= 1;
            return None;
        }
        trap.take().map(|trap| trap.moment)
    }

    fn kill_victim(&self) {
        let mut victim = locked(&self.victim);
        while victim.is_none() {
            victim = self.victim_known.wait(victim).unwrap_or_else(PoisonError::into_inner);
        }
        let id = victim.take().unwrap_or_default().to_string();
        // The test has not waited for it, so the number is still its own.
        let killed = Command::new("kill").args(["-s", "KILL", &id]).status();
        assert!(killed.is_ok_and(|status| status.success()), "kill -s KILL {id}");
    }
}

fn serve(shared: &Shared, mut stream: UnixStream) -> io::Result<()> {
    let frame: Frame = serde_json::from_slice(&read_frame(&mut stream)?)?;
    let moment = shared.moment(&frame.request);
    if let Some(Moment::Lost | Moment::Before) = moment {
        shared.kill_victim();
    }
    if let Some(Moment::Lost) = moment {
        return Ok(());
    }
    let reply = {
        let mut world = locked(&shared.world);
        let now_ms = world.requests();
        world.handle(&frame.instance, &frame.request, now_ms)
    };
    if let Some(Moment::After) = moment {
        shared.kill_victim();
    }
    let written = write_reply(&mut stream, &reply);
    if let Some(Moment::Replied) = moment {
        shared.kill_victim();
    }
    written
}

fn read_frame(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn write_reply(stream: &mut UnixStream, reply: &Reply) -> io::Result<()> {
    let bytes = serde_json::to_vec(reply)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(&bytes)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the provider block for a socket.
pub(super) fn provider(socket: &Path) -> String {
    format!("provider \"fake\" {{\n  socket = \"{}\"\n}}\n\n", socket.display())
}
