//! The erased contract: what the driver calls, and what a plugin host could implement as well.

use infra_model::{
    address::KindName,
    ask::{Answer, Call, CallOutcome, Question},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Kind, ProviderFacts},
    program::When,
    text::Text,
    value::Value,
};
use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a running call says how far it is.
pub trait Progress: Send + Sync {
    /// Shows one line, such as `pulling layer 3 of 7`; replaces the line before.
    fn line(&self, text: &str);
}

/// A clock that can be virtual; the only way in which a provider may read time or wait.
pub trait Clock: Send + Sync {
    /// Returns milliseconds since the Unix epoch.
    fn now_ms(&self) -> u64;

    /// Returns a future that is ready after a while.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// How long a call may take, whatever its `timeouts` say.
pub const CALL_MS_MAX: u64 = 2 * 60 * 60 * 1_000;

/// What comes with every ask and call: deadline, stop signal, progress, clock, purpose.
#[derive(Clone)]
pub struct Control {
    /// When to give up, in milliseconds since the Unix epoch; `None` without a limit.
    pub deadline_ms: Option<u64>,
    /// Set when the run is being stopped: finish what is begun, start nothing that can wait.
    pub stop: Arc<AtomicBool>,
    /// Where to say how far it is.
    pub progress: Arc<dyn Progress>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The lineage of the state, which is stamped on what is created beside its token; empty while a
    /// state that has not begun is planned.
    pub lineage: Text,
    /// The run means to change something through this instance: a plan with steps for it is being
    /// carried out. False while planning, for reads of every kind, and where an apply only looks. One
    /// that may only read is to be refused when it is connected with this, before anything begins.
    pub intends_changes: bool,
}

impl Control {
    /// Returns whether the run is being stopped.
    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Returns a control for what is begun and has to come to its end although the run is being stopped:
    /// what is waited for, what is started again, what is read to be recorded.
    #[must_use]
    pub fn for_begun(&self) -> Self {
        Self { stop: Arc::new(AtomicBool::new(false)), ..self.clone() }
    }

    /// Returns whether the deadline has passed.
    pub fn is_late(&self) -> bool {
        self.deadline_ms.is_some_and(|deadline| self.clock.now_ms() >= deadline)
    }
}

/// A configured provider instance.
pub trait Connection: Send + Sync {
    /// Answers a question; never changes anything. `Configure` is not among the questions: it is
    /// [`Provider::connect`].
    fn ask(&self, question: Question, control: Control) -> BoxFuture<'_, Answer>;

    /// Carries out steps of one kind, at most its `batch_max`; one outcome per step, in order.
    fn call(
        &self,
        kind: KindName,
        calls: Vec<Call>,
        control: Control,
    ) -> BoxFuture<'_, Vec<CallOutcome>>;
}

/// A connected instance with warnings, or why it could not be connected.
pub type Connected = Result<(Arc<dyn Connection>, Diagnostics), Diagnostic>;

/// A provider: its kinds, and how to connect an instance of it.
pub trait Provider: Send + Sync {
    /// Returns the type, such as `docker`.
    fn name(&self) -> &'static str;

    /// Returns what is known without connecting.
    fn facts(&self) -> ProviderFacts;

    /// Returns the pure halves of all its kinds.
    fn kinds(&self) -> Vec<Arc<dyn Kind>>;

    /// Connects an instance; the configuration is wholly known, and [`ProviderFacts::validate`]
    /// found nothing wrong with it.
    ///
    /// One that was connected for reading is connected once more before something is changed through
    /// it, with [`Control::intends_changes`].
    fn connect(&self, config: Value, control: Control) -> BoxFuture<'_, Connected>;
}

/// Runs provisioners of one type, such as `local-exec`.
pub trait Provisioner: Send + Sync {
    /// Returns the type.
    fn name(&self) -> &'static str;

    /// Returns the schema of its arguments.
    fn schema(&self) -> infra_model::schema::Block;

    /// Runs it; output goes to the progress sink line by line. Before a delete, `when`
    /// is so, and the machine that is talked to is the old one.
    fn run(
        &self,
        config: Value,
        connection: Value,
        when: When,
        control: Control,
    ) -> BoxFuture<'_, Result<(), Diagnostic>>;
}
