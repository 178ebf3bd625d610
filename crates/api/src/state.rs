//! What every handler may use.

use perennial_app::App;
use perennial_app::customers::PowerTable;
use perennial_app::forms::Pace;
use perennial_app::paths::PathTable;
use perennial_app::rewards::Desk;
use perennial_app::segments::live::Live;
use perennial_app::tracking::Intake;
use perennial_domain::time::Instant;
use std::sync::Arc;

#[derive(Clone)]
pub struct ApiState {
    pub app: App,
    /// Takes in what sources send.
    pub intake: Intake,
    /// Posts what is asked of points, what waits together in one commit.
    pub desk: Desk,
    /// How many answers to forms each network has sent.
    pub form_pace: Arc<Pace>,
    /// What all customers did of late, as it was counted last.
    pub powers: Arc<PowerTable>,
    /// Who is in which segment, now. Whoever serves keeps it following.
    pub live: Arc<Live>,
    /// How far everybody has come on each path, as it was counted last.
    pub paths: Arc<PathTable>,
    /// When this process started.
    pub started_at: Instant,
    /// The version of the program, as `/api/v1/system` tells it.
    pub version: Arc<str>,
    /// A reverse proxy of ours stands in front: its `X-Forwarded-For`, `-Proto` and `-Host` are believed.
    pub behind_proxy: bool,
    /// Webhooks may lead to networks that are not public, and without TLS.
    pub allow_private_targets: bool,
}

impl ApiState {
    /// A state for a process that starts now and is reached directly. Needs a runtime: sources and points have tasks of their own.
    pub fn new(app: App, version: &str) -> Self {
        let started_at = app.clock.now();
        let (intake, desk) = (Intake::start(&app), Desk::start(&app));
        Self {
            app,
            intake,
            desk,
            form_pace: Arc::default(),
            powers: Arc::default(),
            live: Arc::default(),
            paths: Arc::default(),
            started_at,
            version: Arc::from(version),
            behind_proxy: false,
            allow_private_targets: false,
        }
    }

    pub fn allow_private_targets(mut self, allow_private_targets: bool) -> Self {
        self.allow_private_targets = allow_private_targets;
        self
    }

    pub fn behind_proxy(mut self, behind_proxy: bool) -> Self {
        self.behind_proxy = behind_proxy;
        self
    }
}
