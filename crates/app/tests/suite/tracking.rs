//! Keeping messages: what goes wrong with some is no matter of those that come later.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::App;
use perennial_app::access::idempotency::Once;
use perennial_app::sources;
use perennial_app::tracking::{Intake, IntakeError};
use perennial_domain::source::SourceSettings;
use perennial_domain::time::{Clock, Instant};
use perennial_domain::tracking::{Outcome, Refused};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

on_both! {
    a_commit_that_breaks_off_tells_its_senders_and_the_next_ones_are_kept,
}

/// Panics when it is asked once it is broken, and is whole again.
struct Breaking {
    clock: Arc<dyn Clock>,
    broken: AtomicBool,
}

impl Clock for Breaking {
    fn now(&self) -> Instant {
        assert!(!self.broken.swap(false, Ordering::SeqCst), "the clock is broken");
        self.clock.now()
    }
}

async fn a_commit_that_breaks_off_tells_its_senders_and_the_next_ones_are_kept(stage: &Stage) {
    let clock = Arc::new(Breaking { clock: Arc::clone(&stage.app.clock), broken: AtomicBool::new(false) });
    let app = App { clock: Arc::<Breaking>::clone(&clock), ..stage.app.clone() };
    let new = sources::create_source(&app, &TESTER, SourceSettings::named("shop"), &Once::unkeyed()).await.unwrap();
    let intake = Intake::start(&app);
    let source = intake.find(&new.write_key).await.unwrap();
    let refused = || vec![Outcome::Refused(Box::new(Refused::body()))];
    clock.broken.store(true, Ordering::SeqCst);
    let broken_off = intake.accept(&source, refused(), 1).await;
    assert!(matches!(broken_off, Err(IntakeError::NotDurable(_))), "{broken_off:?}");
    intake.accept(&source, refused(), 1).await.unwrap();
    assert_eq!(sources::facts_count(&app, &TESTER).await.unwrap().refused, 1);
}
