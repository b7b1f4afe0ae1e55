//! Which files and datasets are open, so that a graph that names a dataset finds it again without opening the file
//! and indexing its chunks once more.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use super::{
    Hdf5Dataset,
    file::{File, Object},
    shared_file::{Found, SharedFile, State},
};
use crate::StorageError;

/// How many datasets stay open with nobody using them.
const KEPT_DATASETS: usize = 16;

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { files: Vec::new(), datasets: VecDeque::new() });

/// Held while a file is opened, so that two who want the same one do not open it twice.
static OPENING: Mutex<()> = Mutex::new(());

struct Registry {
    files: Vec<Weak<SharedFile>>,
    /// The most recently used one stands first.
    datasets: VecDeque<Arc<Hdf5Dataset>>,
}

/// Opens a dataset by the path of its file and its path in the file. A file that was written to since is opened anew.
///
/// # Errors
/// As [`File::open`] and [`File::get`]; [`StorageError::WrongKind`] when the path names a group.
pub fn open_dataset(path: &Path, dataset: &str) -> Result<Arc<Hdf5Dataset>, StorageError> {
    match File::open(path)?.get(dataset)? {
        Object::Dataset(dataset) => Ok(dataset),
        Object::Group { name } => Err(StorageError::WrongKind {
            file: path.to_path_buf(),
            name,
            found: "group",
            expected: "dataset",
        }),
    }
}

/// The file at a path, opened unless it is open in its present state.
pub(super) fn shared_file(path: &Path) -> Result<Arc<SharedFile>, StorageError> {
    let found = Found::look(path)?;
    let state = found.state();
    let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let same = registry().same_file(&state);
    if let Some(current) = same.iter().find(|file| file.state() == state) {
        return Ok(Arc::clone(current));
    }
    for outdated in &same {
        outdated.retire();
        registry().forget(outdated);
    }
    let opened = Arc::new(found.open(path)?);
    registry().files.push(Arc::downgrade(&opened));
    Ok(opened)
}

/// The open dataset of a file that has this name.
pub(super) fn kept_dataset(file: &Arc<SharedFile>, name: &str) -> Option<Arc<Hdf5Dataset>> {
    let datasets = &mut registry().datasets;
    let is_it = |dataset: &Arc<Hdf5Dataset>| Arc::ptr_eq(dataset.file(), file) && dataset.name() == name;
    let found = datasets.iter().position(is_it)?;
    let dataset = datasets.remove(found)?;
    datasets.push_front(Arc::clone(&dataset));
    Some(dataset)
}

/// Keeps a dataset open, and lets go of the one that was not used for longest.
pub(super) fn keep_dataset(dataset: &Arc<Hdf5Dataset>) {
    let datasets = &mut registry().datasets;
    datasets.push_front(Arc::clone(dataset));
    datasets.truncate(KEPT_DATASETS);
}

/// The registry. Nobody may wait for the HDF5 library or for [`OPENING`] while holding it.
fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    fn same_file(&mut self, state: &State) -> Vec<Arc<SharedFile>> {
        self.files.retain(|file| file.strong_count() > 0);
        let open = self.files.iter().filter_map(Weak::upgrade);
        open.filter(|file| file.state().is_same_file(state)).collect()
    }

    fn forget(&mut self, file: &Arc<SharedFile>) {
        self.files.retain(|open| !std::ptr::eq(open.as_ptr(), Arc::as_ptr(file)));
        self.datasets.retain(|dataset| !Arc::ptr_eq(dataset.file(), file));
    }
}
