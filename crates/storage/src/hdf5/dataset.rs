//! A dataset of an HDF5 file.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use bramble_array::Feed;
use bramble_graph::{DType, Scalar};

use super::{
    access::{Access, Chunked},
    decoded_feed::DecodedFeed,
    direct::{Direct, Place},
    filter::{Filter, Pipeline, is_available},
    index::{ChunkIndex, StoredChunk},
    library::{self, Layout, Properties},
    library_feed::{self, LibraryFeed},
    shared_file::SharedFile,
};
use crate::{
    ArrayStore, ChunkProblem, MemoryStore, Span, StorageError,
    direct_feed::DirectFeed,
    element::Element,
    region::{Walk, check_region},
};

/// The library keeps no more than this in a dataset's header.
const MOST_COMPACT_BYTES: usize = 1 << 16;

/// A dataset of an HDF5 file, open for reading.
#[derive(Debug)]
pub struct Hdf5Dataset {
    inner: Arc<Inner>,
}

/// What the dataset and its feeds share.
pub(super) struct Inner {
    pub(super) file: Arc<SharedFile>,
    pub(super) name: String,
    /// The type of an element, or of both parts of a complex one.
    pub(super) element: Element,
    pub(super) is_complex: bool,
    /// Elements along each axis; of complex ones the parts are a last axis more.
    pub(super) shape: Vec<u64>,
    /// Elements of a chunk along each axis; a dataset that is not chunked is one.
    pub(super) chunk: Vec<u64>,
    /// Bytes of a chunk, decoded.
    pub(super) chunk_bytes: u64,
    properties: Properties,
    access: Mutex<Option<Arc<Access>>>,
}

impl Hdf5Dataset {
    /// Finds out what there is to know without reading elements or chunks.
    pub(super) fn open(file: &Arc<SharedFile>, name: &str) -> Result<Hdf5Dataset, StorageError> {
        let invalid = |problem: String| invalid(file, name, problem);
        let (found, mut properties) = file.with_library(|library| {
            let dataset = library.dataset(name).map_err(|error| invalid(error.to_string()))?;
            let datatype = dataset.dtype().map_err(|error| invalid(error.to_string()))?;
            let found = library::element_of(&datatype).map_err(|found| StorageError::ElementType {
                file: file.path().to_path_buf(),
                dataset: name.to_owned(),
                found,
            })?;
            let properties = library::properties(&dataset, found);
            Ok((found, properties.map_err(|error| invalid(error.to_string()))?))
        })?;
        let shape = properties.shape.take().ok_or_else(|| invalid("it has no shape".to_owned()))?;
        let chunk = match &properties.chunks {
            Some(chunk) => chunk.clone(),
            None => shape.iter().map(|&length| length.max(1)).collect(),
        };
        let too_large = || invalid("it has more bytes or chunks than 64 bits can count".to_owned());
        let element = found.element;
        let size = element.dtype.size() as u64;
        product(size, &shape).ok_or_else(too_large)?;
        product(1, &grid(&shape, &chunk)).ok_or_else(too_large)?;
        let chunk_bytes = product(size, &chunk).ok_or_else(too_large)?;
        let inner = Inner {
            file: Arc::clone(file),
            name: name.to_owned(),
            element,
            is_complex: found.is_complex,
            shape,
            chunk,
            chunk_bytes,
            properties,
            access: Mutex::new(None),
        };
        Ok(Hdf5Dataset { inner: Arc::new(inner) })
    }

    pub(super) fn file(&self) -> &Arc<SharedFile> {
        &self.inner.file
    }

    /// Path of the file it is in.
    pub fn path(&self) -> &Path {
        self.inner.file.path()
    }

    /// Its absolute path in the file.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Whether its elements are complex: then its type is that of their parts, which are a last axis more.
    pub fn is_complex(&self) -> bool {
        self.inner.is_complex
    }

    /// Where its elements lie.
    pub fn layout(&self) -> &Layout {
        &self.inner.properties.layout
    }

    /// Its filters, in the order in which they were applied.
    pub fn filters(&self) -> &[Filter] {
        &self.inner.properties.filters
    }

    /// Whether its elements have their highest byte first in the file.
    pub fn is_big_endian(&self) -> bool {
        self.inner.element.big_endian
    }

