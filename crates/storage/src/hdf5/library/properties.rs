//! How a dataset is stored.

use hdf5_metno::{
    Dataset, Error, PropertyList,
    dataset::{ChunkOpts, DatasetCreate, FillTime, Layout as LibraryLayout},
    h5check,
};
use hdf5_metno_sys::{h5d::H5D_fill_value_t, h5p, h5s};

use super::element_type::{Found, complex_type, memory_type};
use crate::{
    Span,
    hdf5::filter::{self, Filter},
};

/// Where the elements of a dataset lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In the dataset's header.
    Compact,
    /// In one piece; `None` if nothing was written yet.
    Contiguous {
        /// Position in the file.
        address: Option<u64>,
    },
    /// In chunks, each encoded by itself.
    Chunked,
    /// In other files, as bytes.
    External,
    /// In other datasets.
    Virtual,
}

/// All that is known of a dataset without reading it.
pub(in crate::hdf5) struct Properties {
    pub(in crate::hdf5) layout: Layout,
    /// Elements along each axis; `None` for a dataset without a data space.
    pub(in crate::hdf5) shape: Option<Vec<u64>>,
    /// Elements of a chunk along each axis.
    pub(in crate::hdf5) chunks: Option<Vec<u64>>,
    pub(in crate::hdf5) filters: Vec<Filter>,
    /// What an element has that was never written, in this machine's byte order.
    pub(in crate::hdf5) fill: [u8; 8],
    /// Whether the file says not to fill. The library then leaves elements that were never written as they are in
    /// the reader's buffer; ours, like h5py's, are 0.
    pub(in crate::hdf5) never_filled: bool,
    /// Whether chunks that reach over the edge of the dataset were stored without filters.
    pub(in crate::hdf5) plain_edges: bool,
    pub(in crate::hdf5) storage_size: u64,
}

/// Asks for the properties of a dataset. Complex elements have a last axis of their two parts.
pub(in crate::hdf5) fn properties(dataset: &Dataset, found: Found) -> Result<Properties, Error> {
    hdf5_metno::sync::sync(|| {
        let plist = dataset.create_plist()?;
        let mut shape = shape(dataset)?;
        let layout = match plist.get_layout()? {
            LibraryLayout::Compact => Layout::Compact,
            // The library's address of nothing is wrong in files with a user block; the size of nothing is not.
            LibraryLayout::Contiguous if external_files(&plist)? == 0 => {
                Layout::Contiguous { address: dataset.offset().filter(|_| dataset.storage_size() != 0) }
            }
            LibraryLayout::Contiguous => Layout::External,
            LibraryLayout::Chunked => Layout::Chunked,
            LibraryLayout::Virtual => Layout::Virtual,
        };
        let mut chunks = match (&layout, &shape) {
            (Layout::Chunked, Some(shape)) => Some(chunks(&plist, shape.len())?),
            _ => None,
        };
        if found.is_complex {
            [&mut shape, &mut chunks].into_iter().flatten().for_each(|lengths| lengths.push(2));
        }
        let plain_edges = plist
            .get_chunk_opts()?
            .is_some_and(|options| options.contains(ChunkOpts::DONT_FILTER_PARTIAL_CHUNKS));
        Ok(Properties {
            layout,
            shape,
            chunks,
            filters: filters(&plist)?,
            fill: fill(&plist, found)?,
            never_filled: plist.get_fill_time()? == FillTime::Never,
            plain_edges,
            storage_size: dataset.storage_size(),
        })
    })
}

/// How many other files have the elements. The bindings can say more of them, but take the library's file offsets for 32 bits on
/// machines of 32 bits, where they are 64.
fn external_files(plist: &PropertyList) -> Result<i32, Error> {
    // SAFETY: the id names a list of properties of datasets; the lock is held.
    h5check(unsafe { h5p::H5Pget_external_count(plist.id()) })
}

fn shape(dataset: &Dataset) -> Result<Option<Vec<u64>>, Error> {
    let space = dataset.space()?;
    // SAFETY: the id names a space; the lock is held.
    if unsafe { h5s::H5Sget_simple_extent_type(space.id()) } == h5s::H5S_class_t::H5S_NULL {
        return Ok(None);
    }
    // SAFETY: as above.
    let rank = h5check(unsafe { h5s::H5Sget_simple_extent_ndims(space.id()) })?;
    let mut shape = vec![0; usize::try_from(rank).unwrap_or(0)];
    // SAFETY: there is room for as many lengths as the space has axes; maximal lengths are not asked for.
    h5check(unsafe { h5s::H5Sget_simple_extent_dims(space.id(), shape.as_mut_ptr(), std::ptr::null_mut()) })?;
    Ok(Some(shape))
}

fn chunks(plist: &PropertyList, rank: usize) -> Result<Vec<u64>, Error> {
    let mut chunks = vec![0; rank];
    let room = i32::try_from(rank).map_err(|_| Error::from("too many axes"))?;
    // SAFETY: there is room for `room` lengths.
    let found = h5check(unsafe { h5p::H5Pget_chunk(plist.id(), room, chunks.as_mut_ptr()) })?;
    if found != room || chunks.contains(&0) {
        return Err(Error::from("its chunks do not fit its shape"));
    }
    Ok(chunks)
}

fn filters(plist: &PropertyList) -> Result<Vec<Filter>, Error> {
    // SAFETY: the id names a property list; the lock is held.
    let count = h5check(unsafe { h5p::H5Pget_nfilters(plist.id()) })?;
    (0..count.unsigned_abs()).map(|number| filter(plist, number)).collect()
}

fn filter(plist: &PropertyList, number: u32) -> Result<Filter, Error> {
    let mut options = [0; 64];
    let mut options_length = options.len();
    let mut name = [0_u8; 128];
    let (mut flags, mut config) = (0, 0);
    // SAFETY: each pointer is to as much room as the length beside it says.
    let id = h5check(unsafe {
        h5p::H5Pget_filter2(
            plist.id(),
            number,
            &raw mut flags,
            &raw mut options_length,
            options.as_mut_ptr(),
            name.len(),
            name.as_mut_ptr().cast(),
            &raw mut config,
        )
    })?;
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    let name =
        filter::known_name(id).map_or_else(|| String::from_utf8_lossy(name).into_owned(), ToOwned::to_owned);
    let options = options[..options_length.min(options.len())].to_vec();
    Ok(Filter { id, name, options })
}

/// The fill value; 0 if none was set. Of complex elements it is that of both parts.
fn fill(plist: &DatasetCreate, found: Found) -> Result<[u8; 8], Error> {
    let dtype = found.element.dtype;
    let mut fill = [0; 16];
    let mut defined = H5D_fill_value_t::H5D_FILL_VALUE_ERROR;
    // SAFETY: the pointer is to room for one answer.
    h5check(unsafe { h5p::H5Pfill_value_defined(plist.id(), &raw mut defined) })?;
    if defined == H5D_fill_value_t::H5D_FILL_VALUE_USER_DEFINED {
        let datatype =
            if found.is_complex { complex_type(dtype, Span::all(2))? } else { memory_type(dtype)? };
        // SAFETY: elements have at most 16 bytes.
        h5check(unsafe { h5p::H5Pget_fill_value(plist.id(), datatype.id(), fill.as_mut_ptr().cast()) })?;
    }
    let (first, second) = fill.split_at(dtype.size());
    if found.is_complex && &second[..first.len()] != first {
        return Err(Error::from(
            "elements that were never written are complex numbers with two different parts",
        ));
    }
    let mut value = [0; 8];
    value[..first.len()].copy_from_slice(first);
    Ok(value)
}
