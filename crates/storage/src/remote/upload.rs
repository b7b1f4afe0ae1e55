//! Files that become objects of S3. Their bytes are sent as parts of multipart uploads, which nobody sees: objects appear, or take
//! the place of others, only once the bytes of all files are with the server.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use reqwest::{Method, StatusCode};

use super::client::{Answered, Asked, ask};
use super::folder::{RemoteFolder, elements};
use super::location::{Location, encode};
use crate::StorageError;
use crate::error::Action;

/// Bytes of a part, of which S3 takes so many at most, and all but the last not smaller than 5 MiB.
const PART: u64 = 8 << 20;
const MOST_PARTS: u64 = 10_000;

/// Files that are sent side by side.
const AT_ONCE: usize = 4;

/// Puts files under URLs of S3: all of them, or if one can't be sent none. They are shown in this order.
///
/// # Errors
/// [`StorageError::Io`] for a file that can't be read, [`StorageError::Remote`] and [`StorageError::RemoteRefused`]. Where the
/// server fails at the very end, when it has all bytes and is told to show them, some objects may be there.
pub fn upload(files: &[(PathBuf, String)]) -> Result<(), StorageError> {
    let uploads = send_all(files)?;
    for (done, upload) in uploads.iter().enumerate() {
        if let Err(error) = upload.show() {
            uploads[done..].iter().for_each(Upload::give_up);
            return Err(error);
        }
    }
    Ok(())
}

/// Removes objects by their URLs; it is no error if there is none.
///
/// # Errors
/// [`StorageError::Remote`] and [`StorageError::RemoteRefused`].
pub fn remove(urls: &[String]) -> Result<(), StorageError> {
    urls.iter().try_for_each(|url| super::RemoteFolder::new(url)?.delete(""))
}

/// Sends the bytes of all files, which keep their order.
fn send_all(files: &[(PathBuf, String)]) -> Result<Vec<Upload>, StorageError> {
    let next = AtomicUsize::new(0);
    let sent = Mutex::new((Vec::new(), None));
    let send = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some((path, url)) = files.get(number) else { return };
            let result = Upload::of(path, url);
            let mut sent = sent.lock().expect("no thread panics with it");
            match result {
                Ok(upload) => sent.0.push((number, upload)),
                Err(error) => {
                    // The others begin nothing new.
                    next.store(files.len(), Ordering::Relaxed);
                    sent.1.get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        (1..AT_ONCE.min(files.len())).for_each(|_| drop(scope.spawn(send)));
        send();
    });
    let (mut uploads, error) = sent.into_inner().expect("no thread panics with it");
    uploads.sort_unstable_by_key(|&(number, _)| number);
    let uploads: Vec<Upload> = uploads.into_iter().map(|(_, upload)| upload).collect();
    let Some(error) = error else { return Ok(uploads) };
    uploads.iter().for_each(Upload::give_up);
    Err(error)
}

/// An object whose bytes come, or are all there and wait to be shown.
struct Upload {
    location: Location,
    id: String,
    /// Bytes of all parts.
    size: u64,
    /// What the server calls each part.
    tags: Vec<String>,
}

impl Upload {
    /// Sends all bytes of a file.
    fn of(path: &Path, url: &str) -> Result<Upload, StorageError> {
        let mut upload = Upload::begin(url)?;
        match upload.send(path) {
            Ok(()) => Ok(upload),
            Err(error) => {
                upload.give_up();
                Err(error)
            }
        }
    }

    fn begin(url: &str) -> Result<Upload, StorageError> {
        let location = Location::parse(url)?;
        let answer = ask(&Asked { query: "uploads=".to_owned(), ..Asked::new(Method::POST, &location) })?;
        let id = elements(&String::from_utf8_lossy(&answer.body), "UploadId").next();
        match (answer.status, id) {
            (StatusCode::OK, Some(id)) => Ok(Upload { location, id, size: 0, tags: Vec::new() }),
            _ => Err(answer.refusal(&location)),
        }
    }

    fn send(&mut self, path: &Path) -> Result<(), StorageError> {
        let failed = |error| StorageError::io(path, Action::Read, error);
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        self.size = size;
        let part = PART.max(size.div_ceil(MOST_PARTS));
        let mut start = 0;
        // A file without bytes is one part.
        while start < size || self.tags.is_empty() {
            let length = part.min(size - start);
            let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
            file.read_exact_at(&mut bytes, start).map_err(failed)?;
            self.send_part(bytes.into())?;
            start += length;
        }
        Ok(())
    }

    fn send_part(&mut self, body: Bytes) -> Result<(), StorageError> {
        let query = format!("partNumber={}&{}", self.tags.len() + 1, self.query());
        let answer = ask(&Asked { query, body, ..Asked::new(Method::PUT, &self.location) })?;
        let tag = answer.tag().filter(|_| answer.status.is_success());
        self.tags.push(tag.ok_or_else(|| answer.refusal(&self.location))?);
        Ok(())
    }

    /// Makes the object be there.
    fn show(&self) -> Result<(), StorageError> {
        let parts = self.tags.iter().zip(1..).map(|(tag, number)| {
            let tag = tag.replace('"', "&quot;");
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
        });
        let body =
            format!("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", parts.collect::<String>());
        let query = self.query();
        let answer = ask(&Asked { query, body: body.into(), ..Asked::new(Method::POST, &self.location) })?;
        if has_shown(&answer) || (is_forgotten(&answer) && self.is_there()?) {
            return Ok(());
        }
        Err(answer.refusal(&self.location))
    }

    /// Whether an object of these bytes, as far as their number tells, has the name.
    fn is_there(&self) -> Result<bool, StorageError> {
        let found = RemoteFolder::new(&self.location.url)?.describe("")?;
        Ok(found.is_some_and(|object| object.size == self.size))
    }

    /// Has the server forget the parts. Where it does not hear of it they cost room until the bucket's own rule removes them.
    fn give_up(&self) {
        let _ = ask(&Asked { query: self.query(), ..Asked::new(Method::DELETE, &self.location) });
    }

    fn query(&self) -> String {
        format!("uploadId={}", encode(&self.id, false))
    }
}

/// Whether an answer says that an object is there: S3 may say that all is well, and in the body that it is not.
fn has_shown(answer: &Answered) -> bool {
    answer.status.is_success() && answer.code().is_none()
}

/// Whether the server no longer knows an upload of which it was told before to show the object: it may have done so, and only
/// its answer was lost.
fn is_forgotten(answer: &Answered) -> bool {
    answer.is_again && answer.code().is_some_and(|code| code == "NoSuchUpload")
}
