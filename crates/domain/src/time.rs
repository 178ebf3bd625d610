//! Instants, days and zones.
//!
//! Invariants: an [`Instant`] is UTC; a [`Day`] belongs to the zone it was made in, which is the brand's
//! unless something else is said; the clock is handed in.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// Days since 1970-01-01 in the zone that the context names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

pub const MICROS_PER_SECOND: i64 = 1_000_000;
pub const MICROS_PER_HOUR: i64 = 3_600 * MICROS_PER_SECOND;
pub const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// Where the time comes from. The binary hands in the system's, a test one that it moves.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

impl Instant {
    /// `2011-12-09T12:50:00Z`, with as many decimal places as there are.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).map_or_else(|_| self.0.to_string(), |stamp| stamp.to_string())
    }

    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|stamp| Self(stamp.as_microsecond()))
    }
}

impl Day {
    pub fn from_civil(date: Date) -> Self {
        let epoch = jiff::civil::date(1970, 1, 1);
        Self((date - epoch).get_days())
    }

    /// The first or the last date that there is, where the day is beyond it.
    pub fn civil(self) -> Date {
        let far = if self.0 < 0 { Date::MIN } else { Date::MAX };
        let since_epoch = jiff::Span::new().try_days(self.0);
        since_epoch.and_then(|days| jiff::civil::date(1970, 1, 1).checked_add(days)).unwrap_or(far)
    }

    /// `2011-12-09`; `None` for anything else.
    pub fn parse_iso(text: &str) -> Option<Self> {
        // The parser also takes days with a time behind them, and other ways to write one.
        text.parse::<Date>().ok().map(Self::from_civil).filter(|day| day.iso() == text)
    }

    pub fn iso(self) -> String {
        self.civil().to_string()
    }

    pub fn month(self) -> Month {
        let date = self.civil();
        Month(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }
}

/// A calendar month: year × 12 + month − 1, so that differences count months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(pub i32);

impl Month {
    /// `2011-12`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }

    pub fn parse_iso(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let (year, month) = (year.parse::<i32>().ok()?, month.parse::<i32>().ok()?);
        (text.len() == 7 && (1..=12).contains(&month)).then_some(Self(year * 12 + month - 1))
    }

    pub fn first_day(self) -> Day {
        let year = i16::try_from(self.0.div_euclid(12)).unwrap_or(1970);
        let month = (self.0.rem_euclid(12) + 1) as i8;
        Day::from_civil(jiff::civil::date(year, month, 1))
    }
}

/// A time zone by its IANA name, with a fast way from instants to days.
#[derive(Clone, Debug)]
pub struct Zone {
    zone: TimeZone,
    name: String,
}

impl Zone {
    /// `Asia/Shanghai`, `UTC`, …; `None` where the bundled database does not know the name.
    pub fn parse(name: &str) -> Option<Self> {
        let zone = TimeZone::get(name.trim()).ok()?;
        Some(Self { zone, name: name.trim().to_owned() })
    }

