//! Who a simulated customer is.
//!
//! Invariants: customer id, phone and e-mail are unique within a plan; nobody real is hit: addresses are
//! of the domains that RFC 2606 reserves, phones begin with mobile prefixes that no carrier of mainland
//! China is known to give out.
//! Callers may rely on: `None` is what a real file leaves empty.

use super::draw::{Draws, Purpose};
use super::plan::{CUSTOMERS_MAX, Plan};
use crate::time::Day;

pub(super) struct Person {
    pub customer_id: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub name: Option<String>,
    pub gender: Option<char>,
    pub birthday: Option<Day>,
    pub city: Option<&'static str>,
}

const PHONE_PREFIXES: [&str; 5] = ["161", "163", "164", "168", "169"];
const PHONES_PER_PREFIX: u64 = 100_000_000;
const PHONES: u64 = PHONES_PER_PREFIX * PHONE_PREFIXES.len() as u64;
const _: () = assert!(CUSTOMERS_MAX <= PHONES);
const MAIL_DOMAINS: [&str; 3] = ["example.com", "example.net", "example.org"];
const HAS_PHONE: f64 = 0.88;
const HAS_EMAIL: f64 = 0.55;
const HAS_NAME: f64 = 0.95;
const HAS_GENDER: f64 = 0.7;
const HAS_BIRTHDAY: f64 = 0.5;
const HAS_CITY: f64 = 0.8;
const WESTERN_NAME: f64 = 0.12;
/// Ages at the end of the plan.
const YOUNGEST_DAYS: i32 = 18 * 365;
const AGE_SPAN_DAYS: usize = 50 * 365;

const SURNAMES: [(&str, &str); 24] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("黄", "huang"),
    ("赵", "zhao"),
    ("吴", "wu"),
    ("周", "zhou"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("胡", "hu"),
    ("郭", "guo"),
    ("何", "he"),
    ("林", "lin"),
    ("高", "gao"),
    ("罗", "luo"),
    ("郑", "zheng"),
    ("梁", "liang"),
    ("谢", "xie"),
    ("欧阳", "ouyang"),
];
const GIVEN_NAMES: [(&str, &str, char); 32] = [
    ("伟", "wei", 'm'),
    ("芳", "fang", 'f'),
    ("娜", "na", 'f'),
    ("敏", "min", 'f'),
    ("静", "jing", 'f'),
    ("强", "qiang", 'm'),
    ("磊", "lei", 'm'),
    ("洋", "yang", 'm'),
    ("艳", "yan", 'f'),
    ("勇", "yong", 'm'),
    ("杰", "jie", 'm'),
    ("娟", "juan", 'f'),
    ("涛", "tao", 'm'),
    ("明", "ming", 'm'),
    ("秀英", "xiuying", 'f'),
    ("建国", "jianguo", 'm'),
    ("子涵", "zihan", 'f'),
    ("浩然", "haoran", 'm'),
    ("欣怡", "xinyi", 'f'),
    ("宇轩", "yuxuan", 'm'),
    ("雨桐", "yutong", 'f'),
    ("梓萱", "zixuan", 'f'),
    ("俊杰", "junjie", 'm'),
    ("思远", "siyuan", 'm'),
    ("佳怡", "jiayi", 'f'),
    ("晓彤", "xiaotong", 'f'),
    ("志强", "zhiqiang", 'm'),
    ("婷婷", "tingting", 'f'),
    ("海燕", "haiyan", 'f'),
    ("文博", "wenbo", 'm'),
    ("若溪", "ruoxi", 'f'),
    ("天宇", "tianyu", 'm'),
];
const WESTERN_GIVEN: [(&str, char); 12] = [
    ("Emma", 'f'),
    ("James", 'm'),
    ("Olivia", 'f'),
    ("Lucas", 'm'),
    ("Sophie", 'f'),
    ("Daniel", 'm'),
    ("Hannah", 'f'),
    ("Thomas", 'm'),
    ("Julia", 'f'),
    ("Martin", 'm'),
    ("Clara", 'f'),
    ("Peter", 'm'),
];
const WESTERN_SURNAMES: [&str; 10] =
    ["Smith", "Brown", "Taylor", "Wilson", "Davies", "Evans", "O'Connor", "Martin", "Keller", "Lindgren"];
const CITIES: [&str; 16] = [
    "上海", "北京", "广州", "深圳", "杭州", "成都", "重庆", "武汉", "南京", "苏州", "西安", "天津", "长沙", "青岛",
    "厦门", "香港",
];

pub(super) fn meet(plan: &Plan, number: u64) -> Person {
    let mut draws = Draws::new(plan.seed, number, Purpose::Person);
    let western = draws.chance(WESTERN_NAME);
    let (name, mail_name, gender) = if western { western_name(&mut draws) } else { chinese_name(&mut draws) };
    let phone = draws.chance(HAS_PHONE).then(|| phone_of(plan.seed, number));
    let domain = MAIL_DOMAINS[draws.below(MAIL_DOMAINS.len())];
    let email = draws.chance(HAS_EMAIL).then(|| format!("{mail_name}{number}@{domain}"));
    let birthday = Day(plan.end.0 - YOUNGEST_DAYS - draws.below(AGE_SPAN_DAYS) as i32);
    Person {
        customer_id: format!("C{number:08}"),
        phone,
        email,
        name: draws.chance(HAS_NAME).then_some(name),
        gender: draws.chance(HAS_GENDER).then_some(gender),
        birthday: draws.chance(HAS_BIRTHDAY).then_some(birthday),
        city: draws.chance(HAS_CITY).then(|| CITIES[draws.below(CITIES.len())]),
    }
}

/// A fixed walk through all numbers: the multiplier shares no divisor with their count.
fn phone_of(seed: u64, number: u64) -> String {
    const MULTIPLIER: u64 = 387_420_489;
    let place = (number * MULTIPLIER + seed % PHONES) % PHONES;
    let prefix = PHONE_PREFIXES[(place / PHONES_PER_PREFIX) as usize];
    format!("+86{prefix}{:08}", place % PHONES_PER_PREFIX)
}

fn chinese_name(draws: &mut Draws) -> (String, String, char) {
    let (surname, surname_latin) = SURNAMES[draws.below(SURNAMES.len())];
    let (given, given_latin, gender) = GIVEN_NAMES[draws.below(GIVEN_NAMES.len())];
    (format!("{surname}{given}"), format!("{given_latin}.{surname_latin}"), gender)
}

fn western_name(draws: &mut Draws) -> (String, String, char) {
    let (given, gender) = WESTERN_GIVEN[draws.below(WESTERN_GIVEN.len())];
    let surname = WESTERN_SURNAMES[draws.below(WESTERN_SURNAMES.len())];
    let latin = format!("{given}.{surname}").to_ascii_lowercase().replace('\'', "");
    (format!("{given} {surname}"), latin, gender)
}
