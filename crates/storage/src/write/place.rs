//! Where something new will be, and where it is until it is complete.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use crate::{StorageError, error::Action, identity::Identity};

/// Counts the temporary names of this process.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// What is made at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
}

/// A path, and a temporary one beside it, so that renaming does not leave the disk. Dropped, it takes away what is at
/// the temporary path.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
    temporary: PathBuf,
    kind: Kind,
    /// What must still be at the path when what was made takes its place; `None` where anything may.
    expected: Option<Before>,
    /// Whether there is nothing at the temporary path any more.
    is_over: AtomicBool,
}

/// What is at a path before something is made there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    /// What was copied.
    Copied(Identity),
}

impl Place {
    /// A place that may be taken. Folders on the way to a folder are made.
    ///
    /// # Errors
    /// [`StorageError::Exists`] if something is there and must not be replaced, or is of another kind;
    /// [`StorageError::FolderMissing`].
    pub(crate) fn new(path: &Path, kind: Kind, overwrite: bool) -> Result<Place, StorageError> {
        match fs::symlink_metadata(path) {
            Ok(there) if there.is_dir() != (kind == Kind::Folder) => {
                let found = if there.is_dir() { "a directory" } else { "a file" };
                return Err(StorageError::Occupied { path: path.to_path_buf(), found });
            }
            Ok(_) if !overwrite => return Err(StorageError::Exists { path: path.to_path_buf() }),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(StorageError::io(path, Action::Write, error)),
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        match kind {
            Kind::Folder => {
                fs::create_dir_all(folder).map_err(|error| StorageError::io(path, Action::Write, error))?;
            }
            Kind::File if !folder.is_dir() => {
                return Err(StorageError::FolderMissing { path: path.to_path_buf() });
            }
            Kind::File => {}
        }
        let expected = (!overwrite).then_some(Before::Nothing);
        let place = Place::at(path, kind, expected);
        place.make()?;
        Ok(place)
    }

    /// A place where something is, of which there is a copy at the temporary path. A folder's files are not copied but
    /// have a second name there: they may be replaced, and must not be written to.
    ///
    /// # Errors
    /// [`StorageError::FileMissing`], and what the operating system refuses.
    pub(crate) fn copy_of(path: &Path, kind: Kind) -> Result<Place, StorageError> {
        let read = |error| StorageError::io(path, Action::Read, error);
        // What a link leads to is what changes.
        let path = &fs::canonicalize(path).map_err(read)?;
        let before = Identity::of(&fs::metadata(path).map_err(read)?);
        let place = Place::at(path, kind, Some(Before::Copied(before)));
        match kind {
            Kind::File => fs::copy(path, &place.temporary).map(drop),
            Kind::Folder => link_folder(path, &place.temporary),
        }
        .map_err(|error| place.failed(error))?;
        Ok(place)
    }

    fn at(path: &Path, kind: Kind, expected: Option<Before>) -> Place {
        let (path, temporary) = (path.to_path_buf(), temporary_path(path));
        Place { path, temporary, kind, expected, is_over: AtomicBool::new(false) }
    }

    /// Makes what is to be filled. It says more clearly than any library what is wrong with a path.
    fn make(&self) -> Result<(), StorageError> {
        match self.kind {
            Kind::File => fs::File::create_new(&self.temporary).map(drop),
            Kind::Folder => fs::create_dir(&self.temporary),
        }
        .map_err(|error| self.failed(error))
    }

    /// Where it will be.
    #[cfg(feature = "hdf5")]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is until then.
    pub(crate) fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// The error of a write that the operating system refused.
    pub(crate) fn failed(&self, error: std::io::Error) -> StorageError {
        StorageError::io(&self.path, Action::Write, error)
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// [`StorageError::Exists`] and [`StorageError::FileChanged`] if somebody else was faster.
    pub(crate) fn commit(&self) -> Result<(), StorageError> {
        let found = Identity::at(&self.path);
        match (self.expected, found) {
            (Some(Before::Nothing), Some(_)) => return Err(StorageError::Exists { path: self.path.clone() }),
            (Some(Before::Copied(before)), found) if found != Some(before) => {
                return Err(StorageError::FileChanged { path: self.path.clone() });
            }
            _ => {}
        }
        match self.kind {
            Kind::File => self.commit_file(),
            Kind::Folder => self.commit_folder(),
        }
        .map_err(|error| self.failed(error))?;
        self.is_over.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Takes away what is at the temporary path.
    pub(crate) fn abort(&self) {
        if self.is_over.swap(true, Ordering::Relaxed) {
            return;
        }
        // What matters is why it is not wanted any more.
        let _ = match self.kind {
            Kind::File => fs::remove_file(&self.temporary),
            Kind::Folder => fs::remove_dir_all(&self.temporary),
        };
    }

    fn commit_file(&self) -> Result<(), std::io::Error> {
        if let Ok(old) = fs::metadata(&self.path) {
            // The old file must not be lost to a power cut that the new one does not survive.
            fs::File::open(&self.temporary)?.sync_all()?;
            fs::set_permissions(&self.temporary, old.permissions())?;
        }
        fs::rename(&self.temporary, &self.path)
    }

    /// A folder cannot be renamed over one that has something in it: the old one goes aside first, and comes back
    /// if the new one cannot take its place.
    fn commit_folder(&self) -> Result<(), std::io::Error> {
        if !self.path.exists() {
            return fs::rename(&self.temporary, &self.path);
        }
        let aside = temporary_path(&self.path);
        fs::rename(&self.path, &aside)?;
        if let Err(error) = fs::rename(&self.temporary, &self.path) {
            fs::rename(&aside, &self.path)?;
            return Err(error);
        }
        fs::remove_dir_all(&aside)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.abort();
    }
}

/// Makes a folder with the same files. Where the file system has no second names, they are copied.
fn link_folder(from: &Path, to: &Path) -> Result<(), std::io::Error> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            link_folder(&old, &new)?;
        } else if fs::hard_link(&old, &new).is_err() {
            fs::copy(&old, &new)?;
        }
    }
    Ok(())
}

