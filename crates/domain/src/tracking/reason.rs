//! Why a message is refused, and what is said of one that is kept otherwise than it was meant.
//!
//! Codes are stored and shown; they never change their meaning.

/// Why a message becomes no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Not a JSON object, or a field of it stands there twice.
    Malformed,
    /// Larger than one message may be.
    TooLarge,
    UnknownType,
    /// Neither a user nor a device, or only values that mean nobody.
    NoUserAnonId,
    /// An identifier that is too long or has control characters: leaving it off would give the fact to somebody else.
    UnusableIdentifier,
    MissingEvent,
    MissingGroupId,
    MissingPreviousId,
    MessageIdTooLong,
    NameTooLong,
    /// The whole request was no JSON of a known form.
    InvalidBody,
    /// It was accepted, and named somebody who was erased.
    ErasedPerson,
}

impl Reason {
    pub const ALL: [Self; 12] = [
        Self::Malformed,
        Self::TooLarge,
        Self::UnknownType,
        Self::NoUserAnonId,
        Self::UnusableIdentifier,
        Self::MissingEvent,
        Self::MissingGroupId,
        Self::MissingPreviousId,
        Self::MessageIdTooLong,
        Self::NameTooLong,
        Self::InvalidBody,
        Self::ErasedPerson,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::UnknownType => "unknown_type",
            Self::NoUserAnonId => "no_user_anon_id",
            Self::UnusableIdentifier => "unusable_identifier",
            Self::MissingEvent => "missing_event",
            Self::MissingGroupId => "missing_group_id",
            Self::MissingPreviousId => "missing_previous_id",
            Self::MessageIdTooLong => "message_id_too_long",
            Self::NameTooLong => "name_too_long",
            Self::InvalidBody => "invalid_body",
            Self::ErasedPerson => "erased_person",
        }
    }
}

/// What a person should know about a message that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// An order, a refund or a cancellation without `order_id`: kept as an event, without money.
    OrderWithoutId,
    /// Its currency is not the workspace's: kept as an event, without money.
    CurrencyDiffers,
    /// Its amount is no number, negative or too large: kept as an event, without money.
    UnusableAmount,
    /// The corrected time would lie in the future or before 1970: the time of arrival is used.
    TimeReplaced,
}

impl Note {
    pub const ALL: [Self; 4] = [Self::OrderWithoutId, Self::CurrencyDiffers, Self::UnusableAmount, Self::TimeReplaced];

    pub fn code(self) -> &'static str {
        match self {
            Self::OrderWithoutId => "order_without_id",
            Self::CurrencyDiffers => "currency_differs",
            Self::UnusableAmount => "unusable_amount",
            Self::TimeReplaced => "time_replaced",
        }
    }
}
