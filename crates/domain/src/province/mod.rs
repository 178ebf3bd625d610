//! The provinces of China, and which of them a text names.
//!
//! Codes are the first two digits of GB/T 2260. Callers may rely on: a text that names no province says nothing, and is never
//! guessed at; a name of several cities (Suzhou is one in Jiangsu and one in Anhui) is none. What is known of a customer is
//! asked in one order ([`located`]), so that all figures and lists agree about who lives where.

mod table;

pub use table::PROVINCES;

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

#[derive(Debug, PartialEq, Eq)]
pub struct Province {
    /// Two digits of GB/T 2260. Stored, and never changes.
    pub code: &'static str,
    /// ISO 3166-2, without `CN-`.
    pub iso: &'static str,
    pub name_zh: &'static str,
    pub name_en: &'static str,
    /// One of the 31 of mainland China, of which shares are told.
    pub is_mainland: bool,
    /// Official names, other spellings, other scripts.
    aliases: &'static str,
    /// Cities and prefectures below it.
    cities: &'static str,
    /// Cities in Latin letters, where no other city is written so.
    latin: &'static str,
}

pub fn by_code(code: &str) -> Option<&'static Province> {
    PROVINCES.iter().find(|province| province.code == code)
}

/// By what it was told where somebody lives: what says more comes first. Codes are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A trait that is a province.
    Province,
    /// The province of an address.
    Address,
    /// A city, of the customer or of an address.
    City,
    /// The region of the last scan of a code that has one which names a province.
    Scan,
}

impl Origin {
    pub const ALL: [Self; 4] = [Self::Province, Self::Address, Self::City, Self::Scan];

    pub fn code(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Address => "address",
            Self::City => "city",
            Self::Scan => "scan",
        }
    }
}

/// Traits that may say it, in the order in which they are asked.
pub const TRAITS: [(&str, Origin); 9] = [
    ("province", Origin::Province),
    ("省份", Origin::Province),
    ("省", Origin::Province),
    ("address.province", Origin::Address),
    ("address.state", Origin::Address),
    ("address.region", Origin::Address),
    ("city", Origin::City),
    ("城市", Origin::City),
    ("address.city", Origin::City),
];

/// Where somebody lives: the first trait of [`TRAITS`] whose value names a province, else the region of a scan. `value_of`:
/// the value of a trait that holds.
pub fn located<'a>(
    value_of: impl Fn(&str) -> Option<&'a str>,
    scanned_in: Option<&str>,
) -> Option<(&'static Province, Origin)> {
    let told = TRAITS.iter().find_map(|(name, origin)| Some((named_in(value_of(name)?)?, *origin)));
    told.or_else(|| Some((named_in(scanned_in?)?, Origin::Scan)))
}

/// The longest beginning that is looked up, in characters.
const BEGINNING_MAX: usize = 16;
/// Behind the name of a province these make it a street, or a district of a city: `北京路`, `河北区`.
const STREETS: [char; 5] = ['路', '街', '道', '巷', '区'];
/// And so do these with one of them behind: `陕西南路`, `吉林大街`.
const BEFORE_STREETS: [char; 11] = ['东', '西', '南', '北', '中', '大', '一', '二', '三', '四', '五'];
/// What may stand behind a name in Latin letters.
const LATIN_ENDINGS: [&str; 6] = ["autonomousregion", "province", "municipality", "sheng", "city", "shi"];

struct Names {
    /// Texts that are a name as a whole.
    whole: HashMap<String, &'static Province>,
    /// Names with which a text may go on: `浙江省杭州市`.
    beginnings: HashMap<&'static str, &'static Province>,
    /// The same, made of others: `杭州市`.
    made: HashMap<String, &'static Province>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { whole: HashMap::new(), beginnings: HashMap::new(), made: HashMap::new() };
    for province in &PROVINCES {
        names.whole.insert(province.code.to_owned(), province);
        names.whole.insert(latin(province.name_en), province);
        names.beginnings.insert(province.name_zh, province);
        for alias in province.aliases.split_whitespace() {
            if alias.is_ascii() {
                names.whole.insert(alias.to_owned(), province);
            } else {
                names.beginnings.insert(alias, province);
            }
        }
        for city in province.cities.split_whitespace() {
            names.whole.insert(city.to_owned(), province);
            if city.ends_with(['州', '盟', '区']) && city.chars().count() > 2 {
                names.beginnings.insert(city, province);
            }
            names.made.insert(format!("{city}市"), province);
        }
        for city in province.latin.split_whitespace() {
            names.whole.insert(city.to_owned(), province);
        }
    }
    names
});

