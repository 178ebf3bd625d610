//! `perennial serve`

use crate::background::Background;
use crate::output::Output;
use crate::workspace::Shared;
use anyhow::Context;
use clap::builder::BoolishValueParser;
use perennial_api::ApiState;
use perennial_app::random::{Random, SystemRandom};
use perennial_app::{App, access, value};
use perennial_connect::webhook::Sender;
use serde::Serialize;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  perennial serve --data ./perennial-data --listen 127.0.0.1:7300
  perennial serve --listen 0.0.0.0:7300 --database-url postgres://perennial@db.example/perennial
  perennial serve --behind-proxy               behind nginx or Caddy with HTTPS")]
pub struct Args {
    /// Address and port; port 0 takes a free one.
    #[arg(long, env = "PERENNIAL_LISTEN", default_value = "127.0.0.1:7300", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// A reverse proxy of yours stands in front and is the only way in: its X-Forwarded-For, -Proto and -Host are
    /// believed. Cookies are then marked secure where it speaks HTTPS, and sign-in limits count real addresses.
    #[arg(long, env = "PERENNIAL_BEHIND_PROXY", value_parser = BoolishValueParser::new())]
    pub behind_proxy: bool,
    /// Webhooks may lead to private networks, and to addresses without TLS. Otherwise whoever may make one could reach
    /// what only this machine reaches.
    #[arg(long, env = "PERENNIAL_ALLOW_PRIVATE_TARGETS", value_parser = BoolishValueParser::new())]
    pub allow_private_targets: bool,
}

/// The first line on standard output with `--json`.
#[derive(Serialize)]
struct Listening {
    listening: SocketAddr,
    url: String,
    /// For the first administrator; absent once there is one. Works once.
    sign_in_link: Option<String>,
}

/// Time that open requests and running jobs get after a stop was asked for.
const GRACE: Duration = Duration::from_secs(20);

/// And what is left to be written down after it.
const CLOSE: Duration = Duration::from_secs(5);
/// How often measurements that nobody fetched are folded together.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    serve(app, &args, output).await
}

pub async fn serve(app: App, args: &Args, output: &Output) -> anyhow::Result<()> {
    let Args { listen, behind_proxy, allow_private_targets } = *args;
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder().context("metrics")?;
    value::fail_abandoned(&app).await?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    // Before anybody is told the address: from then on a stop is a graceful one.
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for the stop signal")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for the interrupt signal")?;
    announce(&app, address, output).await?;
    let (stop_sender, stop) = watch::channel(false);
    let upkeep = metrics.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(METRICS_UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    let state = ApiState::new(app.clone(), env!("CARGO_PKG_VERSION"))
        .behind_proxy(behind_proxy)
        .allow_private_targets(allow_private_targets);
    let mut background = Background::start(&app, &state.live, &Sender::new(allow_private_targets), &stop);
    let service = perennial_api::router(state)
        .route("/metrics", axum::routing::get(move || std::future::ready(metrics.render())))
        .fallback_service(perennial_console_assets::router(Arc::new(nonce)))
        .into_make_service_with_connect_info::<SocketAddr>();
    let mut stopping = stop.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _closed = stopping.changed().await.is_err();
    });
    let server = tokio::spawn(server.into_future());
    // Interrupt from the keyboard or the stop signal of a service manager.
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    output.note("stopping");
    let _nobody_left = stop_sender.send(true).is_err();
    let all = async {
        background.ended().await;
        server.await
    };
    match tokio::time::timeout(GRACE, all).await {
        Ok(served) => served??,
        Err(_) => {
            tracing::warn!("work was still running after {} s; it will go on at the next start", GRACE.as_secs());
            // Whoever still holds a connection must not hold up the end.
            let _late = tokio::time::timeout(CLOSE, background.release(&app)).await.is_err();
        }
    }
    let _late = tokio::time::timeout(CLOSE, app.store.close()).await.is_err();
    Ok(())
}

async fn announce(app: &App, address: SocketAddr, output: &Output) -> anyhow::Result<()> {
    let shown =
        if address.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], address.port())) } else { address };
    let url = format!("http://{shown}");
    let link = access::issue_first_link(app).await?.map(|token| format!("{url}/login?link={token}"));
    let mut lines = vec![format!("Perennial is at {url}")];
    if let Some(link) = &link {
        lines.push(format!("first administrator, works once: {link}"));
    }
    output.result(&Listening { listening: address, url, sign_in_link: link }, &lines)
}

/// A nonce for the content security policy of one page.
fn nonce() -> String {
    let mut bytes = [0u8; 16];
    SystemRandom.fill(&mut bytes);
    access::hex(&bytes)
}
