//! One calculation at a time: each holds the figures of everybody, and an index of them before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Workspaces of this process in which something is calculated, by their folders.
static CALCULATING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Whoever has it may calculate. A thread that goes on when nobody waits for it any more keeps it until it ends.
#[derive(Clone)]
pub(super) struct Turn {
    _place: Arc<Place>,
}

struct Place(PathBuf);

impl Turn {
    /// None while somebody else calculates.
    pub fn take(workspace: &Path) -> Option<Self> {
        let is_first = CALCULATING.lock().unwrap_or_else(PoisonError::into_inner).insert(workspace.to_owned());
        is_first.then(|| Self { _place: Arc::new(Place(workspace.to_owned())) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        CALCULATING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_calculates_at_a_time_until_its_last_thread_has_ended() {
        let (one, other) = (Path::new("/a workspace"), Path::new("/another one"));
        let first = Turn::take(one).unwrap();
        assert!(Turn::take(one).is_none() && Turn::take(other).is_some());
        let of_thread = first.clone();
        drop(first);
        assert!(Turn::take(one).is_none(), "its thread goes on");
        drop(of_thread);
        assert!(Turn::take(one).is_some());
    }
}
