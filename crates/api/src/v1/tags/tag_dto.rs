//! Groups, tags, and what became of them on a customer, in JSON.

use perennial_app::Recorder;
use perennial_app::tags::{CustomerTags, Group, GroupWithTags, Mark, Tag, TagChange, TagEnd, TagPeriod, TagsChanged};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TagGroupDto {
    #[schema(example = "pregnancy")]
    pub code: String,
    #[schema(example = "孕期")]
    pub name_zh: String,
    #[schema(example = "Pregnancy")]
    pub name_en: String,
    /// A customer has one of its tags at most.
    pub exclusive: bool,
    /// A tag ends so many days after it was last set; null: it stands until it is removed.
    #[schema(example = 90)]
    pub valid_days: Option<i64>,
    /// Since then its tags are put on nobody any more.
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Group> for TagGroupDto {
    fn from(group: Group) -> Self {
        let Group { settings, archived_at, created_at: _, version } = group;
        Self {
            code: settings.code,
            name_zh: settings.name_zh,
            name_en: settings.name_en,
            exclusive: settings.is_exclusive,
            valid_days: settings.valid_days,
            archived_at: archived_at.map(Instant::rfc3339),
            version,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TagDto {
    /// Of its own among the tags of all groups.
    #[schema(example = "early_pregnancy")]
    pub code: String,
    #[schema(example = "pregnancy")]
    pub group: String,
    #[schema(example = "孕早期")]
    pub name_zh: String,
    #[schema(example = "Early pregnancy")]
    pub name_en: String,
    /// Since then it is put on nobody any more.
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Tag> for TagDto {
    fn from(tag: Tag) -> Self {
        let Tag { settings, group, archived_at, created_at: _, version } = tag;
        Self {
            code: settings.code,
            group,
            name_zh: settings.name_zh,
            name_en: settings.name_en,
            archived_at: archived_at.map(Instant::rfc3339),
            version,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CountedTag {
    pub tag: TagDto,
    /// Customers who have it now, of those whom the caller sees.
    #[schema(example = 310)]
    pub customers: i64,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TagGroupItem {
    pub group: TagGroupDto,
    pub tags: Vec<CountedTag>,
}

impl From<GroupWithTags> for TagGroupItem {
    fn from(one: GroupWithTags) -> Self {
        let counted = |(tag, customers): (Tag, i64)| CountedTag { tag: tag.into(), customers };
        Self { group: one.group.into(), tags: one.tags.into_iter().map(counted).collect() }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTagGroup {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first. It stays.
    #[schema(example = "pregnancy")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "孕期")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Pregnancy")]
    pub name_en: String,
    /// A customer has one of its tags at most: setting another ends the first.
    #[serde(default)]
    pub exclusive: bool,
    /// 1 to 3650; absent: tags do not expire.
    #[schema(example = 90)]
    pub valid_days: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagGroupBody {
    /// 1 to 60 characters.
    #[schema(example = "孕期")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Pregnancy")]
    pub name_en: String,
    pub exclusive: bool,
    /// 1 to 3650; absent: tags do not expire.
    #[schema(example = 90)]
    pub valid_days: Option<i64>,
    #[serde(default)]
    pub archived: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first. It stays, and no other group has it.
    #[schema(example = "early_pregnancy")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "孕早期")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Early pregnancy")]
    pub name_en: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagBody {
    /// 1 to 60 characters.
    #[schema(example = "孕早期")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Early pregnancy")]
    pub name_en: String,
    #[serde(default)]
    pub archived: bool,
}

/// 1 to 20 tags to set and to remove together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagChangeBody {
    /// Tags to set; one that stands is renewed.
    #[serde(default)]
    #[schema(example = json!(["intent"]))]
    pub set: Vec<String>,
    /// Tags to remove.
    #[serde(default)]
    pub remove: Vec<String>,
    /// Where it is done: a code such as `console`, `clerk_page` or `side_bar`.
    #[schema(example = "side_bar")]
    pub surface: Option<String>,
    /// At most 1000 characters.
    #[schema(example = "asked for the price twice")]
    pub note: Option<String>,
}

impl From<TagChangeBody> for TagChange {
    fn from(body: TagChangeBody) -> Self {
        let TagChangeBody { set, remove, surface, note } = body;
        Self { set, remove, surface, note }
    }
}

/// 1 to 20 tags to set and to remove together, of 1 to 500 customers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagChangesBody {
    /// 1 to 500.
    #[schema(example = json!(["cus_7k2m9qx4"]))]
    pub customer_ids: Vec<String>,
    /// Tags to set; one that stands is renewed.
    #[serde(default)]
    #[schema(example = json!(["intent"]))]
    pub set: Vec<String>,
    /// Tags to remove.
    #[serde(default)]
    pub remove: Vec<String>,
    /// Where it is done: a code such as `console`.
    #[schema(example = "console")]
    pub surface: Option<String>,
    /// At most 1000 characters.
    pub note: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TagsChangedDto {
    /// Customers whose tags were set, renewed or removed.
    #[schema(example = 1)]
    pub changed: usize,
    /// Customers who had nothing to remove.
    #[schema(example = 0)]
    pub unchanged: usize,
    /// Ids of nobody whom the caller sees.
    #[schema(example = 0)]
    pub not_found: usize,
}

impl From<&TagsChanged> for TagsChangedDto {
    fn from(changed: &TagsChanged) -> Self {
        let TagsChanged { changed, unchanged, not_found } = *changed;
        Self { changed, unchanged, not_found }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RecorderDto {
    /// `user`, `token` or `system`.
    #[schema(example = "user")]
    pub kind: String,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "Li")]
    pub name: String,
}

impl From<Recorder> for RecorderDto {
    fn from(recorder: Recorder) -> Self {
        let Recorder { kind, id, name } = recorder;
        Self { kind, id, name }
    }
}

/// That somebody set or removed a tag.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TagMarkDto {
    #[schema(format = DateTime)]
    pub at: String,
    pub by: RecorderDto,
    /// Where it was done.
    #[schema(example = "side_bar")]
    pub surface: Option<String>,
    pub note: Option<String>,
}

impl From<Mark> for TagMarkDto {
    fn from(mark: Mark) -> Self {
        Self { at: mark.at.rfc3339(), by: mark.by.into(), surface: mark.surface, note: mark.note }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TagEndDto {
    #[schema(format = DateTime)]
    pub at: String,
    /// `removed`, `replaced` or `expired`.
    #[schema(example = "replaced")]
    pub why: String,
    /// The tag that took its place.
    #[schema(example = "late_pregnancy")]
    pub replaced_by: Option<String>,
    /// Who removed it, or set the other one; null where it expired.
    pub mark: Option<TagMarkDto>,
}

impl From<TagEnd> for TagEndDto {
    fn from(end: TagEnd) -> Self {
        let TagEnd { at, why, replaced_by, mark } = end;
        Self { at: at.rfc3339(), why: why.to_owned(), replaced_by, mark: mark.map(TagMarkDto::from) }
    }
}

/// A tag from when it was set to when it ended.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TagPeriodDto {
    #[schema(example = "early_pregnancy")]
    pub tag: String,
    #[schema(example = "pregnancy")]
    pub group: String,
    #[schema(example = "孕早期")]
    pub name_zh: String,
    #[schema(example = "Early pregnancy")]
    pub name_en: String,
    #[schema(format = DateTime)]
    pub since: String,
    /// First that it was set, then each renewal.
    pub set: Vec<TagMarkDto>,
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Null where it stands.
    pub ended: Option<TagEndDto>,
}

impl From<TagPeriod> for TagPeriodDto {
    fn from(one: TagPeriod) -> Self {
        let TagPeriod { tag, group, name_zh, name_en, since, set, expires_at, ended } = one;
        Self {
            tag,
            group,
            name_zh,
            name_en,
            since: since.rfc3339(),
            set: set.into_iter().map(TagMarkDto::from).collect(),
            expires_at: expires_at.map(Instant::rfc3339),
            ended: ended.map(TagEndDto::from),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CustomerTagsDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    /// What stands, in the order in which it was set.
    pub standing: Vec<TagPeriodDto>,
    /// What has ended, what ended last first.
    pub ended: Vec<TagPeriodDto>,
}

impl From<CustomerTags> for CustomerTagsDto {
    fn from(tags: CustomerTags) -> Self {
        let all = |periods: Vec<TagPeriod>| periods.into_iter().map(TagPeriodDto::from).collect();
        Self { customer_id: tags.customer.public_id(), standing: all(tags.standing), ended: all(tags.ended) }
    }
}
