//! Finds the objects that URLs mean.

use bramble_storage::{RemoteObject, StorageError, is_remote};
use glob::{MatchOptions, Pattern};

use super::fetch::side_by_side;
use crate::StoredObject;
use crate::engine::error::{FrameError, Result};
use crate::engine::scans::is_in_hidden;

/// What stands for any text in the names of objects.
const WILDCARDS: [char; 3] = ['*', '?', '['];
/// What begins so is no data of a folder, as of files.
const HIDDEN: [char; 2] = ['.', '_'];
/// In a pattern only `**` stands for what has slashes in it, as in patterns of files.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Whether a list of paths is of URLs.
///
/// # Errors
///
/// [`FrameError::Argument`] if only some of them are.
pub(in crate::engine) fn are_remote(paths: &[String]) -> Result<bool> {
    let remote = paths.iter().filter(|path| is_remote(path)).count();
    if remote != 0 && remote != paths.len() {
        let text = "the paths of one frame are files or URLs, not both: `concat` puts frames together";
        return Err(FrameError::Argument(text.into()));
    }
    Ok(remote != 0)
}

/// Patterns and folders as the objects that they mean, in order.
pub(super) fn expand(urls: &[String]) -> Result<Vec<(String, StoredObject)>> {
    let found = side_by_side(
        urls.iter().collect(),
        |url: &String| if is_listed(url) { listed(url) } else { single(url) },
    )?;
    let found: Vec<_> = found.into_iter().flatten().collect();
    if found.is_empty() {
        return Err(FrameError::FileMissing(format!("No object matches {}", urls.join(", "))));
    }
    Ok(found)
}

/// Whether a URL names several objects. Of a web server it can't: `?` begins a query there.
fn is_listed(url: &str) -> bool {
    url.starts_with("s3://") && (url.contains(WILDCARDS) || url.ends_with('/'))
}

fn single(url: &str) -> Result<Vec<(String, StoredObject)>> {
    if !url.starts_with("s3://") && url.contains('*') {
        let text = format!("{url}: a web server does not list what it has, so name each file");
        return Err(FrameError::Argument(text));
    }
    match RemoteObject::new(url)?.describe()? {
        Some(described) => {
            Ok(vec![(url.to_owned(), StoredObject { size: described.size, tag: described.tag })])
        }
        // Folders have no object of their own.
        None if url.starts_with("s3://") => match listed(&format!("{url}/"))? {
            none if none.is_empty() => Err(StorageError::FileMissing { path: url.into() }.into()),
            found => Ok(found),
        },
        None => Err(StorageError::FileMissing { path: url.into() }.into()),
    }
}

/// The objects in a folder, or those that match a pattern.
fn listed(pattern: &str) -> Result<Vec<(String, StoredObject)>> {
    let named = pattern.find(WILDCARDS).map_or(pattern, |wildcard| &pattern[..wildcard]);
    let folder = named.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.len() <= "s3://".len() {
        return Err(FrameError::Argument(format!("{pattern} names no bucket: only keys may have wildcards")));
    }
    let is_meant = matcher(pattern)?;
    let objects = RemoteObject::new(folder)?.list()?.into_iter().map(|(name, described)| {
        (format!("{folder}/{name}"), StoredObject { size: described.size, tag: described.tag })
    });
    Ok(objects.filter(|(url, _)| is_meant(url) && !is_in_hidden(pattern, url)).collect())
}

/// Which objects below a folder are meant by its URL or by a pattern.
fn matcher(pattern: &str) -> Result<impl Fn(&str) -> bool> {
    let no_pattern = |error| FrameError::Argument(format!("{pattern} is no pattern: {error}"));
    let wanted =
        pattern.contains(WILDCARDS).then(|| Pattern::new(pattern)).transpose().map_err(no_pattern)?;
    let last = pattern.rsplit('/').next().unwrap_or_default();
    let asks_for_hidden = last.starts_with(HIDDEN);
    Ok(move |url: &str| {
        let name = url.rsplit('/').next().unwrap_or_default();
        // What ends with a slash stands for a folder.
        let is_data = !name.is_empty() && (asks_for_hidden || !name.starts_with(HIDDEN));
        is_data && wanted.as_ref().is_none_or(|wanted| wanted.matches_with(url, OPTIONS))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_mean_of_files() {
        for (pattern, url) in [
            ("s3://b/x/*.csv", "s3://b/x/1.csv"),
            ("s3://b/x/**/*.csv", "s3://b/x/y/z/1.csv"),
            ("s3://b/x/[12].csv", "s3://b/x/2.csv"),
            ("s3://b/x/", "s3://b/x/y/1.parquet"),
            ("s3://b/x/_*", "s3://b/x/_metadata"),
        ] {
            assert!(matcher(pattern).expect("a pattern")(url), "{url} of {pattern}");
        }
        for (pattern, url) in [
            ("s3://b/x/*.csv", "s3://b/x/y/1.csv"),
            ("s3://b/x/[12].csv", "s3://b/x/3.csv"),
            ("s3://b/x/", "s3://b/x/_metadata"),
            ("s3://b/x/*", "s3://b/x/_metadata"),
            ("s3://b/x/", "s3://b/x/y/"),
        ] {
            assert!(!matcher(pattern).expect("a pattern")(url), "{url} of {pattern}");
        }
        assert!(matches!(matcher("s3://b/[x"), Err(FrameError::Argument(_))));
        assert!(matches!(listed("s3://b*/x"), Err(FrameError::Argument(_))));
    }

    #[test]
    fn files_and_objects_are_not_mixed() {
        let paths = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>();
        assert!(are_remote(&paths(&["s3://b/x", "https://host/x"])).expect("they are alike"));
        assert!(!are_remote(&paths(&["/x", "s3/x"])).expect("they are alike"));
        assert!(matches!(are_remote(&paths(&["/x", "s3://b/x"])), Err(FrameError::Argument(_))));
    }
}
