//! Objects behind `https://`, `http://` and `s3://`: read as a whole or by ranges, and of S3 written, listed and deleted.
//!
//! ```text
//! RemoteFolder            names of objects under one URL
//!   ├ upload              files that become objects together
//!   └ client              a request, signed, again after a while where that may help; blocks the thread that asks
//!       ├ location        what a URL means
//!       └ sign            AWS Signature Version 4
//! ```
//!
//! Who may read is what the environment says, as for AWS's own programs: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
//! `AWS_SESSION_TOKEN`, `AWS_REGION`, `AWS_ENDPOINT_URL`. Without keys requests are not signed, which public buckets
//! take.
//!
//! The code is our own over `reqwest` and `ring`, which are there for other crates: `object_store`'s own feature for S3
//! would have Polars built anew.

mod client;
mod folder;
mod location;
mod sign;
mod upload;

pub(crate) use folder::RemoteFolder;
pub use folder::{Described, RemoteObject};
pub use upload::{remove, upload};

/// Whether a path is a URL that this module knows.
pub fn is_remote(path: &str) -> bool {
    ["s3://", "https://", "http://"].iter().any(|scheme| path.starts_with(scheme))
}
