//! The written forms of dates beside the fast one.
//!
//! Forms: year first with any of `- / . 年月日`, day or month first with `- / .` or blanks, English month
//! names, `yyyymmdd[hhmm[ss]]`, seconds, milliseconds and microseconds since 1970, spreadsheet days; then
//! times with seconds and fractions, AM/PM, 上午/下午, and a zone as `Z`, `UTC`, `GMT` or `±hh[[:]mm]`.
//! Invariants: two-digit years from 70 are of the last century; a value with anything left over is refused.

use super::dates::{DateError, DateOrder, Written, is_calendar_day};
use crate::time::{Instant, MICROS_PER_SECOND};

pub(super) enum Form {
    Written(Written),
    Instant(Instant),
}

pub(super) enum Evidence {
    None,
    YearFirst,
    /// 05/05/2011: any order reads it, and all the same.
    Same,
    DayFirst,
    MonthFirst,
    Either,
    Spreadsheet,
    Epoch,
}

enum RawDate {
    Known { year: i32, month: u8, day: u8 },
    Numbers { first: u8, second: u8, year: i32 },
}

/// 1954-10-03 and 2099-12-31 as spreadsheets count: outside, a number is hardly a date.
const SPREADSHEET_DAYS: std::ops::RangeInclusive<i64> = 20_000..=73_050;
/// Days from 1899-12-30, where spreadsheets begin, to 1970-01-01.
const SPREADSHEET_EPOCH: i64 = 25_569;
/// The longest text that can be a date; longer cells are refused unread.
const DATE_BYTES_MAX: usize = 64;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn parse(text: &str, order: DateOrder, spreadsheet_days: bool) -> Result<Form, DateError> {
    let text = text.trim();
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return Err(DateError::Invalid);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.matches('.').count() < 2 {
        return number(text, spreadsheet_days).ok_or(DateError::Invalid);
    }
    let (raw, rest) = scan_date(text).ok_or(DateError::Invalid)?;
    let (micros_of_day, offset_seconds) = scan_time(rest).ok_or(DateError::Invalid)?;
    let (year, month, day) = match (raw, order) {
        (RawDate::Known { year, month, day }, _) => (year, month, day),
        (RawDate::Numbers { first, second, year }, DateOrder::Dmy) => (year, second, first),
        (RawDate::Numbers { first, second, year }, DateOrder::Mdy) => (year, first, second),
        (RawDate::Numbers { .. }, DateOrder::Ymd) => return Err(DateError::Invalid),
    };
    if year == 0 || year > 9_999 {
        return Err(DateError::OutOfRange);
    }
    if !is_calendar_day(year, month, day) {
        return Err(DateError::Invalid);
    }
    Ok(Form::Written(Written { year, month, day, micros_of_day, offset_seconds }))
}

/// What this value tells about its column.
pub(super) fn evidence(text: &str) -> Evidence {
    let text = text.trim();
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return Evidence::None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return evidence_of_number(text);
    }
    let Some((raw, rest)) = scan_date(text) else {
        return Evidence::None;
    };
    if scan_time(rest).is_none() {
        return Evidence::None;
    }
    match raw {
        RawDate::Known { year, month, day } if is_calendar_day(year, month, day) => Evidence::YearFirst,
        RawDate::Known { .. } => Evidence::None,
        RawDate::Numbers { first, second, year } => {
            let day_first = is_calendar_day(year, second, first);
            let month_first = is_calendar_day(year, first, second);
            match (day_first, month_first) {
                (true, true) if first == second => Evidence::Same,
                (true, true) => Evidence::Either,
                (true, false) => Evidence::DayFirst,
                (false, true) => Evidence::MonthFirst,
                (false, false) => Evidence::None,
            }
        }
    }
}

fn evidence_of_number(text: &str) -> Evidence {
    match number(text, true) {
        Some(Form::Instant(_)) => Evidence::Epoch,
        Some(Form::Written(written)) if matches!(text.len(), 8 | 12 | 14) && !text.contains('.') => {
            // 19110101 is as much an amount as a date: only years of trade count.
            if (1970..2100).contains(&written.year) { Evidence::YearFirst } else { Evidence::None }
        }
        Some(Form::Written(_)) => Evidence::Spreadsheet,
        None => Evidence::None,
    }
}