/// The province that a text names: a code, a name in Chinese or Latin letters, with whatever follows it in Chinese, or a
/// city. None where that is not certain.
pub fn named_in(text: &str) -> Option<&'static Province> {
    let text = text.trim();
    let bare = text.strip_prefix("中华人民共和国").or(text.strip_prefix("中国")).unwrap_or(text).trim();
    if bare.is_empty() {
        return None;
    }
    if bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return matches!(bare.len(), 2 | 6).then(|| by_code(&bare[..2])).flatten();
    }
    // Without the country they are those of others, such as HI and NM.
    let iso = bare.get(..3).filter(|start| start.eq_ignore_ascii_case("cn-")).map(|_| &bare[3..]);
    if let Some(iso) = iso {
        return PROVINCES.iter().find(|province| province.iso.eq_ignore_ascii_case(iso));
    }
    if bare.is_ascii() { in_latin(bare) } else { in_chinese(bare) }
}

fn in_latin(text: &str) -> Option<&'static Province> {
    let names = &*NAMES;
    let mut of_provinces = BTreeSet::new();
    let mut of_cities = BTreeSet::new();
    // "Pudong, Shanghai" and "Shanghai, China" are read alike: any part may be it.
    for part in text.split([',', '/']) {
        let folded = latin(part);
        let shorter = LATIN_ENDINGS.iter().find_map(|ending| folded.strip_suffix(ending)).unwrap_or(&folded);
        let Some(province) = names.whole.get(&folded).or_else(|| names.whole.get(shorter)) else { continue };
        let is_city = province.latin.split_whitespace().any(|city| city == folded || city == shorter);
        if is_city { &mut of_cities } else { &mut of_provinces }.insert(province.code);
    }
    // A city of that name elsewhere, as in "Jinan, Fujian", says nothing beside the province.
    let found = if of_provinces.is_empty() { of_cities } else { of_provinces };
    let only = found.first().filter(|_| found.len() == 1)?;
    by_code(only)
}

