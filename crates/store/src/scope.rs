//! Whom somebody may see. Every function that lists, counts or finds customers for somebody takes a [`Scope`], so that
//! none can forget it; the condition that it stands for is written here and nowhere else.

use crate::row::Bind;
use perennial_domain::stores::path_end;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everyone,
    /// Customers of stores below the place with this path, or of that store.
    Below(String),
    Nobody,
}

impl Scope {
    pub fn is_everyone(&self) -> bool {
        *self == Self::Everyone
    }

    /// The condition on a column with customers' numbers; none where it holds for all. `parameter` takes a value in and
    /// gives its placeholder. A customer of several profiles is of the stores of each.
    pub(crate) fn condition(&self, column: &str, mut parameter: impl FnMut(Bind) -> String) -> Option<String> {
        match self {
            Self::Everyone => None,
            Self::Nobody => Some("1 = 0".to_owned()),
            Self::Below(path) => {
                let (from, to) = (parameter(path.as_str().into()), parameter(path_end(path).into()));
                Some(format!(
                    "{column} IN (SELECT COALESCE(p.customer_number, s.part_number) FROM places w \
                     JOIN part_stores s ON s.place = w.number \
                     LEFT JOIN customer_parts p ON p.part_number = s.part_number \
                     WHERE w.path >= {from} AND w.path < {to})"
                ))
            }
        }
    }
}
