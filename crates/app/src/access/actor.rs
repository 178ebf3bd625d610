//! Who acts. Every use case that changes something is told, so that the audit log can say it.

use perennial_domain::access::{Right, Role};
use thiserror::Error;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    User {
        id: String,
        name: String,
        role: Role,
    },
    Token {
        id: String,
        name: String,
        role: Role,
    },
    /// The program itself or its command line: `first_start`, `cli`, `worker`.
    System(&'static str),
}

/// The actor's role does not carry this right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the right {} is needed", right.code())]
pub struct Forbidden {
    pub right: Right,
}

impl Actor {
    /// `user`, `token` or `system`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Token { .. } => "token",
            Self::System(_) => "system",
        }
    }

    pub fn id(&self) -> &str {
        match self {
            Self::User { id, .. } | Self::Token { id, .. } => id,
            Self::System(name) => name,
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } | Self::Token { name, .. } => name,
            Self::System(name) => name,
        }
    }

    pub fn may(&self, right: Right) -> bool {
        match self {
            Self::User { role, .. } | Self::Token { role, .. } => role.has(right),
            Self::System(_) => true,
        }
    }
}

pub fn require(actor: &Actor, right: Right) -> Result<(), Forbidden> {
    if actor.may(right) { Ok(()) } else { Err(Forbidden { right }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_has_the_rights_of_its_role_and_the_system_all() {
        let clerk = Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role: Role::Clerk };
        assert_eq!(require(&clerk, Right::CustomersRead), Ok(()));
        assert_eq!(require(&clerk, Right::AccessManage), Err(Forbidden { right: Right::AccessManage }));
        assert_eq!(require(&Actor::System("cli"), Right::AccessManage), Ok(()));
    }
}
