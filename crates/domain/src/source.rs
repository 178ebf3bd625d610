//! Sources: the touch-points that send facts as they happen.
//!
//! Invariants: codes are stored and never change; a source that is paused accepts nothing; its rate is counted in
//! facts, with room for one second's worth at once, and a request is never cut in two by it.

use crate::identity::IdentifierType;
use crate::settings::FieldError;
use crate::time::{Instant, MICROS_PER_SECOND};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    Website,
    App,
    MiniProgram,
    Server,
    Till,
    Other,
}

impl SourceKind {
    pub const ALL: [Self; 6] = [Self::Website, Self::App, Self::MiniProgram, Self::Server, Self::Till, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::App => "app",
            Self::MiniProgram => "mini_program",
            Self::Server => "server",
            Self::Till => "till",
            Self::Other => "other",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    Active,
    /// Nothing is accepted until somebody resumes it.
    Paused,
}

impl SourceState {
    pub const ALL: [Self; 2] = [Self::Active, Self::Paused];

    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

pub const SOURCE_NAME_CHARACTERS_MAX: usize = 100;
/// Facts in a second: more than one machine takes in.
pub const RATE_LIMIT_MAX: u32 = 100_000;
/// How long an earlier write key may stay valid after a rotation.
pub const KEY_OVERLAP_SECONDS_MAX: u32 = 30 * 86_400;

/// What a person decides about a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSettings {
    pub name: String,
    pub kind: SourceKind,
    pub state: SourceState,
    /// What `userId` means here: a user of this touch-point's own accounts, or the shop's customer or member number,
    /// under which files know the same people.
    pub user_id_type: IdentifierType,
    /// Facts in a second; `None`: as many as come.
    pub rate_limit: Option<u32>,
}

/// The types that `userId` may stand for.
pub const USER_ID_TYPES: [IdentifierType; 3] =
    [IdentifierType::UserId, IdentifierType::CustomerId, IdentifierType::MemberNo];

impl SourceSettings {
    /// A new source of this name, with what most need.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: SourceKind::Other,
            state: SourceState::Active,
            user_id_type: IdentifierType::UserId,
            rate_limit: None,
        }
    }

    /// All fields that are out of range; empty when the settings can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let length = self.name.trim().chars().count();
        let plain = !self.name.chars().any(char::is_control);
        if !(1..=SOURCE_NAME_CHARACTERS_MAX).contains(&length) || !plain {
            errors.push(FieldError { field: "name", allowed: "1 to 100 characters" });
        }
        if !USER_ID_TYPES.contains(&self.user_id_type) {
            errors.push(FieldError { field: "user_id_type", allowed: "user_id, customer_id or member_no" });
        }
        if self.rate_limit.is_some_and(|limit| !(1..=RATE_LIMIT_MAX).contains(&limit)) {
            errors.push(FieldError { field: "rate_limit", allowed: "1 to 100000, or null" });
        }
        errors
    }
}

/// Millionths of a fact in one fact: what comes back in a microsecond at one fact a second.
const MICRO: i64 = 1_000_000;

/// What a source may still send. It fills at the source's rate up to one second's worth; whoever finds anything in it
/// may take more than there is, and the next one waits for longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateBucket {
    level: i64,
    filled_at: Instant,
}

impl RateBucket {
    pub fn full(rate_limit: u32, now: Instant) -> Self {
        Self { level: i64::from(rate_limit) * MICRO, filled_at: now }
    }

    /// Takes the room of `facts`, or says after how many seconds there will be some.
    pub fn take(&mut self, rate_limit: u32, facts: usize, now: Instant) -> Result<(), u64> {
        let rate = i64::from(rate_limit.max(1));
        let most = rate * MICRO;
        let passed = now.0.saturating_sub(self.filled_at.0).max(0);
        self.level = self.level.saturating_add(rate.saturating_mul(passed)).min(most);
        self.filled_at = now;
        if self.level <= 0 {
            let micros = self.level.unsigned_abs() / rate.unsigned_abs() + 1;
            return Err(micros.div_ceil(MICROS_PER_SECOND.unsigned_abs()));
        }
        let wanted = i64::try_from(facts).unwrap_or(i64::MAX).saturating_mul(MICRO);
        self.level = self.level.saturating_sub(wanted);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back() {
        for kind in SourceKind::ALL {
            assert_eq!(SourceKind::parse(kind.code()), Some(kind));
        }
        for state in SourceState::ALL {
            assert_eq!(SourceState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn settings_say_which_fields_are_out_of_range() {
        assert!(SourceSettings::named("web shop").check().is_empty());
        let wrong =
            SourceSettings { user_id_type: IdentifierType::Email, rate_limit: Some(0), ..SourceSettings::named("  ") };
        let fields: Vec<&str> = wrong.check().iter().map(|error| error.field).collect();
        assert_eq!(fields, ["name", "user_id_type", "rate_limit"]);
        assert!(!SourceSettings::named("a\nb").check().is_empty());
    }

    #[test]
    fn a_rate_holds_over_time_and_lets_a_large_request_through_whole() {
        let second = MICROS_PER_SECOND;
        let mut bucket = RateBucket::full(100, Instant(0));
        assert_eq!(bucket.take(100, 60, Instant(0)), Ok(()));
        assert_eq!(bucket.take(100, 300, Instant(0)), Ok(()), "there was some left");
        assert_eq!(bucket.take(100, 1, Instant(0)), Err(3), "260 too many are paid back at 100 a second");
        assert_eq!(bucket.take(100, 1, Instant(2 * second)), Err(1));
        assert_eq!(bucket.take(100, 1, Instant(3 * second)), Ok(()));
        let mut admitted = 0;
        let mut bucket = RateBucket::full(10, Instant(0));
        for tenth in 0..1_000 {
            admitted += usize::from(bucket.take(10, 1, Instant(tenth * second / 10)).is_ok());
        }
        assert!((1_000..=1_010).contains(&admitted), "{admitted}");
        let mut bucket = RateBucket::full(10, Instant(5));
        assert_eq!(bucket.take(10, usize::MAX, Instant(-5)), Ok(()), "a clock that went back");
        assert!(bucket.take(10, 1, Instant(0)).is_err());
    }
}
