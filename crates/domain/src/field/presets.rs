//! The fields that every workspace begins with: what is well known of people, and the five key indicators.

use super::{Class, FieldKind};

/// A field that comes with the program. The schema inserts the same ones; a test compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    pub name: &'static str,
    pub name_zh: &'static str,
    pub name_en: &'static str,
    pub class: Class,
    pub kind: FieldKind,
    pub is_personal: bool,
    pub weight: i64,
}

const fn preset(
    name: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
    class: Class,
    kind: FieldKind,
    is_personal: bool,
    weight: i64,
) -> Preset {
    Preset { name, name_zh, name_en, class, kind, is_personal, weight }
}

/// What to know of everybody first: where they came from, why they bought, where they buy and use, and what they value.
pub const KEY_INDICATORS: [&str; 5] = ["traffic_source", "deal_factor", "buying_scene", "usage_scene", "value_point"];

pub const PRESETS: [Preset; 26] = [
    preset("name", "姓名", "Name", Class::Identity, FieldKind::Text, true, 50),
    preset("gender", "性别", "Gender", Class::Identity, FieldKind::Text, true, 40),
    preset("birthday", "生日", "Birthday", Class::Identity, FieldKind::Date, true, 45),
    preset("age", "年龄", "Age", Class::Identity, FieldKind::Integer, true, 20),
    preset("city", "城市", "City", Class::Identity, FieldKind::Text, true, 40),
    preset("region", "区域", "Region", Class::Identity, FieldKind::Text, false, 25),
    preset("country", "国家/地区", "Country", Class::Identity, FieldKind::Text, false, 15),
    preset("occupation", "职业", "Occupation", Class::Identity, FieldKind::Text, true, 30),
    preset("family", "家庭", "Family", Class::Identity, FieldKind::Text, true, 28),
    preset("hobby", "爱好", "Hobbies", Class::Identity, FieldKind::Choices, false, 32),
    preset("knowledge", "知识", "Knowledge", Class::Identity, FieldKind::Text, false, 10),
    preset("preference", "偏好", "Preferences", Class::Identity, FieldKind::Choices, false, 26),
    preset("interest", "兴趣", "Interests", Class::Identity, FieldKind::Choices, false, 24),
    preset("traffic_source", "流量来源", "Traffic source", Class::Behaviour, FieldKind::Text, false, 80),
    preset("main_wish", "主要诉求", "Main wish", Class::Consumption, FieldKind::Text, false, 55),
    preset("buying_scene", "购买场景", "Buying scene", Class::Consumption, FieldKind::Text, false, 75),
    preset("deal_factor", "成交因素", "Deal factor", Class::Decision, FieldKind::Choices, false, 90),
    // Reasons that surveys ask for; clusters show them.
    preset("churn_reason", "流失原因", "Reason of churn", Class::Decision, FieldKind::Choices, false, 0),
    preset("activity_reason", "活跃原因", "Reason of activity", Class::Decision, FieldKind::Choices, false, 0),
    preset("pain_point", "痛点", "Pain point", Class::Consumption, FieldKind::Choices, false, 0),
    preset("usage_purpose", "产品使用目的", "Purpose of use", Class::Usage, FieldKind::Text, false, 60),
    preset("usage_method", "产品使用方法", "Way of use", Class::Usage, FieldKind::Text, false, 35),
    preset("usage_scene", "使用场景", "Usage scene", Class::Usage, FieldKind::Text, false, 70),
    preset("usage_feedback", "使用体验与反馈", "Experience and feedback", Class::Usage, FieldKind::Text, false, 65),
    // Asked by usage cards only.
    preset("usage_rating", "使用评分", "Rating of use", Class::Usage, FieldKind::Integer, false, 0),
    preset("value_point", "价值满足点", "Value-satisfaction point", Class::Usage, FieldKind::Text, false, 85),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldSettings;
    use std::collections::BTreeSet;

    #[test]
    fn presets_can_be_saved_and_differ() {
        for one in PRESETS {
            let settings = FieldSettings {
                name: one.name.to_owned(),
                name_zh: one.name_zh.to_owned(),
                name_en: one.name_en.to_owned(),
                class: one.class,
                kind: one.kind,
                allowed: Vec::new(),
                is_personal: one.is_personal,
                weight: one.weight,
                is_archived: false,
            };
            assert_eq!(settings.check(), Vec::new(), "{}", one.name);
        }
        let names: BTreeSet<&str> = PRESETS.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), PRESETS.len());
        assert!(KEY_INDICATORS.iter().all(|name| names.contains(name)));
    }
}
