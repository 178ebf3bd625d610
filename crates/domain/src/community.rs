//! Communities: a segment's members invited into groups of a chat, and who of them has joined (`docs/communities.md`).
//!
//! Members are shared out evenly over as few groups as hold them ([`split`]); who comes later fills groups with room first
//! ([`fill`]). Invariants: no group gets more than its greatest size, whatever was invited before; nobody is left out and nobody is in
//! two groups; the same numbers give the same groups. Whether somebody has joined is told by the latest signs ([`Signs`]), in whatever
//! order they came.

use crate::code::is_target;
use crate::settings::FieldError;
use crate::tag::is_name;
use crate::touch_point::is_code;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Somebody has joined a group; the property names it by its code.
pub const JOINED_EVENT: &str = "Community Joined";
pub const LEFT_EVENT: &str = "Community Left";
/// What was written down by hand of a join was a mistake.
pub const UNDONE_EVENT: &str = "Community Join Undone";
pub const GROUP_PROPERTY: &str = "group";

pub const SIZE_MIN: i64 = 2;
/// That of a group in WeChat.
pub const SIZE_MAX: i64 = 500;
pub const SIZE_DEFAULT: i64 = 200;
/// Of one community: as many as a rule can name in one test.
pub const GROUPS_MAX: usize = 500;
pub const COMMUNITIES_MAX: usize = 500;
pub const SIZE_ALLOWED: &str = "2 to 500";
pub const GROUPS_ALLOWED: &str = "so large that at most 500 groups are needed";
pub const NAME_ALLOWED: &str = "1 to 60 characters";
pub const CODE_ALLOWED: &str = "a to z, 0 to 9 and _, 1 to 40, a letter first";
const GROUP_CODE_CHARACTERS_MAX: usize = 64;

/// What a person says of a new community, but for segment and purpose.
pub fn check(code: &str, name: &str, size_max: i64) -> Vec<FieldError> {
    let fields = [
        ("code", is_code(code), CODE_ALLOWED),
        ("name", is_name(name), NAME_ALLOWED),
        ("size_max", is_size(size_max), SIZE_ALLOWED),
    ];
    let wrong = fields.into_iter().filter(|(_, is_right, _)| !is_right);
    wrong.map(|(field, _, allowed)| FieldError { field, allowed }).collect()
}

pub fn is_size(size_max: i64) -> bool {
    (SIZE_MIN..=SIZE_MAX).contains(&size_max)
}

/// What a person says of a group, but for its owner.
pub fn check_group(code: &str, link: Option<&str>) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let is_right = (1..=GROUP_CODE_CHARACTERS_MAX).contains(&code.chars().count())
        && !code.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if !is_right {
        wrong.push(FieldError { field: "code", allowed: "1 to 64 characters without blanks" });
    }
    if link.is_some_and(|link| !is_target(link)) {
        let allowed = "an address that begins with https:// or http://, at most 2000 bytes, without blanks, or null";
        wrong.push(FieldError { field: "link", allowed });
    }
    wrong
}

/// The code that a group has until somebody writes another one.
pub fn group_code(community: &str, number: i64) -> String {
    format!("{community}_{number}")
}

/// How many go into each of as few groups as hold them; sizes differ by one at most, the larger ones first.
pub fn split(members: usize, size_max: usize) -> Vec<usize> {
    let groups = members.div_ceil(size_max.max(1));
    (0..groups).map(|place| members / groups + usize::from(place < members % groups)).collect()
}

/// Where members go who came later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// How many more go into each group that there is.
    pub added: Vec<usize>,
    /// Sizes of new groups.
    pub new: Vec<usize>,
}

/// Each goes into the group that has the fewest, of several the first; whoever finds no room goes into new groups, evenly.
pub fn fill(held: &[usize], members: usize, size_max: usize) -> Filled {
    let mut added = vec![0; held.len()];
    let mut open: BinaryHeap<Reverse<(usize, usize)>> = held
        .iter()
        .enumerate()
        .filter(|(_, held)| **held < size_max)
        .map(|(place, held)| Reverse((*held, place)))
        .collect();
    let mut left = members;
    while left > 0
        && let Some(Reverse((size, place))) = open.pop()
    {
        added[place] += 1;
        left -= 1;
        if size + 1 < size_max {
            open.push(Reverse((size + 1, place)));
        }
    }
    Filled { added, new: split(left, size_max) }
}

/// The latest of what is known of somebody and a group, each as an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// A touch-point told so.
    pub joined_at: Option<i64>,
    pub left_at: Option<i64>,
    /// Somebody wrote it down, and took that back.
    pub marked_at: Option<i64>,
    pub unmarked_at: Option<i64>,
}

impl Signs {
    /// What both know, the later of each.
    pub fn with(self, other: Self) -> Self {
        Self {
            joined_at: self.joined_at.max(other.joined_at),
            left_at: self.left_at.max(other.left_at),
            marked_at: self.marked_at.max(other.marked_at),
            unmarked_at: self.unmarked_at.max(other.unmarked_at),
        }
    }

    /// When it was written down by hand, where that stands.
    pub fn mark(&self) -> Option<i64> {
        self.marked_at.filter(|at| self.unmarked_at.is_none_or(|undone| undone < *at))
    }

    /// When they joined, the last time; none where they never did.
    pub fn joined(&self) -> Option<i64> {
        self.joined_at.max(self.mark())
    }

    /// Whether they joined and have not left since.
    pub fn is_in(&self) -> bool {
        self.joined().is_some_and(|joined| self.left_at.is_none_or(|left| left < joined))
    }