    pub fn utc() -> Self {
        Self { zone: TimeZone::UTC, name: "UTC".to_owned() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn day_of(&self, at: Instant) -> Day {
        let stamp = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let offset_micros = i64::from(self.zone.to_offset(stamp).seconds()) * MICROS_PER_SECOND;
        Day(at.0.saturating_add(offset_micros).div_euclid(MICROS_PER_DAY) as i32)
    }

    /// The day and the hour of the day, 0 to 23.
    pub fn day_and_hour_of(&self, at: Instant) -> (Day, u8) {
        let (day, minute) = self.day_and_minute_of(at);
        (day, (minute / 60) as u8)
    }

    /// The day and the minute of the day that clocks show, 0 to 1439.
    pub fn day_and_minute_of(&self, at: Instant) -> (Day, u16) {
        let stamp = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let local = at.0.saturating_add(i64::from(self.zone.to_offset(stamp).seconds()) * MICROS_PER_SECOND);
        let minute = local.rem_euclid(MICROS_PER_DAY) / (60 * MICROS_PER_SECOND);
        (Day(local.div_euclid(MICROS_PER_DAY) as i32), minute as u16)
    }

    /// The instant of a local date and time. In the hour that a clock change skips, the time after the
    /// jump; in the hour that comes twice, the first.
    pub fn instant_of(&self, local: DateTime) -> Option<Instant> {
        let zoned = self.zone.to_ambiguous_zoned(local).compatible().ok()?;
        Some(Instant(zoned.timestamp().as_microsecond()))
    }

    pub fn start_of_day(&self, day: Day) -> Option<Instant> {
        self.instant_of(day.civil().at(0, 0, 0, 0))
    }
}

/// The offsets of a zone as a table: days of many instants at a few nanoseconds each.
#[derive(Clone, Debug)]
pub struct DayTable {
    /// Start of validity (µs UTC) and offset (µs), ascending; the first starts at the beginning of time.
    segments: Vec<(i64, i64)>,
}

impl Zone {
    /// The table for instants from 1970 to 2100, the range that facts may have.
    pub fn day_table(&self) -> DayTable {
        let offset_micros = |stamp| i64::from(self.zone.to_offset(stamp).seconds()) * MICROS_PER_SECOND;
        let start = jiff::Timestamp::UNIX_EPOCH;
        let mut segments = vec![(i64::MIN, offset_micros(start))];
        for transition in self.zone.following(start) {
            let at = transition.timestamp();
            if at.as_second() > YEAR_2100_SECONDS {
                break;
            }
            segments.push((at.as_microsecond(), offset_micros(at)));
        }
        DayTable { segments }
    }
}

/// 2100-01-02T00:00:00Z: a day after the last instant that a fact may have.
const YEAR_2100_SECONDS: i64 = 4_102_531_200;

impl DayTable {
    pub fn day_of(&self, at: Instant) -> Day {
        let after = self.segments.partition_point(|(start, _)| *start <= at.0);
        let offset = self.segments[after.saturating_sub(1)].1;
        Day(at.0.saturating_add(offset).div_euclid(MICROS_PER_DAY) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_know_their_iso_names() {
        let day = Day::parse_iso("2011-12-09").unwrap();
        assert_eq!(day.iso(), "2011-12-09");
        assert_eq!(day.month().iso(), "2011-12");
        assert_eq!(day.month().first_day().iso(), "2011-12-01");
        assert_eq!(Month::parse_iso("2010-12"), Some(Month(2010 * 12 + 11)));
        assert_eq!(Month::parse_iso("2010-13"), None);
        for text in ["2011-12-09T23:00", "20111209", "2011-12-09 ", "2011-12-9", ""] {
            assert_eq!(Day::parse_iso(text), None, "{text}");
        }
        assert_eq!(Day(0).iso(), "1970-01-01");
    }

    #[test]
    fn days_beyond_all_dates_are_the_first_or_the_last() {
        assert_eq!(Day(7_304_485).civil(), Date::MAX);
        assert_eq!(Day(i32::MAX).civil(), Date::MAX);
        assert_eq!(Day(i32::MIN).civil(), Date::MIN);
        for name in ["Asia/Shanghai", "America/New_York"] {
            let zone = Zone::parse(name).unwrap();
            assert!(zone.day_of(Instant(i64::MIN)) < Day(0) && zone.day_of(Instant(i64::MAX)) > Day(0), "{name}");
            assert!(zone.day_and_hour_of(Instant(i64::MAX)).0 > Day(0), "{name}");
            assert!(zone.day_table().day_of(Instant(i64::MAX)) > Day(0), "{name}");
        }
    }

    #[test]
    fn an_evening_in_london_is_already_tomorrow_in_shanghai() {
        let at = Instant::parse_rfc3339("2011-07-01T20:00:00Z").unwrap();
        assert_eq!(Zone::parse("Europe/London").unwrap().day_of(at).iso(), "2011-07-01");
        assert_eq!(Zone::parse("Asia/Shanghai").unwrap().day_of(at).iso(), "2011-07-02");
    }

    #[test]
    fn half_past_eight_in_the_evening_is_the_twentieth_hour_of_its_day() {
        let shanghai = Zone::parse("Asia/Shanghai").unwrap();
        let at = Instant::parse_rfc3339("2026-11-22T12:30:00Z").unwrap();
        assert_eq!(shanghai.day_and_hour_of(at), (shanghai.day_of(at), 20));
        let before = Instant::parse_rfc3339("1969-12-31T23:59:59Z").unwrap();
        assert_eq!(Zone::utc().day_and_hour_of(before), (Day(-1), 23));
    }

    #[test]
    fn the_table_of_days_agrees_with_the_zone() {
        for name in ["UTC", "Europe/London", "Asia/Shanghai", "America/New_York", "Pacific/Apia"] {
            let zone = Zone::parse(name).unwrap();
            let table = zone.day_table();
            for hour in 0..150_000i64 {
                let at = Instant(hour * 7 * 3_600 * MICROS_PER_SECOND + 1);
                assert_eq!(table.day_of(at), zone.day_of(at), "{name} {}", at.rfc3339());
            }
        }
    }

    #[test]
    fn the_skipped_and_the_repeated_hour_have_an_instant() {
        let london = Zone::parse("Europe/London").unwrap();
        let skipped = london.instant_of(jiff::civil::date(2011, 3, 27).at(1, 30, 0, 0)).unwrap();
        assert_eq!(skipped.rfc3339(), "2011-03-27T01:30:00Z");
        let repeated = london.instant_of(jiff::civil::date(2011, 10, 30).at(1, 30, 0, 0)).unwrap();
        assert_eq!(repeated.rfc3339(), "2011-10-30T00:30:00Z");
    }
}
