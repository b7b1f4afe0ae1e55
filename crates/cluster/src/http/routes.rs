//! Which path gives what.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;

use super::feed::Feeds;
use super::snapshots::{Snapshots, Source};
use super::{metrics, view};
use crate::scheduler::Status;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
/// The format of Prometheus.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";
/// What a browser may do with a page of ours: load what is here, and nothing from elsewhere.
const POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'self'";

type Body = BoxBody<Bytes, std::convert::Infallible>;

/// All that is answered.
pub(super) struct Site {
    snapshots: Arc<Snapshots>,
    feeds: Feeds,
}

impl Site {
    pub(super) fn new(source: Arc<dyn Source>) -> Site {
        let snapshots = Arc::new(Snapshots::new(source));
        Site { feeds: Feeds::new(Arc::clone(&snapshots)), snapshots }
    }

    pub(super) async fn answer<B>(&self, request: &Request<B>) -> Response<Body> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let mut response = problem(StatusCode::METHOD_NOT_ALLOWED, "nothing can be changed here");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        match request.uri().path() {
            "/" => redirect("status"),
            "/health" => whole(StatusCode::OK, TEXT, "ok"),
            "/status" => whole(StatusCode::OK, HTML, include_str!("page/status.html")),
            "/status.css" => whole(StatusCode::OK, CSS, include_str!("page/status.css")),
            "/tasks.js" => whole(StatusCode::OK, SCRIPT, include_str!("page/tasks.js")),
            "/status.js" => whole(StatusCode::OK, SCRIPT, include_str!("page/status.js")),
            "/metrics" => {
                self.with_status(|status| whole(StatusCode::OK, EXPOSITION, metrics::text(status))).await
            }
            "/api/v1/status" => self.with_status(|status| json(&view::summary(status))).await,
            "/api/v1/workers" => self.with_status(|status| json(&view::workers(status))).await,
            "/api/v1/tasks" => self.with_status(|status| json(&view::tasks(status))).await,
            "/api/v1/layers" => self.with_status(|status| json(&view::layers(status))).await,
            "/api/v1/events" => self.with_status(|status| json(&view::events(status))).await,
            "/api/v1/feed" => self.follow(request.method()),
            _ => {
                problem(StatusCode::NOT_FOUND, "there is no such page; /status and /api/v1/status are there")
            }
        }
    }

    async fn with_status(&self, answer: impl FnOnce(&Status) -> Response<Body>) -> Response<Body> {
        match self.snapshots.get().await {
            Some(status) => answer(&status),
            None => problem(StatusCode::SERVICE_UNAVAILABLE, "the scheduler is going away"),
        }
    }

    fn follow(&self, method: &Method) -> Response<Body> {
        if method == Method::HEAD {
            return respond(StatusCode::OK, "text/event-stream", Full::default().boxed());
        }
        match self.feeds.open() {
            Some(feed) => respond(StatusCode::OK, "text/event-stream", feed.boxed()),
            None => problem(StatusCode::SERVICE_UNAVAILABLE, "too many follow the feed"),
        }
    }
}

fn json(value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => whole(StatusCode::OK, JSON, bytes),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn problem(status: StatusCode, error: &str) -> Response<Body> {
    whole(status, JSON, serde_json::json!({ "error": error }).to_string())
}

fn redirect(place: &'static str) -> Response<Body> {
    let mut response = whole(StatusCode::FOUND, TEXT, "");
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(place));
    response
}

fn whole(status: StatusCode, kind: &'static str, bytes: impl Into<Bytes>) -> Response<Body> {
    respond(status, kind, Full::new(bytes.into()).boxed())
}

fn respond(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
