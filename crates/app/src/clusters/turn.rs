//! One calculation at a time: each holds the figures of everybody, and an index of them before.

use crate::App;
use std::collections::BTreeSet;
use std::path::PathBuf;
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
    pub fn take(app: &App) -> Option<Self> {
        let folder = app.data_dir.as_path().to_owned();
        let is_first = CALCULATING.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.clone());
        is_first.then(|| Self { _place: Arc::new(Place(folder)) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        CALCULATING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