fn latin(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn in_chinese(text: &str) -> Option<&'static Province> {
    let names = &*NAMES;
    if let Some(province) = names.whole.get(text) {
        return Some(province);
    }
    let ends: Vec<usize> =
        text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]).take(BEGINNING_MAX).collect();
    ends.into_iter().rev().find_map(|end| {
        let (beginning, rest) = text.split_at(end);
        let is_street = rest.starts_with(STREETS) || rest.trim_start_matches(BEFORE_STREETS).starts_with(&STREETS[..4]);
        names.beginnings.get(beginning).filter(|_| !is_street).or_else(|| names.made.get(beginning)).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn code_of(text: &str) -> Option<&'static str> {
        named_in(text).map(|province| province.code)
    }

    #[test]
    fn there_are_thirty_one_on_the_mainland_and_no_name_is_of_two() {
        assert_eq!(PROVINCES.iter().filter(|province| province.is_mainland).count(), 31);
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for province in &PROVINCES {
            let words = [province.aliases, province.cities, province.latin];
            let names = words.into_iter().flat_map(str::split_whitespace).chain([province.name_zh, province.iso]);
            for name in names {
                // A city may be called as its province, and no other.
                let other = seen.insert(name, province.code);
                assert!(other.is_none_or(|code| code == province.code), "{name}");
            }
            assert_eq!((code_of(province.code), code_of(province.name_zh)), (Some(province.code), Some(province.code)));
            assert_eq!(code_of(province.name_en), Some(province.code), "{}", province.name_en);
            assert_eq!(code_of(&format!("CN-{}", province.iso)), Some(province.code));
            assert_eq!(by_code(province.code), Some(province));
        }
    }

    #[test]
    fn a_province_is_read_in_every_way_in_which_people_write_it() {
        let cases = [
            ("33", "浙江 浙江省 浙江省杭州市西湖区 浙江杭州 中国浙江省 杭州 杭州市 330106 33 Zhejiang CN-ZJ cn-zj"),
            ("31", "上海 上海市浦东新区 Shanghai SHANGHAI 310115"),
            ("15", "内蒙古 内蒙古自治区 內蒙古 锡林郭勒盟 NeiMongol"),
            ("44", "廣東 广东省 深圳 深圳市南山区 Shenzhen"),
            ("63", "海南藏族自治州 海南州 青海"),
            ("46", "海南 海南省 三亚"),
            ("61", "陕西 Shaanxi 西安市"),
            ("14", "山西 Shanxi"),
            ("71", "台湾 臺灣 Taipei"),
        ];
        for (code, texts) in cases {
            for text in texts.split_whitespace() {
                assert_eq!(code_of(text), Some(code), "{text}");
            }
        }
        for (text, code) in [
            ("Zhejiang Province", "33"),
            ("Hangzhou, Zhejiang", "33"),
            ("Shanghai, China", "31"),
            ("Inner Mongolia", "15"),
            ("  Xi'an ", "61"),
            ("Guangxi Zhuang Autonomous Region", "45"),
            ("Hong Kong", "81"),
            // A town of that name is in another province too.
            ("Jinan, Fujian", "35"),
            ("Dali, Shaanxi", "61"),
            ("Linyi / Shanxi", "14"),
            ("北京市东大街", "11"),
            ("上海南京东路", "31"),
        ] {
            assert_eq!(code_of(text), Some(code), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_none() {
        // Cities of one name in Latin letters, streets, states of other countries, and what is no place.
        for text in [
            "",
            " ",
            "中国",
            "Suzhou",
            "Taizhou",
            "Yichun",
            "北京路",
            "南京路店",
            "上海街12号",
            "陕西南路店",
            "四川北路",
            "西藏中路店",
            "吉林大街",
            "重庆大道",
            "河北区",
            "Zhejiang, Fujian",
            "HI",
            "NM",
            "SD",
            "CN-XX",
            "CN-",
            "99",
            "9",
            "123456789",
            "Bavaria",
            "未知",
            "杭",
            "市",
            "cn-é",
            "\u{0}",
            "朝阳区",
            "🀄🀄🀄",
        ] {
            assert_eq!(code_of(text), None, "{text}");
        }
        assert_eq!(code_of(&"浙".repeat(100_000)), None);
        assert_eq!(code_of(&"a,".repeat(1_000)), None);
    }

    #[test]
    fn what_says_more_comes_first_and_what_says_nothing_is_passed_over() {
        let told = |words: &'static [(&str, &str)]| {
            move |name: &str| words.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        };
        let found = |words: &'static [(&str, &str)], scan: Option<&str>| {
            located(told(words), scan).map(|(province, origin)| (province.code, origin.code()))
        };
        static ALL: [(&str, &str); 3] = [("city", "杭州"), ("address.state", "江苏"), ("province", "上海")];
        assert_eq!(found(&ALL, Some("北京")), Some(("31", "province")));
        assert_eq!(found(&ALL[..2], Some("北京")), Some(("32", "address")));
        assert_eq!(found(&ALL[..1], Some("北京")), Some(("33", "city")));
        assert_eq!(found(&[], Some("北京")), Some(("11", "scan")));
        assert_eq!(found(&[("province", "Bavaria"), ("city", "Ningbo")], None), Some(("33", "city")));
        assert_eq!(found(&[("province", "Bavaria")], Some("Mars")), None);
        assert_eq!(found(&[], None), None);
        assert!(TRAITS.windows(2).all(|two| two[0].1 <= two[1].1), "by how much they say");
        assert_eq!(Origin::ALL.map(Origin::code), ["province", "address", "city", "scan"]);
    }
}
