//! Threads for what the pipeline works out beside the database.
//!
//! They are few and always the same: memory that a thread has freed stays with it for a while, and the runtime's own
//! threads for blocking work are many and take turns. Work that waits for a disk or for other work belongs there, not
//! here.
//! Callers may rely on: a panic of the work ends nothing but the work; whoever waits for it is told.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use tokio::sync::oneshot;

/// One works out what a block does, one decides whose the next is.
const THREADS: usize = 2;

/// `None` where the system gives no more threads: then the caller's own does the work.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    ThreadPoolBuilder::new().num_threads(THREADS).thread_name(|place| format!("pipeline-{place}")).build().ok()
});

/// Work that goes on beside the caller's.
pub struct Working<T>(oneshot::Receiver<Result<T, Panicked>>);

#[derive(Debug, thiserror::Error)]
#[error("a fault in the program: {0}")]
pub struct Panicked(String);

pub fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Working<T> {
    let (sender, receiver) = oneshot::channel();
    let work = move || {
        let outcome = catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Panicked(text_of(panic.as_ref())));
        // Nobody waits any more: then nobody needs it.
        drop(sender.send(outcome));
    };
    match &*POOL {
        Some(pool) => pool.spawn(work),
        None => work(),
    }
    Working(receiver)
}

impl<T> Working<T> {
    pub async fn finished(self) -> Result<T, Panicked> {
        self.0.await.unwrap_or_else(|_| Err(Panicked("its thread ended".to_owned())))
    }
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_gives_its_answer_and_a_panic_its_text() {
        assert_eq!(on_a_thread(|| 6 * 7).finished().await.unwrap(), 42);
        let number = 3;
        let panicked = on_a_thread(move || assert_eq!(number, 4, "not four")).finished().await.unwrap_err();
        assert!(panicked.to_string().contains("not four"), "{panicked}");
        assert_eq!(on_a_thread(|| "still there").finished().await.unwrap(), "still there");
    }
}
