//! Webhooks: which events there are, when a delivery is tried again, and when an endpoint is given up.
//!
//! Invariants: codes are stored, sent and never change; the schedule is that of Standard Webhooks; what cannot get better
//! (an endpoint that says that it is gone) is not tried again.

use crate::settings::FieldError;
use crate::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    CustomerCreated,
    CustomerMerged,
    CustomerUnmerged,
    /// Nothing is left of somebody here: whoever was told of them has something to remove.
    CustomerErased,
    OrderCreated,
    /// A known order got further lines, or another total.
    OrderChanged,
    OrderRefunded,
    /// Something of it was counted, and was taken back by its cancellation.
    OrderCancelled,
    /// Tags were set or removed by hand, or expired.
    CustomerTagsChanged,
    /// Somebody came into a segment: by what they did, what is known of them, time, or another rule.
    SegmentEntered,
    SegmentLeft,
    /// A service ticket was opened.
    TicketOpened,
    TicketClosed,
    /// A closed ticket is open again.
    TicketReopened,
    ImportFinished,
    /// Somebody asked for it: sent to the endpoint that is tested, whatever it is subscribed to.
    WebhookTest,
}

impl EventType {
    pub const ALL: [Self; 16] = [
        Self::CustomerCreated,
        Self::CustomerMerged,
        Self::CustomerUnmerged,
        Self::CustomerErased,
        Self::OrderCreated,
        Self::OrderChanged,
        Self::OrderRefunded,
        Self::OrderCancelled,
        Self::CustomerTagsChanged,
        Self::SegmentEntered,
        Self::SegmentLeft,
        Self::TicketOpened,
        Self::TicketClosed,
        Self::TicketReopened,
        Self::ImportFinished,
        Self::WebhookTest,
    ];
    /// What an endpoint can be subscribed to.
    pub const SUBSCRIBABLE: usize = 15;

