//! Merges, and their undoing, of the reference ledger: points and records change hands.

use super::{Done, Lot, Point, Record, Reference, end_of};
use perennial_domain::rewards::ledger::{EntryId, LotId};
use std::collections::BTreeSet;

impl Reference {
    pub fn merge(&mut self, member: u32, into: u32, at: i64, name: EntryId) -> Done {
        let lots = self.lots.iter_mut().filter(|lot| lot.owner == member);
        let lots: BTreeSet<LotId> = lots.map(|lot| (lot.owner = into, lot.id).1).collect();
        let records = self.records.iter_mut().filter(|(_, (owner, _))| *owner == member);
        let names: BTreeSet<EntryId> = records.map(|(name, (owner, _))| (*owner = into, *name).1).collect();
        let orders: Vec<String> =
            self.orders.keys().filter(|(owner, _)| *owner == member).map(|key| key.1.clone()).collect();
        self.hand_over(&orders, member, into);
        let debt = self.debts.insert(member, 0).unwrap_or(0);
        *self.debts.entry(into).or_insert(0) += debt;
        self.heirs.insert(member, into);
        let until = end_of(at, self.wallet.merge_undo_days);
        self.record(into, name, Record::Merge { from: member, until, debt, lots, names, orders, undone: false })?;
        self.settle(into, at, Some(name));
        Ok(())
    }

    /// What is still a member's own and spoke of a lot that went speaks of the part that stayed.
    fn rename(&mut self, member: u32, whole: LotId, stub: LotId) {
        for (_, record) in self.records.values_mut().filter(|(owner, _)| *owner == member) {
            match record {
                Record::Debit { taken, .. } => {
                    taken.iter_mut().filter(|lot| **lot == whole).for_each(|lot| *lot = stub);
                }
                Record::Merge { lots, .. } if lots.contains(&whole) => drop(lots.insert(stub)),
                _ => {}
            }
        }
    }

    fn hand_over(&mut self, orders: &[String], from: u32, to: u32) {
        for order in orders {
            if let Some(sums) = self.orders.remove(&(from, order.clone())) {
                self.orders.insert((to, order.clone()), sums);
            }
        }
    }

    pub fn undo(&mut self, member: u32, name: EntryId, at: i64, undoing: EntryId) -> Done {
        let Some(Record::Merge { from, until, debt, lots, names, orders, undone }) = self.of(member, name) else {
            return Err("unknown_merge");
        };
        if *undone || at >= *until {
            return Err(if *undone { "merge_undone" } else { "undo_too_late" });
        }
        let (from, debt, lots, names, orders) = (*from, *debt, lots.clone(), names.clone(), orders.clone());
        let is_own = |point: &Point| matches!(point, Point::Held(hold) if !names.contains(hold));
        if self.lots.iter().any(|lot| lot.owner == member && lots.contains(&lot.id) && lot.points.iter().any(is_own)) {
            return Err("open_holds");
        }
        let (mut parted, mut renamed) = (Vec::new(), Vec::new());
        self.lots.sort_by_key(|lot| lot.id);
        for lot in self.lots.iter_mut().filter(|lot| lot.owner == member) {
            for point in lot.points.iter_mut().filter(|point| **point == Point::Paid(Some(name))) {
                *point = Point::Free;
                *self.debts.entry(member).or_insert(0) += 1;
            }
            if lots.contains(&lot.id) {
                // What debits of this member took stays, to be given back here.
                let stays = |point: &Point| matches!(point, Point::Spent(debit) if !names.contains(debit));
                let (stay, go): (Vec<Point>, Vec<Point>) = lot.points.iter().copied().partition(|point| stays(point));
                if stay.is_empty() {
                    lot.owner = from;
                } else if !go.is_empty() {
                    parted.push(Lot { owner: from, points: go, ..lot.clone() });
                    let id = LotId { entry: undoing, part: renamed.len() as u32 };
                    renamed.push((lot.id, id));
                    (lot.id, lot.points) = (id, stay);
                }
            }
        }
        self.lots.extend(parted);
        self.records
            .iter_mut()
            .filter(|(id, (owner, _))| names.contains(id) && *owner == member)
            .for_each(|(_, record)| record.0 = from);
        renamed.into_iter().for_each(|(whole, stub)| self.rename(member, whole, stub));
        self.hand_over(&orders, member, from);
        let back = debt.min(self.debts[&member]);
        *self.debts.entry(member).or_insert(0) -= back;
        *self.debts.entry(from).or_insert(0) += back;
        self.heirs.remove(&from);
        if let Some((_, Record::Merge { undone, .. })) = self.records.get_mut(&name) {
            *undone = true;
        }
        Ok(())
    }
}
