//! Shapes of this slice in JSON.

use perennial_app::access::{Scope, SignedIn, Token, User};
use perennial_domain::access::Role;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role, by the name that the domain gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleDto {
    Administrator,
    Operator,
    Analyst,
    Clerk,
    Service,
    Sender,
}

impl From<Role> for RoleDto {
    fn from(role: Role) -> Self {
        match role {
            Role::Administrator => Self::Administrator,
            Role::Operator => Self::Operator,
            Role::Analyst => Self::Analyst,
            Role::Clerk => Self::Clerk,
            Role::Service => Self::Service,
            Role::Sender => Self::Sender,
        }
    }
}

impl RoleDto {
    pub fn code(self) -> String {
        let role = match self {
            Self::Administrator => Role::Administrator,
            Self::Operator => Role::Operator,
            Self::Analyst => Role::Analyst,
            Self::Clerk => Role::Clerk,
            Self::Service => Role::Service,
            Self::Sender => Role::Sender,
        };
        role.code().to_owned()
    }
}

/// Who has signed in, and what the console needs to know about it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Me {
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "ann@example.com")]
    pub email: String,
    #[schema(example = "Ann")]
    pub name: String,
    pub role: RoleDto,
    /// Of the role; where the user sees a part of the customers only, those that are narrowed to it.
    #[schema(example = json!(["customers.read", "settings.read"]))]
    pub rights: Vec<String>,
    /// To be sent as `X-CSRF-Token` with every method that changes something.
    pub csrf_token: String,
    pub must_set_password: bool,
    /// `zh-CN`, `en`, or null for the brand's.
    pub locale: Option<String>,
}

impl Me {
    pub fn of(signed_in: &SignedIn) -> Self {
        Self::of_user(&signed_in.user, &signed_in.csrf_token, &signed_in.scope)
    }

    pub fn of_user(user: &User, csrf_token: &str, scope: &Scope) -> Self {
        let actor = user.actor(scope.clone());
        let rights = user.role.rights().into_iter().filter(|right| actor.may(*right));
        Self {
            id: user.id.clone(),
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role.into(),
            rights: rights.map(|right| right.code().to_owned()).collect(),
            csrf_token: csrf_token.to_owned(),
            must_set_password: !user.has_password,
            locale: user.locale.clone(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UserDto {
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "ann@example.com")]
    pub email: String,
    #[schema(example = "Ann")]
    pub name: String,
    pub role: RoleDto,
    #[schema(example = "active")]
    pub status: String,
    #[schema(format = DateTime)]
    pub last_sign_in_at: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<User> for UserDto {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role.into(),
            status: user.status.code().to_owned(),
            last_sign_in_at: user.last_sign_in_at.map(Instant::rfc3339),
            created_at: user.created_at.rfc3339(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenDto {
    #[schema(example = "tok_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "nightly export")]
    pub name: String,
    pub role: RoleDto,
    pub created_by: TokenMakerDto,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// Who made a token. It is revoked when its maker is disabled.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenMakerDto {
    /// `user`, `token` or `system`.
    #[schema(example = "user")]
    pub kind: String,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "Ann")]
    pub name: String,
}

impl From<Token> for TokenDto {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            role: token.role.into(),
            created_by: TokenMakerDto {
                kind: token.created_by.kind.to_owned(),
                id: token.created_by.id,
                name: token.created_by.name,
            },
            created_at: token.created_at.rfc3339(),
            last_used_at: token.last_used_at.map(Instant::rfc3339),
            expires_at: token.expires_at.map(Instant::rfc3339),
        }
    }
}
