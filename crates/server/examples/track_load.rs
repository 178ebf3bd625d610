//! Sends track calls to a running server, as fast as it takes them or at a rate, and says what was acknowledged.
//!
//!     cargo run --release -p perennial-server --example track_load -- \
//!         --address 127.0.0.1:7300 --write-key KEY --connections 16 --batch 100 --users 100000 --seconds 20
//!
//! With `--rate N`, so many facts a second, spread over the connections; a connection that is late does not wait.
//! Prints one JSON object: facts and requests that were answered 200, times of the answers in milliseconds, and
//! whatever else was answered. Users are drawn evenly from `user-0` …; `--first-user` shifts them. Message ids are made
//! of `--run`, which must be another one for each run.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement: it stops where something is wrong")]

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const NAMES: [&str; 5] = ["Product Viewed", "Product Added", "Product List Viewed", "Checkout Started", "Cart Viewed"];

#[derive(Clone)]
struct Load {
    address: String,
    write_key: String,
    run: String,
    connections: u64,
    batch: u64,
    users: u64,
    first_user: u64,
    seconds: f64,
    rate: Option<f64>,
}

impl Load {
    fn of_arguments() -> Self {
        let all: Vec<String> = std::env::args().skip(1).collect();
        let given: HashMap<&str, &str> = all.chunks(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        let number = |name: &str, otherwise: u64| given.get(name).map_or(otherwise, |text| text.parse().unwrap());
        Self {
            address: given.get("--address").copied().unwrap_or("127.0.0.1:7300").to_owned(),
            write_key: (*given.get("--write-key").unwrap()).to_owned(),
            run: given.get("--run").copied().unwrap_or("run").to_owned(),
            connections: number("--connections", 16),
            batch: number("--batch", 100),
            users: number("--users", 100_000),
            first_user: number("--first-user", 0),
            seconds: given.get("--seconds").map_or(20.0, |text| text.parse().unwrap()),
            rate: given.get("--rate").map(|text| text.parse().unwrap()),
        }
    }
}

#[derive(Default)]
struct Answers {
    facts: u64,
    requests: u64,
    millis: Vec<f64>,
    others: BTreeMap<u16, u64>,
}

/// SplitMix64.
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// What one connection sends: a request at a time, the next once the last was answered.
fn send(load: &Load, place: u64, started: Instant) -> Answers {
    let mut stream = TcpStream::connect(&load.address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answers = Answers::default();
    let mut random = place;
    let mut message = 0;
    let (mut body, mut request) = (String::new(), Vec::new());
    let between = load.rate.map(|rate| Duration::from_secs_f64((load.connections * load.batch) as f64 / rate));
    let mut due = started + between.unwrap_or_default().mul_f64(place as f64 / load.connections as f64);
    while started.elapsed().as_secs_f64() < load.seconds {
        if let Some(between) = between {
            #[expect(clippy::disallowed_methods, reason = "a rate is kept by time")]
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            due += between;
        }
        write_body(load, place, &mut message, &mut random, &mut body);
        let path = if load.batch == 1 { "track" } else { "batch" };
        request.clear();
        write!(request, "POST /v1/{path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n", load.address)
            .unwrap();
        write!(request, "content-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let asked = Instant::now();
        stream.write_all(&request).unwrap();
        let status = status_of_answer(&mut stream);
        if status == 200 {
            answers.millis.push(asked.elapsed().as_secs_f64() * 1e3);
            answers.requests += 1;
            answers.facts += load.batch;
        } else {
            *answers.others.entry(status).or_default() += 1;
        }
    }
    answers
}

fn write_body(load: &Load, place: u64, message: &mut u64, random: &mut u64, body: &mut String) {
    body.clear();
    if load.batch > 1 {
        write!(body, r#"{{"writeKey":"{}","batch":["#, load.write_key).unwrap();
    }
    for number in 0..load.batch {
        let drawn = draw(random);
        let user = load.first_user + drawn % load.users;
        let name = NAMES[(drawn >> 40) as usize % NAMES.len()];
        let price = (drawn >> 48) % 10_000;
        if number > 0 {
            body.push(',');
        }
        write!(
            body,
            r#"{{"type":"track","userId":"user-{user}","event":"{name}","messageId":"{}-{place}-{message}","#,
            load.run
        )
        .unwrap();
        if load.batch == 1 {
            write!(body, r#""writeKey":"{}","#, load.write_key).unwrap();
        }
        write!(
            body,
            r#""properties":{{"sku":"SKU-{}","price":{}.{:02},"list":"spring"}},"#,
            drawn >> 53,
            price / 100,
            price % 100
        )
        .unwrap();
        body.push_str(r#""context":{"channel":"web","page":{"url":"https://shop.example/p/1","path":"/p/1"}}}"#);
        *message += 1;
    }
    if load.batch > 1 {
        body.push_str("]}");
    }
}

/// Reads one answer to its end.
fn status_of_answer(stream: &mut TcpStream) -> u16 {
    let mut bytes = Vec::with_capacity(512);
    let mut part = [0; 4096];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "the server closed the connection");
        bytes.extend_from_slice(&part[..read]);
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let mut missing = (head + length.unwrap()).saturating_sub(bytes.len());
    while missing > 0 {
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "the server closed the connection");
        missing = missing.saturating_sub(read);
    }
    text[9..12].parse().unwrap()
}

fn main() {
    let load = Load::of_arguments();
    let started = Instant::now();
    let threads: Vec<_> = (0..load.connections)
        .map(|place| {
            let load = load.clone();
            std::thread::spawn(move || send(&load, place, started))
        })
        .collect();
    let mut all = Answers::default();
    for thread in threads {
        let one = thread.join().unwrap();
        all.facts += one.facts;
        all.requests += one.requests;
        all.millis.extend(one.millis);
        one.others.into_iter().for_each(|(status, count)| *all.others.entry(status).or_default() += count);
    }
    let seconds = started.elapsed().as_secs_f64();
    all.millis.sort_by(f64::total_cmp);
    let at = |share: f64| {
        all.millis.get(((all.millis.len() as f64 * share) as usize).min(all.millis.len().saturating_sub(1)))
    };
    let answer = serde_json::json!({
        "facts": all.facts,
        "requests": all.requests,
        "seconds": seconds,
        "facts_per_second": all.facts as f64 / seconds,
        "p50_ms": at(0.5),
        "p99_ms": at(0.99),
        "others": all.others,
    });
    println!("{answer}");
}
