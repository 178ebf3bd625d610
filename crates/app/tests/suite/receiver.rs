//! Somebody who receives webhooks: a real server on a port of this machine, which keeps what came and answers as the story
//! says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Message {
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Message {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The order that it tells of, else its type.
    pub fn what(&self) -> String {
        let json = self.json();
        json["data"]["order_no"].as_str().or(json["type"].as_str()).unwrap().to_owned()
    }
}

type Answering = dyn Fn(&Message) -> String + Send + Sync;

pub struct Receiver {
    pub url: String,
    came: Arc<Mutex<VecDeque<Message>>>,
}

/// Says nothing, and keeps the connection.
pub const SILENCE: &str = "";

/// An answer of this status.
pub fn status(code: u16) -> String {
    format!("HTTP/1.1 {code} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

impl Receiver {
    pub async fn new(answer: impl Fn(&Message) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let came = Arc::new(Mutex::new(VecDeque::new()));
        let (kept, answer): (_, Arc<Answering>) = (Arc::clone(&came), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(receive(stream, Arc::clone(&kept), Arc::clone(&answer)));
            }
        });
        Self { url, came }
    }

    /// What came since the last look, in its order.
    pub fn take(&self) -> Vec<Message> {
        self.came.lock().unwrap().drain(..).collect()
    }

    /// What they tell of.
    pub fn take_what(&self) -> Vec<String> {
        self.take().iter().map(Message::what).collect()
    }
}

async fn receive(mut stream: TcpStream, kept: Arc<Mutex<VecDeque<Message>>>, answer: Arc<Answering>) {
    let mut bytes = Vec::new();
    let message = loop {
        let mut part = [0u8; 4_096];
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&part[..read]),
            _ => return,
        }
        if let Some(message) = message_of(&bytes) {
            break message;
        }
    };
    kept.lock().unwrap().push_back(message.clone());
    let answer = answer(&message);
    if answer == SILENCE {
        std::future::pending::<()>().await;
    }
    let _hung_up = stream.write_all(answer.as_bytes()).await.is_err();
}

/// None as long as something is missing.
fn message_of(bytes: &[u8]) -> Option<Message> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let lines = head.split("\r\n").skip(1).filter_map(|line| line.split_once(": "));
    let headers: Vec<(String, String)> =
        lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse::<usize>().ok()?;
    (body.len() >= length).then(|| Message { headers, body: body.to_owned() })
}