fn number(text: &str, spreadsheet_days: bool) -> Option<Form> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let value: i64 = whole.parse().ok()?;
    if spreadsheet_days && SPREADSHEET_DAYS.contains(&value) && whole.len() == 5 {
        return spreadsheet(value, fraction).map(Form::Written);
    }
    let scale = match whole.len() {
        9 | 10 => MICROS_PER_SECOND,
        13 => 1_000,
        16 => 1,
        8 | 12 | 14 if fraction.is_empty() => return compact(whole).map(Form::Written),
        _ => return None,
    };
    Some(Form::Instant(Instant(value * scale)))
}

fn compact(digits: &str) -> Option<Written> {
    let part = |from: usize, to: usize| -> Option<i32> {
        if from >= digits.len() { Some(0) } else { digits.get(from..to)?.parse().ok() }
    };
    let (year, month, day) = (part(0, 4)?, part(4, 6)? as u8, part(6, 8)? as u8);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let fits = is_calendar_day(year, month, day) && hour < 24 && minute < 60 && second < 60;
    let micros_of_day = i64::from(hour * 3_600 + minute * 60 + second) * MICROS_PER_SECOND;
    fits.then_some(Written { year, month, day, micros_of_day, offset_seconds: None })
}

/// Spreadsheet days to the second: their fractions are rounded floats.
fn spreadsheet(days: i64, fraction: &str) -> Option<Written> {
    let part: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
    let seconds = ((part * 86_400.0).round() as i64).min(86_399);
    let date = crate::time::Day((days - SPREADSHEET_EPOCH) as i32).civil();
    Some(Written {
        year: i32::from(date.year()),
        month: date.month() as u8,
        day: date.day() as u8,
        micros_of_day: seconds * MICROS_PER_SECOND,
        offset_seconds: None,
    })
}

fn scan_date(text: &str) -> Option<(RawDate, &str)> {
    let mut rest = text;
    if let Some((word, after)) = take_word(rest)
        && names(&WEEKDAYS, word).is_some()
    {
        rest = after.trim_start_matches([',', ' ', '.']);
    }
    if let Some((word, after)) = take_word(rest) {
        let month = names(&MONTHS, word)?;
        let (day, _, after) = take_digits(after.trim_start_matches([' ', '.', '-']))?;
        let (year, width, after) = take_digits(strip_ordinal(after).trim_start_matches([',', ' ', '-']))?;
        return known(full_year(year, width)?, month, day, after);
    }
    let (first, width, after) = take_digits(rest)?;
    if width == 4 {
        return scan_year_first(first, after);
    }
    if width > 2 {
        return None;
    }
    let mark = after.chars().next()?;
    let after = strip_ordinal(after).trim_start_matches(['-', '/', '.', ' ', ',']);
    if let Some((word, after)) = take_word(after) {
        let month = names(&MONTHS, word)?;
        let (year, width, after) = take_digits(after.trim_start_matches(['-', '/', '.', ' ', ',']))?;
        return known(full_year(year, width)?, month, first, after);
    }
    if !matches!(mark, '-' | '/' | '.') {
        return None;
    }
    let (second, width, after) = take_digits(after)?;
    let (year, year_width, after) = take_digits(after.strip_prefix(mark)?)?;
    let year = full_year(year, year_width)?;
    (width <= 2).then_some((RawDate::Numbers { first: first as u8, second: second as u8, year }, after))
}

fn scan_year_first(year: i32, after: &str) -> Option<(RawDate, &str)> {
    let mark = after.chars().next()?;
    if !matches!(mark, '-' | '/' | '.' | '年') {
        return None;
    }
    let after = after[mark.len_utf8()..].trim_start();
    let (month, width, after) = match take_word(after) {
        Some((word, after)) => (i32::from(names(&MONTHS, word)?), 2, after),
        None => take_digits(after)?,
    };
    let second_mark = if mark == '年' { '月' } else { mark };
    let (day, day_width, after) = take_digits(after.strip_prefix(second_mark)?.trim_start())?;
    let after = if mark == '年' { after.trim_start_matches(['日', '号', '號']) } else { after };
    if width > 2 || day_width > 2 {
        return None;
    }
    known(year, month as u8, day, after)
}

fn known(year: i32, month: u8, day: i32, rest: &str) -> Option<(RawDate, &str)> {
    let day = u8::try_from(day).ok()?;
    Some((RawDate::Known { year, month, day }, rest))
}

fn strip_ordinal(text: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|tail| text.strip_prefix(tail)).unwrap_or(text)
}

fn full_year(year: i32, width: usize) -> Option<i32> {
    match width {
        4 => Some(year),
        2 if year >= 70 => Some(1900 + year),
        2 => Some(2000 + year),
        _ => None,
    }
}

