//! Elements read and written by the HDF5 library: the slow way that knows everything.

use hdf5_metno::{Dataset, Error, h5check};
use hdf5_metno_sys::{
    h5d,
    h5i::hid_t,
    h5p::H5P_DEFAULT,
    h5s::{H5S_ALL, H5S_seloper_t, H5Sselect_hyperslab},
};

use super::{
    Found, Space,
    element_type::{complex_type, memory_type},
};
use crate::Span;

/// Reads a region with positive steps, in row-major order and this machine's byte order. `out` has as many bytes as
/// the region. Where elements are complex the region has a last axis more, of their parts.
pub(in crate::hdf5) fn read_region(
    dataset: &Dataset,
    found: Found,
    region: &[Span],
    out: &mut [u8],
) -> Result<(), Error> {
    with_spaces(dataset, found, region, out.len(), |datatype, memory, stored| {
        // SAFETY: the memory space has as many elements as there is room for.
        unsafe { h5d::H5Dread(dataset.id(), datatype, memory, stored, H5P_DEFAULT, out.as_mut_ptr().cast()) }
    })
}

/// Writes a region with positive steps, in row-major order and this machine's byte order, as [`read_region`] does.
pub(in crate::hdf5) fn write_region(
    dataset: &Dataset,
    found: Found,
    region: &[Span],
    elements: &[u8],
) -> Result<(), Error> {
    with_spaces(dataset, found, region, elements.len(), |datatype, memory, stored| {
        // SAFETY: the memory space has as many elements as there are.
        unsafe {
            h5d::H5Dwrite(dataset.id(), datatype, memory, stored, H5P_DEFAULT, elements.as_ptr().cast())
        }
    })
}

/// Calls the library with the element type in memory and the spaces in memory and in the file that a region is.
fn with_spaces(
    dataset: &Dataset,
    found: Found,
    region: &[Span],
    bytes: usize,
    call: impl FnOnce(hid_t, hid_t, hid_t) -> i32,
) -> Result<(), Error> {
    let dtype = found.element.dtype;
    let expected = region.iter().try_fold(dtype.size() as u64, |bytes, span| bytes.checked_mul(span.count));
    assert_eq!(expected, Some(bytes as u64), "a buffer of the region's size");
    if bytes == 0 {
        return Ok(());
    }
    hdf5_metno::sync::sync(|| {
        let (datatype, region) = match region.split_last() {
            Some((&parts, region)) if found.is_complex => (complex_type(dtype, parts)?, region),
            _ => (memory_type(dtype)?, region),
        };
        let counts: Vec<u64> = region.iter().map(|span| span.count).collect();
        if region.is_empty() {
            // One element, all that a 0-d dataset has.
            return h5check(call(datatype.id(), H5S_ALL, H5S_ALL)).map(drop);
        }
        let (stored, memory) = (dataset.space()?, Space::simple(&counts)?);
        if stored.ndim() != region.len() {
            return Err(Error::from("its shape has changed"));
        }
        let starts: Vec<u64> = region.iter().map(|span| span.start).collect();
        let steps: Vec<u64> = region.iter().map(|span| span.step.unsigned_abs()).collect();
        // SAFETY: there is a start, a step and a count for each axis.
        h5check(unsafe {
            H5Sselect_hyperslab(
                stored.id(),
                H5S_seloper_t::H5S_SELECT_SET,
                starts.as_ptr(),
                steps.as_ptr(),
                counts.as_ptr(),
                std::ptr::null(),
            )
        })?;
        h5check(call(datatype.id(), memory.0, stored.id())).map(drop)
    })
}
