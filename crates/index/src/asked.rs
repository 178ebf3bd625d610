//! A clause asked of everybody: the long part of keeping a new rule. All processors do it, and where the caller likes, beside
//! others that look at the index.
//!
//! Callers may rely on: what was asked at one instant of the index and is learnt at the same one is what [`Index::put_segment`]
//! would have worked out; learnt at another instant it is forgotten.

use crate::index::{Index, Look};
use crate::leaf::Of;
use perennial_domain::rules::{Clause, Rule, normal};
use perennial_domain::time::Instant;
use rayon::prelude::*;
use roaring::RoaringBitmap;
use std::collections::HashMap;

/// So many customers a piece of work.
const PIECE_CUSTOMERS: usize = 4_096;

/// Of a piece: of whom it holds, and who is to be looked at again when.
type Piece = (Vec<u32>, Vec<(u32, Instant)>);

/// Of whom a clause holds that is not kept so far.
#[derive(Debug)]
pub struct Asked {
    clause: Clause,
    at: Instant,
    answer: Answer,
}

#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub holds: RoaringBitmap,
    pub looks: HashMap<u32, Instant>,
}

impl Index {
    /// Asks each clause of these rules for which everybody has to be looked at and that is not kept so far.
    pub fn ask(&self, rules: &[Rule]) -> Vec<Asked> {
        let mut asked: Vec<Asked> = Vec::new();
        for rule in rules.iter().map(normal) {
            for clause in rule.leaves() {
                let is_known = self.numbers.contains_key(clause) || asked.iter().any(|one| one.clause == *clause);
                if let Some(of) = self.looked_at(clause).filter(|_| !is_known) {
                    asked.push(Asked { clause: clause.clone(), at: self.now, answer: self.answer(clause, &of) });
                }
            }
        }
        asked
    }

    /// Takes in what was asked.
    pub fn learn(&mut self, asked: Vec<Asked>) {
        for one in asked {
            if one.at == self.now && !self.numbers.contains_key(&one.clause) {
                let leaf = self.add_leaf(&one.clause);
                self.put_answer(leaf, one.answer);
            }
        }
    }

    /// What moves a clause for which everybody has to be looked at; `None` of others, and where that is not kept.
    fn looked_at(&self, clause: &Clause) -> Option<Of> {
        match clause {
            Clause::Has(_) => None,
            Clause::Field { name, test } => {
                (test.is_relative() && self.has_column(name)).then(|| Of::Field(name.clone()))
            }
            Clause::Measure { .. } | Clause::Sequence(_) => {
                let of = self.fold_of(clause);
                matches!(of, Of::Fold { number, .. } if number < self.folds.len()).then_some(of)
            }
        }
    }

    pub(crate) fn answer(&self, clause: &Clause, of: &Of) -> Answer {
        let everybody: Vec<u32> = self.everybody().iter().collect();
        let pieces: Vec<Piece> = everybody
            .par_chunks(PIECE_CUSTOMERS)
            .map(|some| {
                let (mut holds, mut looks) = (Vec::new(), Vec::new());
                for customer in some {
                    let judged = self.judge(clause, of, *customer);
                    holds.extend(judged.holds.then_some(*customer));
                    looks.extend(judged.may_flip_at.map(|at| (*customer, at)));
                }
                (holds, looks)
            })
            .collect();
        let mut answer = Answer::default();
        for (holds, looks) in pieces {
            answer.holds.extend(holds);
            answer.looks.extend(looks);
        }
        answer
    }

    pub(crate) fn put_answer(&mut self, leaf: usize, answer: Answer) {
        for (customer, at) in &answer.looks {
            self.looks.put(*at, Look::Leaf { leaf, customer: *customer });
        }
        self.leaves[leaf].holds = answer.holds;
        self.leaves[leaf].looks = answer.looks;
    }
}
