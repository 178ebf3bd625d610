//! The wallets of a workspace as they are defined now.

use super::error::RewardsError;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{Account, Wallet};
use perennial_store::ledger::Wanted;
use perennial_store::wallets::{self, WalletRow};
use perennial_store::{ReadTx, StoreError, ledger};
use std::collections::BTreeMap;

/// By number: the order in which accounts of several wallets are locked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    wallets: BTreeMap<i64, Wallet>,
}

impl Book {
    pub(crate) async fn read(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let mut book = Self::default();
        for row in wallets::all(tx).await? {
            book.wallets.insert(row.number, wallet_of(&row)?);
        }
        Ok(book)
    }

    /// A wallet by its code, with its number.
    pub(crate) fn find(&self, code: &str) -> Result<(i64, &Wallet), RewardsError> {
        let found = self.wallets.iter().find(|(_, wallet)| wallet.code == code);
        found.map(|(number, wallet)| (*number, wallet)).ok_or(RewardsError::NoWallet)
    }

    /// By number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &Wallet)> {
        self.wallets.iter().map(|(number, wallet)| (*number, wallet))
    }

    /// The wallet of an account.
    pub(crate) fn of_account(&self, account_id: i64) -> Result<(&Wallet, CustomerNumber), StoreError> {
        let (number, member) = ledger::parts_of(account_id);
        let foreign = || StoreError::Inconsistency {
            table: "ledger_accounts",
            column: "account_id",
            row: account_id.to_string(),
        };
        Ok((self.wallets.get(&number).ok_or_else(foreign)?, member))
    }

    /// An account as it is before its first transaction, of which nothing is wanted yet.
    pub(crate) fn wanted(&self, account_id: i64) -> Result<Wanted<'static>, StoreError> {
        let (wallet, member) = self.of_account(account_id)?;
        Ok(Wanted { id: account_id, account: Account::new(member, wallet), needs: Vec::new(), keys: Vec::new() })
    }
}

pub(super) fn wallet_of(row: &WalletRow) -> Result<Wallet, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table: "wallet_versions", column: "definition", row: row.code.clone() };
    serde_json::from_str(&row.definition).map_err(wrong)
}
