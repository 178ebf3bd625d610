//! A customer as a program tells it: identifiers and traits, the row of a customer file.

use super::{IdentifierTold, ItemError, identifiers_of, label, traits_of};
use crate::fact::Trait;
use crate::import::customers::{CustomerRow, NAME_BYTES_MAX, gender};
use crate::import::field::{Field, ImportKind};
use crate::import::mapping::FUTURE_MAX;
use crate::import::parse::dates::{DateOrder, DateParser};
use crate::time::{Instant, Zone};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerTold {
    pub identifiers: Vec<IdentifierTold>,
    pub name: Option<String>,
    pub gender: Option<String>,
    /// A day such as 1990-05-17.
    pub birthday: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    /// RFC 3339.
    pub registered_at: Option<String>,
    /// When this was true, RFC 3339; absent: the registration, else now.
    pub updated_at: Option<String>,
    pub traits: Vec<(String, String)>,
}

pub struct CustomerReader {
    dates: DateParser,
    now: Instant,
}

impl CustomerReader {
    pub fn new(now: Instant) -> Self {
        Self { dates: DateParser::new(Zone::utc(), DateOrder::Ymd, false), now }
    }

    /// The row of a customer file that tells the same, or all that is wrong.
    pub fn read(&self, told: &CustomerTold) -> Result<CustomerRow, Vec<ItemError>> {
        let mut errors = Vec::new();
        let identifiers = identifiers_of(&told.identifiers, &mut errors);
        if told.identifiers.is_empty() {
            let allowed = "one identifier or more: a customer is found by them";
            errors.push(ItemError::new("/identifiers", "missing_identifier", allowed));
        }
        let mut traits = traits_of(ImportKind::Customers, &told.traits, &mut errors);
        let labels = [
            (Field::Name, &told.name),
            (Field::Gender, &told.gender),
            (Field::City, &told.city),
            (Field::Country, &told.country),
        ];
        for (field, text) in labels {
            let Some(text) = text else { continue };
            if let Some(text) = label(text, NAME_BYTES_MAX, || format!("/{}", field.code()), &mut errors) {
                let value = if field == Field::Gender { gender(&text).to_owned() } else { text };
                traits.push(Trait { name: field.code().to_owned(), value });
            }
        }
        if let Some(text) = &told.birthday {
            match self.dates.parse_day(text.trim()) {
                Ok(day) => traits.push(Trait { name: Field::Birthday.code().to_owned(), value: day.iso() }),
                Err(_) => errors.push(ItemError::new("/birthday", "invalid_date", "a day such as 1990-05-17")),
            }
        }
        let registered_at = self.instant(Field::RegisteredAt, told.registered_at.as_deref(), &mut errors);
        let updated_at = self.instant(Field::UpdatedAt, told.updated_at.as_deref(), &mut errors);
        if let Some(at) = registered_at {
            traits.push(Trait { name: Field::RegisteredAt.code().to_owned(), value: at.rfc3339() });
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        traits.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(CustomerRow { file_index: 0, row_number: 1, identifiers, at: updated_at.or(registered_at), traits })
    }

    fn instant(&self, field: Field, text: Option<&str>, errors: &mut Vec<ItemError>) -> Option<Instant> {
        let text = text?;
        let pointer = || format!("/{}", field.code());
        match Instant::parse_rfc3339(text).and_then(|at| self.dates.parse(&at.rfc3339()).ok()) {
            Some(at) if at.0 > self.now.0.saturating_add(FUTURE_MAX) => {
                errors.push(ItemError::new(pointer(), "in_the_future", "an instant that has been"));
                None
            }
            Some(at) => Some(at),
            None => {
                errors.push(ItemError::new(pointer(), "invalid_date", "an instant such as 2026-11-21T08:00:00Z"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> CustomerReader {
        CustomerReader::new(Instant::parse_rfc3339("2026-11-21T08:00:00Z").unwrap())
    }

    fn told() -> CustomerTold {
        let identifier = |kind: &str, value: &str| IdentifierTold { kind: kind.to_owned(), value: value.to_owned() };
        CustomerTold {
            identifiers: vec![identifier("email", "Ann@Example.com"), identifier("customer_id", "17")],
            name: Some(" Ann ".to_owned()),
            gender: Some("F".to_owned()),
            birthday: Some("1990-05-17".to_owned()),
            updated_at: Some("2026-11-20T10:00:00+08:00".to_owned()),
            traits: vec![("level".to_owned(), "gold".to_owned()), ("empty".to_owned(), " ".to_owned())],
            ..CustomerTold::default()
        }
    }

    #[test]
    fn a_customer_is_the_row_of_a_file() {
        let row = reader().read(&told()).unwrap();
        let values: Vec<&str> = row.identifiers.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(values, ["17", "ann@example.com"], "the strongest first");
        let traits: Vec<(&str, &str)> = row.traits.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
        assert_eq!(traits, [("birthday", "1990-05-17"), ("gender", "female"), ("level", "gold"), ("name", "Ann")]);
        assert_eq!(row.at.map(Instant::rfc3339).as_deref(), Some("2026-11-20T02:00:00Z"));
    }

    #[test]
    fn what_is_wrong_is_told_all_at_once() {
        let mut wrong = told();
        wrong.identifiers.clear();
        wrong.birthday = Some("17.5.".to_owned());
        wrong.updated_at = Some("2027-01-01T00:00:00Z".to_owned());
        wrong.registered_at = Some("2026-01-01".to_owned());
        wrong.traits.push(("city".to_owned(), "York".to_owned()));
        let errors = reader().read(&wrong).unwrap_err();
        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/identifiers", "/traits/city", "/birthday", "/registered_at", "/updated_at"]);
    }
}
