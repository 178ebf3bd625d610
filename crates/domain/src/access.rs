//! Roles and rights: who may do what. The table below is the only place that says so.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Administrator,
    Operator,
    Analyst,
    Clerk,
    Service,
    /// A program that sends orders and customers, and sees nothing.
    Sender,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    CustomersRead,
    CustomersExport,
    /// Making one of two customers, and taking that back.
    CustomersMerge,
    /// Writing down about a customer by hand: fields and tags.
    CustomersWrite,
    ValueRead,
    ValueRun,
    ImportsRead,
    ImportsRun,
    SettingsRead,
    SettingsWrite,
    AccessManage,
    AuditRead,
    JobsManage,
    SourcesRead,
    SourcesManage,
    /// Erasures, and the register of consents.
    PrivacyRead,
    /// Erasing people, taking out all about one, and changing the register of consents.
    PrivacyManage,
    /// Writing down what somebody consents to.
    ConsentsWrite,
    /// Telling orders and customers by the API.
    FactsWrite,
    WebhooksRead,
    /// Saying where to what happens is told.
    WebhooksManage,
    /// The tree of stores, all clerks, and what they earned.
    StoresRead,
    /// Changing the tree, clerks, what they earn, and closing periods.
    StoresManage,
    /// Signing people up, as a clerk.
    SignUpsWrite,
    /// Touch-points, codes and what came through them.
    TouchPointsRead,
    /// Making touch-points and codes, and changing them.
    TouchPointsManage,
    /// Making groups of tags and tags, and changing them.
    TagsManage,
    /// Changing the registry of fields, and which source is believed.
    FieldsManage,
    /// Making segments, changing and archiving them.
    SegmentsManage,
    /// What members have of each wallet, and how it came.
    PointsRead,
    /// Giving, taking and holding points of members.
    PointsWrite,
    /// Changing what members have by hand, and approving what somebody else asked for.
    PointsAdjust,
    /// Defining wallets.
    WalletsManage,
}

impl Role {
    pub const ALL: [Self; 6] =
        [Self::Administrator, Self::Operator, Self::Analyst, Self::Clerk, Self::Service, Self::Sender];

    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Operator => "operator",
            Self::Analyst => "analyst",
            Self::Clerk => "clerk",
            Self::Service => "service",
            Self::Sender => "sender",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    pub fn has(self, right: Right) -> bool {
        use Right::{
            ConsentsWrite, CustomersExport, CustomersMerge, CustomersRead, CustomersWrite, FactsWrite, FieldsManage,
            ImportsRead, ImportsRun, JobsManage, PointsAdjust, PointsRead, PointsWrite, PrivacyRead, SegmentsManage,
            SettingsRead, SignUpsWrite, SourcesManage, SourcesRead, StoresManage, StoresRead, TagsManage,
            TouchPointsManage, TouchPointsRead, ValueRead, ValueRun, WebhooksManage, WebhooksRead,
        };
        match self {
            Self::Administrator => true,
            Self::Operator => matches!(
                right,
                CustomersRead
                    | CustomersExport
                    | CustomersMerge
                    | CustomersWrite
                    | ValueRead
                    | ValueRun
                    | ImportsRead
                    | ImportsRun
                    | SettingsRead
                    | JobsManage
                    | SourcesRead
                    | SourcesManage
                    | PrivacyRead
                    | ConsentsWrite
                    | FactsWrite
                    | WebhooksRead
                    | WebhooksManage
                    | StoresRead
                    | StoresManage
                    | TouchPointsRead
                    | TouchPointsManage
                    | TagsManage
                    | FieldsManage
                    | SegmentsManage
                    | PointsRead
                    | PointsWrite
                    | PointsAdjust
            ),
            Self::Analyst => matches!(
                right,
                CustomersRead
                    | CustomersExport
                    | ValueRead
                    | ValueRun
                    | ImportsRead
                    | SettingsRead
                    | SourcesRead
                    | PrivacyRead
                    | WebhooksRead
                    | StoresRead
                    | TouchPointsRead
                    | SegmentsManage
                    | PointsRead
            ),
            Self::Clerk => {
                matches!(
                    right,
                    CustomersRead | CustomersWrite | SettingsRead | ConsentsWrite | SignUpsWrite | PointsRead
                )
            }
            Self::Service => {
                matches!(right, CustomersRead | CustomersWrite | SettingsRead | ConsentsWrite | PointsRead)
            }
            Self::Sender => matches!(right, FactsWrite),
        }
    }

