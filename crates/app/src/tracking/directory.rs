//! Which source a write key belongs to, without asking the database for every request.
//!
//! All sources are held in memory, each with the plan that its messages are held against: they are few. What is held is looked at anew after a second, and whenever a key is
//! not found, so that a key that works is never called unknown; those who wait for the same look share it.

use super::planned::{self, KnownPlan, PlanRules};
use crate::App;
use crate::settings;
use crate::sources::{hash_of, settings_of};
use perennial_domain::money::Currency;
use perennial_domain::source::SourceSettings;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::{StoreError, sources, touch_points};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// How long a change by another process may stay unseen.
const FRESH_MICROS: i64 = MICROS_PER_SECOND;

/// A source as requests need it.
#[derive(Clone, Debug)]
pub struct KnownSource {
    pub id: String,
    pub settings: SourceSettings,
    /// The workspace's currency, once it has one.
    pub currency: Option<Currency>,
    /// `None` where nothing is checked.
    pub plan: Option<Arc<KnownPlan>>,
    /// Those of the registry that take facts.
    pub touch_points: Arc<HashSet<String>>,
}

#[derive(Default)]
struct Held {
    /// Of the look that brought it.
    number: u64,
    looked_at: Option<Instant>,
    by_key: HashMap<Vec<u8>, Key>,
    /// By source and number: a frozen version never changes.
    rules: PlanRules,
}

#[derive(Clone)]
struct Key {
    source: Arc<KnownSource>,
    /// An earlier key works until then.
    until: Option<Instant>,
}

pub(super) struct Directory {
    app: App,
    held: RwLock<Arc<Held>>,
    looking: Mutex<()>,
    /// The number of the last look that has begun.
    begun: AtomicU64,
    /// What looks before this one brought does not count any more.
    needed: AtomicU64,
}

impl Directory {
    pub fn new(app: &App) -> Self {
        Self {
            app: app.clone(),
            held: RwLock::default(),
            looking: Mutex::new(()),
            begun: AtomicU64::new(0),
            needed: AtomicU64::new(1),
        }
    }

    /// Somebody changed a source: the next request looks anew.
    pub fn forget(&self) {
        self.needed.store(self.begun.load(Ordering::SeqCst) + 1, Ordering::SeqCst);
    }

    pub async fn find(&self, write_key: &str) -> Result<Option<Arc<KnownSource>>, StoreError> {
        let now = self.app.clock.now();
        let hash = hash_of(write_key);
        // Before anything is looked up: only a look that begins after this is new enough.
        let arrived = self.begun.load(Ordering::SeqCst);
        let held = self.held();
        if self.is_fresh(&held, now)
            && let Some(source) = lookup(&held, &hash, now)
        {
            return Ok(Some(source));
        }
        self.look_after(arrived).await?;
        Ok(lookup(&self.held(), &hash, now))
    }

    /// A source of this program's own, which sends without a write key.
    pub async fn find_by_id(&self, id: &str) -> Result<Option<Arc<KnownSource>>, StoreError> {
        let arrived = self.begun.load(Ordering::SeqCst);
        let held = self.held();
        let of = |held: &Held| held.by_key.values().find(|key| key.source.id == id).map(|key| Arc::clone(&key.source));
        if self.is_fresh(&held, self.app.clock.now())
            && let Some(source) = of(&held)
        {
            return Ok(Some(source));
        }
        self.look_after(arrived).await?;
        Ok(of(&self.held()))
    }

    fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_fresh(&self, held: &Held, now: Instant) -> bool {
        let young = held.looked_at.is_some_and(|at| (0..FRESH_MICROS).contains(&now.0.saturating_sub(at.0)));
        young && held.number >= self.needed.load(Ordering::SeqCst)
    }

    /// Returns once a look that began after number `arrived` has ended.
    async fn look_after(&self, arrived: u64) -> Result<(), StoreError> {
        let _looking = self.looking.lock().await;
        let last = self.begun.load(Ordering::SeqCst);
        if last > arrived && self.held().number == last {
            return Ok(());
        }
        let number = last + 1;
        self.begun.store(number, Ordering::SeqCst);
        let looked_at = Some(self.app.clock.now());
        let (by_key, rules) = self.load().await?;
        let held = Arc::new(Held { number, looked_at, by_key, rules });
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        Ok(())
    }

    async fn load(&self) -> Result<(HashMap<Vec<u8>, Key>, PlanRules), StoreError> {
        let mut tx = self.app.store.read().await?;
        let currency = settings::current(&mut tx).await?.currency;
        let (plans, rules) = planned::load_plans(&mut tx, &self.held().rules).await?;
        let registered = touch_points::list(&mut tx).await?.into_iter();
        let touch_points: HashSet<String> =
            registered.filter(|row| row.archived_at.is_none()).map(|row| row.code).collect();
        let touch_points = Arc::new(touch_points);
        let mut by_key = HashMap::new();
        for row in sources::list(&mut tx).await? {
            let settings = settings_of(&row)?;
            let plan = plans.get(&row.id).cloned();
            let touch_points = Arc::clone(&touch_points);
            let source = Arc::new(KnownSource { id: row.id.clone(), settings, currency, plan, touch_points });
            if let (Some(hash), Some(until)) = (row.previous_key_hash, row.previous_key_until) {
                by_key.insert(hash, Key { source: Arc::clone(&source), until: Some(until) });
            }
            by_key.insert(row.key_hash, Key { source, until: None });
        }
        Ok((by_key, rules))
    }
}

fn lookup(held: &Held, hash: &[u8], now: Instant) -> Option<Arc<KnownSource>> {
    let key = held.by_key.get(hash)?;
    key.until.is_none_or(|until| now < until).then(|| Arc::clone(&key.source))
}
