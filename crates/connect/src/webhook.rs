//! Sending a message to an address that somebody else has named.
//!
//! Invariants: nothing is sent to a network that is not public, unless that is allowed: the name is looked up once, each
//! address is looked at, and the connection goes to one of those; redirects are answers like others; of the answer only
//! its head is read, and not much of it; everything ends within [`TOTAL_MAX`]. Certificates are checked.
//! Callers may rely on: one call is one request; nothing is tried again here.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

/// Longer than any receiver should need: Standard Webhooks say 15 to 30 seconds.
pub const TOTAL_MAX: Duration = Duration::from_secs(20);
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// The head of an answer.
const HEAD_BYTES_MAX: usize = 64 * 1024;
const HEADERS_MAX: usize = 100;
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

/// Why an address cannot be one of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("an address such as https://shop.example/hooks, without a user name and password")]
    Malformed,
    #[error("an address that begins with https://")]
    NotEncrypted,
    #[error("an address outside private networks")]
    Private,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The address is none, or not one that may be sent to.
    Target(TargetError),
    /// Its name is unknown.
    UnknownHost,
    Unreachable,
    /// The certificate is wrong, or not trusted.
    Tls,
    /// Not within the time.
    TooSlow,
    /// Not HTTP, or too much of it.
    Protocol,
}

impl SendError {
    /// As logs and the API say it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Target(TargetError::Malformed) => "malformed_address",
            Self::Target(TargetError::NotEncrypted) => "not_encrypted",
            Self::Target(TargetError::Private) => "private_address",
            Self::UnknownHost => "unknown_host",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls_failed",
            Self::TooSlow => "too_slow",
            Self::Protocol => "no_http",
        }
    }
}

/// Of an answer, what matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub retry_after_seconds: Option<i64>,
}

/// An address that may be sent to, as far as that can be told without looking its name up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
    encrypted: bool,
}

impl Target {
    /// `allow_private`: also networks that are not public, and also without TLS.
    pub fn parse(text: &str, allow_private: bool) -> Result<Self, TargetError> {
        let url = Url::parse(text).map_err(|_| TargetError::Malformed)?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(TargetError::Malformed),
        };
        if !url.username().is_empty() || url.password().is_some() || url.host().is_none() {
            return Err(TargetError::Malformed);
        }
        if !encrypted && !allow_private {
            return Err(TargetError::NotEncrypted);
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(name)) if name.trim_end_matches('.').eq_ignore_ascii_case("localhost") => {
                Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
            }
            Some(Host::Domain(_)) | None => None,
        };
        if literal.is_some_and(|address| !allow_private && !is_public(address)) {
            return Err(TargetError::Private);
        }
        Ok(Self { url, encrypted })
    }

    fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// As the header `Host` names it.
    fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    fn path_and_query(&self) -> String {
        let path = self.url.path();
        self.url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }
}

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let of_networks = matches!((first, second), (0 | 10 | 127 | 240..=255, _) | (100, 64..=127) | (169, 254))
        || matches!((first, second), (172, 16..=31) | (192, 168) | (198, 18..=19));
    let of_documents =
        matches!((first, second, third), (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113));
    let special = of_networks || of_documents;
    !special && !address.is_multicast()
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Addresses that carry one of version 4 lead there: mapped, NAT64 and 6to4.
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_public_v4(embedded(high, low))
        }
        // Only 2000::/3 is given to anybody; of it, 2001::/23 is for protocols and 2001:db8::/32 for documents.
        [0x2001, 0..=0x1FF | 0xDB8, ..] => false,
        [first, ..] => first & 0xE000 == 0x2000,
    }
}

/// Sends. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    tls: TlsConnector,
    allow_private: bool,
    total: Duration,
}

impl Sender {
    /// Trusts what the operating system trusts, and the authorities that browsers do.
    pub fn new(allow_private: bool) -> Self {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let (_added, _ignored) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::trusting(roots, allow_private)
    }

    /// Trusts nobody else.
    pub fn trusting(roots: RootCertStore, allow_private: bool) -> Self {
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map(|builder| builder.with_root_certificates(roots).with_no_client_auth());
        // The provider has the versions that are asked for: this cannot fail.
        #[expect(clippy::expect_used, reason = "without TLS nothing may be sent: stopping is right")]
        let config = config.expect("the provider speaks TLS 1.2 and 1.3");
        Self { tls: TlsConnector::from(Arc::new(config)), allow_private, total: TOTAL_MAX }
    }

    /// With less time than [`TOTAL_MAX`].
    pub fn within(self, total: Duration) -> Self {
        Self { total: total.min(TOTAL_MAX), ..self }
    }

