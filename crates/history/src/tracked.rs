//! The columns of messages: what a fact that a touch-point sent has beside those of every fact. They came with
//! version 2 of the schema, that of the touch-point with version 4, and are empty for facts of files.

use crate::error::Result;
use crate::rows::{Row, arrow_error};
use crate::schema::{column, instant_type};
use deltalake::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, TimestampMicrosecondType};
use perennial_domain::fact::{Campaign, Tracked};
use perennial_domain::time::Instant;
use std::sync::Arc;

/// In the order of the schema.
pub(crate) fn encode(rows: &[Row<'_>]) -> Vec<ArrayRef> {
    let text = |of: fn(&Tracked) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| tracked_of(row).and_then(of)).collect::<StringArray>())
    };
    let time = |of: fn(&Tracked) -> Option<Instant>| -> ArrayRef {
        let times = rows.iter().map(|row| tracked_of(row).and_then(of).map(|at| at.0));
        Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    vec![
        text(|one| Some(&one.message_id)),
        text(|one| one.name.as_deref()),
        text(|one| one.properties.as_deref()),
        time(|one| Some(one.received_at)),
        time(|one| one.sent_at),
        time(|one| one.original_at),
        text(|one| one.channel.as_deref()),
        text(|one| one.locale.as_deref()),
        text(|one| one.page_url.as_deref()),
        text(|one| one.page_path.as_deref()),
        text(|one| one.campaign.source.as_deref()),
        text(|one| one.campaign.medium.as_deref()),
        text(|one| one.campaign.name.as_deref()),
    ]
}

/// It came later than the others, and has its place behind them.
pub(crate) fn encode_touch_point(rows: &[Row<'_>]) -> ArrayRef {
    let codes = rows.iter().map(|row| tracked_of(row).and_then(|one| one.touch_point.as_deref()));
    Arc::new(codes.collect::<StringArray>())
}

fn tracked_of<'a>(row: &Row<'a>) -> Option<&'a Tracked> {
    row.applied.fact.tracked.as_deref()
}

/// The typed columns of one batch.
pub(crate) struct TrackedColumns {
    message_id: StringArray,
    received_at: TimestampMicrosecondArray,
    sent_at: TimestampMicrosecondArray,
    original_at: TimestampMicrosecondArray,
    texts: [StringArray; 10],
}

const TEXT_COLUMNS: [usize; 10] = [
    column::EVENT,
    column::PROPERTIES,
    column::CHANNEL,
    column::LOCALE,
    column::PAGE_URL,
    column::PAGE_PATH,
    column::CAMPAIGN_SOURCE,
    column::CAMPAIGN_MEDIUM,
    column::CAMPAIGN_NAME,
    column::TOUCH_POINT,
];

impl TrackedColumns {
    pub fn of(batch: &RecordBatch) -> Result<Self> {
        let text = |place: usize| -> Result<StringArray> {
            let array = cast(batch.column(place), &DataType::Utf8).map_err(arrow_error)?;
            Ok(array.as_string::<i32>().clone())
        };
        let time = |place: usize| -> Result<TimestampMicrosecondArray> {
            let array = cast(batch.column(place), &instant_type()).map_err(arrow_error)?;
            Ok(array.as_primitive::<TimestampMicrosecondType>().clone())
        };
        let [event, properties, channel, locale, url, path, source, medium, name, touch_point] = TEXT_COLUMNS;
        Ok(Self {
            message_id: text(column::MESSAGE_ID)?,
            received_at: time(column::RECEIVED_AT)?,
            sent_at: time(column::SENT_AT)?,
            original_at: time(column::ORIGINAL_AT)?,
            texts: [
                text(event)?,
                text(properties)?,
                text(channel)?,
                text(locale)?,
                text(url)?,
                text(path)?,
                text(source)?,
                text(medium)?,
                text(name)?,
                text(touch_point)?,
            ],
        })
    }

    /// `None` where the fact did not come as a message.
    pub fn tracked(&self, row: usize) -> Option<Box<Tracked>> {
        let text = |array: &StringArray| array.is_valid(row).then(|| array.value(row).to_owned());
        let time = |array: &TimestampMicrosecondArray| array.is_valid(row).then(|| Instant(array.value(row)));
        let message_id = text(&self.message_id)?;
        let [event, properties, channel, locale, url, path, source, medium, name, touch_point] = &self.texts;
        Some(Box::new(Tracked {
            message_id,
            name: text(event),
            properties: text(properties),
            received_at: time(&self.received_at)?,
            sent_at: time(&self.sent_at),
            original_at: time(&self.original_at),
            channel: text(channel),
            locale: text(locale),
            page_url: text(url),
            page_path: text(path),
            campaign: Campaign { source: text(source), medium: text(medium), name: text(name) },
            touch_point: text(touch_point),
            consents: Vec::new(),
        }))
    }
}
