//! The rate limit: a bucket per project that refills by one request at a time.

/// How many requests a full bucket holds, and how many refill in an hour.
pub(crate) const CAPACITY: u64 = 3600;

/// Requests are counted in thousandths: one comes back each millisecond.
const PART: u64 = 1000;

/// A bucket in virtual time.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    capacity: u64,
    parts: u64,
    seen_ms: u64,
}

impl Bucket {
    pub(crate) fn new(now_ms: u64) -> Self {
        Self { capacity: CAPACITY, parts: CAPACITY * PART, seen_ms: now_ms }
    }

    /// Lowers or raises the limit; what is over it is lost.
    pub(crate) fn limit(&mut self, capacity: u64) {
        self.capacity = capacity;
        self.parts = self.parts.min(capacity * PART);
    }

    /// Empties the bucket.
    pub(crate) fn drain(&mut self) {
        self.parts = 0;
    }

    /// Takes one request; returns whether there was one.
    pub(crate) fn take(&mut self, now_ms: u64) -> bool {
        self.refill(now_ms);
        if self.parts < PART {
            return false;
        }
        self.parts -= PART;
        true
    }

    /// Returns the headers that every answer has.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let missing = (self.capacity * PART).saturating_sub(self.parts);
        let full_s = (self.seen_ms + missing).div_ceil(1000);
        vec![
            ("ratelimit-limit".to_owned(), self.capacity.to_string()),
            ("ratelimit-remaining".to_owned(), (self.parts / PART).to_string()),
            ("ratelimit-reset".to_owned(), full_s.to_string()),
        ]
    }

    fn refill(&mut self, now_ms: u64) {
        let passed_ms = now_ms.saturating_sub(self.seen_ms);
        self.seen_ms = self.seen_ms.max(now_ms);
        let parts = self.parts.saturating_add(passed_ms);
        self.parts = parts.min(self.capacity * PART);
    }
}
