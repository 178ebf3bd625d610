//! What was tried and what customers value: tests of innovations with their arithmetic, and attributes in four quadrants.
//!
//! A test compares arms by how many of so many people converted. Each arm is held against the first one, the control: the lift
//! in percentage points, a two-sided test of two proportions (pooled, normal approximation), the 95 % interval of the lift, and
//! the power to have found it. An attribute has an importance and a satisfaction, from 1 to 10; what lies above or below the
//! mean of all says what to do with it (Martilla and James 1977).
//!
//! Invariants: figures are of whole numbers of people; nothing here looks at a clock.

use crate::settings::FieldError;
use crate::tag::is_name;
use crate::time::Day;
use serde::{Deserialize, Serialize};

pub const TESTS_MAX: usize = 1_000;
pub const ATTRIBUTES_MAX: usize = 200;
const ARMS: std::ops::RangeInclusive<usize> = 2..=6;
const PEOPLE_MAX: i64 = 1_000_000_000;
const TEXT_CHARACTERS_MAX: usize = 1_000;
/// Importance and satisfaction in hundredths: 1.00 to 10.00.
pub const RATING: std::ops::RangeInclusive<i64> = 100..=1_000;
const Z_95: f64 = 1.959_963_984_540_054;

/// What is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Innovation {
    Product,
    Service,
    /// The way of telling.
    Communication,
}

impl Innovation {
    pub const ALL: [Self; 3] = [Self::Product, Self::Service, Self::Communication];

    pub fn code(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Service => "service",
            Self::Communication => "communication",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What comes of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is done for everybody.
    Adopt,
    Reject,
    /// It is tried again.
    Repeat,
}

impl Verdict {
    pub const ALL: [Self; 3] = [Self::Adopt, Self::Reject, Self::Repeat];

    pub fn code(self) -> &'static str {
        match self {
            Self::Adopt => "adopt",
            Self::Reject => "reject",
            Self::Repeat => "repeat",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    pub name: String,
    pub people: i64,
    pub conversions: i64,
}

/// What a person says of a test. The first arm is the control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestSettings {
    pub name: String,
    pub innovation: Innovation,
    pub hypothesis: String,
    pub started_on: Day,
    pub arms: Vec<Arm>,
}

impl TestSettings {
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
        if !is_name(&self.name) {
            refuse("name", "1 to 60 characters");
        }
        if self.hypothesis.trim().chars().count() > TEXT_CHARACTERS_MAX {
            refuse("hypothesis", "up to 1000 characters");
        }
        if !ARMS.contains(&self.arms.len()) {
            refuse("arms", "2 to 6 arms, the control first");
        } else if !self.arms.iter().all(|arm| is_name(&arm.name)) {
            refuse("arms", "names of 1 to 60 characters");
        } else if !self
            .arms
            .iter()
            .all(|arm| (0..=PEOPLE_MAX).contains(&arm.people) && (0..=arm.people).contains(&arm.conversions))
        {
            refuse("arms", "people from 0 to 1000000000, and no more conversions than people");
        }
        errors
    }
}

/// An arm held against the control.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub rate: f64,
    pub control_rate: f64,
    /// In percentage points: 2.0 of 10 % and 12 %.
    pub lift_points: f64,
    /// The 95 % interval of the lift.
    pub low_points: f64,
    pub high_points: f64,
    /// The lift by the rate of the control; none where that is 0.
    pub relative: Option<f64>,
    /// How likely a difference as large is where there is none.
    pub p_value: f64,
    /// How likely a test of this size finds this difference at the level of 5 %.
    pub power: f64,
}

/// `None` where an arm has nobody.
pub fn compare(control: &Arm, arm: &Arm) -> Option<Comparison> {
    if control.people <= 0 || arm.people <= 0 {
        return None;
    }
    let (n, m) = (control.people as f64, arm.people as f64);
    let (p, q) = (control.conversions as f64 / n, arm.conversions as f64 / m);
    let pooled = (control.conversions + arm.conversions) as f64 / (n + m);
    let under_none = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let under_own = (p * (1.0 - p) / n + q * (1.0 - q) / m).sqrt();
    let lift = q - p;
    let p_value = if under_none > 0.0 { 2.0 * above(lift.abs() / under_none) } else { 1.0 };
    let power = if under_own > 0.0 {
        above((Z_95 * under_none - lift.abs()) / under_own) + above((Z_95 * under_none + lift.abs()) / under_own)
    } else if lift == 0.0 {
        0.0
    } else {
        1.0
    };
    Some(Comparison {
        rate: q,
        control_rate: p,
        lift_points: lift * 100.0,
        low_points: (lift - Z_95 * under_own) * 100.0,
        high_points: (lift + Z_95 * under_own) * 100.0,
        relative: (p > 0.0).then(|| lift / p),
        p_value: p_value.min(1.0),
        power: power.min(1.0),
    })
}

/// How much of a normal distribution lies above so many standard deviations.
fn above(deviations: f64) -> f64 {
    libm::erfc(deviations / std::f64::consts::SQRT_2) / 2.0
}

/// What to do with an attribute, by importance and satisfaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quadrant {
    /// Important, and liked: strengthen and show it.
    Strengthen,
    /// Important, and not liked: mend it first.
    Fix,
    /// Neither.
    LowPriority,
    /// Liked, and not important: perhaps too much is spent on it.
    Enough,
}

impl Quadrant {
    pub const ALL: [Self; 4] = [Self::Strengthen, Self::Fix, Self::LowPriority, Self::Enough];