    /// Later than all that is known: what is said now counts.
    pub fn next(&self, now: i64) -> i64 {
        let last = self.joined_at.max(self.left_at).max(self.marked_at).max(self.unmarked_at);
        last.map_or(now, |last| now.max(last.saturating_add(1)))
    }
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JoinState {
    /// They have not joined any group of the community.
    Waiting,
    /// They are in one.
    In,
    /// They were in one.
    Left,
}

impl JoinState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::In, Self::Left];

    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::In => "in",
            Self::Left => "left",
        }
    }

    /// Of all groups of the community that somebody may have joined.
    pub fn of<'a>(signs: impl IntoIterator<Item = &'a Signs>) -> Self {
        let mut state = Self::Waiting;
        for one in signs {
            if one.is_in() {
                return Self::In;
            }
            if one.joined().is_some() {
                state = Self::Left;
            }
        }
        state
    }
}

/// Invitations and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub invited: u64,
    /// Also those who have left since.
    pub joined: u64,
    pub joined_now: u64,
}

impl Figures {
    pub fn count(&mut self, state: JoinState) {
        self.invited += 1;
        self.joined += u64::from(state != JoinState::Waiting);
        self.joined_now += u64::from(state == JoinState::In);
    }

    /// How many of the invited have joined, in hundredths of a percent, half up; none where nobody was invited.
    pub fn rate_basis_points(&self) -> Option<u64> {
        (self.invited > 0).then(|| (self.joined * 20_000 + self.invited) / (self.invited * 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_hundred_and_forty_are_four_groups_of_a_hundred_and_sixty() {
        assert_eq!(split(640, 200), [160; 4]);
        assert_eq!(split(641, 200), [161, 160, 160, 160]);
        assert_eq!(split(7, 3), [3, 2, 2]);
        assert_eq!(split(200, 200), [200]);
        assert_eq!(split(201, 200), [101, 100]);
        assert_eq!(split(1, 2), [1]);
        assert!(split(0, 200).is_empty());
    }

    #[test]
    fn who_comes_later_fills_the_emptiest_group_first() {
        assert_eq!(fill(&[160; 4], 4, 200), Filled { added: vec![1; 4], new: vec![] });
        assert_eq!(fill(&[160, 158, 160, 160], 3, 200), Filled { added: vec![1, 2, 0, 0], new: vec![] });
        // Room for 160; the other 240 take two groups.
        assert_eq!(fill(&[160; 4], 400, 200), Filled { added: vec![40; 4], new: vec![120, 120] });
        assert_eq!(fill(&[200, 200], 5, 200), Filled { added: vec![0, 0], new: vec![5] });
        assert_eq!(fill(&[], 7, 3), Filled { added: vec![], new: vec![3, 2, 2] });
        assert_eq!(fill(&[3], 0, 3), Filled { added: vec![0], new: vec![] });
    }

    #[test]
    fn the_latest_sign_counts_whatever_came_first() {
        let signs = |joined_at, left_at, marked_at, unmarked_at| Signs { joined_at, left_at, marked_at, unmarked_at };
        for (of, joined, state) in [
            (signs(None, None, None, None), None, JoinState::Waiting),
            (signs(Some(5), None, None, None), Some(5), JoinState::In),
            (signs(Some(5), Some(7), None, None), Some(5), JoinState::Left),
            (signs(Some(5), Some(5), None, None), Some(5), JoinState::Left),
            (signs(Some(8), Some(7), None, None), Some(8), JoinState::In),
            (signs(None, Some(7), None, None), None, JoinState::Waiting),
            (signs(None, None, Some(6), None), Some(6), JoinState::In),
            (signs(None, None, Some(6), Some(6)), None, JoinState::Waiting),
            (signs(None, None, Some(9), Some(6)), Some(9), JoinState::In),
            (signs(Some(5), None, Some(6), Some(8)), Some(5), JoinState::In),
            (signs(Some(5), Some(6), Some(7), None), Some(7), JoinState::In),
        ] {
            assert_eq!((of.joined(), JoinState::of([&of])), (joined, state), "{of:?}");
        }
        let one = signs(Some(5), Some(6), None, None);
        assert_eq!((one.next(9), one.next(6), one.next(2)), (9, 7, 7));
        assert_eq!(one.with(signs(Some(4), None, Some(3), None)), signs(Some(5), Some(6), Some(3), None));
        // Left one group and is in another.
        assert_eq!(JoinState::of([&one, &signs(Some(6), None, None, None)]), JoinState::In);
    }

    #[test]
    fn the_rate_is_of_the_invited_in_basis_points() {
        let of = |invited, joined| Figures { invited, joined, joined_now: 0 }.rate_basis_points();
        assert_eq!(
            (of(640, 160), of(3, 1), of(3, 2), of(0, 0), of(7, 7)),
            (Some(2_500), Some(3_333), Some(6_667), None, Some(10_000))
        );
    }

    #[test]
    fn what_is_said_of_a_community_has_its_limits() {
        let fields = |wrong: Vec<FieldError>| wrong.iter().map(|error| error.field).collect::<Vec<_>>();
        assert!(check("tea", "手冲咖啡", 200).is_empty());
        assert_eq!(fields(check("Tea", " ", 501)), ["code", "name", "size_max"]);
        assert_eq!(fields(check("tea", "Tea", 1)), ["size_max"]);
        assert!(check_group("wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA", Some("https://work.weixin.qq.com/gm/x")).is_empty());
        assert_eq!(fields(check_group("a b", Some("weixin://x"))), ["code", "link"]);
        assert_eq!(fields(check_group(&"x".repeat(65), None)), ["code"]);
    }
}
