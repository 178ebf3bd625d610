//! The table of roles and rights.

use super::dto::RoleDto;
use crate::auth::{AccessManage, Allowed};
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use perennial_domain::access::{Right, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct Roles {
    pub roles: Vec<RoleRights>,
    pub rights: Vec<RightDescription>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RoleRights {
    pub role: RoleDto,
    #[schema(example = json!(["customers.read"]))]
    pub rights: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RightDescription {
    #[schema(example = "customers.read")]
    pub right: String,
    #[schema(example = "see customers, their orders and their value")]
    pub description: String,
}

fn description(right: Right) -> &'static str {
    match right {
        Right::CustomersRead => "see customers, their orders and their value",
        Right::CustomersExport => "take lists of customers out as files",
        Right::CustomersMerge => "make one of two customers, and take that back",
        Right::CustomersWrite => "write down about customers by hand: fields and tags",
        Right::ValueRead => "see value reports and the overview",
        Right::ValueRun => "start a value run",
        Right::ImportsRead => "see imports and their rejected rows",
        Right::ImportsRun => "upload files, start and cancel imports",
        Right::SettingsRead => "see the brand's settings",
        Right::SettingsWrite => "change the brand's settings",
        Right::AccessManage => "manage users and API tokens",
        Right::AuditRead => "read the audit log",
        Right::JobsManage => "see background jobs and run failed ones again",
        Right::SourcesRead => "see touch-points and what arrives from them",
        Right::SourcesManage => "make and change touch-points, see new write keys",
        Right::PrivacyRead => "see erasures and verify their receipts",
        Right::PrivacyManage => "erase people, take out everything about one, change what consent is asked for",
        Right::ConsentsWrite => "write down what somebody consents to",
        Right::FactsWrite => "tell orders and customers by the API",
        Right::WebhooksRead => "see webhooks and what became of their messages",
        Right::WebhooksManage => "make and change webhooks, see new secrets, send messages again",
        Right::StoresRead => "see regions, stores, all clerks and what they earned",
        Right::StoresManage => "change regions, stores, clerks and what they earn, close periods",
        Right::SignUpsWrite => "sign people up as a clerk",
        Right::TouchPointsRead => "see touch-points, codes and what came through them",
        Right::TouchPointsManage => "make and change touch-points, codes and codes of packages",
        Right::SegmentsManage => "make and change segments",
        Right::TagsManage => "make and change groups of tags and tags",
        Right::FieldsManage => "change the registry of fields, and which source is believed",
        Right::PointsRead => "see what members have of each wallet, and how it came",
        Right::PointsWrite => "give, take and hold points of members, claim them back and return them",
        Right::PointsAdjust => "change points by hand, and approve what somebody else asked for",
        Right::WalletsManage => "define wallets and change them",
    }
}

/// Which role has which rights.
#[utoipa::path(
    get, path = "/api/v1/roles", operation_id = "list_roles", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    responses(
        (status = 200, body = Roles),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(_: Allowed<AccessManage>) -> Result<Json<Roles>, Problem> {
    let codes = |rights: Vec<Right>| rights.into_iter().map(|right| right.code().to_owned()).collect();
    let roles = Role::ALL.into_iter().map(|role| RoleRights { role: role.into(), rights: codes(role.rights()) });
    let rights = Right::ALL
        .into_iter()
        .map(|right| RightDescription { right: right.code().to_owned(), description: description(right).to_owned() });
    Ok(Json(Roles { roles: roles.collect(), rights: rights.collect() }))
}
