//! Opens a workspace: the data folder, the transactional store and the history.

use anyhow::Context;
use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use perennial_app::random::SystemRandom;
use perennial_app::system_clock::SystemClock;
use perennial_app::{App, workspace};
use perennial_history::History;
use perennial_store::{Database, StoreUrl};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Args)]
pub struct Shared {
    /// Folder of the workspace: store, history, uploads.
    #[arg(long, global = true, env = "PERENNIAL_DATA", default_value = "./perennial-data", value_name = "DIR")]
    pub data: PathBuf,
    /// postgres://user:password@host/database instead of the embedded SQLite.
    #[arg(long, global = true, env = "PERENNIAL_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// One JSON object on standard output, for programs.
    #[arg(long, global = true, env = "PERENNIAL_JSON", value_parser = BoolishValueParser::new())]
    pub json: bool,
    /// What to log, for example `warn,perennial=debug`.
    #[arg(long, global = true, env = "PERENNIAL_LOG", default_value = "warn,perennial=warn", value_name = "FILTER")]
    pub log: String,
    #[arg(long, global = true, env = "PERENNIAL_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

impl Shared {
    pub fn store_url(&self) -> anyhow::Result<StoreUrl> {
        let text = match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.data.join("perennial.db").display()),
        };
        StoreUrl::parse(&text).context("--database-url")
    }

    /// Opens the workspace, creating and migrating it where needed. Refused where store and history do not belong
    /// together.
    pub async fn open(&self) -> anyhow::Result<App> {
        let data = &self.data;
        std::fs::create_dir_all(data).with_context(|| format!("cannot create the data folder {}", data.display()))?;
        let store = Database::open(&self.store_url()?).await.context("cannot open the store")?;
        let history = History::open(&data.join("history")).await.context("cannot open the history")?;
        workspace::tie(&store, &history, &SystemRandom).await.context("cannot open the workspace")?;
        Ok(App {
            store,
            history: Arc::new(history),
            data_dir: Arc::new(data.clone()),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        })
    }
}
