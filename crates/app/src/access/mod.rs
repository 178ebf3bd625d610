//! Who may do what: users, sign-in, sessions, one-time links, API tokens, rights.
//!
//! Tables: `users`, `sessions`, `sign_in_links`, `api_tokens`, `sign_in_attempts`, `idempotency_keys`.
//!
//! Invariants: of passwords only an argon2id hash is stored, of every other secret only its SHA-256; a
//! link works once; there is always an active administrator once there was one; whatever changes a user,
//! a token or a right stands in the audit log in the same commit, with who did it.
//!
//! Callers may rely on: an unknown account costs as much time as a wrong password; failed tries are
//! counted for the account and for the address apart from each other; who asks is found out also while the writer is busy.

mod actor;
pub(crate) mod attempts;
mod error;
pub mod idempotency;
mod last_seen;
mod link;
mod own_account;
mod password;
mod secret;
mod session;
mod sign_in;
mod token;
mod user;

pub use actor::{Actor, Forbidden, require};
pub use error::{AccessError, FieldProblem};
pub use link::{
    FIRST_LINK_LIFETIME_HOURS, INVITATION_LIFETIME_DAYS, issue_first_link, issue_link_for, redeem_link, renew_link,
};
pub use own_account::{PasswordChange, set_locale, set_password};
pub use password::{PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN};
pub use perennial_store::{Scope, StoreError};
pub(crate) use secret::new_secret;
pub use secret::{base64url_decode, base64url_encode, equal_in_constant_time, hex, sha256};
pub use session::{SESSION_IDLE_DAYS, SESSION_LIFETIME_DAYS, SignedIn, StartedSession, end_session, resume_session};
pub use sign_in::sign_in;
pub use token::{NewToken, Token, TokenMaker, authenticate_token, create_token, list_tokens, revoke_token};
pub use user::{NewUser, User, UserChange, UserStatus, create_user, list_users, update_user};
pub(crate) use user::{add_user, may_look_after};