    /// Bytes that its elements take in the file.
    pub fn storage_size(&self) -> u64 {
        self.inner.properties.storage_size
    }

    /// The value of elements that were never written.
    pub fn fill_value(&self) -> Scalar {
        let fill = self.inner.properties.fill;
        match self.inner.element.dtype {
            DType::Bool => Scalar::Bool(fill[0] != 0),
            DType::Int8 => Scalar::Int(first::<i8>(fill).into()),
            DType::Int16 => Scalar::Int(first::<i16>(fill).into()),
            DType::Int32 => Scalar::Int(first::<i32>(fill).into()),
            DType::Int64 => Scalar::Int(first(fill)),
            DType::UInt8 => Scalar::UInt(first::<u8>(fill).into()),
            DType::UInt16 => Scalar::UInt(first::<u16>(fill).into()),
            DType::UInt32 => Scalar::UInt(first::<u32>(fill).into()),
            DType::UInt64 => Scalar::UInt(first(fill)),
            DType::Float32 => Scalar::Float(first::<f32>(fill).into()),
            DType::Float64 => Scalar::Float(first(fill)),
        }
    }

    /// What names the bytes of its file, if that is behind a URL and the server does.
    pub fn tag(&self) -> Option<&str> {
        self.inner.file.tag()
    }

    /// Makes sure that all its filters are known, so that a person hears of it before anything is computed.
    ///
    /// # Errors
    /// [`StorageError::UnknownFilter`].
    pub fn check_filters(&self) -> Result<(), StorageError> {
        if Pipeline::new(self.filters()).is_some() {
            return Ok(());
        }
        match self.filters().iter().find(|filter| !is_available(filter.id)) {
            None => Ok(()),
            Some(unknown) => Err(StorageError::UnknownFilter {
                file: self.path().to_path_buf(),
                dataset: self.name().to_owned(),
                filter: unknown.name.clone(),
                id: unknown.id,
            }),
        }
    }

    /// How its elements are reached, found out once.
    fn access(&self) -> Result<Arc<Access>, StorageError> {
        let mut known = self.inner.access.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(access) = &*known {
            return Ok(Arc::clone(access));
        }
        self.check_filters()?;
        let access = Arc::new(self.inner.find_access()?);
        *known = Some(Arc::clone(&access));
        Ok(access)
    }
}

impl ArrayStore for Hdf5Dataset {
    fn dtype(&self) -> DType {
        self.inner.element.dtype
    }

    fn shape(&self) -> &[u64] {
        &self.inner.shape
    }

    fn chunks(&self) -> Option<&[u64]> {
        self.inner.properties.chunks.as_deref()
    }

    fn is_decoded(&self) -> bool {
        self.chunks().is_some() && !self.filters().is_empty()
    }

    fn feed(&self, region: &[Span]) -> Result<Box<dyn Feed>, StorageError> {
        let length = check_region(region, &self.inner.shape, self.inner.element.dtype.size())?;
        let access = self.access()?;
        self.inner.file.check_unchanged()?;
        let inner = Arc::clone(&self.inner);
        Ok(match &*access {
            Access::Memory(store) => store.feed(region)?,
            Access::Library => Box::new(LibraryFeed::new(inner, region, length)),
            Access::Chunked(chunked) if !chunked.pipeline.is_empty() => {
                Box::new(DecodedFeed::new(inner, Arc::clone(chunked), region, length))
            }
            Access::Chunked(chunked) => direct(inner, Place::Chunked(Arc::clone(chunked)), region, length),
            Access::Contiguous { address } => direct(inner, Place::Contiguous(*address), region, length),
        })
    }
}

fn direct(data: Arc<Inner>, place: Place, region: &[Span], length: usize) -> Box<dyn Feed> {
    let walk = Walk::new(region, &data.shape, &data.chunk);
    Box::new(DirectFeed::new(Direct { data, place }, walk, length))
}

impl Inner {
    pub(super) fn found(&self) -> library::Found {
        library::Found { element: self.element, is_complex: self.is_complex }
    }

    fn find_access(&self) -> Result<Access, StorageError> {
        match self.properties.layout {
            Layout::Compact => self.read_compact().map(Access::Memory),
            Layout::Contiguous { address } => Ok(Access::Contiguous { address }),
            Layout::External | Layout::Virtual => Ok(Access::Library),
            Layout::Chunked => match Pipeline::new(&self.properties.filters) {
                None => Ok(Access::Library),
                Some(pipeline) => {
                    let index = self.read_index()?;
                    Ok(Access::Chunked(Arc::new(Chunked { index, pipeline })))
                }
            },
        }
    }