fn take_word(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn take_digits(text: &str) -> Option<(i32, usize, &str)> {
    let width = text.bytes().take_while(u8::is_ascii_digit).count();
    if width == 0 || width > 4 {
        return None;
    }
    Some((text[..width].parse().ok()?, width, &text[width..]))
}

/// The place (from 1) of a name that is written in full or with its first three letters or more.
fn names(table: &[&str], word: &str) -> Option<u8> {
    let place = table.iter().position(|name| {
        word.len() >= 3 && word.len() <= name.len() && name[..word.len()].eq_ignore_ascii_case(word)
    })?;
    Some(place as u8 + 1)
}

/// Microseconds of the day and the written offset.
fn scan_time(text: &str) -> Option<(i64, Option<i32>)> {
    let mut rest = text.trim_start_matches([' ', 'T', 't', ',', '\u{a0}', '\u{202f}']).trim_end();
    if rest.is_empty() {
        return Some((0, None));
    }
    let mut half = None;
    for (word, half_of_word) in [("上午", 0), ("凌晨", 0), ("早上", 0), ("下午", 12), ("晚上", 12), ("中午", 12)]
    {
        if let Some(after) = rest.strip_prefix(word) {
            (rest, half) = (after.trim_start(), Some(half_of_word));
        }
    }
    let (hour, hour_width, after) = take_digits(rest)?;
    let (minute, after) = next_part(after, &[':', '时', '時', '点', '點'])?;
    let (second, after) = next_part(after, &[':', '分'])?;
    let after = after.strip_prefix('秒').unwrap_or(after);
    let (fraction, after) = take_fraction(after)?;
    let mut tail = after.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    for (word, half_of_word) in [("AM", 0), ("PM", 12), ("A.M.", 0), ("P.M.", 12)] {
        if let Some(head) = tail.get(..word.len())
            && head.eq_ignore_ascii_case(word)
        {
            (tail, half) = (tail[word.len()..].trim_start(), Some(half_of_word));
        }
    }
    // A lone number behind a date is no time of day.
    if hour_width > 2 || after.len() == rest.len() - hour_width && half.is_none() {
        return None;
    }
    let hour = match half {
        Some(0) if hour == 12 => 0,
        Some(12) if hour < 12 => hour + 12,
        _ => hour,
    };
    let offset = scan_zone(tail)?;
    let fits = hour < 24 && minute < 60 && second < 60;
    let micros = i64::from(hour * 3_600 + minute * 60 + second) * MICROS_PER_SECOND + fraction;
    fits.then_some((micros, offset))
}

/// The number behind one of the marks; zero and the same rest where the mark is missing.
fn next_part<'a>(text: &'a str, marks: &[char]) -> Option<(i32, &'a str)> {
    let Some(after) = text.strip_prefix(marks) else {
        return Some((0, text));
    };
    if after.trim().is_empty() && !text.starts_with(':') {
        return Some((0, ""));
    }
    let (value, width, after) = take_digits(after)?;
    (width <= 2).then_some((value, after))
}

/// A fraction of a second in microseconds; digits beyond are cut.
fn take_fraction(text: &str) -> Option<(i64, &str)> {
    let Some(after) = text.strip_prefix(['.', ',']) else {
        return Some((0, text));
    };
    let width = after.bytes().take_while(u8::is_ascii_digit).count();
    if width == 0 {
        return None;
    }
    let digits = after.bytes().take(width).chain(std::iter::repeat(b'0')).take(6);
    let micros = digits.fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some((micros, &after[width..]))
}

fn scan_zone(text: &str) -> Option<Option<i32>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["z", "utc", "gmt"].iter().any(|name| name.eq_ignore_ascii_case(text)) {
        return Some(Some(0));
    }
    let text = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text);
    let (sign, body) = match text.strip_prefix('+') {
        Some(body) => (1, body),
        None => (-1, text.strip_prefix(['-', '\u{2212}'])?),
    };
    let (hours, minutes) = match body.split_once(':') {
        Some((hours, minutes)) => (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?),
        None if body.len() == 4 => (body.get(..2)?.parse().ok()?, body.get(2..)?.parse().ok()?),
        None => (body.parse().ok()?, 0),
    };
    let fits = (0..=18).contains(&hours) && (0..60).contains(&minutes);
    fits.then_some(Some(sign * (hours * 3_600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::super::dates::days_from_civil;

    #[test]
    fn day_arithmetic_agrees_with_the_calendar_library() {
        for days in (-30_000..60_000).step_by(17) {
            let date = crate::time::Day(days).civil();
            let counted = days_from_civil(i32::from(date.year()), date.month() as u8, date.day() as u8);
            assert_eq!(counted, days);
        }
    }
}
