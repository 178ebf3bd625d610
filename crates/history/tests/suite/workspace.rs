//! A history serves one workspace.

use crate::support::{copy_folder, orders};
use perennial_history::{History, HistoryError};

#[tokio::test(flavor = "multi_thread")]
async fn a_history_with_facts_belongs_to_one_workspace_for_good() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    assert_eq!(history.workspace_id().unwrap(), None);
    history.tie("wsp_a").await.unwrap();
    history.append(&[(1, orders(3, 1, 0))]).await.unwrap();
    history.tie("wsp_a").await.unwrap();

    let copy = tempfile::tempdir().unwrap();
    copy_folder(root.path(), copy.path());
    for folder in [root.path(), copy.path()] {
        let history = History::open(folder).await.unwrap();
        assert_eq!(history.workspace_id().unwrap().as_deref(), Some("wsp_a"));
        let refused = history.tie("wsp_b").await.unwrap_err();
        assert!(matches!(&refused, HistoryError::OtherWorkspace { .. }), "{refused}");
        assert!(refused.to_string().contains("name the database that filled it"), "{refused}");
        assert_eq!(history.workspace_id().unwrap().as_deref(), Some("wsp_a"));
    }
}

/// Somebody tries SQLite first and then goes on with PostgreSQL, in the same folder.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_history_goes_to_whoever_asks_last_and_the_former_is_told() {
    let root = tempfile::tempdir().unwrap();
    let former = History::open(root.path()).await.unwrap();
    former.tie("wsp_a").await.unwrap();
    let latter = History::open(root.path()).await.unwrap();
    latter.tie("wsp_b").await.unwrap();
    let blocks = [(1, orders(3, 1, 0))];
    assert!(matches!(former.last_sequence().await, Err(HistoryError::OtherWorkspace { .. })));
    assert!(matches!(former.append(&blocks).await, Err(HistoryError::OtherWorkspace { .. })));
    assert!(matches!(former.tie("wsp_b").await, Err(HistoryError::OtherWorkspace { .. })));
    latter.append(&blocks).await.unwrap();
    assert_eq!(latter.last_sequence().await.unwrap(), Some(1));
}

/// Histories from before workspaces had ids; whether the sequences agree is the caller's to check.
#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_nobody_can_be_tied_with_its_facts() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    history.append(&[(1, orders(3, 1, 0))]).await.unwrap();
    history.tie("wsp_a").await.unwrap();
    assert_eq!(History::open(root.path()).await.unwrap().workspace_id().unwrap().as_deref(), Some("wsp_a"));
}
