//! Regions and stores: one tree of places, and what it means to be below one of them.
//!
//! A path is the numbers of the places from the root, each with a slash behind it: `/1/4/`. Invariants: a place is below
//! another where its path begins with the other's; stores have nothing below them; a tree has at most [`DEPTH_MAX`] levels.

/// From a root down to a store.
pub const DEPTH_MAX: usize = 8;
pub const PLACES_MAX: usize = 20_000;
const NAME_CHARACTERS_MAX: usize = 100;
const CODE_BYTES_MAX: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    Region,
    Store,
}

impl PlaceKind {
    pub const ALL: [Self; 2] = [Self::Region, Self::Store];

    pub fn code(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Store => "store",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Why a place cannot stand where it is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// Only regions have something below them.
    BelowAStore,
    /// Below itself.
    Cycle,
    TooDeep,
}

/// The path of a place below another one, or of a root.
pub fn path_below(parent: Option<&str>, number: i64) -> String {
    format!("{}{number}/", parent.unwrap_or("/"))
}

/// The first path that is not below this one any more: paths from `path` up to it, without it, are.
pub fn path_end(path: &str) -> String {
    // The slash at its end becomes the character behind it.
    format!("{}0", path.strip_suffix('/').unwrap_or(path))
}

pub fn is_below(path: &str, other: &str) -> bool {
    path.starts_with(other)
}

/// Levels from the root to this place, itself among them.
pub fn depth_of(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count().saturating_sub(1)
}

/// Whether what stands at `path`, with so many levels below it, may come below `parent`.
pub fn check_move(path: &str, levels_below: usize, parent: Option<(&str, PlaceKind)>) -> Result<(), Misplaced> {
    let Some((parent, kind)) = parent else { return Ok(()) };
    if kind == PlaceKind::Store {
        return Err(Misplaced::BelowAStore);
    }
    if is_below(parent, path) {
        return Err(Misplaced::Cycle);
    }
    if depth_of(parent) + 1 + levels_below > DEPTH_MAX { Err(Misplaced::TooDeep) } else { Ok(()) }
}

pub fn check_name(name: &str) -> Option<String> {
    let name = name.trim();
    let fits = (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count()) && !name.contains(char::is_control);
    fits.then(|| name.to_owned())
}

/// A code as orders carry it: compared as it is, without blanks around it.
pub fn check_code(code: &str) -> Option<String> {
    let code = code.trim();
    let fits = (1..=CODE_BYTES_MAX).contains(&code.len()) && !code.contains(char::is_control);
    fits.then(|| code.to_owned())
}

/// What makes a store the store of a customer: the smaller, the stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    SignUp,
    Order,
}

impl Claim {
    pub fn rank(self) -> i64 {
        match self {
            Self::SignUp => 0,
            Self::Order => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_a_place_is_one_range_of_paths() {
        let region = path_below(Some(&path_below(None, 1)), 4);
        assert_eq!(region, "/1/4/");
        let end = path_end(&region);
        for (path, below) in [("/1/4/", true), ("/1/4/9/", true), ("/1/40/", false), ("/1/", false), ("/1/5/", false)] {
            assert_eq!(path >= region.as_str() && path < end.as_str(), below, "{path}");
            assert_eq!(is_below(path, &region), below, "{path}");
        }
        assert_eq!([depth_of("/1/"), depth_of("/1/4/")], [1, 2]);
    }

    #[test]
    fn a_place_is_not_moved_below_itself_below_a_store_or_too_deep() {
        let region = |path| Some((path, PlaceKind::Region));
        assert_eq!(check_move("/1/4/", 0, None), Ok(()));
        assert_eq!(check_move("/1/4/", 0, region("/1/")), Ok(()));
        assert_eq!(check_move("/1/", 2, region("/1/4/")), Err(Misplaced::Cycle));
        assert_eq!(check_move("/1/", 0, region("/1/")), Err(Misplaced::Cycle));
        assert_eq!(check_move("/2/", 0, Some(("/1/4/", PlaceKind::Store))), Err(Misplaced::BelowAStore));
        assert_eq!(check_move("/9/", 5, region("/1/4/")), Ok(()));
        assert_eq!(check_move("/9/", 6, region("/1/4/")), Err(Misplaced::TooDeep));
    }

    #[test]
    fn names_and_codes_are_short_and_plain() {
        assert_eq!(check_name(" East "), Some("East".to_owned()));
        assert_eq!(check_code(" S12 "), Some("S12".to_owned()));
        for wrong in ["", "  ", "a\nb"] {
            assert_eq!((check_name(wrong), check_code(wrong)), (None, None), "{wrong:?}");
        }
        assert_eq!(check_code(&"9".repeat(101)), None);
    }
}
