//! Objects under a URL, by their names.

use bytes::Bytes;
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Method, StatusCode};

use super::client::{Answered, Asked, ask};
use super::location::{Location, encode};
use crate::StorageError;

/// What is known of an object before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Bytes that it has.
    pub size: u64,
    /// Names these bytes, if the server does.
    pub tag: Option<String>,
}

/// An object at a URL.
#[derive(Clone, Debug)]
pub struct RemoteObject(RemoteFolder);

impl RemoteObject {
    /// The object at a URL; nothing is asked yet.
    ///
    /// # Errors
    /// [`StorageError::Remote`] for a URL that names no bucket.
    pub fn new(url: &str) -> Result<RemoteObject, StorageError> {
        Ok(RemoteObject(RemoteFolder::new(url)?))
    }

    /// Size and name of its bytes; `None` if there is no object.
    ///
    /// # Errors
    /// [`StorageError::Remote`] and [`StorageError::RemoteRefused`].
    pub fn describe(&self) -> Result<Option<Described>, StorageError> {
        self.0.describe("")
    }

    /// All of it; `None` if there is no object.
    ///
    /// # Errors
    /// As [`RemoteObject::describe`].
    pub fn get(&self) -> Result<Option<Vec<u8>>, StorageError> {
        self.0.get("")
    }

    /// Some of its bytes, as long as it is what it was when it was described.
    ///
    /// # Errors
    /// As [`RemoteObject::describe`]; [`StorageError::FileChanged`].
    pub fn range(&self, described: &Described, start: u64, length: u64) -> Result<Vec<u8>, StorageError> {
        self.0.range("", described, start, length)
    }

    /// The objects whose URLs begin with this one and a slash, by what follows, in the order of their names. S3 lists
    /// what it has, a web server does not.
    ///
    /// # Errors
    /// As [`RemoteObject::describe`].
    pub fn list(&self) -> Result<Vec<(String, Described)>, StorageError> {
        self.0.list()
    }
}

/// Objects whose URLs begin alike.
#[derive(Clone, Debug)]
pub(crate) struct RemoteFolder {
    location: Location,
}

impl RemoteFolder {
    pub(crate) fn new(url: &str) -> Result<RemoteFolder, StorageError> {
        Ok(RemoteFolder { location: Location::parse(url)? })
    }

    /// Its URL.
    pub(crate) fn url(&self) -> &str {
        &self.location.url
    }

