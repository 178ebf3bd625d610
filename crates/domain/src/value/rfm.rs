//! RFM: recency, frequency and monetary scores, 125 cells and eight named groups.
//!
//! Rules. Cut points are the linear-interpolated 20/40/60/80 % quantiles. A score is 1 + the
//! number of cut points *below* the value, so equal values always get equal scores (a rank-based
//! ntile would split ties); recency is reversed, so 5 is best on all three. A score of
//! [`HIGH_SCORE`] or more is "high": above the 60 % cut point, the best 40 %. The eight groups
//! are the eight combinations of high and low, so each of the 125 cells is in exactly one.
//!
//! Invariants: recency in whole days, orders as a count, money in integer minor units (which may
//! be negative); counts of cells and of groups each sum to the number of buyers.

use serde::{Deserialize, Serialize};

/// Scores per dimension.
pub const SCORES: usize = 5;
/// Smallest score that counts as high.
pub const HIGH_SCORE: u8 = 4;

/// One buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct RfmInput {
    /// Whole days from the last order to the reference day.
    pub recency_days: u32,
    /// Orders.
    pub orders: u32,
    /// Revenue, minor units.
    pub revenue_minor: i64,
}

/// Scores 1 (worst) to 5 (best).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RfmScore {
    /// Recency.
    pub recency: u8,
    /// Frequency.
    pub frequency: u8,
    /// Monetary value.
    pub monetary: u8,
}

impl RfmScore {
    /// Three digits, e.g. 555.
    pub const fn code(self) -> u16 {
        self.recency as u16 * 100 + self.frequency as u16 * 10 + self.monetary as u16
    }

    /// The group of this cell.
    pub const fn group(self) -> RfmGroup {
        let high = (self.recency >= HIGH_SCORE, self.frequency >= HIGH_SCORE, self.monetary >= HIGH_SCORE);
        match high {
            (true, true, true) => RfmGroup::Champions,
            (true, false, true) => RfmGroup::RisingSpenders,
            (false, true, true) => RfmGroup::MustKeep,
            (false, false, true) => RfmGroup::MustWinBack,
            (true, true, false) => RfmGroup::LoyalSmall,
            (true, false, false) => RfmGroup::Newcomers,
            (false, true, false) => RfmGroup::FadingRegulars,
            (false, false, false) => RfmGroup::Dormant,
        }
    }
}

/// The eight customary groups, by high or low recency, frequency and monetary score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RfmGroup {
    /// R high, F high, M high (重要价值).
    Champions,
    /// R high, F low, M high (重要发展).
    RisingSpenders,
    /// R low, F high, M high (重要保持).
    MustKeep,
    /// R low, F low, M high (重要挽留).
    MustWinBack,
    /// R high, F high, M low (一般价值).
    LoyalSmall,
    /// R high, F low, M low (一般发展).
    Newcomers,
    /// R low, F high, M low (一般保持).
    FadingRegulars,
    /// R low, F low, M low (一般挽留).
    Dormant,
}

impl RfmGroup {
    /// All groups in the customary order.
    pub const ALL: [Self; 8] = [
        Self::Champions,
        Self::RisingSpenders,
        Self::MustKeep,
        Self::MustWinBack,
        Self::LoyalSmall,
        Self::Newcomers,
        Self::FadingRegulars,
        Self::Dormant,
    ];

    /// Stable code, as in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Champions => "champions",
            Self::RisingSpenders => "rising_spenders",
            Self::MustKeep => "must_keep",
            Self::MustWinBack => "must_win_back",
            Self::LoyalSmall => "loyal_small",
            Self::Newcomers => "newcomers",
            Self::FadingRegulars => "fading_regulars",
            Self::Dormant => "dormant",
        }
    }
}

/// The 20/40/60/80 % quantiles of the three dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CutPoints {
    /// Days.
    pub recency_days: [f64; SCORES - 1],
    /// Orders.
    pub orders: [f64; SCORES - 1],
    /// Minor units.
    pub revenue_minor: [f64; SCORES - 1],
}

impl CutPoints {
    /// Cut points of `buyers`; zeros when there are none.
    pub fn of(buyers: &[RfmInput]) -> Self {
        Self {
            recency_days: quantiles(buyers.iter().map(|b| i64::from(b.recency_days)).collect()),
            orders: quantiles(buyers.iter().map(|b| i64::from(b.orders)).collect()),
            revenue_minor: quantiles(buyers.iter().map(|b| b.revenue_minor).collect()),
        }
    }

    /// Scores one buyer.
    pub fn score(&self, buyer: &RfmInput) -> RfmScore {
        RfmScore {
            recency: 6 - grade(&self.recency_days, f64::from(buyer.recency_days)),
            frequency: grade(&self.orders, f64::from(buyer.orders)),
            monetary: grade(&self.revenue_minor, buyer.revenue_minor as f64),
        }
    }
}

fn grade(cuts: &[f64; SCORES - 1], value: f64) -> u8 {
    1 + cuts.iter().filter(|cut| **cut < value).count() as u8
}

/// Linear-interpolated quantiles (Hyndman & Fan type 7) at 20/40/60/80 %.
fn quantiles(mut values: Vec<i64>) -> [f64; SCORES - 1] {
    let Some(last) = values.len().checked_sub(1) else {
        return [0.0; SCORES - 1];
    };
    values.sort_unstable();
    std::array::from_fn(|index| {
        // Position (index + 1)/5 of the way, in exact integer arithmetic.
        let fifths = last * (index + 1);
        let (whole, rest) = (fifths / SCORES, fifths % SCORES);
        let low = values[whole];
        let high = values[(whole + 1).min(last)];
        low as f64 + (high as f64 - low as f64) * rest as f64 / SCORES as f64
    })
}

/// Customers and revenue of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupTotals {
    /// The group.
    pub group: RfmGroup,
    /// Buyers in it.
    pub customers: u64,
    /// Their revenue, minor units.
    pub revenue_minor: i64,
}

/// RFM of all buyers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RfmResult {
    /// The cut points used.
    pub cut_points: CutPoints,
    /// Buyers per cell, `[recency - 1][frequency - 1][monetary - 1]`.
    pub cells: [[[u64; SCORES]; SCORES]; SCORES],
    /// Totals of the eight groups in the order of [`RfmGroup::ALL`].
    pub groups: [GroupTotals; 8],
    /// Buyers.
    pub customers: u64,
    /// Revenue of all buyers, minor units.
    pub revenue_minor: i64,
}

/// Scores and counts all buyers; the second part has each buyer's score in the order given.
pub fn run_rfm(buyers: &[RfmInput]) -> (RfmResult, Vec<RfmScore>) {
    let cut_points = CutPoints::of(buyers);
    let mut cells = [[[0_u64; SCORES]; SCORES]; SCORES];
    let mut groups = RfmGroup::ALL.map(|group| GroupTotals { group, customers: 0, revenue_minor: 0 });
    let mut revenue_minor = 0_i64;
    let mut scores = Vec::with_capacity(buyers.len());
    for buyer in buyers {
        let score = cut_points.score(buyer);
        let index = |s: u8| usize::from(s - 1);
        cells[index(score.recency)][index(score.frequency)][index(score.monetary)] += 1;
        let totals = &mut groups[score.group() as usize];
        totals.customers += 1;
        totals.revenue_minor = totals.revenue_minor.saturating_add(buyer.revenue_minor);
        revenue_minor = revenue_minor.saturating_add(buyer.revenue_minor);
        scores.push(score);
    }
    let customers = buyers.len() as u64;
    (RfmResult { cut_points, cells, groups, customers, revenue_minor }, scores)
}
