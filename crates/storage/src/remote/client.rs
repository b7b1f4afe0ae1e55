//! Requests, and what becomes of those that fail.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::{ETAG, HeaderMap, IF_MATCH, RANGE};
use reqwest::{Client, Method, StatusCode, Url};
use tokio::runtime::Runtime;

use super::location::Location;
use super::sign::{self, Credentials};
use crate::StorageError;

/// How often a request is tried that may succeed later, and how long is waited before it is tried again; each time
/// twice as long.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Without a byte of an answer.
const READ_TIMEOUT: Duration = Duration::from_mins(1);

/// What is asked for.
pub(super) struct Asked<'a> {
    pub(super) method: Method,
    /// Where the request goes.
    pub(super) url: String,
    /// For people.
    pub(super) location: &'a Location,
    /// Percent-encoded and sorted.
    pub(super) query: String,
    /// Position of the first byte, and how many.
    pub(super) range: Option<(u64, u64)>,
    /// What the object must still be.
    pub(super) tag: Option<&'a str>,
    /// Every try sends these bytes.
    pub(super) body: Bytes,
}

impl<'a> Asked<'a> {
    pub(super) fn new(method: Method, location: &'a Location) -> Asked<'a> {
        let url = location.http_url();
        Asked { method, url, location, query: String::new(), range: None, tag: None, body: Bytes::new() }
    }
}

/// What came back.
pub(super) struct Answered {
    /// Whether it was asked for before, and nobody knows what became of that.
    pub(super) is_again: bool,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answered {
    pub(super) fn tag(&self) -> Option<String> {
        self.headers.get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned)
    }

    /// What S3 calls the error.
    pub(super) fn code(&self) -> Option<String> {
        let body = std::str::from_utf8(&self.body).ok()?;
        let (code, _) = body.split_once("<Code>")?.1.split_once("</Code>")?;
        Some(code.to_owned())
    }

    /// The error that an answer other than the wished ones is.
    pub(super) fn refusal(&self, location: &Location) -> StorageError {
        let url = location.url.clone();
        let status = self.status.as_u16();
        let said = self.code().map_or_else(|| format!("{status}"), |code| format!("{status} ({code})"));
        match self.status {
            StatusCode::PRECONDITION_FAILED => StorageError::FileChanged { path: url.into() },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => StorageError::RemoteRefused {
                url,
                problem: format!("the server answered {said}; are the right keys in the environment?"),
            },
            StatusCode::NOT_FOUND if self.is_without_bucket() => {
                let bucket = location.bucket.as_ref().map_or("", |(bucket, _)| bucket);
                StorageError::RemoteRefused { url, problem: format!("there is no bucket {bucket:?}") }
            }
            StatusCode::NOT_FOUND => StorageError::FileMissing { path: url.into() },
            _ => StorageError::Remote { url, problem: format!("the server answered {said}") },
        }
    }

    pub(super) fn is_without_bucket(&self) -> bool {
        self.code().is_some_and(|code| code == "NoSuchBucket")
    }
}

/// Makes a request, and waits for the answer. Those that the network or the server has failed are made again.
///
/// # Errors
/// [`StorageError::Remote`] if there is no answer. Answers that say no are answers.
pub(super) fn ask(asked: &Asked<'_>) -> Result<Answered, StorageError> {
    let failed = |problem: String| StorageError::Remote { url: asked.location.url.clone(), problem };
    let url =
        if asked.query.is_empty() { asked.url.clone() } else { format!("{}?{}", asked.url, asked.query) };
    let url = Url::parse(&url).map_err(|error| failed(format!("it is no URL: {error}")))?;
    let (runtime, client) = shared().map_err(failed)?;
    runtime.block_on(async {
        let mut pause = FIRST_PAUSE;
        for number in 1..TRIES {
            match once(client, asked, &url).await {
                Ok(answer) if !may_succeed_later(answer.status) => {
                    return Ok(Answered { is_again: number > 1, ..answer });
                }
                // What the server says and what the network says are as short-lived.
                Ok(_) | Err(_) => tokio::time::sleep(pause).await,
            }
            pause *= 2;
        }
        let last = once(client, asked, &url)
            .await
            .map_err(|error| failed(format!("no answer after {TRIES} tries: {}", describe(&error))))?;
        Ok(Answered { is_again: true, ..last })
    })
}

async fn once(client: &Client, asked: &Asked<'_>, url: &Url) -> Result<Answered, reqwest::Error> {
    let mut request = client.request(asked.method.clone(), url.clone());
    if let Some((start, length)) = asked.range {
        request = request.header(RANGE, format!("bytes={start}-{}", start + length.max(1) - 1));
    }
    if let Some(tag) = asked.tag {
        request = request.header(IF_MATCH, tag);
    }
    if let (Some(_), Some(credentials)) = (&asked.location.bucket, Credentials::find()) {
        let host = url.host_str().unwrap_or_default();
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let signed = sign::Request {
            method: asked.method.as_str(),
            host: &host,
            path: url.path(),
            query: &asked.query,
            body: &asked.body,
        };
        for (name, value) in sign::headers(&signed, &credentials, SystemTime::now()) {
            request = request.header(name, value);
        }
    }
    if !asked.body.is_empty() || asked.method == Method::PUT {
        request = request.body(asked.body.clone());
    }
    let answer = request.send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await?.to_vec();
    Ok(Answered { is_again: false, status, headers, body })
}

fn may_succeed_later(status: StatusCode) -> bool {
    status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
}

/// One client for all, whose connections stay open, and a thread that looks after them.
fn shared() -> Result<(&'static Runtime, &'static Client), String> {
    static SHARED: OnceLock<Result<(Runtime, Client), String>> = OnceLock::new();
    let made = SHARED.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("bramble-remote")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()
            .map_err(|error| describe(&error))?;
        Ok((runtime, client))
    });
    made.as_ref().map(|(runtime, client)| (runtime, client)).map_err(String::clone)
}

/// An error with its causes, of which the last says most.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
