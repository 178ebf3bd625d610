//! Service tickets: something that somebody has to look after, until they close it with a note.
//!
//! Closing and opening again are events on the customer's timeline, [`CLOSED_EVENT`] and [`REOPENED_EVENT`]. So far only a low judgement on a usage card opens one
//! ([`Cause`]); others come with the slices that need them.

pub const CLOSED_EVENT: &str = "Ticket Closed";
pub const REOPENED_EVENT: &str = "Ticket Reopened";
pub const NOTE_CHARACTERS_MAX: usize = 1_000;

/// By what a ticket was opened. Codes are stored and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A judgement on a usage card was low.
    UsageCard,
}

impl Cause {
    pub const ALL: [Self; 1] = [Self::UsageCard];

    pub fn code(self) -> &'static str {
        match self {
            Self::UsageCard => "usage_card",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    Open,
    Closed,
}

impl TicketState {
    pub const ALL: [Self; 2] = [Self::Open, Self::Closed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What was done, or why it is open again, in the words of whoever did so: a note is what the next one reads.
pub fn is_note(note: &str) -> bool {
    (1..=NOTE_CHARACTERS_MAX).contains(&note.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_and_a_note_says_something() {
        assert!(Cause::ALL.iter().all(|cause| Cause::parse(cause.code()) == Some(*cause)));
        assert!(TicketState::ALL.iter().all(|state| TicketState::parse(state.code()) == Some(*state)));
        assert!(is_note("sent a new one") && !is_note("  ") && !is_note(&"x".repeat(1_001)));
    }
}