    /// Posts the body; whatever the status is, it is an answer.
    pub async fn post(&self, url: &str, headers: &[(&'static str, String)], body: String) -> Result<Answer, SendError> {
        let target = Target::parse(url, self.allow_private).map_err(SendError::Target)?;
        let request = request_of(&target, headers, body).ok_or(SendError::Protocol)?;
        match tokio::time::timeout(self.total, self.exchange(&target, request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(SendError::TooSlow),
        }
    }

    async fn exchange(&self, target: &Target, request: Request<Full<Bytes>>) -> Result<Answer, SendError> {
        let connecting = async {
            let stream = connect(&self.addresses(target).await?).await?;
            if !target.encrypted {
                return Ok(Either::Plain(stream));
            }
            let name = match target.url.host() {
                Some(Host::Ipv4(address)) => ServerName::from(IpAddr::V4(address)),
                Some(Host::Ipv6(address)) => ServerName::from(IpAddr::V6(address)),
                Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(|_| SendError::Tls)?,
                None => return Err(SendError::Tls),
            };
            let stream = self.tls.connect(name, stream).await.map_err(|_| SendError::Tls)?;
            Ok(Either::Encrypted(Box::new(stream)))
        };
        let stream = tokio::time::timeout(CONNECT_MAX, connecting).await.map_err(|_| SendError::TooSlow)??;
        match stream {
            Either::Plain(stream) => speak(stream, request).await,
            Either::Encrypted(stream) => speak(*stream, request).await,
        }
    }

    /// All of them may be sent to, or none is: a name that leads inside as well is nobody's good one.
    async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, SendError> {
        let port = target.port();
        let found: Vec<SocketAddr> = match target.url.host() {
            Some(Host::Ipv4(address)) => vec![SocketAddr::new(IpAddr::V4(address), port)],
            Some(Host::Ipv6(address)) => vec![SocketAddr::new(IpAddr::V6(address), port)],
            Some(Host::Domain(name)) => {
                tokio::net::lookup_host((name, port)).await.map_err(|_| SendError::UnknownHost)?.collect()
            }
            None => Vec::new(),
        };
        if found.is_empty() {
            return Err(SendError::UnknownHost);
        }
        if !self.allow_private && !found.iter().all(|address| is_public(address.ip())) {
            return Err(SendError::Target(TargetError::Private));
        }
        Ok(found)
    }
}

enum Either {
    Plain(TcpStream),
    Encrypted(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, SendError> {
    for address in addresses.iter().take(ADDRESSES_MAX) {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Ok(stream);
        }
    }
    Err(SendError::Unreachable)
}

fn request_of(target: &Target, headers: &[(&'static str, String)], body: String) -> Option<Request<Full<Bytes>>> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(target.path_and_query())
        .header("host", target.authority())
        .header("connection", "close");
    for (name, value) in headers {
        request = request.header(HeaderName::from_static(name), HeaderValue::from_str(value).ok()?);
    }
    request.body(Full::new(Bytes::from(body))).ok()
}

async fn speak<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, SendError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let handshake = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(|_| SendError::Protocol)?;
    let mut sending = pin!(sender.send_request(request));
    // The connection works for the request and is dropped with it: what is left of the answer is never read. One that has
    // ended may have brought the answer with its last bytes.
    let answer = tokio::select! {
        answer = &mut sending => answer,
        _ = connection => sending.await,
    };
    let answer = answer.map_err(|_| SendError::Protocol)?;
    let asked = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    Ok(Answer {
        status: answer.status().as_u16(),
        retry_after_seconds: asked.and_then(|text| text.trim().parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_told_in_every_form() {
        let private = [
            "http://hooks.example/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.0.0.1/",
            "https://2130706433/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://10.1.2.3/",
            "https://172.31.0.1/",
            "https://192.168.1.1:8443/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[::7f00:1]/",
            "https://[ff02::1]/",
            "https://[2001:db8::1]/",
        ];
        for url in private {
            let refused = Target::parse(url, false).unwrap_err();
            assert!(matches!(refused, TargetError::Private | TargetError::NotEncrypted), "{url}: {refused:?}");
            assert!(Target::parse(url, true).is_ok(), "{url}");
        }
        for url in
            ["ftp://x.example/", "hooks.example", "https://", "https://ann:secret@x.example/", "file:///etc/passwd"]
        {
            assert_eq!(Target::parse(url, true), Err(TargetError::Malformed), "{url}");
        }
        for url in ["https://hooks.example/x?y=1", "https://8.8.8.8/", "https://[2606:4700::1111]:8443/"] {
            assert!(Target::parse(url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn the_request_names_the_host_and_keeps_the_query() {
        let target = Target::parse("https://hooks.example:8443/a/b?c=d#e", false).unwrap();
        let request = request_of(&target, &[("webhook-id", "evt_1".to_owned())], "{}".to_owned()).unwrap();
        assert_eq!((request.uri().to_string().as_str(), target.port()), ("/a/b?c=d", 8_443));
        assert_eq!(request.headers()["host"], "hooks.example:8443");
        assert!(request_of(&target, &[("webhook-id", "a\r\nb: c".to_owned())], String::new()).is_none());
    }
}
