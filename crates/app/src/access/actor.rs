//! Who acts. Every use case that changes something is told, so that the audit log can say it.

use perennial_domain::access::{Right, Role};
use perennial_store::Scope;
use thiserror::Error;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    User {
        id: String,
        name: String,
        role: Role,
        /// Whom the user sees.
        scope: Scope,
    },
    Token {
        id: String,
        name: String,
        role: Role,
    },
    /// The program itself or its command line: `first_start`, `cli`, `worker`.
    System(&'static str),
}

/// The actor's role does not carry this right, or the actor sees a part of the customers only and it opens more.
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

    /// Whom the actor sees: handed to each function of the store that lists, counts or finds customers.
    pub fn scope(&self) -> &Scope {
        match self {
            Self::User { scope, .. } => scope,
            Self::Token { .. } | Self::System(_) => &Scope::Everyone,
        }
    }

    pub fn may(&self, right: Right) -> bool {
        self.role_has(right) && (self.scope().is_everyone() || right.is_narrowed())
    }

    /// For what is narrowed by its use case although its right opens more.
    pub fn role_has(&self, right: Right) -> bool {
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
        let clerk =
            Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role: Role::Clerk, scope: Scope::Everyone };
        assert_eq!(require(&clerk, Right::CustomersRead), Ok(()));
        assert_eq!(require(&clerk, Right::AccessManage), Err(Forbidden { right: Right::AccessManage }));
        assert_eq!(require(&Actor::System("cli"), Right::AccessManage), Ok(()));
    }

    #[test]
    fn who_sees_a_part_has_only_rights_that_are_narrowed_to_it() {
        let scope = Scope::Below("/1/".to_owned());
        let actor = Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role: Role::Operator, scope };
        assert!(actor.may(Right::CustomersRead) && actor.may(Right::CustomersExport));
        for right in Right::ALL.into_iter().filter(|right| !right.is_narrowed()) {
            assert!(!actor.may(right), "{}", right.code());
        }
    }
}
