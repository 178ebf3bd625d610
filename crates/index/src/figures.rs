//! The numbers behind fields and measures, for whoever computes with them.

use crate::answers::around_of;
use crate::folds::Subject;
use crate::index::{Index, Lacks};
use perennial_domain::rules::value::{ONE, Value};
use perennial_domain::rules::{Operand, Take};
use roaring::RoaringBitmap;

/// What customers have of a field or a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// In the order of the customers; [`f64::NAN`] of whom it is not known.
    pub values: Vec<f64>,
    /// They are minor units of the workspace's currency.
    pub is_money: bool,
}

impl Index {
    /// The figures of these customers, by number. Of several values that one has there is no figure; a count, a distinct count
    /// and a sum of nothing are 0.
    ///
    /// # Errors
    /// What the index was not told.
    pub fn figures(&self, of: &Operand, customers: &RoaringBitmap) -> Result<Figures, Lacks> {
        let mut figures = Figures { values: Vec::with_capacity(customers.len() as usize), is_money: false };
        let mut add = |values: Vec<Value>, nothing: f64| {
            let figure = match values.as_slice() {
                [] => nothing,
                [Value::Money(money)] => {
                    figures.is_money = true;
                    money.minor as f64
                }
                [Value::Number(number)] => number.0 as f64 / ONE as f64,
                _ => f64::NAN,
            };
            figures.values.push(figure);
        };
        match of {
            Operand::Field(name) => {
                let Some(column) = self.columns.get(name) else {
                    return Err(Lacks { fields: [name.clone()].into(), ..Lacks::default() });
                };
                customers.iter().for_each(|customer| add(column.values(customer), f64::NAN));
            }
            Operand::Measure(measure) => {
                let subject = Subject::Measure(measure.clone());
                let Some(fold) = self.folds.number(&subject) else {
                    return Err(Lacks { subjects: vec![subject], ..Lacks::default() });
                };
                let is_zero = matches!(measure.take, Take::Count | Take::Sum(_) | Take::Distinct(_));
                let nothing = if is_zero { 0.0 } else { f64::NAN };
                let around = around_of(&measure.window);
                for customer in customers {
                    let history = || self.history(customer, around);
                    let found = self.folds.found(fold, measure, self.profiles(customer), history, self.view());
                    add(found.map(|found| found.shown()).unwrap_or_default(), nothing);
                }
            }
        }
        Ok(figures)
    }

    /// What the amounts of a field come to, in minor units, and of how many of these customers there is one.
    ///
    /// # Errors
    /// What the index was not told.
    pub fn sum_of(&self, field: &str, customers: &RoaringBitmap) -> Result<(i128, u64), Lacks> {
        let Some(column) = self.columns.get(field) else {
            return Err(Lacks { fields: [field.to_owned()].into(), ..Lacks::default() });
        };
        let (mut sum, mut known) = (0_i128, 0);
        for customer in customers {
            if let [Value::Money(money)] = column.values(customer).as_slice() {
                sum += i128::from(money.minor);
                known += 1;
            }
        }
        Ok((sum, known))
    }
}
