//! Where the words of a source come from, which one is believed, and how far.
//!
//! The stated rule: of what several sources say of a field, the word of the source whose origin stands first in the
//! workspace's order is believed; of sources of one origin the one that spoke last. The usual order: what people state of
//! themselves, what they authorised somebody to tell, what staff wrote down, what was imported, what was observed, whatever
//! else.

/// Where what a source says comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The person typed it.
    SelfStated,
    /// The person allowed somebody who knows it to tell.
    Authorised,
    /// A clerk, or somebody of the service, wrote it down.
    Staff,
    /// A file or another system.
    Imported,
    /// It was concluded from what somebody did.
    Observed,
    Other,
}

impl Origin {
    /// In the usual order.
    pub const ALL: [Self; 6] =
        [Self::SelfStated, Self::Authorised, Self::Staff, Self::Imported, Self::Observed, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::SelfStated => "self_stated",
            Self::Authorised => "authorised",
            Self::Staff => "staff",
            Self::Imported => "imported",
            Self::Observed => "observed",
            Self::Other => "other",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.code() == code)
    }
}

/// What is written down by hand, and what codes see, have sources of this program's own.
const BY_HAND: &str = "perennial";
const CODES: &str = "src_codes";
const TOUCH_POINT_PREFIX: &str = "src_";

/// Of a source of which nobody has said anything: at a touch-point people speak for themselves; all others are files and
/// systems.
pub fn usual_origin(source: &str) -> Origin {
    match source {
        BY_HAND => Origin::Staff,
        CODES => Origin::Observed,
        other if other.starts_with(TOUCH_POINT_PREFIX) => Origin::SelfStated,
        _ => Origin::Imported,
    }
}

/// Each origin once.
pub fn order_is_whole(order: &[Origin]) -> bool {
    order.len() == Origin::ALL.len() && Origin::ALL.iter().all(|origin| order.contains(origin))
}

/// The greater, the sooner it is believed.
pub fn rank_of(order: &[Origin], origin: Origin) -> i64 {
    order.iter().rev().position(|one| *one == origin).map_or(0, |place| place as i64 + 1)
}

/// How far a value can be relied on, from 0 to 1: how probable it is that one more source would say the same, by the rule
/// of succession. Of `sources` that say anything of the field, `agreeing` say this value: (agreeing + 1) / (sources + 2),
/// to two digits. One source alone: 0.67; two that agree: 0.75; two that do not: 0.5 each.
pub fn confidence(agreeing: usize, sources: usize) -> f64 {
    let hundredths = (200 * (agreeing + 1) + (sources + 2)) / (2 * (sources + 2));
    hundredths as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_a_usual_origin_and_the_first_in_the_order_has_the_greatest_rank() {
        let origins = ["src_1", "src_codes", "perennial", "file", "erp"].map(usual_origin);
        let expected = [Origin::SelfStated, Origin::Observed, Origin::Staff, Origin::Imported, Origin::Imported];
        assert_eq!(origins, expected);
        assert_eq!(Origin::ALL.map(|origin| rank_of(&Origin::ALL, origin)), [6, 5, 4, 3, 2, 1]);
        assert!(order_is_whole(&Origin::ALL) && !order_is_whole(&Origin::ALL[1..]));
        assert!(!order_is_whole(&[Origin::Staff; 6]));
        for origin in Origin::ALL {
            assert_eq!(Origin::parse(origin.code()), Some(origin));
        }
    }

    #[test]
    fn confidence_grows_with_those_who_agree_and_is_never_certain() {
        let cases = [(1, 1, 0.67), (2, 2, 0.75), (1, 2, 0.5), (3, 3, 0.8), (2, 3, 0.6), (1, 3, 0.4)];
        for (agreeing, sources, expected) in cases {
            assert!((confidence(agreeing, sources) - expected).abs() < 1e-9, "{agreeing} of {sources}");
        }
        for sources in 1..50 {
            for agreeing in 1..=sources {
                let one = confidence(agreeing, sources);
                assert!(one > 0.0 && one < 1.0);
                assert!(agreeing == 1 || one >= confidence(agreeing - 1, sources));
            }
        }
    }
}
