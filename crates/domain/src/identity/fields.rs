//! What a trait is where several say different things.
//!
//! The stated priority: within a source the newest word holds, of words of one instant the greater value; between
//! sources the one with the greater rank holds ([`crate::field::rank_of`]), of sources of one rank the one that spoke last,
//! of those that spoke at one instant the one whose name sorts last. It is
//! the same for one profile and for the profiles of a merged customer, so that a merged customer's traits are what
//! they would be had all been told of one. Nothing depends on the order of arrival.

use crate::time::Instant;
use std::cmp::Ordering;

/// What a source says of one trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub name: String,
    pub source: String,
    /// Of the source.
    pub rank: i64,
    pub value: String,
    pub at: Instant,
}

/// Why a word holds and another one does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// They say the same, or only one says anything.
    NoConflict,
    /// Its source is believed sooner.
    Rank,
    Newest,
    /// Same source, same instant.
    GreaterValue,
    /// Same instant.
    SourceName,
}

impl Because {
    pub fn code(self) -> &'static str {
        match self {
            Self::NoConflict => "no_conflict",
            Self::Rank => "rank",
            Self::Newest => "newest",
            Self::GreaterValue => "greater_value",
            Self::SourceName => "source_name",
        }
    }
}

/// Of words on one trait, the place of the one that holds, and why it holds against the next best that says
/// otherwise. `None` where nobody says anything.
pub fn holding(words: &[Word]) -> Option<(usize, Because)> {
    let best = (0..words.len()).max_by(|one, other| compare(&words[*one], &words[*other]))?;
    let rival = words.iter().filter(|word| word.value != words[best].value).max_by(|one, other| compare(one, other));
    let because = match rival {
        None => Because::NoConflict,
        Some(rival) if rival.rank < words[best].rank => Because::Rank,
        Some(rival) if rival.at < words[best].at => Because::Newest,
        Some(rival) if rival.source == words[best].source => Because::GreaterValue,
        Some(_) => Because::SourceName,
    };
    Some((best, because))
}

/// The words of several profiles as those of one customer: of each trait and source one, by name and source.
pub fn words_together(mut words: Vec<Word>) -> Vec<Word> {
    words.sort_by(|one, other| {
        (&one.name, &one.source).cmp(&(&other.name, &other.source)).then_with(|| compare(other, one))
    });
    words.dedup_by(|later, kept| (&later.name, &later.source) == (&kept.name, &kept.source));
    words
}

fn compare(one: &Word, other: &Word) -> Ordering {
    (one.rank, one.at, &one.source, &one.value).cmp(&(other.rank, other.at, &other.source, &other.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(source: &str, value: &str, at: i64) -> Word {
        Word { name: "city".to_owned(), source: source.to_owned(), rank: 3, value: value.to_owned(), at: Instant(at) }
    }

    #[test]
    fn a_source_that_is_believed_sooner_holds_however_old_its_word_is() {
        let stated = Word { rank: 6, ..word("web", "Hangzhou", 1) };
        let words = [word("crm", "Shanghai", 9), stated, word("erp", "Leeds", 10)];
        assert_eq!(holding(&words), Some((1, Because::Rank)));
        assert_eq!(holding(&words[..2]), Some((1, Because::Rank)));
    }

    #[test]
    fn the_priority_is_instant_then_source_then_value() {
        let cases: [(&[Word], &str, Because); 5] = [
            (&[word("crm", "York", 5), word("web", "Leeds", 9)], "Leeds", Because::Newest),
            (&[word("web", "York", 9), word("crm", "Leeds", 9)], "York", Because::SourceName),
            (&[word("crm", "York", 9), word("crm", "Leeds", 9)], "York", Because::GreaterValue),
            (&[word("crm", "York", 9), word("web", "York", 1)], "York", Because::NoConflict),
            (&[word("crm", "York", 9), word("web", "York", 8), word("pos", "Hull", 1)], "York", Because::Newest),
        ];
        for (words, value, because) in cases {
            let mut turned = words.to_vec();
            turned.reverse();
            for words in [words.to_vec(), turned] {
                let (place, why) = holding(&words).unwrap();
                assert_eq!((words[place].value.as_str(), why), (value, because));
            }
        }
        assert_eq!(holding(&[]), None);
    }

    #[test]
    fn of_each_source_one_word_is_left() {
        let words =
            vec![word("web", "Hull", 3), word("crm", "York", 5), word("crm", "Leeds", 9), word("crm", "Bath", 9)];
        assert_eq!(words_together(words), [word("crm", "Leeds", 9), word("web", "Hull", 3)]);
    }
}
