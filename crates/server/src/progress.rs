//! Progress on a terminal, silence in a pipe and with `--json`.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub fn new(json: bool) -> Self {
        let visible = !json && std::io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(1_000), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:28} [{bar:32}] {percent:>3} %  {elapsed_precise}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }

    /// `fraction` from 0 to 1.
    pub fn set(&self, fraction: f64, message: String) {
        self.bar.set_position((fraction.clamp(0.0, 1.0) * 1_000.0) as u64);
        self.bar.set_message(message);
    }

    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}
