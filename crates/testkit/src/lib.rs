//! What tests of all crates share. Not part of the program.
//!
//! - [`sqlite_store`] and [`postgres_store`]: an empty store of its own for each test, gone afterwards;
//! - [`ManualClock`]: time that moves when the test says so.
//!
//! PostgreSQL is the server that `PERENNIAL_TEST_POSTGRES_URL` names (a user who may create databases), or one that
//! is started from the installed binaries for this test process. Where there is neither, a test is skipped with
//! a loud line, and fails when `CI` is set.

mod clock;
mod postgres;
mod store;

pub use clock::ManualClock;
pub use store::{TestStore, postgres_store, sqlite_store};
