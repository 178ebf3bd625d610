//! The crate `segment`: segment-rust <url> <write key> <user> <seconds that the clock is wrong>
//!
//! The SDK neither gives messages an id nor tries again: its caller does both, so that what is sent twice counts once.

use segment::message::{Alias, BatchMessage, Group, Identify, Message, Page, Screen, Track, User};
use segment::{Batcher, Client, HttpClient};
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::Duration;
use time::OffsetDateTime;

const TRIES_MAX: u32 = 20;
const BATCH_MESSAGES: usize = 7;

struct Maker {
    user: String,
    skew: time::Duration,
    made: usize,
}

impl Maker {
    fn user(&self) -> User {
        User::UserId { user_id: self.user.clone() }
    }

    /// By the clock of this machine, which is wrong.
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + self.skew
    }

    /// The SDK does not say when it sends; without that, the server takes the time of arrival.
    fn extra(&mut self) -> Map<String, Value> {
        self.made += 1;
        let id = format!("{}-{}", self.user, self.made);
        let sent_at_ms = self.now().unix_timestamp_nanos() / 1_000_000;
        Map::from_iter([("messageId".to_owned(), json!(id)), ("sentAt".to_owned(), json!(sent_at_ms.to_string()))])
    }

    fn messages(&mut self) -> Vec<BatchMessage> {
        let traits = json!({ "email": format!("{}@example.com", self.user), "name": "Gil" });
        let (user, timestamp) = (self.user(), Some(self.now()));
        let before = format!("{}-before", self.user);
        let mut messages: Vec<BatchMessage> = vec![
            Identify { user: user.clone(), traits, timestamp, extra: self.extra(), ..Default::default() }.into(),
            Page { user: user.clone(), name: "Home".into(), timestamp, extra: self.extra(), ..Default::default() }
                .into(),
            Screen { user: user.clone(), name: "Cart".into(), timestamp, extra: self.extra(), ..Default::default() }
                .into(),
            Group { user: user.clone(), group_id: "acme".into(), timestamp, extra: self.extra(), ..Default::default() }
                .into(),
            Alias { user: user.clone(), previous_id: before, timestamp, extra: self.extra(), ..Default::default() }
                .into(),
        ];
        for place in 0..30 {
            let (event, properties) = ("Product Viewed".to_owned(), json!({ "place": place }));
            let extra = self.extra();
            messages
                .push(Track { user: user.clone(), event, properties, timestamp, extra, ..Default::default() }.into());
        }
        messages
    }
}

async fn send(client: &HttpClient, key: &str, message: Message) -> Result<(), segment::Error> {
    let mut tries = 0;
    loop {
        match client.send(key.to_owned(), message.clone()).await {
            Err(error) if tries == TRIES_MAX => return Err(error),
            Err(_) => tries += 1,
            Ok(()) => return Ok(()),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn run(url: String, key: String, user: String, skew: i64) -> Result<usize, segment::Error> {
    let client = HttpClient::new(reqwest::Client::new(), url);
    let mut maker = Maker { user, skew: time::Duration::seconds(skew), made: 0 };
    let messages = maker.messages();
    // Alone, on the routes of single messages, and in batches.
    for message in messages.iter().take(6).cloned() {
        send(&client, &key, single(message)).await?;
    }
    for part in messages[6..].chunks(BATCH_MESSAGES) {
        let mut batcher = Batcher::new(Some(json!({ "channel": "server" })));
        for message in part {
            batcher.push(message.clone())?;
        }
        send(&client, &key, batcher.into_message()).await?;
    }
    Ok(maker.made)
}

/// As one request of its own.
fn single(message: BatchMessage) -> Message {
    match message {
        BatchMessage::Identify(one) => Message::Identify(one),
        BatchMessage::Track(one) => Message::Track(one),
        BatchMessage::Page(one) => Message::Page(one),
        BatchMessage::Screen(one) => Message::Screen(one),
        BatchMessage::Group(one) => Message::Group(one),
        BatchMessage::Alias(one) => Message::Alias(one),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, user, skew] = <[String; 4]>::try_from(arguments).expect("url, write key, user, skew");
    let skew = skew.parse().expect("skew in seconds");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    match runtime.block_on(run(url, key, user, skew)) {
        Ok(made) => {
            println!("{made}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