    pub(crate) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let location = self.location.join(name);
        let answer = ask(&Asked::new(Method::GET, &location))?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND if !answer.is_without_bucket() => Ok(None),
            _ => Err(answer.refusal(&location)),
        }
    }

    pub(crate) fn describe(&self, name: &str) -> Result<Option<Described>, StorageError> {
        let location = self.location.join(name);
        let answer = ask(&Asked::new(Method::HEAD, &location))?;
        match answer.status {
            StatusCode::OK => Ok(Some(Described { size: length_of(&answer, &location)?, tag: answer.tag() })),
            // The answer to this question has no body that would say what is missing, or what is wrong.
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => {
                let found = self.get(name)?;
                Ok(found.map(|body| Described { size: body.len() as u64, tag: None }))
            }
            _ => Err(answer.refusal(&location)),
        }
    }

    pub(crate) fn range(
        &self,
        name: &str,
        described: &Described,
        start: u64,
        length: u64,
    ) -> Result<Vec<u8>, StorageError> {
        if length == 0 {
            return Ok(Vec::new());
        }
        let location = self.location.join(name);
        let answer = ask(&Asked {
            range: Some((start, length)),
            tag: described.tag.as_deref(),
            ..Asked::new(Method::GET, &location)
        })?;
        let changed = || StorageError::FileChanged { path: location.url.clone().into() };
        let body = match answer.status {
            StatusCode::PARTIAL_CONTENT => answer.body,
            // A server without ranges sends everything.
            StatusCode::OK => {
                let from = usize::try_from(start).map_err(|_| changed())?;
                answer
                    .body
                    .into_iter()
                    .skip(from)
                    .take(usize::try_from(length).unwrap_or(usize::MAX))
                    .collect()
            }
            StatusCode::RANGE_NOT_SATISFIABLE => return Err(changed()),
            _ => return Err(answer.refusal(&location)),
        };
        if body.len() as u64 == length { Ok(body) } else { Err(changed()) }
    }

    pub(crate) fn put(&self, name: &str, body: &[u8]) -> Result<(), StorageError> {
        let location = self.location.join(name);
        let body = Bytes::copy_from_slice(body);
        let answer = ask(&Asked { body, ..Asked::new(Method::PUT, &location) })?;
        if answer.status.is_success() { Ok(()) } else { Err(answer.refusal(&location)) }
    }

    pub(crate) fn delete(&self, name: &str) -> Result<(), StorageError> {
        let location = self.location.join(name);
        let answer = ask(&Asked::new(Method::DELETE, &location))?;
        let is_gone = answer.status.is_success() || answer.status == StatusCode::NOT_FOUND;
        if is_gone { Ok(()) } else { Err(answer.refusal(&location)) }
    }

    /// Names of all objects in it, and what is known of these.
    pub(crate) fn list(&self) -> Result<Vec<(String, Described)>, StorageError> {
        let Some((url, key)) = self.location.bucket_url() else {
            let problem = "only S3 lists what it has".to_owned();
            return Err(StorageError::Remote { url: self.location.url.clone(), problem });
        };
        let prefix = if key.is_empty() { String::new() } else { format!("{key}/") };
        let (mut objects, mut next) = (Vec::new(), None::<String>);
        loop {
            // Sorted by name, as signatures want it.
            let continued =
                next.as_ref().map(|token| format!("continuation-token={}&", encode(token, false)));
            let query =
                format!("{}list-type=2&prefix={}", continued.unwrap_or_default(), encode(&prefix, false));
            let answer = ask(&Asked { url: url.clone(), query, ..Asked::new(Method::GET, &self.location) })?;
            if answer.status != StatusCode::OK {
                return Err(answer.refusal(&self.location));
            }
            let text = String::from_utf8_lossy(&answer.body);
            objects.extend(raw_elements(&text, "Contents").filter_map(|object| listed(object, &prefix)));
            next = elements(&text, "NextContinuationToken").next();
            if next.is_none() {
                return Ok(objects);
            }
        }
    }
}

fn length_of(answer: &Answered, location: &Location) -> Result<u64, StorageError> {
    let length = answer.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.ok_or_else(|| StorageError::Remote {
        url: location.url.clone(),
        problem: "the server does not say how long it is".to_owned(),
    })
}

/// What a list says of an object, whose key begins with a prefix.
fn listed(object: &str, prefix: &str) -> Option<(String, Described)> {
    let key = elements(object, "Key").next()?;
    let size = elements(object, "Size").next()?.parse().ok()?;
    let tag = elements(object, "ETag").next();
    Some((key.strip_prefix(prefix)?.to_owned(), Described { size, tag }))
}

/// The texts of all elements of this name in S3's answers.
pub(super) fn elements<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = String> + use<'a> {
    raw_elements(xml, name).map(|text| {
        let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        plain.replace("&#34;", "\"").replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&")
    })
}

/// What stands in all elements of this name in S3's answers, which nest none of a name in another.
fn raw_elements<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let (text, behind) = rest.split_once(&open)?.1.split_once(&close)?;
        rest = behind;
        Some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_names_in_a_list() {
        let xml = "<a><Key>x/0</Key><Size>1</Size><Key>x/&amp;lt;1</Key></a>";
        assert_eq!(elements(xml, "Key").collect::<Vec<_>>(), ["x/0", "x/&lt;1"]);
        assert_eq!(elements(xml, "Other").count(), 0);
        let object = "<Key>x/y&amp;z</Key><ETag>&quot;1f&quot;</ETag><Size>12</Size>";
        let described = Described { size: 12, tag: Some("\"1f\"".to_owned()) };
        assert_eq!(listed(object, "x/"), Some(("y&z".to_owned(), described)));
        assert_eq!(listed(object, "y/"), None);
    }
}
