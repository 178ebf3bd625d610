//! Touch-points: where people meet the brand. Fifteen are preset, a workspace adds its own.
//!
//! Invariants: codes are stored with facts and never change; what is archived is not forgotten, it only takes no new facts.

use crate::settings::FieldError;

/// A touch-point that every workspace begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    pub code: &'static str,
    pub name_zh: &'static str,
    pub name_en: &'static str,
}

const fn preset(code: &'static str, name_zh: &'static str, name_en: &'static str) -> Preset {
    Preset { code, name_zh, name_en }
}

/// The schema inserts the same ones; a test compares.
pub const PRESETS: [Preset; 15] = [
    preset("official_account", "公众号", "Official account"),
    preset("moments", "朋友圈", "Moments"),
    preset("community", "社群", "Community"),
    preset("video_channel", "视频号", "Video channel"),
    preset("wechat_service", "微信客服", "WeChat customer service"),
    preset("offline_promotion", "地推", "Offline promotion"),
    preset("phone", "电话", "Phone"),
    preset("mini_program", "小程序", "Mini program"),
    preset("website", "官网", "Website"),
    preset("online_shop", "电商", "Online shop"),
    preset("weibo", "微博", "Weibo"),
    preset("store", "门店", "Store"),
    preset("douyin", "抖音", "Douyin"),
    preset("search", "搜索", "Search"),
    preset("live_stream", "直播", "Live stream"),
];

pub const CODE_BYTES_MAX: usize = 40;
pub const NAME_CHARACTERS_MAX: usize = 60;

/// What a person says of a touch-point of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchPointSettings {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
}

impl TouchPointSettings {
    /// All fields that are out of range; empty when it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if !is_code(&self.code) {
            errors.push(FieldError { field: "code", allowed: "a to z, 0 to 9 and _, 1 to 40, a letter first" });
        }
        for (field, name) in [("name_zh", &self.name_zh), ("name_en", &self.name_en)] {
            if !is_name(name) {
                errors.push(FieldError { field, allowed: "1 to 60 characters" });
            }
        }
        errors
    }
}

pub fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() <= CODE_BYTES_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(allowed)
}

pub(crate) fn is_name(text: &str) -> bool {
    let length = text.trim().chars().count();
    (1..=NAME_CHARACTERS_MAX).contains(&length) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn presets_can_be_saved_and_differ() {
        for one in PRESETS {
            let settings = TouchPointSettings {
                code: one.code.to_owned(),
                name_zh: one.name_zh.to_owned(),
                name_en: one.name_en.to_owned(),
            };
            assert_eq!(settings.check(), Vec::new(), "{}", one.code);
        }
        assert_eq!(PRESETS.iter().map(|one| one.code).collect::<BTreeSet<_>>().len(), 15);
    }

    #[test]
    fn wrong_fields_are_named_all_at_once() {
        let wrong = TouchPointSettings { code: "Big".to_owned(), name_zh: " ".to_owned(), name_en: "a\nb".to_owned() };
        assert_eq!(wrong.check().iter().map(|one| one.field).collect::<Vec<_>>(), ["code", "name_zh", "name_en"]);
        for text in ["", "1a", "_a", "a-b", "a b", &"a".repeat(41)] {
            assert!(!is_code(text), "{text}");
        }
    }
}
