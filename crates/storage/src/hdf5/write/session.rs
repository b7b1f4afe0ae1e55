//! A file under construction.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bramble_graph::DType;
use hdf5_metno::{
    Dataset,
    dataset::{AllocTime, FillTime},
};

use super::{ChangedDataset, DatasetWriter, Encoding, NewAttribute, attribute};
use crate::{
    Span, StorageError,
    hdf5::{Layout, library},
    write::{self, Kind, Place},
};

/// A dataset to be written.
#[derive(Clone, Debug)]
pub struct NewDataset {
    /// Its absolute path in the file; groups on the way are made.
    pub name: String,
    /// Type of the elements; of complex ones that of their parts.
    pub dtype: DType,
    /// Whether elements are complex numbers, as h5py has them: their parts are a last axis more of what is written.
    pub is_complex: bool,
    /// Number of elements along each axis.
    pub shape: Vec<u64>,
    /// Elements of a chunk along each axis; a dataset without chunks has no encoding.
    pub chunks: Option<Vec<u64>>,
    /// What is done to each chunk.
    pub encoding: Encoding,
    /// Notes on it.
    pub attributes: Vec<NewAttribute>,
    /// Whether a dataset of that name gives way.
    pub overwrite: bool,
}

impl NewDataset {
    /// Of numbers along each axis those along the axes of the dataset itself.
    pub(super) fn of_elements<'a>(&self, along: &'a [u64]) -> &'a [u64] {
        &along[..along.len() - usize::from(self.is_complex)]
    }

    /// Bytes of an element.
    pub(super) fn element_size(&self) -> usize {
        self.dtype.size() * if self.is_complex { 2 } else { 1 }
    }
}

/// An HDF5 file that gets datasets: a new one, or a copy of one that has others already.
pub struct Session {
    place: Place,
    /// For elements that lie in the file as they are.
    pub(super) descriptor: fs::File,
    library: Mutex<Option<Library>>,
}

/// The library's handles. Whoever writes holds the lock on them.
pub(super) struct Library {
    /// Dropped before the file is closed.
    pub(super) datasets: Vec<Dataset>,
    file: hdf5_metno::File,
}

impl Session {
    /// Begins a file at a path.
    ///
    /// # Errors
    /// The path cannot be written to, or there is a file that is no HDF5 file.
    pub fn begin(path: &Path) -> Result<Session, StorageError> {
        let is_there = path.exists();
        let place = if is_there {
            // Says clearly what is wrong with it.
            crate::hdf5::File::open(path)?;
            Place::copy_of(path, Kind::File)?
        } else {
            Place::new(path, Kind::File, false)?
        };
        let opened = fs::File::options().read(true).write(true).open(place.temporary());
        let descriptor = opened.map_err(|error| place.failed(error))?;
        let options = || {
            let mut options = hdf5_metno::File::with_options();
            options.with_fapl(|access| access.file_locking(false));
            options
        };
        let file =
            if is_there { options().open_rw(place.temporary()) } else { options().create(place.temporary()) };
        let file = file.map_err(|error| unwritable(&place, "/", &error))?;
        let library = Mutex::new(Some(Library { datasets: Vec::new(), file }));
        Ok(Session { place, descriptor, library })
    }

    /// Makes a dataset.
    ///
    /// # Errors
    /// [`StorageError::DatasetExists`], [`StorageError::Unwritable`].
    pub fn create(self: &Arc<Self>, new: NewDataset) -> Result<DatasetWriter, StorageError> {
        let failed = |error: hdf5_metno::Error| unwritable(&self.place, &new.name, &error);
        let mut library = self.library();
        let Some(library) = library.as_mut() else { return Err(self.is_over(&new.name)) };
        if library.file.link_exists(&new.name) {
            if !new.overwrite {
                let file = self.place.path().to_path_buf();
                return Err(StorageError::DatasetExists { file, dataset: new.name });
            }
            library.file.unlink(&new.name).map_err(failed)?;
        }
        let dataset = create(&library.file, &new).map_err(failed)?;
        for attribute in &new.attributes {
            attribute::write(&dataset, attribute).map_err(failed)?;
        }
        let address = dataset.offset();
        library.datasets.push(dataset);
        Ok(DatasetWriter::new(Arc::clone(self), library.datasets.len() - 1, address, new))
    }