    pub fn rights(self) -> Vec<Right> {
        Right::ALL.into_iter().filter(|right| self.has(*right)).collect()
    }
}

impl Right {
    /// Whether somebody who sees a part of the customers only has it: what it opens is narrowed to them. All others
    /// open something of the whole workspace, such as sums that nobody can take apart, or files as they came.
    pub fn is_narrowed(self) -> bool {
        matches!(
            self,
            Self::CustomersRead
                | Self::CustomersExport
                | Self::CustomersWrite
                | Self::SettingsRead
                | Self::ConsentsWrite
                | Self::SignUpsWrite
                | Self::PointsRead
                | Self::PointsWrite
                | Self::PointsAdjust
        )
    }

    pub const ALL: [Self; 33] = [
        Self::CustomersRead,
        Self::CustomersExport,
        Self::CustomersMerge,
        Self::CustomersWrite,
        Self::ValueRead,
        Self::ValueRun,
        Self::ImportsRead,
        Self::ImportsRun,
        Self::SettingsRead,
        Self::SettingsWrite,
        Self::AccessManage,
        Self::AuditRead,
        Self::JobsManage,
        Self::SourcesRead,
        Self::SourcesManage,
        Self::PrivacyRead,
        Self::PrivacyManage,
        Self::ConsentsWrite,
        Self::FactsWrite,
        Self::WebhooksRead,
        Self::WebhooksManage,
        Self::StoresRead,
        Self::StoresManage,
        Self::SignUpsWrite,
        Self::TouchPointsRead,
        Self::TouchPointsManage,
        Self::TagsManage,
        Self::FieldsManage,
        Self::SegmentsManage,
        Self::PointsRead,
        Self::PointsWrite,
        Self::PointsAdjust,
        Self::WalletsManage,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::CustomersRead => "customers.read",
            Self::CustomersExport => "customers.export",
            Self::CustomersMerge => "customers.merge",
            Self::CustomersWrite => "customers.write",
            Self::ValueRead => "value.read",
            Self::ValueRun => "value.run",
            Self::ImportsRead => "imports.read",
            Self::ImportsRun => "imports.run",
            Self::SettingsRead => "settings.read",
            Self::SettingsWrite => "settings.write",
            Self::AccessManage => "access.manage",
            Self::AuditRead => "audit.read",
            Self::JobsManage => "jobs.manage",
            Self::SourcesRead => "sources.read",
            Self::SourcesManage => "sources.manage",
            Self::PrivacyRead => "privacy.read",
            Self::PrivacyManage => "privacy.manage",
            Self::ConsentsWrite => "consents.write",
            Self::FactsWrite => "facts.write",
            Self::WebhooksRead => "webhooks.read",
            Self::WebhooksManage => "webhooks.manage",
            Self::StoresRead => "stores.read",
            Self::StoresManage => "stores.manage",
            Self::SignUpsWrite => "sign_ups.write",
            Self::TouchPointsRead => "touch_points.read",
            Self::TouchPointsManage => "touch_points.manage",
            Self::TagsManage => "tags.manage",
            Self::FieldsManage => "fields.manage",
            Self::SegmentsManage => "segments.manage",
            Self::PointsRead => "points.read",
            Self::PointsWrite => "points.write",
            Self::PointsAdjust => "points.adjust",
            Self::WalletsManage => "wallets.manage",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_administrator_manages_access_and_settings() {
        for role in Role::ALL {
            assert_eq!(role.has(Right::AccessManage), role == Role::Administrator);
            assert_eq!(role.has(Right::SettingsWrite), role == Role::Administrator);
            assert_eq!(role.has(Right::PrivacyManage), role == Role::Administrator);
            assert_eq!(role.has(Right::WalletsManage), role == Role::Administrator);
            assert_eq!(Role::parse(role.code()), Some(role));
        }
        assert!(!Role::Clerk.has(Right::CustomersExport));
        assert_eq!(Role::Sender.rights(), [Right::FactsWrite], "whoever sends sees nothing");
    }
}