    fn read_compact(&self) -> Result<MemoryStore, StorageError> {
        let region: Vec<Span> = self.shape.iter().map(|&length| Span::all(length)).collect();
        let bytes =
            check_region(&region, &self.shape, self.element.dtype.size())? * self.element.dtype.size();
        if bytes > MOST_COMPACT_BYTES {
            return Err(self.invalid(format!("{bytes} bytes cannot be in its header")));
        }
        let bytes = library_feed::read(self, &region, bytes)?;
        MemoryStore::new(Arc::new(bytes), self.element.dtype, self.shape.clone())
    }

    fn read_index(&self) -> Result<ChunkIndex, StorageError> {
        self.file.with_library(|library| {
            let dataset = library.dataset(&self.name).map_err(|error| self.invalid(error.to_string()))?;
            ChunkIndex::read(&dataset, &grid(&self.shape, &self.chunk), &self.chunk, self.file.size())
                .map_err(|problem| self.invalid(problem))
        })
    }

    /// Where a chunk's bytes begin, after a look at whether the file has them all.
    pub(super) fn address(&self, number: u64, stored: &StoredChunk) -> Result<u64, StorageError> {
        match stored.address.checked_add(stored.size) {
            Some(end) if end <= self.file.size() => Ok(stored.address),
            end => {
                let end = end.unwrap_or(u64::MAX);
                Err(self.bad_chunk(number, ChunkProblem::BehindTheEnd { end, size: self.file.size() }))
            }
        }
    }

    /// What an element has that was never written, as it is in memory.
    pub(super) fn fill(&self) -> &[u8] {
        let fill = if self.properties.never_filled { &[0; 8] } else { &self.properties.fill };
        &fill[..self.element.dtype.size()]
    }

    /// Whether no filter was applied to a chunk because it reaches over the edge of the dataset.
    pub(super) fn is_plain_edge(&self, number: u64) -> bool {
        self.properties.plain_edges
            && self.coordinates(number).iter().zip(&self.chunk).zip(&self.shape).any(
                |((&position, &chunk), &length)| {
                    (position + 1).checked_mul(chunk).is_none_or(|end| end > length)
                },
            )
    }

    /// Number of a chunk along each axis.
    fn coordinates(&self, mut number: u64) -> Vec<u64> {
        let mut coordinates = grid(&self.shape, &self.chunk);
        for length in coordinates.iter_mut().rev() {
            let chunks = (*length).max(1);
            *length = number % chunks;
            number /= chunks;
        }
        coordinates
    }

    /// The error for a chunk that cannot be decoded. If the file was written to meanwhile, that is why.
    pub(super) fn bad_chunk(&self, number: u64, problem: ChunkProblem) -> StorageError {
        if let Err(changed) = self.file.check_unchanged() {
            return changed;
        }
        StorageError::Chunk {
            file: self.file.path().to_path_buf(),
            dataset: self.name.clone(),
            chunk: self.coordinates(number),
            problem,
        }
    }

    pub(super) fn invalid(&self, problem: String) -> StorageError {
        invalid(&self.file, &self.name, problem)
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.name, self.file.path().display())
    }
}

fn invalid(file: &SharedFile, name: &str, problem: String) -> StorageError {
    StorageError::Dataset { file: file.path().to_path_buf(), dataset: name.to_owned(), problem }
}

/// The number that the bytes begin with.
fn first<T: bytemuck::AnyBitPattern>(bytes: [u8; 8]) -> T {
    bytemuck::pod_read_unaligned(&bytes[..size_of::<T>()])
}

/// Number of chunks along each axis.
fn grid(shape: &[u64], chunk: &[u64]) -> Vec<u64> {
    shape.iter().zip(chunk).map(|(&length, &chunk)| length.div_ceil(chunk)).collect()
}

/// The product of all lengths, counting an axis without elements as one with one: strides need it.
fn product(first: u64, lengths: &[u64]) -> Option<u64> {
    lengths.iter().try_fold(first, |product, &length| product.checked_mul(length.max(1)))
}
