//! Communities as they stand in JSON.

use crate::problem::{Problem, ProblemField};
use crate::v1::customers::dto::CustomerRow;
use perennial_app::communities::{
    Community, CommunityChange, CommunityItem, Group, GroupChange, Invited, InvitedQuery, NewCommunity, Preview, TopUp,
    ToppedUp, Wanted,
};
use perennial_app::key_customers::Owner;
use perennial_domain::community::{Figures, SIZE_DEFAULT};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many were invited, and what became of it: of those whom the caller sees.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityFiguresDto {
    #[schema(example = 160)]
    pub invited: u64,
    /// Also those who have left since.
    #[schema(example = 48)]
    pub joined: u64,
    #[schema(example = 45)]
    pub joined_now: u64,
    /// Of the invited so many hundredths of a percent have joined; null where nobody was invited.
    #[schema(example = 3_000)]
    pub rate_basis_points: Option<u64>,
}

impl From<Figures> for CommunityFiguresDto {
    fn from(figures: Figures) -> Self {
        Self {
            invited: figures.invited,
            joined: figures.joined,
            joined_now: figures.joined_now,
            rate_basis_points: figures.rate_basis_points(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityOwnerDto {
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub user_id: String,
    #[schema(example = "Li")]
    pub name: String,
}

impl From<Owner> for CommunityOwnerDto {
    fn from(owner: Owner) -> Self {
        Self { user_id: owner.user_id, name: owner.name }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityGroupDto {
    /// From 1 on.
    #[schema(example = 1)]
    pub number: i64,
    /// By which facts name it.
    #[schema(example = "pour_over_1")]
    pub code: String,
    /// By which people come in.
    #[schema(example = "https://work.weixin.qq.com/gm/7a1b")]
    pub link: Option<String>,
    pub owner: Option<CommunityOwnerDto>,
    pub figures: CommunityFiguresDto,
    /// For `If-Match`, in quotes; grows by one with each change.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Group> for CommunityGroupDto {
    fn from(group: Group) -> Self {
        Self {
            number: group.number,
            code: group.code,
            link: group.link,
            owner: group.owner.map(CommunityOwnerDto::from),
            figures: group.figures.into(),
            version: group.version,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityDto {
    #[schema(example = "pour_over")]
    pub code: String,
    #[schema(example = "手冲咖啡")]
    pub name: String,
    /// By code.
    #[schema(example = "pour_over_lovers")]
    pub segment: String,
    #[schema(example = "Pour-over lovers")]
    pub segment_name: String,
    /// Then nobody can be invited any more.
    pub segment_archived: bool,
    /// So many are invited into a group at most.
    #[schema(example = 200)]
    pub size_max: i64,
    /// Only who agreed to it is invited; null: whoever is in the segment.
    #[schema(example = "marketing")]
    pub purpose: Option<String>,
    /// By number.
    pub groups: Vec<CommunityGroupDto>,
    /// Of all groups.
    pub figures: CommunityFiguresDto,
    /// Who may be owner of a group, by name.
    pub candidates: Vec<CommunityOwnerDto>,
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
    /// For `If-Match`; grows by one with each change of the name, and when it is archived or restored.
    #[schema(example = 1)]
    pub version: i64,
    #[schema(example = "Ada")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(example = "Li")]
    pub changed_by: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

impl From<Community> for CommunityDto {
    fn from(community: Community) -> Self {
        let row = community.row;
        Self {
            code: row.code,
            name: row.name,
            segment: row.segment,
            segment_name: community.segment_name,
            segment_archived: community.is_segment_archived,
            size_max: row.size_max,
            purpose: row.purpose,
            groups: community.groups.into_iter().map(CommunityGroupDto::from).collect(),
            figures: community.figures.into(),
            candidates: community.candidates.into_iter().map(CommunityOwnerDto::from).collect(),
            archived_at: row.archived_at.map(Instant::rfc3339),
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at.rfc3339(),
            changed_by: row.changed_by,
            changed_at: row.changed_at.rfc3339(),
        }
    }
}

/// A community in a list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityItemDto {
    #[schema(example = "pour_over")]
    pub code: String,
    #[schema(example = "手冲咖啡")]
    pub name: String,
    /// By code.
    #[schema(example = "pour_over_lovers")]
    pub segment: String,
    #[schema(example = "Pour-over lovers")]
    pub segment_name: String,
    #[schema(example = 200)]
    pub size_max: i64,
    #[schema(example = 4)]
    pub groups_count: usize,
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
    #[schema(example = "Ada")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<CommunityItem> for CommunityItemDto {
    fn from(item: CommunityItem) -> Self {
        let row = item.row;
        Self {
            code: row.code,
            name: row.name,
            segment: row.segment,
            segment_name: item.segment_name,
            size_max: row.size_max,
            groups_count: item.groups_count,
            archived_at: row.archived_at.map(Instant::rfc3339),
            created_by: row.created_by,
            created_at: row.created_at.rfc3339(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunitiesDto {
    /// By code; also archived ones.
    pub items: Vec<CommunityItemDto>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCommunityBody {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first. It stays; groups begin with codes made of it.
    #[schema(example = "pour_over")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "手冲咖啡")]
    pub name: String,
    /// The code of a segment, or of a stage of a layer, that is not archived. It stays.
    #[schema(example = "pour_over_lovers")]
    pub segment: String,
    /// 2 to 500, which is the limit of WeChat; null: 200. It stays.
    #[schema(example = 200)]
    pub size_max: Option<i64>,
    /// Only who agreed to this purpose is invited; null: whoever is in the segment. It stays.
    #[schema(example = "marketing")]
    pub purpose: Option<String>,
}

impl NewCommunityBody {
    pub fn read(self) -> NewCommunity {
        let Self { code, name, segment, size_max, purpose } = self;
        NewCommunity { code, name, segment, size_max: size_max.unwrap_or(SIZE_DEFAULT), purpose }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityBody {
    /// 1 to 60 characters.
    #[schema(example = "手冲咖啡")]
    pub name: String,
    /// Then nobody is invited into it any more.
    pub archived: bool,
}

impl CommunityBody {
    pub fn read(self) -> CommunityChange {
        CommunityChange { name: self.name, is_archived: self.archived }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityGroupBody {
    /// By which facts name it, such as the id of the chat: 1 to 64 characters without blanks; no other group has it.
    #[schema(example = "wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA")]
    pub code: String,
    /// An address that begins with https:// or http://; null where there is none.
    #[schema(example = "https://work.weixin.qq.com/gm/7a1b")]
    pub link: Option<String>,
    /// The id of an active user who may write about customers, as clerks may; null: nobody.
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub owner: Option<String>,
}

impl CommunityGroupBody {
    pub fn read(self) -> GroupChange {
        GroupChange { code: self.code, link: self.link, owner: self.owner }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityPreviewDto {
    /// Who would be invited.
    #[schema(example = 640)]
    pub members: usize,
    /// So many others of the segment did not agree to the purpose.
    #[schema(example = 0)]
    pub without_consent: usize,
    /// How many would be in each group.
    #[schema(example = json!([160, 160, 160, 160]))]
    pub groups: Vec<usize>,
    #[schema(format = DateTime)]
    pub as_of: String,
}

impl From<Preview> for CommunityPreviewDto {
    fn from(preview: Preview) -> Self {
        Self {
            members: preview.members,
            without_consent: preview.without_consent,
            groups: preview.groups,
            as_of: preview.as_of.rfc3339(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityAddedDto {
    /// The number of the group.
    #[schema(example = 1)]
    pub group: i64,
    #[schema(example = 1)]
    pub members: usize,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityTopUpDto {
    /// Who is in the segment and was not invited yet.
    #[schema(example = 4)]
    pub members: usize,
    /// Groups with room that would get some.
    pub added: Vec<CommunityAddedDto>,
    /// How many would be in each new group.
    #[schema(example = json!([]))]
    pub new_groups: Vec<usize>,
}

impl From<TopUp> for CommunityTopUpDto {
    fn from(top_up: TopUp) -> Self {
        let added = top_up.added.into_iter();
        Self {
            members: top_up.members,
            added: added.map(|one| CommunityAddedDto { group: one.group, members: one.members }).collect(),
            new_groups: top_up.new,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityToppedUpDto {
    #[schema(example = 4)]
    pub invited: usize,
    #[schema(example = 0)]
    pub new_groups: usize,
    pub community: CommunityDto,
}

impl From<ToppedUp> for CommunityToppedUpDto {
    fn from(done: ToppedUp) -> Self {
        Self { invited: done.invited, new_groups: done.new_groups, community: done.community.into() }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityInvitationDto {
    pub customer: CustomerRow,
    /// The number of the group.
    #[schema(example = 1)]
    pub group: i64,
    #[schema(example = "pour_over_1")]
    pub group_code: String,
    #[schema(format = DateTime)]
    pub invited_at: String,
    /// `waiting` (has not joined any group of the community), `in` or `left`.
    #[schema(example = "in")]
    pub state: String,
    /// The last time; null where they never did.
    #[schema(format = DateTime)]
    pub joined_at: Option<String>,
    /// Somebody wrote down that they joined, and it can be taken back.
    pub by_hand: bool,
}

impl From<Invited> for CommunityInvitationDto {
    fn from(one: Invited) -> Self {
        Self {
            customer: CustomerRow::from(&one.customer),
            group: one.group,
            group_code: one.group_code,
            invited_at: one.invited_at.rfc3339(),
            state: one.state.code().to_owned(),
            joined_at: one.joined_at.map(Instant::rfc3339),
            by_hand: one.is_by_hand,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityJoinBody {
    /// True: somebody saw that they joined; false: what was written down of that was a mistake.
    pub joined: bool,
}

/// Which of the invited are asked for.
pub fn query_of(group: Option<i64>, state: Option<&str>) -> Result<InvitedQuery, Problem> {
    let allowed = "joined, waiting, in or left";
    let wanted = state.map(|code| {
        let wrong = || Problem::invalid(vec![ProblemField::new("state", "unknown_value", allowed)]);
        Wanted::parse(code).ok_or_else(wrong)
    });
    Ok(InvitedQuery { group, wanted: wanted.transpose()? })
}