/// A name beside the path's own that no other run takes.
fn temporary_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: Result<fs::DirEntry, _>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_file_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "old").unwrap();
        let error = Place::new(&path, Kind::File, false).unwrap_err();
        assert!(matches!(error, StorageError::Exists { .. }), "{error}");
        let place = Place::new(&path, Kind::File, true).unwrap();
        fs::write(place.temporary(), "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        place.commit().unwrap();
        drop(place);
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(folder.path()), ["x"]);
    }

    #[test]
    fn a_folder_takes_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("on/the/way");
        for (number, overwrite) in [("1", false), ("2", true)] {
            let place = Place::new(&path, Kind::Folder, overwrite).unwrap();
            fs::write(place.temporary().join(number), "").unwrap();
            place.commit().unwrap();
            assert_eq!(names(&path), [number]);
        }
        assert_eq!(names(path.parent().unwrap()), ["way"]);
    }

    #[test]
    fn a_copy_takes_the_place_of_what_it_was_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let (file, tree, link) = (folder.path().join("x"), folder.path().join("y"), folder.path().join("z"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink("x", &link).unwrap();
        let place = Place::copy_of(&link, Kind::File).unwrap();
        fs::write(place.temporary(), "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        place.commit().unwrap();
        assert_eq!(fs::read_to_string(&link).unwrap(), "new");
        fs::create_dir_all(tree.join("c")).unwrap();
        fs::write(tree.join("c/0"), "0").unwrap();
        let place = Place::copy_of(&tree, Kind::Folder).unwrap();
        assert_eq!(fs::read_to_string(place.temporary().join("c/0")).unwrap(), "0");
        fs::remove_file(place.temporary().join("c/0")).unwrap();
        assert_eq!(names(&tree.join("c")), ["0"]);
        place.commit().unwrap();
        assert!(names(&tree.join("c")).is_empty());
        drop(place);
        assert_eq!(names(folder.path()), ["x", "y", "z"]);
    }

    #[test]
    fn whoever_comes_second_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let [first, second] = [(); 2].map(|()| Place::new(&path, Kind::File, false).unwrap());
        first.commit().unwrap();
        assert!(matches!(second.commit().unwrap_err(), StorageError::Exists { .. }));
        drop(second);
        let [first, second] = [(); 2].map(|()| Place::copy_of(&path, Kind::File).unwrap());
        first.commit().unwrap();
        assert!(matches!(second.commit().unwrap_err(), StorageError::FileChanged { .. }));
        drop(second);
        assert_eq!(names(folder.path()), ["x"]);
    }

    #[test]
    fn leaves_nothing_behind_unless_it_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        for kind in [Kind::File, Kind::Folder] {
            drop(Place::new(&folder.path().join("x"), kind, false).unwrap());
            assert!(names(folder.path()).is_empty());
        }
        let error = Place::new(&folder.path().join("no/x"), Kind::File, false).unwrap_err();
        assert!(matches!(error, StorageError::FolderMissing { .. }), "{error}");
        let error = Place::new(folder.path(), Kind::File, true).unwrap_err();
        assert!(matches!(error, StorageError::Occupied { .. }), "{error}");
    }
}
