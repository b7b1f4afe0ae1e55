//! Finding one's way in a file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use hdf5_metno::{Location, LocationType};

use super::{
    Hdf5Dataset,
    library::{AttributeValue, attribute_value, soft_link_target},
    nearest::nearest,
    registry,
    shared_file::SharedFile,
};
use crate::StorageError;

/// An HDF5 file, open for reading. Paths in it are absolute, or relative to its root; links are followed.
#[derive(Clone, Debug)]
pub struct File {
    shared: Arc<SharedFile>,
}

/// What a path in a file names.
#[derive(Clone, Debug)]
pub enum Object {
    /// An array.
    Dataset(Arc<Hdf5Dataset>),
    /// A group of objects.
    Group {
        /// Its absolute path.
        name: String,
    },
}

impl File {
    /// Opens a file. Nobody else is kept from reading or writing it meanwhile; when it was written to, it has to be
    /// opened again.
    ///
    /// # Errors
    /// The path names nothing, a directory, something that may not be read, is no HDF5 file, is truncated or
    /// damaged.
    pub fn open(path: &Path) -> Result<File, StorageError> {
        registry::shared_file(path).map(|shared| File { shared })
    }

    /// The path it was opened by.
    pub fn path(&self) -> &Path {
        self.shared.path()
    }

    /// What a path names.
    ///
    /// # Errors
    /// [`StorageError::NameMissing`] with similar names, [`StorageError::DanglingLink`],
    /// [`StorageError::ElementType`] for a dataset with elements that arrays do not have,
    /// [`StorageError::WrongKind`] for a committed data type, [`StorageError::FileChanged`].
    pub fn get(&self, name: &str) -> Result<Object, StorageError> {
        let (name, kind, elsewhere) = self.shared.with_library(|library| {
            let (name, kind) = self.locate(library, name)?;
            let elsewhere = match kind {
                LocationType::Dataset => self.elsewhere(library, &name)?,
                _ => None,
            };
            Ok((name, kind, elsewhere))
        })?;
        match (kind, elsewhere) {
            (LocationType::Group, _) => Ok(Object::Group { name }),
            (LocationType::Dataset, None) => self.dataset(&name).map(Object::Dataset),
            (LocationType::Dataset, Some((path, name))) => {
                File::open(&path)?.dataset(&name).map(Object::Dataset)
            }
            (LocationType::NamedDatatype | LocationType::TypeMap, _) => {
                Err(self.wrong_kind(name, "data type", "dataset or group"))
            }
        }
    }

    fn dataset(&self, name: &str) -> Result<Arc<Hdf5Dataset>, StorageError> {
        if let Some(dataset) = registry::kept_dataset(&self.shared, name) {
            return Ok(dataset);
        }
        let dataset = Arc::new(Hdf5Dataset::open(&self.shared, name)?);
        registry::keep_dataset(&dataset);
        Ok(dataset)
    }

    /// Names of what a group has, sorted.
    ///
    /// # Errors
    /// As [`File::get`], and [`StorageError::WrongKind`] when the path names a dataset.
    pub fn keys(&self, name: &str) -> Result<Vec<String>, StorageError> {
        self.shared.with_library(|library| {
            let (name, kind) = self.locate(library, name)?;
            if kind != LocationType::Group {
                return Err(self.wrong_kind(name, kind_name(kind), "group"));
            }
            let keys = library.group(&name).and_then(|group| group.member_names());
            let mut keys = keys.map_err(|error| self.unreadable(&name, &error))?;
            keys.sort_unstable();
            Ok(keys)
        })
    }

    /// Attributes of a dataset or group, sorted by name.
    ///
    /// # Errors
    /// As [`File::get`].
    pub fn attributes(&self, name: &str) -> Result<Vec<(String, AttributeValue)>, StorageError> {
        self.shared.with_library(|library| {
            let (name, kind) = self.locate(library, name)?;
            let attributes = match kind {
                LocationType::Dataset => library.dataset(&name).and_then(|dataset| attributes(&dataset)),
                _ => library.group(&name).and_then(|group| attributes(&group)),
            };
            attributes.map_err(|error| self.unreadable(&name, &error))
        })
    }

    /// Goes down a path, name by name, so that an error can say where it ended. Answers the absolute path, and what
    /// it names.
    fn locate(&self, library: &hdf5_metno::File, name: &str) -> Result<(String, LocationType), StorageError> {
        let (mut reached, mut kind) = ("/".to_owned(), LocationType::Group);
        for part in name.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if kind != LocationType::Group {
                return Err(self.wrong_kind(reached, kind_name(kind), "group"));
            }
            let next = format!("{}/{part}", reached.trim_end_matches('/'));
            if !library.link_exists(&next) {
                return Err(self.missing(library, reached, part));
            }
            kind = library
                .loc_type_by_name(&next)
                .map_err(|error| self.unreachable(library, &reached, part, &next, &error))?;
            reached = next;
        }
        Ok((reached, kind))
    }

    /// The file and the name of a dataset that an external link leads to.
    fn elsewhere(
        &self,
        library: &hdf5_metno::File,
        name: &str,
    ) -> Result<Option<(PathBuf, String)>, StorageError> {
        let dataset = library.dataset(name).map_err(|error| self.unreadable(name, &error))?;
        let path = dataset.filename();
        Ok((path != library.filename()).then(|| (PathBuf::from(path), dataset.name())))
    }

    fn missing(&self, library: &hdf5_metno::File, group: String, name: &str) -> StorageError {
        match library.group(&group).and_then(|group| group.member_names()) {
            Ok(names) => StorageError::NameMissing {
                file: self.path().to_path_buf(),
                nearest: nearest(name, names),
                group,
                missing: name.to_owned(),
            },
            Err(error) => self.unreadable(&group, &error),
        }
    }

    /// The error for a link that exists but cannot be followed.
    fn unreachable(
        &self,
        library: &hdf5_metno::File,
        group: &str,
        part: &str,
        link: &str,
        error: &hdf5_metno::Error,
    ) -> StorageError {
        match library.group(group).and_then(|group| soft_link_target(&group, part)) {
            Ok(Some(target)) => {
                StorageError::DanglingLink { file: self.path().to_path_buf(), link: link.to_owned(), target }
            }
            _ => self.unreadable(link, error),
        }
    }

    fn wrong_kind(&self, name: String, found: &'static str, expected: &'static str) -> StorageError {
        StorageError::WrongKind { file: self.path().to_path_buf(), name, found, expected }
    }

    fn unreadable(&self, name: &str, error: &hdf5_metno::Error) -> StorageError {
        StorageError::FileDamaged {
            path: self.path().to_path_buf(),
            detail: format!("{name:?} cannot be read: {error}"),
        }
    }
}

fn kind_name(kind: LocationType) -> &'static str {
    match kind {
        LocationType::Group => "group",
        LocationType::Dataset => "dataset",
        LocationType::NamedDatatype | LocationType::TypeMap => "data type",
    }
}

fn attributes(object: &Location) -> Result<Vec<(String, AttributeValue)>, hdf5_metno::Error> {
    let mut names = object.attr_names()?;
    names.sort_unstable();
    let read = |name: String| {
        let value = attribute_value(&object.attr(&name)?)?;
        Ok((name, value))
    };
    names.into_iter().map(read).collect()
}
