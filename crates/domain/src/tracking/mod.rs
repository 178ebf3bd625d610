//! Tracked messages: what the Segment-style SDKs send, and the facts that they become.
//!
//! Invariants: reading is pure and never panics, whatever is sent; one bad message never spoils the others of its
//! batch; a message that is refused has a reason with a stable code and a shape without its values; the sender's clock
//! alone is never trusted; money is read from the digits that were written, never through a float of ours.
//!
//! Callers may rely on: [`Batch::parse`] and [`Single::parse`] read only as much as is needed to know the source; what
//! is read afterwards depends on the arguments alone, so that the same request gives the same facts.

mod consent;
mod contact;
mod lenient;
mod message;
mod order;
mod read;
mod reason;
mod shape;
mod time;
mod traits;

pub use message::{Batch, BodyError, MessageKind, Single};
pub use order::{CURRENCY_ASSUMED, MoneyOf, tells_of_an_order};
pub use read::{Accepted, Outcome, Reading, Refused, without_money};
pub use reason::{Note, Reason};
pub use shape::{shape_of, shown_name};
pub use time::{CLOCK_AHEAD_MAX_MICROS, corrected};

/// One message, in bytes of its JSON.
pub const EVENT_BYTES_MAX: usize = 32 * 1024;
/// One request, in bytes of its JSON, also after inflation.
pub const BODY_BYTES_MAX: usize = 500 * 1024;
/// Messages of one request.
pub const BATCH_EVENTS_MAX: usize = 2_500;
/// A message id is shorter than this, in characters.
pub const MESSAGE_ID_CHARACTERS: usize = 100;
/// The name of an event, a page or a screen, in bytes.
pub const NAME_BYTES_MAX: usize = 500;
