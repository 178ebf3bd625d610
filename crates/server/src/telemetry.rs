//! Structured logs on standard error. No personal data: the code logs ids and counts, never values.

use crate::workspace::{LogFormat, Shared};
use tracing_subscriber::EnvFilter;

pub fn start(shared: &Shared) {
    let filter = EnvFilter::try_new(&shared.log).unwrap_or_else(|_| EnvFilter::new("warn,perennial=info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match shared.log_format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().init(),
    }
}
