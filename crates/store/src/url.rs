//! Where the store is.

use crate::error::{Result, StoreError};
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// `sqlite:///var/lib/perennial/store.db` (an absolute path), `sqlite://store.db` (relative) or `postgres://…`.
#[derive(Clone)]
pub enum StoreUrl {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl StoreUrl {
    pub fn parse(text: &str) -> Result<Self> {
        let (scheme, rest) =
            text.split_once("://").ok_or_else(|| StoreError::UnknownScheme(text.chars().take(12).collect()))?;
        match scheme {
            "sqlite" if rest.is_empty() || rest.contains('?') => {
                Err(StoreError::InvalidUrl("sqlite:// needs the path of a file and takes no options".to_owned()))
            }
            "sqlite" => Ok(Self::Sqlite(PathBuf::from(rest))),
            "postgres" | "postgresql" => {
                let options = PgConnectOptions::from_str(text)
                    .map_err(|_| StoreError::InvalidUrl("postgres:// address cannot be read".to_owned()))?;
                Ok(Self::Postgres(Box::new(options)))
            }
            other => Err(StoreError::UnknownScheme(other.to_owned())),
        }
    }
}

/// Without the password.
impl fmt::Display for StoreUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "sqlite://{}", path.display()),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or(options.get_username());
                write!(formatter, "postgres://{}:{}/{database}", options.get_host(), options.get_port())
            }
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_schemes_are_read_and_others_refused() {
        assert!(matches!(StoreUrl::parse("sqlite:///tmp/a.db"), Ok(StoreUrl::Sqlite(path)) if path.is_absolute()));
        assert!(matches!(StoreUrl::parse("postgres://u@localhost/x"), Ok(StoreUrl::Postgres(_))));
        assert!(matches!(StoreUrl::parse("mysql://x"), Err(StoreError::UnknownScheme(_))));
        assert!(matches!(StoreUrl::parse("store.db"), Err(StoreError::UnknownScheme(_))));
        assert!(matches!(StoreUrl::parse("sqlite://"), Err(StoreError::InvalidUrl(_))));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = StoreUrl::parse("postgres://u:secret@localhost:5433/x").unwrap();
        assert_eq!(format!("{url} {url:?}"), "postgres://localhost:5433/x postgres://localhost:5433/x");
    }
}
