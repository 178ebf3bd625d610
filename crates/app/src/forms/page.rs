//! What the page of a form needs, and how many answers one network may send.

use super::counters::Counter;
use super::error::FormError;
use super::register::{Form, form_of};
use crate::App;
use crate::access::attempts::guess_key;
use perennial_domain::clerks::parse_code;
use perennial_domain::code::{CodeState, parse_slug};
use perennial_domain::form::Language;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::clerks::{self, AssignmentRow, ClerkRow};
use perennial_store::forms as table;
use perennial_store::{ReadTx, codes, consents};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub form: Form,
    pub counter: Option<Counter>,
    /// Of the form's consents, in both languages.
    pub texts: Vec<PageText>,
    /// The slug of the channel code that is shown to whoever has answered.
    pub code: Option<String>,
    /// What is filled in now is taken.
    pub is_open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageText {
    /// The name of the consent.
    pub consent: String,
    pub language: Language,
    pub text: String,
}

/// On which of its pages a form is filled in, as the address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk<'a> {
    /// The form's own.
    Own,
    /// The slug of a counter.
    Counter(&'a str),
    /// The code of a clerk who hands the form out.
    Clerk(&'a str),
}

/// A page that there is.
pub(super) enum At {
    Own,
    Counter(Counter),
    /// The clerk, and where the clerk was from when to when.
    Clerk(ClerkRow, Vec<AssignmentRow>),
}

impl At {
    /// What tells one page of a form from another.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Own => None,
            Self::Counter(counter) => Some(&counter.id),
            Self::Clerk(clerk, _) => Some(&clerk.id),
        }
    }

    pub fn counter(&self) -> Option<&Counter> {
        if let Self::Counter(counter) = self { Some(counter) } else { None }
    }

    /// The store that the clerk was in at that instant.
    pub fn clerks_store(&self, at: Instant) -> Option<&str> {
        let Self::Clerk(_, times) = self else { return None };
        let was_there = |one: &&AssignmentRow| one.from <= at && one.to.is_none_or(|to| at < to);
        times.iter().find(was_there).map(|one| one.place_id.as_str())
    }
}

/// The form of a slug, and the page that was opened.
pub(super) async fn found(tx: &mut ReadTx<'_>, slug: &str, desk: Desk<'_>) -> Result<(Form, At), FormError> {
    let slug = parse_slug(slug).ok_or(FormError::NoForm)?;
    let form = form_of(table::by_slug(tx, &slug).await?.ok_or(FormError::NoForm)?)?;
    let at = match desk {
        Desk::Own => At::Own,
        Desk::Counter(counter) => {
            let slug = parse_slug(counter).ok_or(FormError::NoCounter)?;
            At::Counter(table::counter_by_slug(tx, &form.id, &slug).await?.ok_or(FormError::NoCounter)?.into())
        }
        Desk::Clerk(code) => {
            let code = parse_code(code).ok_or(FormError::NoCounter)?;
            let (_, id) = clerks::by_codes(tx, &[code]).await?.pop().ok_or(FormError::NoCounter)?;
            let clerk = clerks::get(tx, &id).await?.ok_or(FormError::NoCounter)?;
            let times = clerks::assignments_of(tx, &id).await?;
            At::Clerk(clerk, times)
        }
    };
    Ok((form, at))
}

/// Whether what was filled in at that instant is taken.
pub(super) fn is_open(form: &Form, page: &At, at: Instant) -> bool {
    let is_before = |archived: Option<Instant>| archived.is_none_or(|archived| at < archived);
    let is_there = match page {
        At::Own => true,
        At::Counter(counter) => is_before(counter.archived_at),
        At::Clerk(..) => form.settings.clerk_script.is_some() && page.clerks_store(at).is_some(),
    };
    form.settings.is_open_at(at) && is_before(form.archived_at) && is_there
}

pub async fn page_of(app: &App, slug: &str, desk: Desk<'_>) -> Result<Page, FormError> {
    let mut tx = app.store.read().await?;
    let (form, page) = found(&mut tx, slug, desk).await?;
    let mut texts = Vec::new();
    for one in &form.settings.consents {
        for (language, version) in [(Language::Chinese, &one.text_zh), (Language::English, &one.text_en)] {
            let row = consents::text(&mut tx, &one.purpose, version).await?;
            texts.extend(row.map(|row| PageText { consent: one.name.clone(), language, text: row.text }));
        }
    }
    let own = page.counter().and_then(|counter| counter.settings.code.as_ref());
    let code = match own.or(form.settings.code.as_ref()) {
        Some(id) => codes::get(&mut tx, id).await?.filter(|row| row.state == CodeState::Active.code()),
        None => None,
    };
    let is_open = is_open(&form, &page, app.clock.now());
    let counter = page.counter().cloned();
    Ok(Page { form, counter, texts, code: code.map(|row| row.slug), is_open })
}

/// Answers of one network within a window: more than a tablet gathers on a busy day without a network.
const ANSWERS_MAX: u32 = 600;
const WINDOW_MICROS: i64 = 10 * 60 * MICROS_PER_SECOND;
/// Beyond so many networks the oldest are forgotten.
const NETWORKS_MAX: usize = 10_000;

/// Counts answers by network, in this process. The database is not asked: whoever floods the page costs no commit.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<String, (Instant, u32)>>);

impl Pace {
    /// Takes room for one answer, or says how long to wait. Who has no address is not counted.
    pub fn take(&self, address: Option<&str>, now: Instant) -> Result<(), FormError> {
        let Some(address) = address else { return Ok(()) };
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.len() >= NETWORKS_MAX {
            networks.retain(|_, (since, _)| now.0 - since.0 < WINDOW_MICROS);
            if networks.len() >= NETWORKS_MAX {
                networks.clear();
            }
        }
        let (since, count) = networks.entry(guess_key("form", address)).or_insert((now, 0));
        if now.0 - since.0 >= WINDOW_MICROS || now < *since {
            (*since, *count) = (now, 0);
        }
        if *count >= ANSWERS_MAX {
            let wait_micros = (since.0 + WINDOW_MICROS - now.0).unsigned_abs();
            let retry_after_seconds = wait_micros.div_ceil(MICROS_PER_SECOND.unsigned_abs()).max(1);
            return Err(FormError::TooMany { retry_after_seconds });
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_waits_for_the_end_of_its_window() {
        let pace = Pace::default();
        let at = |seconds: i64| Instant(seconds * MICROS_PER_SECOND);
        for _ in 0..ANSWERS_MAX {
            pace.take(Some("192.0.2.1"), at(0)).unwrap();
        }
        let full = pace.take(Some("192.0.2.1:80"), at(100)).unwrap_err();
        assert!(matches!(full, FormError::TooMany { retry_after_seconds: 500 }), "{full}");
        pace.take(Some("192.0.2.2"), at(100)).unwrap();
        pace.take(None, at(100)).unwrap();
        pace.take(Some("192.0.2.1"), at(600)).unwrap();
        for network in 0..2 * NETWORKS_MAX {
            pace.take(Some(&format!("10.{}.{}.{}", network >> 16, (network >> 8) & 255, network & 255)), at(700))
                .unwrap();
        }
        assert!(pace.0.lock().unwrap().len() <= NETWORKS_MAX);
    }
}