    pub fn code(self) -> &'static str {
        match self {
            Self::Strengthen => "strengthen",
            Self::Fix => "fix",
            Self::LowPriority => "low_priority",
            Self::Enough => "enough",
        }
    }
}

/// Importance and satisfaction in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rated {
    pub importance: i64,
    pub satisfaction: i64,
}

/// The quadrant of each: by the means of all, which belong to the upper side.
pub fn quadrants(all: &[Rated]) -> Vec<Quadrant> {
    let count = all.len() as i64;
    let importance: i64 = all.iter().map(|one| one.importance).sum();
    let satisfaction: i64 = all.iter().map(|one| one.satisfaction).sum();
    all.iter()
        .map(|one| match (one.importance * count >= importance, one.satisfaction * count >= satisfaction) {
            (true, true) => Quadrant::Strengthen,
            (true, false) => Quadrant::Fix,
            (false, false) => Quadrant::LowPriority,
            (false, true) => Quadrant::Enough,
        })
        .collect()
}

/// What a person says of an attribute. Owner and due day are for what is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSettings {
    pub name: String,
    pub rated: Rated,
    /// Customers who rated it.
    pub ratings: i64,
    /// The id of a user.
    pub owner: String,
    pub due_on: Day,
    pub note: String,
    /// What was to be done is done.
    pub is_done: bool,
}

impl AttributeSettings {
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
        if !is_name(&self.name) {
            refuse("name", "1 to 60 characters");
        }
        if !RATING.contains(&self.rated.importance) {
            refuse("importance", "1 to 10, with two decimals");
        }
        if !RATING.contains(&self.rated.satisfaction) {
            refuse("satisfaction", "1 to 10, with two decimals");
        }
        if !(1..=PEOPLE_MAX).contains(&self.ratings) {
            refuse("ratings", "1 to 1000000000");
        }
        if self.note.trim().chars().count() > TEXT_CHARACTERS_MAX {
            refuse("note", "up to 1000 characters");
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(people: i64, conversions: i64) -> Arm {
        Arm { name: "arm".to_owned(), people, conversions }
    }

    #[test]
    fn ten_and_twelve_percent_of_two_thousand_differ_by_two_points() {
        let found = compare(&arm(2_000, 200), &arm(2_000, 240)).unwrap();
        assert!((found.lift_points - 2.0).abs() < 1e-9 && (found.relative.unwrap() - 0.2).abs() < 1e-12);
        // By R: prop.test(c(200, 240), c(2000, 2000), correct = FALSE), power.prop.test(n = 2000, p1 = .1, p2 = .12).
        assert!((found.p_value - 0.043_27).abs() < 5e-4, "{found:?}");
        assert!((found.power - 0.524).abs() < 5e-3, "{found:?}");
        assert!(found.low_points > 0.0 && found.low_points < 0.1 && found.high_points < 4.0, "{found:?}");
        // Other figures: the other way round, alike, and all or nobody.
        assert!((compare(&arm(2_000, 240), &arm(2_000, 200)).unwrap().lift_points + 2.0).abs() < 1e-9);
        let alike = compare(&arm(500, 50), &arm(900, 90)).unwrap();
        assert!((alike.p_value - 1.0).abs() < 1e-9 && (alike.power - 0.05).abs() < 1e-3, "{alike:?}");
        let none = compare(&arm(10, 0), &arm(10, 0)).unwrap();
        assert_eq!((none.p_value, none.relative, none.power), (1.0, None, 0.0));
        assert_eq!(compare(&arm(10, 0), &arm(10, 10)).unwrap().power, 1.0);
        assert_eq!(compare(&arm(0, 0), &arm(10, 1)), None);
    }

    #[test]
    fn attributes_fall_into_four_quadrants_by_the_means() {
        let rated = |importance, satisfaction| Rated { importance, satisfaction };
        let all = [rated(900, 900), rated(900, 300), rated(300, 300), rated(300, 900)];
        assert_eq!(quadrants(&all), Quadrant::ALL);
        assert_eq!(quadrants(&[rated(500, 500)]), [Quadrant::Strengthen]);
        assert_eq!(quadrants(&[]), []);
    }

    #[test]
    fn what_is_out_of_range_is_told_by_field() {
        let test = TestSettings {
            name: "Box".to_owned(),
            innovation: Innovation::Product,
            hypothesis: String::new(),
            started_on: Day(20_000),
            arms: vec![arm(10, 1), arm(10, 2)],
        };
        assert_eq!(test.check(), []);
        let fields = |test: TestSettings| test.check().into_iter().map(|error| error.field).collect::<Vec<_>>();
        assert_eq!(fields(TestSettings { arms: vec![arm(10, 1)], ..test.clone() }), ["arms"]);
        assert_eq!(fields(TestSettings { arms: vec![arm(10, 1), arm(10, 11)], ..test.clone() }), ["arms"]);
        assert_eq!(fields(TestSettings { name: String::new(), ..test }), ["name"]);
        let attribute = AttributeSettings {
            name: "Delivery".to_owned(),
            rated: Rated { importance: 99, satisfaction: 1_001 },
            ratings: 0,
            owner: String::new(),
            due_on: Day(1),
            note: String::new(),
            is_done: false,
        };
        let fields: Vec<&str> = attribute.check().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["importance", "satisfaction", "ratings"]);
        assert!(Innovation::ALL.into_iter().all(|one| Innovation::parse(one.code()) == Some(one)));
        assert!(Verdict::ALL.into_iter().all(|one| Verdict::parse(one.code()) == Some(one)));
    }
}