    pub fn code(self) -> &'static str {
        match self {
            Self::CustomerCreated => "customer.created",
            Self::CustomerMerged => "customer.merged",
            Self::CustomerUnmerged => "customer.unmerged",
            Self::CustomerErased => "customer.erased",
            Self::OrderCreated => "order.created",
            Self::OrderChanged => "order.changed",
            Self::OrderRefunded => "order.refunded",
            Self::OrderCancelled => "order.cancelled",
            Self::CustomerTagsChanged => "customer.tags_changed",
            Self::SegmentEntered => "segment.entered",
            Self::SegmentLeft => "segment.left",
            Self::TicketOpened => "ticket.opened",
            Self::TicketClosed => "ticket.closed",
            Self::TicketReopened => "ticket.reopened",
            Self::ImportFinished => "import.finished",
            Self::WebhookTest => "webhook.test",
        }
    }

    pub fn subscribable() -> &'static [Self] {
        const ALL: [EventType; 16] = EventType::ALL;
        ALL.split_at(Self::SUBSCRIBABLE).0
    }

    /// One that an endpoint can be subscribed to.
    pub fn parse(code: &str) -> Option<Self> {
        Self::subscribable().iter().copied().find(|event_type| event_type.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointState {
    Active,
    /// What happens is kept for it, as long as events are kept.
    Paused,
}

impl EndpointState {
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

/// Why an endpoint is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PausedReason {
    /// A person wished it.
    ByHand,
    /// Nothing was delivered for [`PAUSE_AFTER_DAYS`] days.
    Failures,
    /// It answered that it is gone for good (410).
    Gone,
}

impl PausedReason {
    pub const ALL: [Self; 3] = [Self::ByHand, Self::Failures, Self::Gone];

    pub fn code(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Failures => "failures",
            Self::Gone => "gone",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Endpoints of a workspace: each event is written for each of them.
pub const ENDPOINTS_MAX: usize = 20;
pub const URL_BYTES_MAX: usize = 2_000;
pub const DESCRIPTION_CHARACTERS_MAX: usize = 200;
/// Events can be replayed for so long, and are then gone.
pub const EVENT_DAYS: i64 = 7;
/// An endpoint at which everything fails for so long is paused.
pub const PAUSE_AFTER_DAYS: i64 = 3;
/// How long an earlier secret may stay valid after a rotation.
pub const SECRET_OVERLAP_SECONDS_MAX: u32 = 7 * 86_400;
/// What an endpoint may ask for with `Retry-After`.
pub const RETRY_AFTER_SECONDS_MAX: i64 = 86_400;
/// Seconds between an attempt and the next one.
const PAUSES_SECONDS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// When attempt number `attempt` (from 1) has failed: when the next one is due. `None`: it was the last.
pub fn next_attempt(attempt: i64, at: Instant, retry_after_seconds: Option<i64>) -> Option<Instant> {
    let place = usize::try_from(attempt - 1).ok()?;
    let pause = PAUSES_SECONDS.get(place)?;
    let asked = retry_after_seconds.unwrap_or(0).clamp(0, RETRY_AFTER_SECONDS_MAX);
    Some(Instant(at.0 + MICROS_PER_SECOND * (*pause).max(asked)))
}

/// Whether an endpoint that has failed since then is given up.
pub fn is_given_up(failing_since: Instant, now: Instant) -> bool {
    now.0 - failing_since.0 >= PAUSE_AFTER_DAYS * MICROS_PER_DAY
}

/// The oldest instant of which events can still be replayed.
pub fn oldest_event(now: Instant) -> Instant {
    Instant(now.0 - EVENT_DAYS * MICROS_PER_DAY)
}

/// What a person decides about an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointSettings {
    pub url: String,
    pub description: String,
    pub event_types: Vec<EventType>,
    /// Also what files bring: a file of ten years would send a message for each of its orders.
    pub with_imports: bool,
}

impl EndpointSettings {
    /// All fields that are out of range, but for what the address leads to.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.url.is_empty() || self.url.len() > URL_BYTES_MAX {
            errors.push(FieldError { field: "url", allowed: "an address of at most 2000 bytes" });
        }
        let plain = !self.description.chars().any(char::is_control);
        if self.description.trim().chars().count() > DESCRIPTION_CHARACTERS_MAX || !plain {
            errors.push(FieldError { field: "description", allowed: "at most 200 characters" });
        }
        if self.event_types.is_empty() {
            errors.push(FieldError { field: "event_types", allowed: "one type or more" });
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_made_ten_times_over_three_days() {
        let (mut at, mut attempts) = (Instant(0), 1);
        while let Some(next) = next_attempt(attempts, at, None) {
            assert!(next > at);
            (at, attempts) = (next, attempts + 1);
        }
        assert_eq!(attempts, 10);
        assert_eq!(at.0 / MICROS_PER_SECOND, 272_105, "75 hours and a half");
        assert!(is_given_up(Instant(0), at));
        assert!(!is_given_up(Instant(0), Instant(PAUSE_AFTER_DAYS * MICROS_PER_DAY - 1)));
    }

    #[test]
    fn an_endpoint_may_ask_for_more_time_within_a_day() {
        let pause = |asked| next_attempt(1, Instant(0), asked).unwrap().0 / MICROS_PER_SECOND;
        assert_eq!([pause(None), pause(Some(1)), pause(Some(60)), pause(Some(i64::MAX))], [5, 5, 60, 86_400]);
        assert_eq!(next_attempt(0, Instant(0), None), None);
    }

    #[test]
    fn a_test_is_nothing_to_subscribe_to() {
        for event_type in EventType::subscribable() {
            assert_eq!(EventType::parse(event_type.code()), Some(*event_type));
        }
        assert_eq!(EventType::parse("webhook.test"), None);
        assert_eq!(EventType::ALL.len(), EventType::SUBSCRIBABLE + 1);
    }
}
