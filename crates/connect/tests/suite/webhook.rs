//! Messages to receivers that mean well, and to others.

use perennial_connect::webhook::{SendError, Sender, TargetError};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Enough for a machine that is busy, where something is to come.
const PATIENT: Duration = Duration::from_secs(15);
/// Where nothing is to come.
const SHORT: Duration = Duration::from_millis(400);

/// A receiver that reads a request and says this, byte by byte as it is; then it keeps the connection.
async fn says(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0u8; 4_096];
            let _read = stream.read(&mut request).await.is_ok();
            // Whoever has heard enough hangs up.
            let _hung_up = stream.write_all(&answer).await.is_err();
            kept.push(stream);
        }
    });
    format!("http://{address}/hook")
}

fn sender() -> Sender {
    Sender::trusting(RootCertStore::empty(), true).within(PATIENT)
}

async fn post(sender: &Sender, url: &str) -> Result<u16, SendError> {
    let headers = [("content-type", "application/json".to_owned()), ("webhook-id", "evt_1".to_owned())];
    sender.post(url, &headers, "{\"a\":1}".to_owned()).await.map(|answer| answer.status)
}

#[tokio::test]
async fn the_status_is_the_answer_and_a_redirect_is_none_to_follow() {
    let url = says(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()).await;
    assert_eq!(post(&sender(), &url).await, Ok(204));
    let inside = says(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()).await;
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {inside}\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(post(&sender(), &says(answer.into_bytes()).await).await, Ok(302));
    let url = says(b"HTTP/1.1 503 No\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n".to_vec()).await;
    let answer = sender().post(&url, &[], String::new()).await.unwrap();
    assert_eq!((answer.status, answer.retry_after_seconds), (503, Some(120)));
}

#[tokio::test]
async fn a_huge_answer_is_not_read_and_a_huge_head_is_refused() {
    let mut huge = b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n".to_vec();
    huge.extend(std::iter::repeat_n(b'x', 1 << 20));
    assert_eq!(post(&sender(), &says(huge).await).await, Ok(200), "its length is nobody's business");
    let mut head = b"HTTP/1.1 200 OK\r\nX: ".to_vec();
    head.extend(std::iter::repeat_n(b'x', 1 << 20));
    assert_eq!(post(&sender(), &says(head).await).await, Err(SendError::Protocol));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(1_000));
    assert_eq!(post(&sender(), &says(many.into_bytes()).await).await, Err(SendError::Protocol));
    assert_eq!(post(&sender(), &says(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()).await).await, Err(SendError::Protocol));
}

#[tokio::test]
async fn who_says_nothing_is_too_slow() {
    let url = says(Vec::new()).await;
    assert_eq!(post(&sender().within(SHORT), &url).await, Err(SendError::TooSlow));
    let url = says(b"HTTP/1.1 200 OK\r\nX: ".to_vec()).await;
    assert_eq!(post(&sender().within(SHORT), &url).await, Err(SendError::TooSlow), "half a head");
}

#[tokio::test]
async fn nobody_at_the_address_and_no_such_name_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(post(&sender(), &url).await, Err(SendError::Unreachable));
    let unknown = post(&sender(), "http://perennial-test.invalid/").await;
    // A machine without any name server may take its time to say so.
    assert!(matches!(unknown, Err(SendError::UnknownHost | SendError::TooSlow)), "{unknown:?}");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_sent_to() {
    let url = says(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()).await;
    let careful = Sender::trusting(RootCertStore::empty(), false).within(PATIENT);
    let refused = post(&careful, &url.replace("http:", "https:")).await;
    assert_eq!(refused, Err(SendError::Target(TargetError::Private)));
    assert_eq!(post(&careful, &url).await, Err(SendError::Target(TargetError::NotEncrypted)));
    // A name whose address is only known when it is looked up; the hosts file has it.
    let by_name = post(&careful, "https://ip6-localhost/").await;
    assert!(
        matches!(by_name, Err(SendError::Target(TargetError::Private) | SendError::UnknownHost | SendError::TooSlow)),
        "{by_name:?}"
    );
}

fn certificate(bytes: &[u8]) -> CertificateDer<'static> {
    CertificateDer::from(bytes.to_vec())
}

/// A receiver with a certificate for `localhost` by an authority of the tests.
async fn encrypted() -> u16 {
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(include_bytes!("../data/leaf_key.der").to_vec()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate(include_bytes!("../data/leaf.der"))], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0u8; 4_096];
            let _read = stream.read(&mut request).await.is_ok();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            let _closed = stream.shutdown().await.is_ok();
        }
    });
    port
}

#[tokio::test]
async fn a_certificate_must_be_trusted_and_be_of_that_name() {
    let port = encrypted().await;
    let mut roots = RootCertStore::empty();
    roots.add(certificate(include_bytes!("../data/ca.der"))).unwrap();
    let trusting = Sender::trusting(roots, true).within(PATIENT);
    assert_eq!(post(&trusting, &format!("https://localhost:{port}/")).await, Ok(200));
    assert_eq!(post(&trusting, &format!("https://127.0.0.1:{port}/")).await, Err(SendError::Tls), "another name");
    let usual = Sender::new(true).within(PATIENT);
    assert_eq!(post(&usual, &format!("https://localhost:{port}/")).await, Err(SendError::Tls), "nobody vouches");
    let plain = says(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()).await;
    assert_eq!(post(&usual, &plain.replace("http:", "https:")).await, Err(SendError::Tls), "no TLS at all");
}