    /// Opens a dataset that is there, to change some of its elements.
    ///
    /// # Errors
    /// [`StorageError::Unwritable`] if it lies in another file; [`StorageError::FileChanged`] if it is another than it
    /// was.
    pub fn change(
        self: &Arc<Self>,
        name: String,
        dtype: DType,
        shape: Vec<u64>,
    ) -> Result<ChangedDataset, StorageError> {
        let mut library = self.library();
        let Some(library) = library.as_mut() else { return Err(self.is_over(&name)) };
        let dataset = library.file.dataset(&name).map_err(|error| self.failed(&name, &error))?;
        let unwritable = |problem: &str| StorageError::Unwritable {
            file: self.place.path().to_path_buf(),
            dataset: name.clone(),
            problem: problem.into(),
        };
        let datatype = dataset.dtype().map_err(|error| self.failed(&name, &error))?;
        let found = library::element_of(&datatype).map_err(|found| unwritable(&found))?;
        let properties = library::properties(&dataset, found).map_err(|error| self.failed(&name, &error))?;
        if dataset.filename() != library.file.filename()
            || matches!(properties.layout, Layout::External | Layout::Virtual)
        {
            return Err(unwritable("its elements lie in other files, which would not be changed as a whole"));
        }
        if found.element.dtype != dtype || properties.shape.as_ref() != Some(&shape) {
            return Err(StorageError::FileChanged { path: self.place.path().to_path_buf() });
        }
        library.datasets.push(dataset);
        Ok(ChangedDataset::new(Arc::clone(self), library.datasets.len() - 1, name, found, shape))
    }

    /// The library's handles, for one thread at a time.
    pub(super) fn library(&self) -> MutexGuard<'_, Option<Library>> {
        self.library.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the library's error means.
    pub(super) fn failed(&self, dataset: &str, error: &hdf5_metno::Error) -> StorageError {
        unwritable(&self.place, dataset, error)
    }

    pub(super) fn failed_io(&self, error: std::io::Error) -> StorageError {
        self.place.failed(error)
    }

    pub(super) fn is_over(&self, dataset: &str) -> StorageError {
        StorageError::Unwritable {
            file: self.place.path().to_path_buf(),
            dataset: dataset.to_owned(),
            problem: "its file is complete".into(),
        }
    }

    fn close(&self) -> Result<(), StorageError> {
        let Some(Library { datasets, file }) = self.library().take() else { return Ok(()) };
        hdf5_metno::sync::sync(|| {
            drop(datasets);
            file.flush().and_then(|()| file.close())
        })
        .map_err(|error| self.failed("/", &error))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        write::Session::abort(self);
    }
}

impl write::Session for Session {
    fn commit(&self) -> Result<(), StorageError> {
        self.close()?;
        self.place.commit()
    }

    fn abort(&self) {
        // What matters is why it is not wanted any more.
        let _ = self.close();
        self.place.abort();
    }
}

fn create(file: &hdf5_metno::File, new: &NewDataset) -> Result<Dataset, hdf5_metno::Error> {
    let lengths = |lengths: &[u64]| {
        let lengths = lengths.iter().map(|&length| usize::try_from(length));
        lengths.collect::<Result<Vec<_>, _>>().map_err(|_| "an axis longer than this machine counts")
    };
    let datatype = if new.is_complex {
        library::complex_type(new.dtype, Span::all(2))?
    } else {
        library::memory_type(new.dtype)?
    };
    let descriptor = datatype.to_descriptor()?;
    let mut builder = file
        .new_dataset_builder()
        .obj_track_times(false)
        // Every element will be written.
        .fill_time(FillTime::Never);
    builder = match &new.chunks {
        Some(chunks) => builder.chunk(lengths(new.of_elements(chunks))?),
        None => builder.no_chunk().alloc_time(Some(AllocTime::Early)),
    };
    if new.encoding.shuffle {
        builder = builder.shuffle();
    }
    if let Some(level) = new.encoding.gzip {
        builder = builder.deflate(level.min(9));
    }
    if new.encoding.fletcher32 {
        builder = builder.fletcher32();
    }
    let builder = builder.empty_as(&descriptor);
    match new.of_elements(&new.shape) {
        [] => builder.shape(()).create(new.name.as_str()),
        shape => builder.shape(lengths(shape)?).create(new.name.as_str()),
    }
}

/// The operating system's refusal where there was one, else what the library says.
fn unwritable(place: &Place, dataset: &str, error: &hdf5_metno::Error) -> StorageError {
    let problem = error.to_string();
    let number = problem.split_once("errno = ").and_then(|(_, rest)| {
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    });
    match number {
        Some(number) => place.failed(std::io::Error::from_raw_os_error(number)),
        None => StorageError::Unwritable {
            file: place.path().to_path_buf(),
            dataset: dataset.to_owned(),
            problem,
        },
    }
}
