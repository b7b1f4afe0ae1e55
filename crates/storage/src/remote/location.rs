//! What a URL means: to which host a request goes, and for what.

use std::env;

use crate::StorageError;

/// A URL as somebody wrote it, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    /// The URL, for people.
    pub(super) url: String,
    /// The bucket and its key, for S3.
    pub(super) bucket: Option<(String, String)>,
}

impl Location {
    /// # Errors
    /// [`StorageError::Remote`] for a URL that names no bucket or host.
    pub(super) fn parse(url: &str) -> Result<Location, StorageError> {
        let trimmed = url.trim_end_matches('/');
        let refused =
            |problem: &str| StorageError::Remote { url: url.to_owned(), problem: problem.to_owned() };
        let Some(rest) = trimmed.strip_prefix("s3://") else {
            return Ok(Location { url: trimmed.to_owned(), bucket: None });
        };
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(refused("it names no bucket"));
        }
        Ok(Location { url: trimmed.to_owned(), bucket: Some((bucket.to_owned(), key.to_owned())) })
    }

    /// The URL of an object in it; the location itself for an empty name.
    pub(super) fn join(&self, name: &str) -> Location {
        let joined = |base: &str| match (base.is_empty(), name.is_empty()) {
            (_, true) => base.to_owned(),
            (true, _) => name.to_owned(),
            _ => format!("{base}/{name}"),
        };
        Location {
            url: joined(&self.url),
            bucket: self.bucket.as_ref().map(|(bucket, key)| (bucket.clone(), joined(key))),
        }
    }

    /// Where requests for it go.
    pub(super) fn http_url(&self) -> String {
        match &self.bucket {
            None => self.url.clone(),
            Some((bucket, key)) => format!("{}/{}/{}", endpoint(), bucket, encode(key, true)),
        }
    }

    /// Where requests for the bucket go, and the key in it.
    pub(super) fn bucket_url(&self) -> Option<(String, &str)> {
        self.bucket.as_ref().map(|(bucket, key)| (format!("{}/{bucket}", endpoint()), key.as_str()))
    }
}

/// The first of some variables of the environment that says something.
pub(super) fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

/// The region whose S3 is meant.
pub(super) fn region() -> String {
    variable(&["AWS_REGION", "AWS_DEFAULT_REGION"]).unwrap_or_else(|| "us-east-1".to_owned())
}

fn endpoint() -> String {
    let given = variable(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]);
    given.map_or_else(
        || format!("https://s3.{}.amazonaws.com", region()),
        |given| given.trim_end_matches('/').to_owned(),
    )
}

/// Percent-encodes as AWS's signatures want it: all but letters, digits and `-_.~`, and slashes if they are kept.
pub(super) fn encode(text: &str, keeps_slashes: bool) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            b'/' if keeps_slashes => encoded.push('/'),
            _ => {
                encoded.push('%');
                encoded.extend(
                    [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])),
                );
            }
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_buckets_and_keys() {
        let folder = Location::parse("s3://bucket/data/x.zarr/").unwrap();
        assert_eq!(folder.bucket, Some(("bucket".into(), "data/x.zarr".into())));
        assert_eq!(folder.join("c/0").bucket, Some(("bucket".into(), "data/x.zarr/c/0".into())));
        assert_eq!(folder.join("").url, "s3://bucket/data/x.zarr");
        assert_eq!(
            Location::parse("s3://bucket").unwrap().join("x").bucket,
            Some(("bucket".into(), "x".into()))
        );
        assert_eq!(Location::parse("https://host/x/").unwrap().join("y").http_url(), "https://host/x/y");
        assert!(matches!(Location::parse("s3:///x"), Err(StorageError::Remote { .. })));
    }

    #[test]
    fn encodes_as_signatures_want_it() {
        assert_eq!(encode("a b/ü+.zarr", true), "a%20b/%C3%BC%2B.zarr");
        assert_eq!(encode("a/b", false), "a%2Fb");
    }
}
