//! Topics of the register.

use super::TopicError;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_domain::topics::{TOPICS_MAX, TopicSettings, check};
use perennial_store::ReadTx;
use perennial_store::StoreError;
use perennial_store::topics::{self as table, TopicRow};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub code: String,
    pub settings: TopicSettings,
    pub created_at: Instant,
    /// Grows by one with each change.
    pub version: i64,
}

impl From<TopicRow> for Topic {
    fn from(row: TopicRow) -> Self {
        let TopicRow { code, name, description, is_archived, created_by: _, created_at, version } = row;
        Self { code, settings: TopicSettings { name, description, is_archived }, created_at, version }
    }
}

/// By code.
pub async fn list_topics(app: &App, actor: &Actor) -> Result<Vec<Topic>, TopicError> {
    require(actor, Right::CustomersRead)?;
    Ok(all(&mut app.store.read().await?).await?)
}

pub(super) async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<Topic>, StoreError> {
    Ok(table::list(tx).await?.into_iter().map(Topic::from).collect())
}

/// Registers a topic, or changes it. `version`: the one that is changed; none to register it.
pub async fn put_topic(
    app: &App,
    actor: &Actor,
    code: &str,
    version: Option<i64>,
    settings: TopicSettings,
) -> Result<Topic, TopicError> {
    require(actor, Right::SettingsWrite)?;
    let errors = check(code, &settings);
    if !errors.is_empty() {
        return Err(TopicError::Invalid(errors));
    }
    let row = TopicRow {
        code: code.to_owned(),
        name: settings.name.trim().to_owned(),
        description: settings.description.trim().to_owned(),
        is_archived: settings.is_archived,
        created_by: actor.name().to_owned(),
        created_at: app.clock.now(),
        version: version.unwrap_or(0),
    };
    let mut tx = app.store.write().await?;
    let known = all(&mut tx).await?;
    let is_known = known.iter().any(|topic| topic.code == code);
    let is_done = match version {
        None if !is_known && known.len() >= TOPICS_MAX => {
            return Err(TopicError::Invalid(vec![FieldError { field: "code", allowed: "at most 100 topics" }]));
        }
        None => table::insert(&mut tx, &row).await?,
        Some(_) if !is_known => return Err(TopicError::NoTopic),
        Some(_) => table::replace(&mut tx, &row).await?,
    };
    if !is_done {
        return Err(if version.is_none() { TopicError::Exists } else { TopicError::Changed });
    }
    let detail = json!({ "version": version.unwrap_or(0) + 1, "is_archived": settings.is_archived });
    audit::append(app, &mut tx, actor, "topic.changed", code, detail).await?;
    let topic = all(&mut tx).await?.into_iter().find(|topic| topic.code == code).ok_or(TopicError::NoTopic)?;
    tx.commit().await?;
    Ok(topic)
}
