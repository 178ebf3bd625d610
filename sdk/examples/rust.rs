//! cargo add segment serde_json && cargo add tokio --features rt && cargo add reqwest@0.12
//! PERENNIAL_URL=https://data.example WRITE_KEY=wk_… cargo run
//!
//! The crate gives messages no id and does not try again. A caller that tries again gives each message an id of its own
//! (`extra`), so that what arrives twice counts once.

use segment::message::{Identify, Track, User};
use segment::{AutoBatcher, Batcher, HttpClient};
use serde_json::{Map, Value, json};

fn with_id(id: &str) -> Map<String, Value> {
    Map::from_iter([("messageId".to_owned(), json!(id))])
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("PERENNIAL_URL")?;
    let write_key = std::env::var("WRITE_KEY")?;
    let client = HttpClient::new(reqwest::Client::new(), url);
    let mut batcher = AutoBatcher::new(client, Batcher::new(None), write_key);
    let user = User::UserId { user_id: "rust-1".to_owned() };

    let traits = json!({ "email": "rust-1@example.com", "plan": "gold" });
    batcher.push(Identify { user: user.clone(), traits, extra: with_id("rust-1-a"), ..Default::default() }).await?;
    let (event, properties) = ("Product Viewed".to_owned(), json!({ "sku": "A1" }));
    let viewed = Track { user: user.clone(), event, properties, extra: with_id("rust-1-b"), ..Default::default() };
    batcher.push(viewed).await?;
    let event = "Order Completed".to_owned();
    let products = json!([{ "sku": "A1", "name": "Mug", "price": 15.25, "quantity": 2 }]);
    let properties = json!({ "order_id": "R-1001", "total": 30.5, "currency": "USD", "products": products });
    batcher.push(Track { user, event, properties, extra: with_id("rust-1-c"), ..Default::default() }).await?;

    // What is still waiting is sent before the process ends.
    batcher.flush().await?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}
