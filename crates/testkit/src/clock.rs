//! Time that moves when the test says so.

use perennial_domain::time::{Clock, Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use std::sync::atomic::{AtomicI64, Ordering};

#[derive(Debug)]
pub struct ManualClock {
    micros: AtomicI64,
}

impl ManualClock {
    pub fn new(now: Instant) -> Self {
        Self { micros: AtomicI64::new(now.0) }
    }

    /// From a text such as `2011-12-09T12:50:00Z`.
    ///
    /// # Panics
    /// When the text is not an instant.
    pub fn at(text: &str) -> Self {
        let now = Instant::parse_rfc3339(text);
        Self::new(now.unwrap_or_else(|| panic!("{text} is not an instant")))
    }

    pub fn set(&self, now: Instant) {
        self.micros.store(now.0, Ordering::SeqCst);
    }

    pub fn advance_micros(&self, micros: i64) {
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.advance_micros(seconds * MICROS_PER_SECOND);
    }

    pub fn advance_days(&self, days: i64) {
        self.advance_micros(days * MICROS_PER_DAY);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.micros.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_only_by_hand() {
        let clock = ManualClock::at("2011-12-09T12:50:00Z");
        assert_eq!(clock.now().rfc3339(), "2011-12-09T12:50:00Z");
        clock.advance_days(1);
        clock.advance_seconds(10);
        assert_eq!(clock.now().rfc3339(), "2011-12-10T12:50:10Z");
        clock.set(Instant(0));
        assert_eq!(clock.now(), Instant(0));
    }
}
