//! How much must wait before it is moved on: large by default, and small where a test says so.
//!
//! Tests that kill the process want little data to go the whole road in many steps. They set the variable
//! `PERENNIAL_TEST_SMALL_STEPS`, which is for nobody else: it costs speed, and changes no figure.

use std::sync::LazyLock;

static SMALL_STEPS: LazyLock<bool> = LazyLock::new(|| std::env::var_os("PERENNIAL_TEST_SMALL_STEPS").is_some());

pub(crate) fn usual_or_small<T>(usual: T, small: T) -> T {
    if *SMALL_STEPS { small } else { usual }
}
